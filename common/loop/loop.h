// The event loop: one a process, owned by main(), on one thread. Everything in this folder that
// waits is built on it, and must be destroyed before it.
//
// 1. now() is read once per turn, at its first use after the wait.
// 2. post() is the only function that other threads may call.
// 3. Sockets with a queue of their own (ZeroMQ) are drained by pumps right before each wait, and
//    the loop waits only after a whole round in which no pump found anything.
#pragma once

#include <functional>
#include <memory>

#include "common/core/result.h"
#include "common/core/time.h"

struct uv_loop_s;

namespace mainstay::loop {

using Callback = std::move_only_function<void()>;

inline constexpr std::size_t kPostedMax = 65536;  // callbacks; a stuck loop must not eat the memory

class Loop {
 public:
  /// CHECKs that the kernel gives the few descriptors needed: without a loop no process can go on.
  Loop();
  /// Callbacks that were posted and not run are dropped.
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Until stop().
  void run();
  void stop();

  [[nodiscard]] Now now();

  /// Runs the callback on the loop's thread, soon. Any thread. Unavailable when too many wait.
  Status post(Callback callback);

  /// Drains some queue; true if there was anything, so that it must be asked again before the wait.
  using Drain = std::move_only_function<bool()>;

  struct Impl;
  [[nodiscard]] Impl& impl() { return *impl_; }  // for this folder
  [[nodiscard]] uv_loop_s* raw();                // for this folder

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace mainstay::loop
