// The edges of a lifecycle as data: the only door of a state machine checks against them, tests
// print which were taken, and the diagrams of the documents come from them.
#pragma once

#include <cstddef>
#include <span>

namespace mainstay {

template <class Phase>
struct Edge {
  Phase from;
  Phase to;
};

template <class Phase>
constexpr bool allows(std::span<const Edge<Phase>> edges, Phase from, Phase to) {
  for (const auto& edge : edges) {
    if (edge.from == from && edge.to == to) return true;
  }
  return false;
}

/// Every phase 0..count-1 can be reached from `start`.
template <class Phase, std::size_t Count>
constexpr bool all_reachable(std::span<const Edge<Phase>> edges, Phase start) {
  bool seen[Count] = {};
  seen[static_cast<std::size_t>(start)] = true;
  for (std::size_t round = 0; round < Count; ++round) {
    for (const auto& edge : edges) {
      if (seen[static_cast<std::size_t>(edge.from)]) seen[static_cast<std::size_t>(edge.to)] = true;
    }
  }
  for (const bool reached : seen) {
    if (!reached) return false;
  }
  return true;
}

}  // namespace mainstay
