// How long answers took, of all members of a process; printed as a line of JSON when asked for, and
// forgotten then.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "common/core/time.h"
#include "common/loop/clock.h"

namespace mainstay::swarm {

class Latencies {
 public:
  using Clock = std::chrono::steady_clock;  // finer than the milliseconds of an Instant

  void add(Clock::time_point asked) { took_.push_back(Clock::now() - asked); }
  void print() {
    std::ranges::sort(took_);
    (void)std::printf("{\"at_ms\":%lld,\"answers\":%zu,\"p50_us\":%lld,\"p99_us\":%lld}\n",
                      static_cast<long long>(to_ms(loop::boottime_now())), took_.size(),
                      microseconds_at(50), microseconds_at(99));
    (void)std::fflush(stdout);
    took_.clear();
  }

 private:
  [[nodiscard]] long long microseconds_at(std::size_t percent) const {
    if (took_.empty()) return 0;
    const auto took = took_[std::min(took_.size() * percent / 100, took_.size() - 1)];
    return std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  }

  std::vector<Clock::duration> took_;
};

}  // namespace mainstay::swarm
