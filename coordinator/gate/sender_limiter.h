// A bound on the frames a key may send: one enrolled host that floods must not take the coordinator
// from the others. An agent reports each 10 s, and after a long absence sends up to 64 records and
// a dozen parts of a log at once: a burst of 200 holds that twice over, 20 a second is 200 times
// what it needs.
#pragma once

#include <cstdint>
#include <map>

#include "common/core/id.h"
#include "common/core/time.h"

namespace mainstay {

struct SenderRate {
  std::uint32_t per_second = 20;  // at most 1000
  std::uint32_t burst = 200;
};
/// Of a host that is not enrolled yet: its request, and the same again if no answer came.
inline constexpr SenderRate kStrangerRate{.per_second = 2, .burst = 20};

class SenderLimiter {
 public:
  SenderLimiter(SenderRate rate, std::size_t senders_max)
      : interval_(1000 / rate.per_second),
        ahead_max_(interval_ * (rate.burst - 1)),
        senders_max_(senders_max) {}

  /// Whether a frame of this key may pass now; if so it is counted. With as many keys under way as
  /// are remembered, a new one has to wait.
  bool admit(const LinkKey& sender, Instant now);

 private:
  bool make_room(Instant now);

  Duration interval_;   // between two frames that need no burst
  Duration ahead_max_;  // how far the frames of a burst may run ahead of it
  std::size_t senders_max_;
  std::map<LinkKey, Instant> due_;  // when the next frame would come at an even pace
  Instant looked_at_{};
};

}  // namespace mainstay
