#include "common/fabric/refusal_watch.h"

namespace mainstay::fabric {

namespace {

constexpr Duration kQuiet = std::chrono::seconds(10);

std::uint64_t refused(const ServerCounters& counters) {
  return counters.refused_joins + counters.failed_handshakes + counters.unauthenticated +
         counters.not_admitted + counters.crowding + counters.malformed + counters.oversized;
}

}  // namespace

void RefusalWatch::look(const ServerCounters& counters, Now now) {
  if (refused(counters) <= refused(told_)) return;
  if (told_at_ && now.mono - *told_at_ < kQuiet) return;
  log_.event(Level::Warn, "peers.refused",
             {{"keys", counters.refused_joins - told_.refused_joins},
              {"handshakes", counters.failed_handshakes - told_.failed_handshakes},
              {"unauthenticated", counters.unauthenticated - told_.unauthenticated},
              {"not_admitted", counters.not_admitted - told_.not_admitted},
              {"crowding", counters.crowding - told_.crowding},
              {"malformed", counters.malformed - told_.malformed},
              {"oversized", counters.oversized - told_.oversized}});
  told_ = counters;
  told_at_ = now.mono;
}

}  // namespace mainstay::fabric
