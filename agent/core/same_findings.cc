#include "agent/core/same_findings.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <tuple>

namespace mainstay::agent {
namespace {

/// Numbers that change by themselves while nothing happens.
bool is_age(Measure measure) {
  static constexpr std::array kAges = {Measure::AgeSeconds,       Measure::CheckAgeSeconds,
                                       Measure::ProofAgeSeconds,  Measure::FullInSeconds,
                                       Measure::FullInMinSeconds, Measure::FullInMaxSeconds,
                                       Measure::SpanSeconds};
  return std::ranges::find(kAges, measure) != kAges.end();
}

/// Within a twentieth, or five points of what is a percentage.
bool is_close(std::int64_t left, std::int64_t right) {
  const std::int64_t most = std::max(std::abs(left), std::abs(right));
  return std::abs(left - right) <= std::max<std::int64_t>(4, most / 20);
}

/// `elapsed` is what lies between the two looks. What is fine may jitter; what is not is told
/// exactly.
bool same_reading(const Reading& now, const Reading& before, Judgement judgement,
                  Duration elapsed) {
  if (now.measure != before.measure) return false;
  const std::int64_t seconds = elapsed.count() / 1000;
  if (is_age(now.measure)) {
    constexpr std::int64_t kSlack = 120;  // seconds; and a fiftieth, for forecasts
    const bool falls = now.measure == Measure::FullInSeconds ||
                       now.measure == Measure::FullInMinSeconds ||
                       now.measure == Measure::FullInMaxSeconds;
    const std::int64_t reckoned = before.value + (falls ? -seconds : seconds);
    return std::abs(now.value - reckoned) <= std::max(kSlack, std::abs(now.value) / 50);
  }
  return judgement == Judgement::Proved ? is_close(now.value, before.value)
                                        : now.value == before.value;
}

bool same_finding(const Finding& now, const Finding& before, Duration elapsed) {
  if (std::tie(now.topic, now.judgement, now.subject) !=
      std::tie(before.topic, before.judgement, before.subject)) {
    return false;
  }
  // Of what is fine the text only says the numbers in words.
  if (now.judgement != Judgement::Proved && now.text != before.text) return false;
  return std::ranges::equal(now.readings, before.readings,
                            [&](const Reading& left, const Reading& right) {
                              return same_reading(left, right, now.judgement, elapsed);
                            });
}

}  // namespace

bool same_findings(const SourceReport& now, const SourceReport& told, Duration elapsed) {
  return now.omitted == told.omitted &&
         std::ranges::equal(now.findings, told.findings,
                            [&](const Finding& left, const Finding& right) {
                              return same_finding(left, right, elapsed);
                            });
}

}  // namespace mainstay::agent
