#include "coordinator/shell/open_lists.h"

#include <algorithm>
#include <cstring>

#include "coordinator/shell/json.h"
#include "coordinator/shell/rows.h"

namespace mainstay::coordinator {

namespace {

// Of one piece, each some ten milliseconds of work.
constexpr std::size_t kPieceWeighedMax = 10'000;
// To read a list and check it takes as long for so many bytes as to weigh one of its packages: some
// ten ordinary lists a piece, or two as long as they may be.
constexpr std::size_t kBytesWeighed = 100;
constexpr std::size_t kPieceEntriesMax = 10'000;  // looked up
constexpr std::size_t kPieceDatedMax = 2'000;     // lists of some thousand numbers

constexpr Duration kMissingMax = std::chrono::minutes(1);
constexpr std::size_t kLostMax = 64;  // of a piece: as many as are asked for at a time
}  // namespace

std::size_t OpenLists::DigestHash::operator()(const Digest& digest) const {
  std::size_t hash = 0;
  std::memcpy(&hash, digest.value.data(), sizeof(hash));
  return hash;
}

bool OpenLists::go_on(const ViewContext& context) {
  if (is_stale_) begin_round(context);
  bool is_done = false;
  switch (stage_) {
    case Stage::Lists:
      is_done = look_at_lists(context);
      break;
    case Stage::News:
      is_done = tell_news(context);
      break;
    case Stage::Gone:
      is_done = tell_gone(context);
      break;
    case Stage::Clocks:
      is_done = read_clocks(context);
      break;
    case Stage::Dates:
      is_done = date_lists(context);
      break;
  }
  if (!is_done) return false;
  const bool is_last = stage_ == Stage::Dates || (stage_ == Stage::Lists && !has_changed_);
  if (stage_ == Stage::Dates) has_changed_ = false;
  if (is_last) {
    round_ended_ = round_;
    begin_walk();
    return true;
  }
  next_stage();
  return false;
}

void OpenLists::begin_round(const ViewContext& context) {
  survey_.use(feeds_in(context));
  is_stale_ = false;
  round_ += 1;
  looking_at_.reset();
  has_changed_ = true;
  begin_walk();
}

void OpenLists::begin_walk() {
  stage_ = Stage::Lists;
  last_.reset();
  still_had_ = 0;
  missing_now_.clear();
  doubts_.begin_walk();
}

void OpenLists::next_stage() {
  stage_ = static_cast<Stage>(static_cast<std::uint8_t>(stage_) + 1);
  last_.reset();
  number_ = 0;
  row_.reset();
}

bool OpenLists::look_at_lists(const ViewContext& context) {
  const auto& packages = context.state.packages;
  const Feeds feeds = feeds_in(context);
  std::size_t budget = kPieceWeighedMax;
  std::size_t entries = 0;
  auto at = last_ ? packages.upper_bound(*last_) : packages.begin();
  while (true) {
    if (looking_at_) {
      if (!survey_.go_on(feeds, budget)) return false;
      keep(*looking_at_, survey_.end(), context.now.mono);
      looking_at_.reset();
    }
    if (at == packages.end()) break;
    if (++entries > kPieceEntriesMax || budget == 0) return false;
    last_ = at->first;
    const auto known = lists_.find(at->first);
    const bool is_known = known != lists_.end() && known->second.round == round_;
    if (known != lists_.end()) still_had_ += 1;
    if (is_known) doubts_.add(known->second.surveyed, context.now.mono);
    if (!is_known && (!at->second.stored || !begin_list(context, at->first, budget))) {
      doubts_.add_any(context.now.mono);
      if (at->second.stored) note_missing(context, at->first);
    }
    ++at;
  }
  drop_those_gone(context);
  missing_ = std::exchange(missing_now_, {});
  // What was kept from ending is walked over again, though no list is new.
  if (doubts_.end_walk(context.now.mono)) has_changed_ = true;
  return true;
}

/// A row is on its way to the disk for a moment after the core has it. One that the disk had no
/// room for would find none again.
void OpenLists::note_missing(const ViewContext& context, const Digest& digest) {
  const auto before = missing_.find(digest);
  const Instant since = before == missing_.end() ? context.now.mono : before->second;
  missing_now_[digest] = since;
  if (context.store.cache_since || context.now.mono - since < kMissingMax) return;
  missing_now_.erase(digest);
  if (lost_.size() < kLostMax) lost_.push_back(digest);
}

bool OpenLists::begin_list(const ViewContext& context, const Digest& digest, std::size_t& budget) {
  const auto text = packages_text(context.records, digest);
  if (!text) return false;
  budget -= std::min(budget, 1 + text->size() / kBytesWeighed);
  auto list = read_package_list(as_text(*text));
  if (!list) return false;
  survey_.begin(std::move(*list));
  looking_at_ = digest;
  return true;
}

void OpenLists::keep(const Digest& digest, Surveyed surveyed, Instant now) {
  doubts_.add(surveyed, now);
  counts_.resize(survey_.flaws().size());
  const auto [at, is_new] = lists_.try_emplace(digest);
  OpenList& list = at->second;
  if (!is_new) count(list.surveyed, false);
  count(surveyed, true);
  list.surveyed = std::move(surveyed);
  list.round = round_;
  list.is_dated = false;
  list.exploited.clear();
  for (const OpenTo& open : list.surveyed.open) {
    if (flaws()[open.number()].exploited) list.exploited.push_back(open);
  }
  has_changed_ = true;
}

void OpenLists::count(const Surveyed& surveyed, bool is_new) {
  const auto change = [&](std::uint32_t& count) { is_new ? ++count : --count; };
  for (const OpenTo& open : surveyed.open) {
    change(counts_[open.number()].lists);
    if (open.has_fix()) change(counts_[open.number()].with_fix);
  }
}

void OpenLists::drop_those_gone(const ViewContext& context) {
  if (still_had_ == lists_.size()) return;
  for (auto at = lists_.begin(); at != lists_.end();) {
    if (context.state.packages.contains(at->first)) {
      ++at;
      continue;
    }
    count(at->second.surveyed, false);
    at = lists_.erase(at);
    has_changed_ = true;
  }
}

bool OpenLists::tell_news(const ViewContext& context) {
  const auto& rows = context.state.exposures;
  for (std::size_t entries = 0; number_ < counts_.size(); ++number_) {
    if (++entries > kPieceEntriesMax || news_.size() == kExposuresSeenMax) return false;
    const Count& count = counts_[number_];
    const Flaw& flaw = flaws()[number_];
    // What nothing mends has no deadline, and is noted where it is exploited all the same.
    const bool has_fix = count.with_fix > 0;
    if (!has_fix && (count.lists == 0 || !flaw.exploited)) continue;
    const auto row = rows.find({flaw.id, flaw.release});
    const bool is_told = row != rows.end() && row->second.gone_at == WallTime{} &&
                         (!has_fix || row->second.fix_at != WallTime{});
    if (is_told) continue;
    news_.push_back({.vulnerability = flaw.id,
                     .release = flaw.release,
                     .has_fix = has_fix,
                     .is_urgent = flaw.haste() != Haste::Other,
                     .is_gone = false});
  }
  return true;
}

bool OpenLists::tell_gone(const ViewContext& context) {
  if (is_any_list_lost(context)) return true;
  const auto& rows = context.state.exposures;
  auto at = row_ ? rows.upper_bound(*row_) : rows.begin();
  for (std::size_t entries = 0; at != rows.end(); ++at) {
    if (++entries > kPieceEntriesMax || news_.size() == kExposuresSeenMax) return false;
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
    if (++entries > kPieceEntriesMax) return false;
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
  for (std::size_t entries = 0; at != packages.end(); ++at) {
    if (++entries > kPieceDatedMax) return false;
    last_ = at->first;
    const auto list = lists_.find(at->first);
    if (list != lists_.end()) date(list->second);
  }
  return true;
}

void OpenLists::date(OpenList& list) const {
  list.since.fill(WallTime::max());
  list.is_dated = list.round == round_ && list.surveyed.is_whole;
  for (const OpenTo& open : list.surveyed.open) {
    if (!open.has_fix()) continue;
    const WallTime since = since_[open.number()];
    if (since == WallTime{}) {
      list.is_dated = false;  // nobody can say that it is in time, nor that it is late
      continue;
    }
    WallTime& oldest = list.since[static_cast<std::size_t>(flaws()[open.number()].haste())];
    oldest = std::min(oldest, since);
  }
}

const OpenList* OpenLists::find(const Digest& packages) const {
  const auto found = lists_.find(packages);
  return found == lists_.end() ? nullptr : &found->second;
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
