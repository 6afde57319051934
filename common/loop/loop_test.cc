#include "common/loop/loop.h"

#include <algorithm>
#include <csignal>
#include <thread>

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include "common/loop/clock.h"
#include "common/loop/fd.h"
#include "common/loop/socket_pump.h"
#include "common/loop/watchers.h"

namespace mainstay::loop {
namespace {

class LoopTest : public testing::Test {
 protected:
  LoopTest() : guard_(loop_) {
    guard_.start(Duration(10000), [this] {
      ADD_FAILURE() << "the test hangs";
      loop_.stop();
    });
  }
  Loop loop_;
  Timer guard_;
};

TEST_F(LoopTest, TimerFiresOnceAfterItsDelay) {
  int fired = 0;
  const Instant before = boottime_now();
  Timer timer(loop_);
  timer.start(Duration(20), [&] {
    ++fired;
    loop_.stop();
  });
  loop_.run();
  EXPECT_EQ(fired, 1);
  EXPECT_FALSE(timer.active());
  EXPECT_GE(boottime_now() - before, Duration(19));
}

TEST_F(LoopTest, TimerMayBeStartedAnewInItsOwnCallback) {
  Timer timer(loop_);
  std::string order;
  timer.start(Duration(1), [&] {
    order += 'a';
    timer.start(Duration(1), [&] {
      order += 'b';
      loop_.stop();
    });
  });
  loop_.run();
  EXPECT_EQ(order, "ab");
}

TEST_F(LoopTest, RepeatingTimerGoesOnUntilStopped) {
  Timer timer(loop_);
  int fired = 0;
  timer.repeat(Duration(1), [&] {
    if (++fired == 3) {
      timer.stop();
      loop_.stop();
    }
  });
  loop_.run();
  EXPECT_EQ(fired, 3);
}

TEST_F(LoopTest, TimerMayBeDestroyedInItsOwnCallback) {
  auto timer = std::make_unique<Timer>(loop_);
  timer->repeat(Duration(1), [&] {
    timer.reset();
    loop_.stop();
  });
  loop_.run();
  EXPECT_EQ(timer, nullptr);
}

TEST_F(LoopTest, NowStandsStillWithinATurnAndMovesBetweenTurns) {
  Timer timer(loop_);
  std::vector<Instant> seen;
  timer.repeat(Duration(5), [&] {
    const Instant first = loop_.now().mono;
    while (boottime_now() - first < Duration(3)) {
    }
    EXPECT_EQ(loop_.now().mono, first);
    seen.push_back(first);
    if (seen.size() == 2) loop_.stop();
  });
  loop_.run();
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_GT(seen[1], seen[0]);
}

TEST_F(LoopTest, NowIsFreshAfterALongWait) {
  const Fd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  Prepare reads_before_the_wait(loop_, [&] { static_cast<void>(loop_.now()); });
  Poll poll(loop_, event.get(), [&](Ready) {
    EXPECT_LE(boottime_now() - loop_.now().mono, Duration(5));
    loop_.stop();
  });
  poll.watch(Interest::Read);
  std::thread other([&] {
    std::this_thread::sleep_for(Duration(30));  // the wait is what is tested
    ::eventfd_write(event.get(), 1);
  });
  loop_.run();
  other.join();
}

TEST_F(LoopTest, RunsWhatOtherThreadsPostInOrder) {
  std::vector<int> seen;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) {
      ASSERT_TRUE(loop_.post([&, i] {
        seen.push_back(i);
        if (i == 999) loop_.stop();
      }));
    }
  });
  loop_.run();
  other.join();
  ASSERT_EQ(seen.size(), 1000U);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
}

TEST_F(LoopTest, RefusesToQueueWithoutEnd) {
  for (std::size_t i = 0; i < kPostedMax; ++i) ASSERT_TRUE(loop_.post([] {}));
  const Status status = loop_.post([] {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().fault, Fault::Unavailable);
}

TEST_F(LoopTest, DeliversSignals) {
  Signal signal(loop_, SIGUSR1, [&] { loop_.stop(); });
  ::raise(SIGUSR1);
  loop_.run();
}

// Two queues that swallow each other's wake-up, as two sockets of one process do.
TEST_F(LoopTest, PumpsAreAskedAgainUntilNoneHadAnything) {
  const Fd never(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  int first_queue = 0;
  int second_queue = 3;
  int handled = 0;
  SocketPump first(loop_, never.get(), [&] {
    if (first_queue == 0) return false;
    --first_queue;
    handled += 1;
    return true;
  });
  const Fd never_either(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  SocketPump second(loop_, never_either.get(), [&] {
    if (second_queue == 0) return false;
    --second_queue;
    ++first_queue;  // after the first pump's turn in this round, and no descriptor tells
    return true;
  });
  Timer end(loop_);
  end.start(Duration(50), [&] { loop_.stop(); });
  loop_.run();
  EXPECT_EQ(handled, 3);
}

}  // namespace
}  // namespace mainstay::loop
