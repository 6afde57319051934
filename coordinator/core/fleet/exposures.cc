// Since when hosts are open to a vulnerability: the clocks of its deadlines. What hosts are open to
// is found outside, by their lists; here only when it was first heard, and that it stays so.
#include <algorithm>

#include "common/core/check.h"
#include "coordinator/core/fleet/fleet.h"

namespace mainstay::coordinator {

namespace {

/// What is neither exploited nor critical leaves a quarter of the room to what is.
bool has_room(const Turn& turn, const Exposure& exposure) {
  const std::size_t most = turn.limits.exposures_max;
  return turn.state.exposures.size() < (exposure.is_urgent ? most : most - most / 4);
}

using Rows = std::map<ExposureId, ExposureRow>;

/// Those that give way, the longest gone last; found when the first has no room. As many as one
/// step may write.
class Gone {
 public:
  bool give_way(Turn& turn) {
    if (!rows_) find(turn.state.exposures);
    // One may have come back in this very step.
    while (!rows_->empty() && rows_->back()->second.gone_at == WallTime{}) rows_->pop_back();
    if (rows_->empty()) return false;
    turn.erase(rows_->back()->second);
    turn.state.exposures.erase(rows_->back());
    rows_->pop_back();
    return true;
  }

 private:
  void find(Rows& rows) {
    rows_.emplace();
    for (auto at = rows.begin(); at != rows.end(); ++at) {
      if (at->second.gone_at != WallTime{}) rows_->push_back(at);
    }
    const auto gone_at = [](const Rows::iterator& at) { return at->second.gone_at; };
    const std::size_t few = std::min(rows_->size(), kExposuresSeenMax);
    std::ranges::partial_sort(*rows_, rows_->begin() + static_cast<std::ptrdiff_t>(few), {},
                              gone_at);
    rows_->resize(few);
    std::ranges::reverse(*rows_);
  }

  std::optional<std::vector<Rows::iterator>> rows_;
};

bool make_room(Turn& turn, const Exposure& exposure, Gone& gone) {
  while (!has_room(turn, exposure)) {
    if (gone.give_way(turn)) continue;
    turn.state.exposures_refused = true;
    return false;
  }
  return true;
}

/// The later of: the vulnerability was seen here, its fix was published. Who hears late of a fix
/// wins no time by it; without a day, or with one to come, it counts from when it was heard of.
WallTime clock_begins(WallTime published, WallTime seen_at, WallTime now) {
  return published == WallTime{} ? now : std::min(now, std::max(published, seen_at));
}

void note(Turn& turn, const Exposure& exposure, Gone& gone) {
  auto& exposures = turn.state.exposures;
  const ExposureId id(exposure.vulnerability, exposure.release);
  const auto found = exposures.find(id);
  const bool is_new = found == exposures.end();
  if (is_new && (exposure.is_gone || !make_room(turn, exposure, gone))) return;
  const ExposureRow fresh{.vulnerability = exposure.vulnerability,
                          .release = exposure.release,
                          .seen_at = turn.now.wall,
                          .fix_at = {},
                          .gone_at = {}};
  ExposureRow row = is_new ? fresh : found->second;
  if (exposure.is_gone) {
    turn.state.exposures_refused = false;  // who had no room is told again
    if (row.gone_at == WallTime{}) row.gone_at = turn.now.wall;
  } else {
    row.gone_at = {};
    if (exposure.has_fix && row.fix_at == WallTime{}) {
      row.fix_at = clock_begins(exposure.published, row.seen_at, turn.now.wall);
    }
  }
  turn.put(row);
  exposures[id] = std::move(row);
}

/// True if it was noted when the clock was ahead; it counts from when the clock was right again.
bool set_back(ExposureRow& row, WallTime right_since, WallTime now) {
  bool is_ahead = false;
  for (WallTime* const at : {&row.seen_at, &row.fix_at, &row.gone_at}) {
    if (*at <= now) continue;
    *at = right_since;
    is_ahead = true;
  }
  return is_ahead;
}

}  // namespace

void on_exposures(Turn& turn, const ExposuresSeen& event) {
  CHECK(event.exposures.size() <= kExposuresSeenMax);
  Gone gone;
  for (const Exposure& exposure : event.exposures) note(turn, exposure, gone);
}

void forget_exposures(Turn& turn) {
  constexpr std::size_t kChangedMax = 16;
  const Duration even = turn.now.mono - turn.state.clock_even_since;
  if (even < turn.limits.clock_settle) return;
  std::size_t changed = 0;
  auto& exposures = turn.state.exposures;
  for (auto at = exposures.begin(); at != exposures.end() && changed < kChangedMax;) {
    ExposureRow& row = at->second;
    if (set_back(row, turn.now.wall - even, turn.now.wall)) {
      turn.put(row);
      changed += 1;
    }
    if (row.gone_at == WallTime{} || turn.now.wall - row.gone_at < turn.limits.exposure_kept) {
      ++at;
      continue;
    }
    turn.erase(row);
    at = exposures.erase(at);
    turn.state.exposures_refused = false;
    changed += 1;
  }
}

void watch_clock(Turn& turn) {
  State& state = turn.state;
  const Now now = turn.now;
  const auto is_even = [&](const Now& before) {
    const Duration uneven = (now.wall - before.wall) - (now.mono - before.mono);
    return uneven <= turn.limits.clock_uneven_max && -uneven <= turn.limits.clock_uneven_max;
  };
  if (!state.ticked_at || !is_even(*state.ticked_at)) state.clock_even_since = now.mono;
  state.ticked_at = now;
}

}  // namespace mainstay::coordinator
