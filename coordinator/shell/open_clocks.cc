// Since when what is open is: told to the core, which keeps it, and read from its rows.
#include <algorithm>

#include "coordinator/shell/json.h"
#include "coordinator/shell/open_lists.h"

namespace mainstay::coordinator {

namespace {

constexpr std::size_t kPieceClocksMax = 10'000;  // looked up
constexpr std::size_t kPieceNumbersMax = 1'000'000;
constexpr std::size_t kEntryCost = 100;  // of numbers: to find a list, or a host's claims

}  // namespace

bool OpenLists::tell_news(const ViewContext& context) {
  const auto& rows = context.state.exposures;
  for (std::size_t entries = 0; number_ < counts_.size(); ++number_) {
    if (++entries > kPieceClocksMax || news_.size() == kExposuresSeenMax) return false;
    const Count& count = counts_[number_];
    const Flaw& flaw = flaws()[number_];
    // What nothing mends has no deadline, and is noted where it is urgent all the same.
    const bool has_fix = count.with_fix > 0;
    if (!has_fix && (count.lists == 0 || flaw.haste() == Haste::Other)) continue;
    const auto row = rows.find({flaw.id, flaw.release});
    const bool is_told = row != rows.end() && row->second.gone_at == WallTime{} &&
                         (!has_fix || row->second.fix_at != WallTime{});
    if (is_told) continue;
    news_.push_back({.vulnerability = flaw.id,
                     .release = flaw.release,
                     .has_fix = has_fix,
                     .is_urgent = flaw.haste() != Haste::Other,
                     .is_gone = false,
                     .published = flaw.published});
  }
  return true;
}

bool OpenLists::tell_gone(const ViewContext& context) {
  if (is_any_list_lost(context)) return true;
  const auto& rows = context.state.exposures;
  auto at = row_ ? rows.upper_bound(*row_) : rows.begin();
  for (std::size_t entries = 0; at != rows.end(); ++at) {
    if (++entries > kPieceClocksMax || news_.size() == kExposuresSeenMax) return false;
    row_ = at->first;
    if (at->second.gone_at != WallTime{} || doubts_.holds(at->first.second)) continue;
    const auto number = survey_.number_of(at->first.first, at->first.second);
    if (number && *number < counts_.size() && counts_[*number].lists > 0) continue;
    news_.push_back({.vulnerability = at->first.first,
                     .release = at->first.second,
                     .has_fix = false,
                     .is_urgent = false,
                     .is_gone = true});
  }
  return true;
}

bool OpenLists::read_clocks(const ViewContext& context) {
  since_.resize(counts_.size());
  if (number_ == 0) without_clock_now_ = 0;
  for (std::size_t entries = 0; number_ < counts_.size(); ++number_) {
    if (++entries > kPieceClocksMax) return false;
    const Flaw& flaw = flaws()[number_];
    const auto row = context.state.exposures.find({flaw.id, flaw.release});
    since_[number_] = row == context.state.exposures.end() ? WallTime{} : row->second.fix_at;
    if (counts_[number_].with_fix > 0 && since_[number_] == WallTime{}) without_clock_now_ += 1;
  }
  without_clock_ = without_clock_now_;
  return true;
}

bool OpenLists::date_lists(const ViewContext& context) {
  const auto& packages = context.state.packages;
  auto at = last_ ? packages.upper_bound(*last_) : packages.begin();
  for (std::size_t numbers = 0; at != packages.end(); ++at) {
    if (numbers > kPieceNumbersMax) return false;
    last_ = at->first;
    numbers += kEntryCost;
    const auto found = lists_.find(at->first);
    if (found == lists_.end()) continue;
    OpenList& list = found->second;
    numbers += list.surveyed.open.size();
    list.oldest = oldest_of(list.surveyed.open);
    if (list.round != round_ || !list.surveyed.is_whole) list.oldest.is_dated = false;
  }
  return true;
}

bool OpenLists::date_claims() {
  auto at = claims_at_ ? claims_.upper_bound(*claims_at_) : claims_.begin();
  for (std::size_t numbers = 0; at != claims_.end(); ++at) {
    if (numbers > kPieceNumbersMax) return false;
    claims_at_ = at->first;
    numbers += kEntryCost + at->second.open.size();
    at->second.oldest = oldest_of(at->second.open);
  }
  return true;
}

Oldest OpenLists::oldest_of(const std::vector<OpenTo>& open) const {
  Oldest oldest{.is_dated = true};
  for (const OpenTo& one : open) {
    if (!one.has_fix()) continue;
    const WallTime since = since_[one.number()];
    if (since == WallTime{}) {
      oldest.is_dated = false;  // nobody can say that it is in time, nor that it is late
      continue;
    }
    const auto place = static_cast<std::size_t>(flaws()[one.number()].haste());
    if (since >= oldest.since[place]) continue;
    oldest.since[place] = since;
    oldest.number[place] = one.number();
  }
  return oldest;
}

std::optional<WallTime> OpenLists::since(std::uint32_t number) const {
  if (number >= since_.size() || since_[number] == WallTime{}) return std::nullopt;
  return since_[number];
}

bool OpenLists::is_over(std::uint32_t number, Haste haste, WallTime now) const {
  const auto since = this->since(number);
  return since && *since + time_to_mend(haste) <= now;
}

}  // namespace mainstay::coordinator
