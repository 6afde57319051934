#include "coordinator/shell/open_lists.h"

#include <algorithm>

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

constexpr Duration kMissingMax = std::chrono::minutes(1);
constexpr std::size_t kLostMax = 64;  // of a piece: as many as are asked for at a time
}  // namespace

bool OpenLists::go_on(const ViewContext& context) {
  if (is_stale_) begin_round(context);
  bool is_done = false;
  switch (stage_) {
    case Stage::Lists:
      is_done = look_at_lists(context);
      break;
    case Stage::Claims:
      is_done = look_at_claims(context);
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
    case Stage::ClaimDates:
      is_done = date_claims();
      break;
  }
  if (!is_done) return false;
  if (stage_ == Stage::Lists && !are_claims_due(context)) stage_ = Stage::Claims;
  const bool is_end = stage_ == Stage::ClaimDates;
  const bool is_last = is_end || (stage_ == Stage::Claims && !has_changed_);
  if (is_end) has_changed_ = false;
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
  claimed_.clear();
  still_had_ = 0;
  missing_now_.clear();
  doubts_.begin_walk();
}

void OpenLists::next_stage() {
  stage_ = static_cast<Stage>(static_cast<std::uint8_t>(stage_) + 1);
  last_.reset();
  claims_at_.reset();
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
  if (!is_new) count(list.surveyed.open, false);
  count(surveyed.open, true);
  list.surveyed = std::move(surveyed);
  list.round = round_;
  list.oldest.is_dated = false;
  list.exploited = only(Haste::Exploited, list.surveyed.open);
  list.critical = only(Haste::Critical, list.surveyed.open);
  has_changed_ = true;
}

std::vector<OpenTo> OpenLists::only(Haste haste, const std::vector<OpenTo>& open) const {
  std::vector<OpenTo> some;
  std::ranges::copy_if(open, std::back_inserter(some),
                       [&](const OpenTo& one) { return flaws()[one.number()].haste() == haste; });
  return some;
}

void OpenLists::count(const std::vector<OpenTo>& open, bool is_new) {
  const auto change = [&](std::uint32_t& count) { is_new ? ++count : --count; };
  for (const OpenTo& one : open) {
    change(counts_[one.number()].lists);
    if (one.has_fix()) change(counts_[one.number()].with_fix);
  }
}

void OpenLists::drop_those_gone(const ViewContext& context) {
  if (still_had_ == lists_.size()) return;
  for (auto at = lists_.begin(); at != lists_.end();) {
    if (context.state.packages.contains(at->first)) {
      ++at;
      continue;
    }
    count(at->second.surveyed.open, false);
    at = lists_.erase(at);
    has_changed_ = true;
  }
}

const OpenList* OpenLists::find(const Digest& packages) const {
  const auto found = lists_.find(packages);
  return found == lists_.end() ? nullptr : &found->second;
}

}  // namespace mainstay::coordinator
