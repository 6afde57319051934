// Since when hosts are open to a vulnerability: the clocks of its deadlines. What hosts are open to
// is found outside, by their lists; here only when it was first heard, and that it stays so.
#include "common/core/check.h"
#include "coordinator/core/fleet/fleet.h"

namespace mainstay::coordinator {

namespace {

/// What is neither exploited nor critical leaves a quarter of the room to what is.
bool has_room(const Turn& turn, const Exposure& exposure) {
  const std::size_t most = turn.limits.exposures_max;
  return turn.state.exposures.size() < (exposure.is_urgent ? most : most - most / 4);
}

void note(Turn& turn, const Exposure& exposure) {
  auto& exposures = turn.state.exposures;
  const ExposureId id(exposure.vulnerability, exposure.release);
  const auto found = exposures.find(id);
  if (found == exposures.end() && (exposure.is_gone || !has_room(turn, exposure))) return;
  const ExposureRow fresh{.vulnerability = exposure.vulnerability,
                          .release = exposure.release,
                          .seen_at = turn.now.wall,
                          .fix_at = {},
                          .gone_at = {}};
  ExposureRow row = found == exposures.end() ? fresh : found->second;
  if (exposure.is_gone) {
    if (row.gone_at == WallTime{}) row.gone_at = turn.now.wall;
  } else {
    row.gone_at = {};
    if (exposure.has_fix && row.fix_at == WallTime{}) row.fix_at = turn.now.wall;
  }
  turn.put(row);
  exposures[id] = std::move(row);
}

}  // namespace

void on_exposures(Turn& turn, const ExposuresSeen& event) {
  CHECK(event.exposures.size() <= kExposuresSeenMax);
  for (const Exposure& exposure : event.exposures) note(turn, exposure);
}

void forget_exposures(Turn& turn) {
  constexpr std::size_t kErasedMax = 16;
  std::size_t erased = 0;
  auto& exposures = turn.state.exposures;
  for (auto at = exposures.begin(); at != exposures.end() && erased < kErasedMax;) {
    const WallTime gone = at->second.gone_at;
    if (gone == WallTime{} || turn.now.wall - gone < turn.limits.exposure_kept) {
      ++at;
      continue;
    }
    turn.erase(at->second);
    at = exposures.erase(at);
    erased += 1;
  }
}

}  // namespace mainstay::coordinator
