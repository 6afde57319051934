// Tells in the log what a server turned away: keys, handshakes and frames. One line in ten seconds,
// with what each count grew by, so that a flood costs no more than a single peer.
#pragma once

#include <optional>

#include "common/core/time.h"
#include "common/fabric/server.h"
#include "common/ports/log.h"

namespace mainstay::fabric {

class RefusalWatch {
 public:
  /// `log` outlives it.
  explicit RefusalWatch(Log& log) : log_(log) {}
  /// From time to time, with the counts of now.
  void look(const ServerCounters& counters, Now now);

 private:
  Log& log_;
  ServerCounters told_;
  std::optional<Instant> told_at_;
};

}  // namespace mainstay::fabric
