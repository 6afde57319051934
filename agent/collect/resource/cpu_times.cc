#include "agent/collect/resource/cpu_times.h"

#include <algorithm>

#include "agent/collect/resource/words.h"

namespace mainstay::agent {

std::uint32_t CpuShares::busy() const {
  const std::uint32_t rest = in(CpuMode::Idle) + in(CpuMode::IoWait);
  return rest >= 10'000 ? 0 : 10'000 - rest;
}

Result<CpuTimes> read_cpu_times(std::string_view stat) {
  auto line = take_line(stat);
  if (!line || take_word(*line) != "cpu") {
    return fail(Fault::Malformed, "/proc/stat: no line of all processors");
  }
  CpuTimes times;
  std::size_t known = 0;
  for (; known < kCpuModeCount; ++known) {
    const std::string_view word = take_word(*line);
    if (word.empty()) break;
    const auto ticks = number_of(word);
    if (!ticks) return fail(Fault::Malformed, "/proc/stat: a time that is no number");
    times.ticks[known] = *ticks;
  }
  // User, nice, system and idle are there since the first kernels.
  if (known < 4) return fail(Fault::Malformed, "/proc/stat: a line that was cut");
  return times;
}

std::optional<CpuShares> shares_between(const CpuTimes& before, const CpuTimes& after) {
  std::array<std::uint64_t, kCpuModeCount> passed{};
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < kCpuModeCount; ++i) {
    // The kernel says that iowait may go back; and a processor that is taken out takes its time.
    const std::uint64_t ticks =
        after.ticks[i] > before.ticks[i] ? after.ticks[i] - before.ticks[i] : 0;
    // A counter that jumped would overflow the sums below; no host has a million years of ticks.
    passed[i] = std::min<std::uint64_t>(ticks, UINT64_MAX / 10'000 / kCpuModeCount);
    all += passed[i];
  }
  if (all == 0) return std::nullopt;
  CpuShares shares;
  for (std::size_t i = 0; i < kCpuModeCount; ++i) {
    shares.hundredths[i] = static_cast<std::uint32_t>(passed[i] * 10'000 / all);
  }
  return shares;
}

}  // namespace mainstay::agent
