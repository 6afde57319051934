#include "tests/swarm/reactor.h"

#include <algorithm>
#include <array>

#include <sys/epoll.h>

#include "common/core/check.h"
#include "common/loop/clock.h"

namespace mainstay::swarm {

Reactor::Reactor() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  CHECK(epoll_.get() >= 0);
}

Now Reactor::now() const {
  return {.mono = loop::boottime_now(), .wall = loop::walltime_now()};
}

void Reactor::watch(int descriptor, Member& member) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &member;
  CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0);
  wake(member);
}

void Reactor::wake(Member& member) {
  if (member.awake_) return;
  member.awake_ = true;
  awake_.push_back(&member);
}

void Reactor::arm(Member& member, Instant due) {
  if (due >= member.armed_) return;
  member.armed_ = due;
  due_.push({.at = due, .member = &member});
}

void Reactor::later(Work work) {
  later_.push_back(std::move(work));
}

void Reactor::tick_due() {
  const Instant now = loop::boottime_now();
  while (!due_.empty() && due_.top().at <= now) {
    const Due due = due_.top();
    due_.pop();
    if (due.at != due.member->armed_) continue;  // armed anew for an earlier time since
    due.member->armed_ = Instant::max();
    due.member->tick();
  }
}

bool Reactor::drain_awake() {
  const std::size_t count = awake_.size();
  for (std::size_t i = 0; i < count; ++i) {
    Member* member = awake_.front();
    awake_.pop_front();
    member->awake_ = false;
    if (member->drain()) wake(*member);
    while (!later_.empty()) {
      Work work = std::move(later_.front());
      later_.pop_front();
      work();
    }
  }
  return count > 0;
}

void Reactor::turn(Duration time_max) {
  tick_due();
  while (!later_.empty()) {
    Work work = std::move(later_.front());
    later_.pop_front();
    work();
  }
  Duration wait = awake_.empty() ? time_max : Duration(0);
  if (!due_.empty()) wait = std::min(wait, due_.top().at - loop::boottime_now());
  std::array<epoll_event, 256> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 static_cast<int>(std::max(wait, Duration(0)).count()));
  for (int i = 0; i < count; ++i) {
    wake(*static_cast<Member*>(events[static_cast<std::size_t>(i)].data.ptr));
  }
  drain_awake();
}

}  // namespace mainstay::swarm
