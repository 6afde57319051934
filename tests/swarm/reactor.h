// What waits for all hosts of a swarm: one epoll over their connections, one heap of due times, one
// queue of what happens next. The product's loop would look at each of ten thousand sockets before
// every wait; here only those that have something, or were written to, are looked at.
#pragma once

#include <deque>
#include <functional>
#include <queue>
#include <vector>

#include "common/core/time.h"
#include "common/loop/fd.h"

namespace mainstay::swarm {

class Member {
 public:
  virtual ~Member() = default;
  /// Handles some messages of its connection; true if there were any.
  virtual bool drain() = 0;
  virtual void tick() = 0;

 private:
  friend class Reactor;
  Instant armed_ = Instant::max();
  bool awake_ = false;
};

class Reactor {
 public:
  using Work = std::move_only_function<void()>;

  Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  [[nodiscard]] Now now() const;
  /// Until the descriptor is closed.
  void watch(int descriptor, Member& member);
  /// To be drained before the next wait: writing to a socket may swallow its wake-up.
  void wake(Member& member);
  /// A tick at that time or earlier.
  void arm(Member& member, Instant due);
  void later(Work work);
  /// What came until `time_max` has passed; then whoever is due.
  void turn(Duration time_max);

 private:
  struct Due {
    Instant at;
    Member* member;
    bool operator>(const Due& other) const { return at > other.at; }
  };
  void tick_due();
  bool drain_awake();

  loop::Fd epoll_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::deque<Member*> awake_;
  std::deque<Work> later_;
};

}  // namespace mainstay::swarm
