// What hosts say shares a pass over the rollouts; nothing is lost by it, whatever comes between.
#include "coordinator/core/test_world.h"

namespace mainstay::coordinator {
namespace {

class SharedPass : public TwoRegions {
 protected:
  SharedPass() {
    PlanHead head = this->head();
    head.order.concurrency = 2;
    head.order.regions_at_once = 2;
    for (auto& [id, host] : hosts) host.takes = std::chrono::hours(1);
    roll_out(head);
    // Slow start: with one success two may be out at once.
    pass_until([this] { return working().size() == 1; });
    end_one();
    pass_until([this] { return working().size() == 2; });
  }
  std::vector<HostId> working() {
    std::vector<HostId> found;
    for (const auto& [id, host] : hosts) {
      if (!host.running.empty()) found.push_back(id);
    }
    return found;
  }
  /// The record of one that works; the healthy look that its slot needs comes with it.
  void end_one() { end(working().front()); }
  void end(const HostId& id) {
    FakeHost& host = hosts[id];
    const AttemptId attempt = host.running.begin()->first;
    host.running.clear();
    finish(id, host, attempt);
    now.wall += Duration(1);
    report(id, host);
  }
};

TEST_F(SharedPass, RecordsThatComeWhileACommitIsUnderWayShareOne) {
  commit_is_slow = true;
  go_ons = 0;
  const int dispatched = dispatches;
  end_one();
  end_one();
  EXPECT_EQ(go_ons, 1);
  EXPECT_EQ(dispatches, dispatched) << "nothing is granted before the pass";
  EXPECT_EQ(acknowledged.size(), 3U) << "and what was heard does not wait for it";
  send(WentOn{});
  EXPECT_EQ(dispatches, dispatched + 2) << "both freed slots are granted by the one pass";
}

TEST_F(SharedPass, WhatComesAfterThePassAsksForTheNext) {
  commit_is_slow = true;
  end_one();
  send(WentOn{});
  go_ons = 0;
  end_one();
  EXPECT_EQ(go_ons, 1);
  const int dispatched = dispatches;
  send(WentOn{});
  EXPECT_GT(dispatches, dispatched);
}

TEST_F(SharedPass, IsMadeAfterAKillThatLostIt) {
  commit_is_slow = true;
  end_one();
  end_one();
  start();  // the pass was asked for, and never made
  for (auto& [id, host] : hosts) host.takes = std::chrono::seconds(20);
  go_ons = 0;
  report_all();
  pass(std::chrono::seconds(4));
  for (const HostId& id : working()) {
    FakeHost& host = hosts[id];
    for (auto& [attempt, until] : host.running) until = now.mono;
  }
  pass(std::chrono::seconds(2));
  EXPECT_GE(go_ons, 1) << "that one is on its way was forgotten with the process";
  commit_is_slow = false;
  send(WentOn{});
  EXPECT_TRUE(
      pass_until([this] { return state.rollouts.at({1}).row.phase == RolloutPhase::Finished; }));
  for (const auto& [id, target] : state.rollouts.at({1}).targets) {
    EXPECT_EQ(target.row.kind, OutcomeKind::Succeeded) << id.text();
  }
}

/// A tick never waits for one: the beacon and all deadlines hang on it.
TEST_F(SharedPass, TicksPassByThemselves) {
  commit_is_slow = true;
  end(working().back());  // another of its cluster may go then
  const int dispatched = dispatches;
  send(Ticked{});
  EXPECT_GT(dispatches, dispatched);
}

TEST_F(SharedPass, AGrantOfDisruptionIsCheckedWhateverTheInterval) {
  limits.check_interval = std::chrono::hours(1);
  send(Ticked{});
  const auto checked = state.checked_at;
  pass(std::chrono::seconds(2));
  EXPECT_EQ(state.checked_at, checked);
  end(working().back());
  EXPECT_EQ(state.checked_at, now.mono);
}

}  // namespace
}  // namespace mainstay::coordinator
