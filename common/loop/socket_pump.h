// Drains a socket that keeps a queue of its own and whose descriptor only says "look again", once
// per change, as ZeroMQ's does. The descriptor wakes the loop; the drain runs before each wait.
//
// `drain` handles a bounded number of messages and returns true if there was anything at all. It
// is called again, in turn with everything else on the loop, until all pumps return false.
#pragma once

#include <memory>

#include "common/loop/watchers.h"

namespace mainstay::loop {

class SocketPump {
 public:
  SocketPump(Loop& loop, int fd, Loop::Drain drain);
  ~SocketPump();
  SocketPump(const SocketPump&) = delete;
  SocketPump& operator=(const SocketPump&) = delete;

 private:
  Loop& loop_;
  Loop::Drain drain_;
  Poll wake_;
};

}  // namespace mainstay::loop
