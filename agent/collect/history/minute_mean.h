// A minute out of its samples: the mean of each number that was there at least once.
#pragma once

#include <array>
#include <cstdint>

#include "agent/collect/history/series.h"
#include "agent/collect/resource/sampler.h"

namespace mainstay::agent {

class MinuteMean {
 public:
  void add(const Sample& sample);
  /// Begins anew. Disks have no values in it, they are looked at once a minute.
  MinuteValues take(std::uint32_t minute);

 private:
  void add(Series series, std::uint64_t value);

  std::array<std::uint64_t, kOwnSeriesCount> sums_{};
  std::array<std::uint32_t, kOwnSeriesCount> counts_{};
};

}  // namespace mainstay::agent
