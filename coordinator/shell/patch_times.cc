#include "coordinator/shell/patch_times.h"

#include "coordinator/shell/deadlines.h"
#include "coordinator/shell/json.h"

namespace mainstay::coordinator {

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

}  // namespace

PatchTimes::PatchTimes(const ViewContext& context)
    : context_(context), is_any_list_lost_(is_any_list_lost(context)), scanned_(context) {}

Judgement PatchTimes::of(const Host& host) {
  // What a silent host told once proves nothing of now.
  if (state_of(context_, host) != "live") return Judgement::NotProved;
  const Judgement own = own_word(host.sight.dates.patch, context_.now.wall);
  if (own == Judgement::Refuted) return own;
  const Judgement lists = by_lists(host);
  return lists == Judgement::Proved ? own : lists;
}

/// Of vulnerabilities, and by scanners.
Judgement PatchTimes::by_lists(const Host& host) {
  if (context_.state.feeds.empty()) return Judgement::Proved;  // only hosts speak of it
  const OpenList* const list =
      context_.open_lists == nullptr ? nullptr : context_.open_lists->find(host.sight.row.packages);
  if (list == nullptr) return Judgement::NotProved;
  if (is_any_late(list->oldest, host, context_.now.wall)) return Judgement::Refuted;
  const Judgement scanners = by_scanners(host);
  if (scanners == Judgement::Refuted) return scanners;
  // One that is lost may know of it what no other does.
  if (is_any_list_lost_ || !list->oldest.is_dated) return Judgement::NotProved;
  // Nothing is open where no list speaks of the release, and nothing is known.
  return list->surveyed.release.empty() ? Judgement::NotProved : scanners;
}

/// What a scanner disputes with all others is not known.
Judgement PatchTimes::by_scanners(const Host& host) {
  const OpenClaims* const claims = scanned_.claims(host.row.host);
  if (claims == nullptr) {
    return is_named_by_scanner(host) ? Judgement::NotProved : Judgement::Proved;
  }
  if (is_any_late(claims->oldest, host, context_.now.wall)) return Judgement::Refuted;
  const bool is_known = context_.open_lists->is_known(claims, host) && claims->is_whole &&
                        claims->disputed.empty() && claims->oldest.is_dated;
  return is_known ? Judgement::Proved : Judgement::NotProved;
}

}  // namespace mainstay::coordinator
