// Tells the service manager that the process is up, and, while its loop turns, that it is alive
// (sd_notify(3): datagrams to the socket that the environment names). Without a manager it does
// nothing. Written here because the agent must not carry libsystemd, and what that library sends
// is a word in a datagram.
#pragma once

#include <string>
#include <string_view>

#include "common/loop/watchers.h"

namespace mainstay::loop {

class Notify {
 public:
  /// Takes NOTIFY_SOCKET and WATCHDOG_USEC out of the environment, so that no child has them.
  explicit Notify(Loop& loop);
  ~Notify();
  Notify(const Notify&) = delete;
  Notify& operator=(const Notify&) = delete;

  /// Ready; and from now on alive, three times in each span that the manager allows.
  void ready();

 private:
  void say(std::string_view words) const;

  std::string socket_;  // empty: nobody listens
  Duration watchdog_{};
  Timer alive_;
};

}  // namespace mainstay::loop
