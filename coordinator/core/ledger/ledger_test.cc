#include "coordinator/core/ledger/ledger.h"

#include "common/plan/head_text.h"
#include "coordinator/core/test_world.h"

namespace mainstay::coordinator {
namespace {

GroupCount group(std::uint32_t members, std::uint32_t parked) {
  return {.members = members, .parked = parked, .out = {}, .parked_out = {}, .between = {}};
}

TEST(LedgerTest, PercentagesRoundDownAndAreAtLeastOneUnlessZero) {
  const Budget ten{.per = {"zone"}, .kind = Budget::Kind::UnavailablePercent, .amount = 10};
  EXPECT_EQ(allowed_out(ten, group(39, 0)), 3U);
  EXPECT_EQ(allowed_out(ten, group(3, 0)), 1U);
  EXPECT_EQ(allowed_out(ten, group(0, 0)), 0U);
  const Budget none{.per = {"zone"}, .kind = Budget::Kind::UnavailablePercent, .amount = 0};
  EXPECT_EQ(allowed_out(none, group(39, 0)), 0U);
  const Budget healthy{.per = {"zone"}, .kind = Budget::Kind::MinHealthyPercent, .amount = 70};
  EXPECT_EQ(allowed_out(healthy, group(10, 0)), 3U);
  EXPECT_EQ(allowed_out(healthy, group(3, 0)), 1U);
}

TEST(LedgerTest, ParkedHostsLeaveBothSidesOfAPercentageAndCountInAbsoluteLimits) {
  GroupCount count = group(10, 5);
  count.parked_out = {host_id("a"), host_id("b"), host_id("c"), host_id("d"), host_id("e")};
  const Budget half{.per = {"zone"}, .kind = Budget::Kind::UnavailablePercent, .amount = 50};
  EXPECT_EQ(allowed_out(half, count), 2U);
  EXPECT_EQ(counted_out(half, count), 0U);
  const Budget eight{.per = {"zone"}, .kind = Budget::Kind::MinHealthy, .amount = 8};
  EXPECT_EQ(allowed_out(eight, count), 2U);
  EXPECT_EQ(counted_out(eight, count), 5U);
}

TEST(LedgerTest, MinHealthyAboveTheGroupAllowsNothing) {
  const Budget five{.per = {"zone"}, .kind = Budget::Kind::MinHealthy, .amount = 5};
  EXPECT_EQ(allowed_out(five, group(4, 0)), 0U);
  EXPECT_EQ(allowed_out(five, group(7, 0)), 2U);
}

TEST(LedgerTest, GroupsAreNamedByAllTheirLabels) {
  const Labels labels = {{"service", "web"}, {"zone", "a"}};
  EXPECT_EQ(group_of(labels, {"service", "zone"}), "service=web,zone=a");
  EXPECT_EQ(group_of(labels, {"fleet"}), "fleet");
  EXPECT_EQ(group_of(labels, {"cluster"}), std::nullopt);
}

// The budget of one rollout binds the hosts of another: all share the ledger.
TEST_F(TwoRegions, BudgetsOfEveryRolloutBindEveryOther) {
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  PlanHead first = head();
  first.targets = "role = web and region = eu";
  roll_out(first);
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "failed"; }));
  PlanHead second = head();
  second.name = "second";
  second.targets = "cluster = web-1 and region = us";
  roll_out(second);
  pass(std::chrono::minutes(5));
  EXPECT_EQ(word("us-1", 2), "waiting");
  EXPECT_EQ(explained("us-1").blocking, host_id("eu-1"));
  // An approver accepts the risk.
  EXPECT_EQ(ask(ReleaseSlot{.host = host_id("eu-1"), .reason = "known"}).verdict, Verdict::Done);
  EXPECT_TRUE(pass_until([&] { return word("us-1", 2) == "succeeded"; }));
}

TEST_F(TwoRegions, ASlotInUseIsNotReleased) {
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
  EXPECT_EQ(ask(ReleaseSlot{.host = host_id("eu-1"), .reason = "x"}).verdict, Verdict::WrongUse);
  EXPECT_TRUE(state.slots.contains(host_id("eu-1")));
}

TEST_F(TwoRegions, RevokedHostKeepsItsSlotAndItsTwinWaits) {
  hosts[host_id("eu-1")].takes = std::chrono::minutes(5);
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
  control(RevokeHost{.host = host_id("eu-1"),
                     .record_key = id_of<PublicKey>("eu-1"),
                     .link_key = id_of<LinkKey>("eu-1")},
          {id_of<PublicKey>("ana")});
  hosts[host_id("eu-1")].running.clear();
  pass(std::chrono::minutes(10));
  EXPECT_EQ(word("us-1"), "waiting");
  EXPECT_EQ(explained("us-1").blocking, host_id("eu-1"));
  EXPECT_EQ(ask(ReleaseSlot{.host = host_id("eu-1"), .reason = "wiped"}).verdict, Verdict::Done);
  EXPECT_TRUE(pass_until([&] { return word("us-1") == "succeeded"; }));
}

