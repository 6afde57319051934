#include "agent/collect/resource/memory_state.h"

#include <array>
#include <utility>

#include "agent/collect/resource/words.h"

namespace mainstay::agent {

Result<MemoryState> read_memory(std::string_view meminfo) {
  MemoryState state;
  const std::array<std::pair<std::string_view, std::uint64_t*>, 4> wanted = {
      {{"MemTotal:", &state.total_bytes},
       {"MemAvailable:", &state.available_bytes},
       {"SwapTotal:", &state.swap_total_bytes},
       {"SwapFree:", &state.swap_free_bytes}}};
  unsigned seen = 0;
  while (auto line = take_line(meminfo)) {
    const std::string_view name = take_word(*line);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i].first != name) continue;
      const auto kib = number_of(take_word(*line));
      if (!kib || *kib > UINT64_MAX / 1024 || take_word(*line) != "kB") {
        return fail(Fault::Malformed, "/proc/meminfo: a size that is none");
      }
      *wanted[i].second = *kib * 1024;
      seen |= 1U << i;
    }
  }
  // Total and available; a kernel without swap may leave its lines out.
  if ((seen & 3U) != 3U) return fail(Fault::Malformed, "/proc/meminfo: total or available lacks");
  if (state.total_bytes == 0 || state.available_bytes > state.total_bytes ||
      state.swap_free_bytes > state.swap_total_bytes) {
    return fail(Fault::Malformed, "/proc/meminfo: more is free than there is");
  }
  return state;
}

}  // namespace mainstay::agent
