// Chance, from a seed: the same seed gives the same choices on every machine. Not for secrets.
#pragma once

#include <cstdint>

namespace mainstay {

class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed) {}

  /// 64 even bits. Source: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number
  /// Generators", OOPSLA 2014 (SplitMix64).
  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }

  /// Even in [0, limit); 0 when the limit is 0. Rejection keeps it free of bias.
  std::uint64_t below(std::uint64_t limit) {
    if (limit == 0) return 0;
    const std::uint64_t threshold = (0 - limit) % limit;
    std::uint64_t value = next();
    while (value < threshold) value = next();
    return value % limit;
  }

  /// True in `per_mille` of 1000 cases.
  bool chance(std::uint32_t per_mille) { return below(1000) < per_mille; }

 private:
  std::uint64_t state_;
};

}  // namespace mainstay