TEST_F(TwoRegions, RemovalGivesTheSlotBack) {
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "failed"; }));
  EXPECT_EQ(ask(RemoveHost{.host = host_id("eu-1"), .reason = "dead"}).verdict, Verdict::Done);
  EXPECT_TRUE(pass_until([&] { return word("us-1") == "succeeded"; }));
  EXPECT_EQ(admitted->links.size(), 5U);
}

/// Two hosts of one region are between the two steps of a rollout when another begins, whose budget
/// is one host a region.
class Overbooked : public TwoRegions {
 protected:
  Overbooked() {
    PlanHead first = head();
    first.steps.push_back(first.steps.front());
    first.order.regions_at_once = 1;
    roll_out(first);
    EXPECT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
    EXPECT_TRUE(pass_until([&] { return is_working("eu-2") && is_working("eu-3"); }));
    steer(RolloutAct::Pause);
    EXPECT_TRUE(pass_until([&] { return is_between("eu-2") && is_between("eu-3"); }));
    PlanHead second = head();
    second.name = "second";
    second.targets = "role = web and region = eu";
    second.budgets.push_back({.per = {"region"}});
    roll_out(second);
  }
  void steer(RolloutAct act) {
    EXPECT_EQ(ask(SteerRollout{.rollout = {1}, .act = act, .reason = "lunch"}).verdict,
              Verdict::Done);
  }
  bool is_working(const std::string& host) { return !hosts[host_id(host)].running.empty(); }
  bool is_between(const std::string& host) {
    return target(host).row.phase == TargetPhase::Waiting && target(host).row.step == 1;
  }
};

TEST_F(Overbooked, WhoIsBetweenTwoStepsGoesOnWithinTheLimit) {
  steer(RolloutAct::Resume);
  int worked = 0;
  EXPECT_TRUE(pass_until([&] {
    EXPECT_FALSE(is_working("eu-2") && is_working("eu-3"));
    worked += is_working("eu-2") || is_working("eu-3") ? 1 : 0;
    return word("eu-2") == "succeeded" && word("eu-3") == "succeeded";
  }));
  EXPECT_GT(worked, 1);
  EXPECT_TRUE(pass_until([&] { return word("eu-3", 2) == "succeeded"; }));
}

TEST_F(Overbooked, WhoIsSilentCountsInEarnest) {
  hosts[host_id("eu-1")].silent = true;
  pass(std::chrono::minutes(5));
  steer(RolloutAct::Resume);
  pass(std::chrono::minutes(5));
  EXPECT_TRUE(is_between("eu-2"));
  EXPECT_TRUE(is_between("eu-3"));
  const auto shortage =
      Ledger(state, limits, now).shortage(state, state.hosts.at(host_id("eu-2")), {1});
  ASSERT_TRUE(shortage.has_value());
  // Not the other that is between two steps, which waits for the same.
  EXPECT_EQ(shortage->blocking, host_id("eu-1"));
  hosts[host_id("eu-1")].silent = false;
  EXPECT_TRUE(
      pass_until([&] { return word("eu-2") == "succeeded" && word("eu-3") == "succeeded"; }));
}

/// As `Overbooked`, but the limit falls: a host that is removed takes all of it away.
TEST_F(TwoRegions, WhoIsBetweenTwoStepsGoesOnAloneWhereTheLimitFellToZero) {
  PlanHead plan = head();
  plan.steps.push_back(plan.steps.front());
  plan.budgets = {{.per = {"region"}, .kind = Budget::Kind::MinHealthy, .amount = 2}};
  const RolloutId rollout = roll_out(plan);
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
  EXPECT_EQ(
      ask(SteerRollout{.rollout = rollout, .act = RolloutAct::Pause, .reason = "lunch"}).verdict,
      Verdict::Done);
  ASSERT_TRUE(pass_until([&] { return target("eu-1").row.step == 1; }));
  EXPECT_EQ(ask(RemoveHost{.host = host_id("eu-2"), .reason = "dead"}).verdict, Verdict::Done);
  EXPECT_EQ(
      ask(SteerRollout{.rollout = rollout, .act = RolloutAct::Resume, .reason = "on"}).verdict,
      Verdict::Done);
  EXPECT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
  pass(std::chrono::minutes(2));
  EXPECT_EQ(word("eu-3"), "waiting");
}

