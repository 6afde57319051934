// What of a host's findings moves with the clock: until when backups are young enough, and since
// when security updates are open. A finding is told again only when it says something else.
#include <algorithm>

#include "coordinator/core/state.h"

namespace mainstay::coordinator {

namespace {

/// Of a span that cannot be below zero: else it is told wrong, and as good as not at all.
std::optional<std::chrono::seconds> age_of(const Finding& finding, Measure measure) {
  const auto told = span_of(finding, measure);
  return told && told->count() >= 0 ? told : std::nullopt;
}

/// `limit` from when the age was nothing; zero if the host does not say one of the two.
WallTime until(const Finding& finding, Measure age, Measure limit) {
  const auto old = age_of(finding, age);
  const auto most = age_of(finding, limit);
  return old && most ? finding.at - *old + *most : WallTime{};
}

/// Proved, refuted for so long, refuted for nobody knows how long, not proved.
std::pair<int, WallTime> badness(const PatchWord& word) {
  if (word.judgement == Judgement::NotProved) return {3, {}};
  if (word.judgement == Judgement::Proved) return {0, {}};
  return word.open_since ? std::pair(1, *word.open_since) : std::pair(2, WallTime{});
}

/// Of two package managers the worse one; of two that are late the one that is for longer.
bool is_worse(const PatchWord& word, const PatchWord& other) {
  const auto [rank, since] = badness(word);
  const auto [other_rank, other_since] = badness(other);
  return rank != other_rank ? rank > other_rank : since < other_since;
}

/// The finding that speaks of all updates counts them; the others are of one package each.
std::optional<PatchWord> patch_word(const FindingsRow& row) {
  std::optional<PatchWord> word;
  for (const Finding& finding : row.findings) {
    if (finding.topic != Topic::Patch || !reading_of(finding, Measure::Count)) continue;
    PatchWord said{.judgement = finding.judgement};
    if (const auto age = age_of(finding, Measure::AgeSeconds)) said.open_since = row.at - *age;
    if (!word || is_worse(said, *word)) word = said;
  }
  return word;
}

/// Where a report names no set because it could not look, those before it are still there, and
/// nothing of them is in time; the host has one at least where its own file cannot be read.
std::vector<SetDates> unseen_sets(std::vector<SetDates> former, const FindingsRow& row) {
  const auto could_not = [&](Topic topic) {
    return std::ranges::any_of(row.findings, [&](const Finding& finding) {
      return finding.topic == topic && finding.judgement == Judgement::NotProved;
    });
  };
  const bool is_unread = could_not(Topic::Backup);
  if (!is_unread && !could_not(Topic::Source)) return {};
  if (former.empty() && is_unread) former.emplace_back();
  for (SetDates& set : former) {
    set.backed_up = {};
    if (set.restored) set.restored = WallTime{};
  }
  return former;
}

}  // namespace

void note_dates(Sight& sight, const FindingsRow& row) {
  if (row.source == Source::Patch) sight.dates.patch = patch_word(row);
  if (row.source != Source::Backup) return;
  std::vector<SetDates> sets;
  for (const Finding& finding : row.findings) {
    // What has no limit is no set: a lock, or a tool that is not there.
    if (finding.topic != Topic::Backup || !reading_of(finding, Measure::LimitSeconds)) continue;
    SetDates dates{.backed_up = until(finding, Measure::AgeSeconds, Measure::LimitSeconds)};
    // A young backup may be one that cannot be read.
    if (finding.judgement == Judgement::Refuted) dates.backed_up = {};
    if (reading_of(finding, Measure::ProofLimitSeconds)) {
      dates.restored = until(finding, Measure::ProofAgeSeconds, Measure::ProofLimitSeconds);
    }
    sets.push_back(dates);
  }
  if (sets.empty()) sets = unseen_sets(sight.dates.backups, row);
  sets.shrink_to_fit();
  sight.dates.backups = std::move(sets);
}

}  // namespace mainstay::coordinator
