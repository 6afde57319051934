#include "common/core/id.h"

#include <algorithm>

namespace mainstay {

namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::optional<HostId> HostId::parse(std::string_view text) {
  if (text.empty() || text.size() > 63) return std::nullopt;
  if (!is_alphanumeric(text.front()) || !is_alphanumeric(text.back())) return std::nullopt;
  const bool clean =
      std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.'; });
  // Two dots in a row would let a name climb out of a folder.
  if (!clean || text.find("..") != std::string_view::npos) return std::nullopt;
  return HostId(text);
}

std::string short_name(const PlanId& plan) {
  return "P-" + to_hex(plan.view()).substr(0, 6);
}

std::string short_name(RolloutId rollout) {
  return "R-" + std::to_string(rollout.value);
}

}  // namespace mainstay
