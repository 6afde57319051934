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

namespace {

Judgement own_word(const std::optional<PatchWord>& word, WallTime now) {
  if (!word || word->judgement != Judgement::Refuted) {
    return word ? word->judgement : Judgement::NotProved;
  }
  if (!word->open_since) return Judgement::NotProved;  // for nobody knows how long
  const bool is_late = *word->open_since + time_to_mend(Haste::Other) <= now;
  return is_late ? Judgement::Refuted : Judgement::Proved;
}

bool is_any_late(const Oldest& oldest, const Host& host, WallTime now) {
  for (std::size_t place = 0; place < kHasteCount; ++place) {
    const auto haste = static_cast<Haste>(place);
    if (oldest.has(haste) && due_of(host, oldest.since[place], haste) <= now) return true;
  }
  return false;
}

/// What a scanner disputes with all others is not known.
Judgement scanners_word(const ViewContext& context, const Host& host) {
  const OpenClaims* const claims = context.open_lists->claims(host.row.host);
  if (claims == nullptr) {
    return is_named_by_scanner(context, host) ? Judgement::NotProved : Judgement::Proved;
  }
  if (is_any_late(claims->oldest, host, context.now.wall)) return Judgement::Refuted;
  const bool is_known = context.open_lists->is_known(claims, host) && claims->is_whole &&
                        claims->disputed.empty() && claims->oldest.is_dated;
  return is_known ? Judgement::Proved : Judgement::NotProved;
}

/// By lists of vulnerabilities.
Judgement lists_word(const ViewContext& context, const Host& host) {
  if (context.state.feeds.empty()) return Judgement::Proved;  // only hosts speak of it
  const OpenList* const list =
      context.open_lists == nullptr ? nullptr : context.open_lists->find(host.sight.row.packages);
  if (list == nullptr) return Judgement::NotProved;
  if (is_any_late(list->oldest, host, context.now.wall)) return Judgement::Refuted;
  const Judgement scanners = scanners_word(context, host);
  if (scanners == Judgement::Refuted) return scanners;
  // One that is lost may know of it what no other does.
  if (is_any_list_lost(context) || !list->oldest.is_dated) return Judgement::NotProved;
  // Nothing is open where no list speaks of the release, and nothing is known.
  return list->surveyed.release.empty() ? Judgement::NotProved : scanners;
}

}  // namespace

Judgement patched_in_time(const ViewContext& context, const Host& host) {
  // What a silent host told once proves nothing of now.
  if (state_of(context, host) != "live") return Judgement::NotProved;
  const Judgement own = own_word(host.sight.dates.patch, context.now.wall);
  if (own == Judgement::Refuted) return own;
  const Judgement lists = lists_word(context, host);
  return lists == Judgement::Proved ? own : lists;
}

}  // namespace mainstay::coordinator
