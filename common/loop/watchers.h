// What one can wait for on the loop: time, signals, descriptors, the turn itself. Each is a
// resource with one callback, and may be destroyed or started anew in that callback.
#pragma once

#include "common/loop/loop.h"

namespace mainstay::loop {

/// Fires late after a suspend (libuv's clock stops then): on firing, compare with Loop::now().
class Timer {
 public:
  explicit Timer(Loop& loop);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// Once, after `delay`. Replaces what was set before.
  void start(Duration delay, Callback callback);
  /// Every `period`, first after one.
  void repeat(Duration period, Callback callback);
  void stop();
  [[nodiscard]] bool active() const;

  struct State;

 private:
  State* state_;
};

/// CHECKs that the number is one that can be caught.
class Signal {
 public:
  Signal(Loop& loop, int number, Callback callback);
  ~Signal();
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  struct State;

 private:
  State* state_;
};

enum class Interest { Read, Write, ReadAndWrite };

struct Ready {
  bool readable;  // also when the descriptor failed: reading then tells
  bool writable;
};

/// Watches a descriptor it does not own; it must be destroyed before the descriptor is closed.
class Poll {
 public:
  using OnReady = std::move_only_function<void(Ready)>;
  Poll(Loop& loop, int fd, OnReady on_ready);
  ~Poll();
  Poll(const Poll&) = delete;
  Poll& operator=(const Poll&) = delete;

  void watch(Interest interest);
  void stop();

  struct State;

 private:
  State* state_;
};

/// Runs right before each wait.
class Prepare {
 public:
  Prepare(Loop& loop, Callback callback);
  ~Prepare();
  Prepare(const Prepare&) = delete;
  Prepare& operator=(const Prepare&) = delete;

  struct State;

 private:
  State* state_;
};

/// Runs once a turn, and keeps the loop from waiting, while started.
class Idle {
 public:
  Idle(Loop& loop, Callback callback);
  ~Idle();
  Idle(const Idle&) = delete;
  Idle& operator=(const Idle&) = delete;

  void start();
  void stop();

  struct State;

 private:
  State* state_;
};

}  // namespace mainstay::loop
