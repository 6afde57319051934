#include "coordinator/gate/sender_limiter.h"

#include <algorithm>

namespace mainstay {

bool SenderLimiter::make_room(Instant now) {
  if (due_.size() < senders_max_) return true;
  // A walk over all of them: not for each frame of a flood of keys.
  if (now - looked_at_ < std::chrono::seconds(1)) return false;
  looked_at_ = now;
  std::erase_if(due_, [&](const auto& entry) { return entry.second <= now; });
  return due_.size() < senders_max_;
}

bool SenderLimiter::admit(const LinkKey& sender, Instant now) {
  auto found = due_.find(sender);
  if (found == due_.end()) {
    if (!make_room(now)) return false;
    found = due_.emplace(sender, now).first;
  }
  Instant& due = found->second;
  if (due - now > ahead_max_) return false;
  due = std::max(due, now) + interval_;
  return true;
}

}  // namespace mainstay
