// By when something must have happened.
#include <algorithm>

#include "common/core/span_text.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

std::string left_text(std::int64_t left) {
  return left >= 0 ? "in " + span_text(span_of(left)) : span_text(span_of(-left)) + " over";
}

std::string full_text(std::int64_t left) {
  return "full in " + span_text(span_of(left));
}

std::string date_part(const std::string& instant) {
  return instant.substr(0, std::min<std::size_t>(10, instant.size()));
}

/// Of a centre that reckons no deadlines, as far as a finding's numbers tell.
std::string deadline_by_readings(const Answer& finding) {
  const Answer& readings = finding.at("readings");
  const std::int64_t age = finding.number("age_seconds");
  if (readings.has("limit_seconds") && readings.has("age_seconds")) {
    return left_text(readings.number("limit_seconds") - readings.number("age_seconds") - age);
  }
  if (readings.has("full_in_seconds")) return full_text(readings.number("full_in_seconds") - age);
  for (const char* key : {"expires_at_seconds", "deadline_seconds"}) {
    if (!readings.has(key)) continue;
    return date_part(utc_text(wall_from_ms(span_of(readings.number(key)).count())));
  }
  return "-";
}

}  // namespace

std::string deadline_text(const Answer& from) {
  // It has a fix, and there was no room to keep since when.
  if (from.has("clock_known") && !from.flag("clock_known")) return "not known";
  if (!from.has("deadline_seconds")) return deadline_by_readings(from);
  const std::string of = from.text("deadline_of");
  const std::int64_t left = from.number("deadline_seconds");
  if (of == "full") return full_text(left);
  if (of == "expires" || of == "support") return date_part(from.text("deadline_at"));
  return left_text(left) + (of == "prove_every" ? " (restore)" : "");
}

}  // namespace mainstay::cli