/// As many groups as hosts are few, and labels that are missing here and there.
class ManyGroups : public World {
 protected:
  ManyGroups() {
    add_roster();
    for (int i = 0; i < 24; ++i) {
      // A fourth are no targets, and bring groups that no target is in.
      add_host("h" + std::to_string(i),
               {{"role", i % 4 == 0 ? "db" : "web"},
                {"region", "eu"},
                {"zone", "a"},
                {"cluster", "c" + std::to_string(i % 4 == 0 ? 8 + i % 3 : i % 3)}});
    }
    start();
    report_all();
    pass(std::chrono::seconds(4));
    PlanHead first = head();
    first.budgets = {{.per = {"zone", "cluster"}, .amount = 2},
                     {.per = {"fleet"}, .kind = Budget::Kind::UnavailablePercent, .amount = 30}};
    roll_out(first);
    PlanHead second = head();
    second.name = "second";
    second.budgets = {{.per = {"zone"}, .kind = Budget::Kind::MinHealthyPercent, .amount = 60},
                      {.per = {"cluster"}, .kind = Budget::Kind::MinHealthy, .amount = 2}};
    roll_out(second);
  }
  /// One of the things that change what is counted; some at random would break a limit.
  void change_something() {
    auto& host = std::next(state.hosts.begin(), static_cast<long>(rng.below(24)))->second;
    const std::string other = std::to_string(rng.below(12));
    Labels& labels = host.row.certificate.labels;
    switch (rng.below(7)) {
      case 0:
        labels["cluster"] = "c" + other;
        return;
      case 1:
        labels["zone"] = rng.below(2) == 0 ? "a" : "b";
        return;
      case 2:
        labels.erase(rng.below(2) == 0 ? "zone" : "cluster");
        return;
      case 3:
        state.slots[host.row.host] = {
            .host = host.row.host, .rollout = {1}, .reason = {}, .snapshot = {}};
        return;
      case 4:
        state.slots.erase(host.row.host);
        return;
      case 5:
        host.sight.report_at = now.mono - std::chrono::hours(static_cast<int>(rng.below(2)));
        return;
      default:
        host.row.parked_until = now.wall + std::chrono::hours(static_cast<int>(rng.below(2)));
    }
  }
  /// Every line compared with every host, as if there were no index.
  static std::vector<const LedgerLine*> lines_of(const Ledger& ledger, const Host& host) {
    std::vector<const LedgerLine*> found;
    for (const auto& line : ledger.lines()) {
      const auto group = group_of(host.row.certificate.labels, line.budget.per);
      if (group == line.group) found.push_back(&line);
    }
    return found;
  }
  static const LedgerLine* short_line(const Ledger& ledger, const Host& host) {
    for (const auto* line : lines_of(ledger, host)) {
      const std::uint32_t more = line->count.out.contains(host.row.host) ? 0 : 1;
      if (counted_out(line->budget, line->count) + more > allowed_out(line->budget, line->count)) {
        return line;
      }
    }
    return nullptr;
  }
  static bool has_all_groups(const PlanHead& head, const Host& host) {
    return std::ranges::all_of(head.budgets, [&](const Budget& budget) {
      return group_of(host.row.certificate.labels, budget.per).has_value();
    });
  }
  /// Whether the host is refused, by both; 1 if it is.
  int compare(const Ledger& ledger, const Host& host, RolloutId rollout) const {
    const auto shortage = ledger.shortage(state, host, rollout);
    if (!has_all_groups(head_of(state, state.rollouts.at(rollout)), host)) {
      EXPECT_TRUE(shortage.has_value());
      return 0;
    }
    const LedgerLine* line = short_line(ledger, host);
    EXPECT_EQ(shortage.has_value(), line != nullptr) << host.row.host.text();
    if (line == nullptr || !shortage) return 0;
    EXPECT_EQ(shortage->group, line->group);
    EXPECT_EQ(shortage->budget, text_of(line->budget));
    EXPECT_EQ(shortage->rollout, line->rollout);
    return 1;
  }
};

TEST_F(ManyGroups, ALineFoundByItsGroupIsTheOneThatAllComparisonsFind) {
  int booked = 0;
  int refused = 0;
  for (int round = 0; round < 400; ++round) {
    change_something();
    Ledger ledger(state, limits, now);
    for (const auto& [id, host] : state.hosts) {
      refused += compare(ledger, host, {1}) + compare(ledger, host, {2});
      if (short_line(ledger, host) != nullptr) continue;
      ledger.book(host);
      booked += 1;
      for (const auto* line : lines_of(ledger, host)) EXPECT_TRUE(line->count.out.contains(id));
    }
  }
  EXPECT_GT(booked, 100);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace mainstay::coordinator
