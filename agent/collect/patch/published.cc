#include "agent/collect/patch/published.h"

#include "common/core/iso_text.h"

namespace mainstay::agent {

void tell_published(Finding& finding, std::int64_t published, WallTime now) {
  // A published text could say any number. A day is for a date that has no zone, and for clocks.
  constexpr std::int64_t kDaySeconds = 86'400;
  constexpr std::int64_t kYear10000 = 253'402'300'800;
  constexpr std::size_t kDayLength = 10;
  if (published <= 0 || published >= kYear10000) return;
  if (published > to_ms(now) / 1000 + kDaySeconds) return;
  finding.text += ", published " + iso_text(wall_from_ms(published * 1000)).substr(0, kDayLength);
  finding.readings.push_back({.measure = Measure::PublishedAtSeconds, .value = published});
}

}  // namespace mainstay::agent
