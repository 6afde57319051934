// Whether the store still takes what it should. Cache may be lost and nothing ends by it, so that
// without this nobody would hear that findings are no longer kept: it is logged once a minute, and
// a need as long as it lasts. Truth that cannot be written ends the process; before, it is a need.
#pragma once

#include <optional>

#include "common/ports/log.h"
#include "common/store/lmdb_store.h"
#include "coordinator/shell/store_health.h"

namespace mainstay::coordinator {

class StoreWatch {
 public:
  explicit StoreWatch(Log& log) : log_(log) {}

  /// Each second.
  void look(const store::CacheLoss& loss, Now now);
  /// Each minute: it reads the store's list of free pages.
  void look_at_truth(double used);
  [[nodiscard]] const StoreHealth& health() const { return health_; }

 private:
  Log& log_;
  StoreHealth health_;
  std::optional<Instant> lost_at_;  // the last time
  std::optional<Instant> logged_at_;
  std::uint64_t logged_ = 0;  // losses told of
};

}  // namespace mainstay::coordinator
