// A list as a set: ascending, each once.
#pragma once

#include <algorithm>
#include <vector>

namespace mainstay {

template <class T>
void sort_unique(std::vector<T>& list) {
  std::ranges::sort(list);
  const auto [begin, end] = std::ranges::unique(list);
  list.erase(begin, end);
}

}  // namespace mainstay
