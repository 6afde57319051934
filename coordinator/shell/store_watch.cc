#include "coordinator/shell/store_watch.h"

namespace mainstay::coordinator {

namespace {

constexpr Duration kLogInterval = std::chrono::minutes(1);
// Hosts of the smallest fleet say something to be kept more often than this, so that silence for so
// long means that writes succeed again.
constexpr Duration kLossShown = std::chrono::minutes(10);

}  // namespace

void StoreWatch::look(const store::CacheLoss& loss, Now now) {
  if (loss.commits != health_.cache_lost) {
    if (!health_.cache_since) health_.cache_since = now.wall;
    lost_at_ = now.mono;
    health_.cache_lost = loss.commits;
    health_.cache_reason = loss.reason;
  } else if (lost_at_ && now.mono - *lost_at_ >= kLossShown) {
    lost_at_.reset();
    health_.cache_since.reset();
  }
  if (logged_ == health_.cache_lost) return;
  if (logged_at_ && now.mono - *logged_at_ < kLogInterval) return;
  log_.event(Level::Error, "store.cache_lost",
             {{"commits", health_.cache_lost - logged_}, {"reason", health_.cache_reason}});
  logged_at_ = now.mono;
  logged_ = health_.cache_lost;
}

void StoreWatch::look_at_truth(double used) {
  if (used >= kTruthUsedMax && health_.truth_used < kTruthUsedMax) {
    log_.event(Level::Error, "store.nearly_full",
               {{"percent", static_cast<std::int64_t>(used * 100)}});
  }
  health_.truth_used = used;
}

}  // namespace mainstay::coordinator
