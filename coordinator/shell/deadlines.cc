#include "coordinator/shell/deadlines.h"

#include <algorithm>

namespace mainstay::coordinator {

namespace {

void take_first(std::optional<Deadline>& first, Deadline next) {
  if (!first || next.at < first->at) first = next;
}

/// `limit` from when its age was nothing.
void take_age(const Finding& finding, Measure age, Measure limit, std::string_view of,
              std::optional<Deadline>& first) {
  const auto old = span_of(finding, age);
  const auto most = span_of(finding, limit);
  if (old && most) take_first(first, {.at = finding.at - *old + *most, .of = of});
}

WallTime since_1970(std::chrono::seconds seconds) {
  return WallTime(std::chrono::duration_cast<Duration>(seconds));
}

}  // namespace

std::optional<Deadline> deadline_of(const FindingsRow& row, const Finding& finding,
                                    const std::optional<Deadline>& open_to) {
  std::optional<Deadline> first;
  take_age(finding, Measure::AgeSeconds, Measure::LimitSeconds, "rpo", first);
  take_age(finding, Measure::ProofAgeSeconds, Measure::ProofLimitSeconds, "prove_every", first);
  if (const auto left = span_of(finding, Measure::FullInSeconds)) {
    take_first(first, {.at = finding.at + *left, .of = "full"});
  }
  if (const auto at = span_of(finding, Measure::ExpiresAtSeconds)) {
    take_first(first, {.at = since_1970(*at), .of = "expires"});
  }
  if (const auto at = span_of(finding, Measure::DeadlineSeconds)) {
    take_first(first, {.at = since_1970(*at), .of = "support"});
  }
  const auto open = span_of(finding, Measure::AgeSeconds);
  if (finding.topic == Topic::Patch && finding.judgement == Judgement::Refuted && open) {
    take_first(first, {.at = row.at - *open + time_to_mend(Haste::Other), .of = "patch"});
  }
  const bool is_of_all = finding.topic == Topic::Patch && reading_of(finding, Measure::Count);
  if (is_of_all && open_to) take_first(first, *open_to);
  return first;
}

void put_deadline(const ViewContext& context, const std::optional<Deadline>& deadline, Json& json) {
  json["deadline_at"] = nullptr;
  json["deadline_seconds"] = nullptr;
  json["deadline_of"] = nullptr;
  if (!deadline) return;
  json["deadline_at"] = instant_json(deadline->at);
  json["deadline_seconds"] =
      std::chrono::floor<std::chrono::seconds>(deadline->at - context.now.wall).count();
  json["deadline_of"] = deadline->of;
}

WallTime due_of(const Host& host, WallTime since, Haste haste) {
  return std::max(since, host.row.enrolled_at) + time_to_mend(haste);
}

}  // namespace mainstay::coordinator
