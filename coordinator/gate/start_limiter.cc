#include "coordinator/gate/start_limiter.h"

namespace mainstay {

bool StartLimiter::admit(std::size_t starts, Instant now) {
  while (!recent_.empty() && now - recent_.front() >= std::chrono::minutes(1)) recent_.pop_front();
  if (recent_.size() + starts > per_minute_) return false;
  recent_.insert(recent_.end(), starts, now);
  return true;
}

}  // namespace mainstay
