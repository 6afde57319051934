// A coordinator's core in a small world for tests: a store that is a map, hosts that do what they
// are told to do, and virtual time. For tests only; `Verifier` here stands for the real one.
#pragma once

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/digest.h"
#include "coordinator/core/fleet/fleet.h"
#include "coordinator/core/rollout/rollout.h"
#include "coordinator/core/step.h"
#include "coordinator/core/view.h"

namespace mainstay {

class Verifier {
 public:
  template <class T>
  static Verified<T> sign(T value, const std::string& envelope, std::vector<PublicKey> signers) {
    return Verified<T>(std::move(value), to_bytes(envelope), std::move(signers));
  }
};

namespace coordinator {

template <class Id>
Id id_of(const std::string& text) {
  Id id;
  id.value = sha256(as_bytes(text)).value;
  return id;
}
inline HostId host_id(const std::string& name) {
  return *HostId::parse(name);
}

struct FakeHost {
  OutcomeKind outcome = OutcomeKind::Succeeded;
  std::string reason;
  Duration takes = std::chrono::seconds(5);
  bool silent = false;
  bool closes = false;  // answers with closed records of `outcome`
  std::string boot = "boot";
  Health health;
  std::vector<PackageVersion> packages = {{"nginx:amd64", "2"}};
  std::string refuses_plan;
  std::map<AttemptId, Instant> running;
  std::set<AttemptId> begun;
  std::uint32_t starts = 0;
  bool deaf = false;  // reports, and takes no dispatch
  bool rare = false;  // looks at itself when it is asked, and else not
  Health seen;        // at health_at
  WallTime health_at{};
  void look(WallTime now) {
    seen = health;
    health_at = now;
  }
};

class World : public testing::Test {
 protected:
  World() {
    limits.listen = std::chrono::seconds(3);
    limits.check_interval = Duration(0);
  }

  void add_host(const std::string& name, Labels labels) {
    HostRow row;
    row.host = host_id(name);
    row.link_key = id_of<LinkKey>(name);
    row.record_key = id_of<PublicKey>(name);
    row.certificate.host = row.host;
    row.certificate.serial = 1;
    row.certificate.labels = std::move(labels);
    row.enrolled_at = now.wall;
    store[key_of(row)] = row;
    hosts[row.host];
  }

  void add_roster(std::uint8_t needed = 1) {
    RosterRow row;
    row.roster.number = {1};
    row.roster.signatures_needed = {needed, needed, needed, needed};
    for (const auto* name : {"ana", "ben"}) {
      row.roster.operators.push_back({.name = name,
                                      .key = id_of<PublicKey>(name),
                                      .link = id_of<LinkKey>(name),
                                      .role = Role::Admin,
                                      .scope = "",
                                      .expires = wall_from_ms(4'000'000'000'000)});
    }
    store[key_of(row)] = row;
  }

  /// As after a kill: nothing is left but what was stored.
  void start() {
    std::vector<CoordinatorRow> rows;
    for (const auto& [key, row] : store) rows.push_back(row);
    state = restore(std::move(rows));
    send(Restarted{});
  }

  void send(const Event& event) {
    CoordinatorEffects effects = step(state, event, limits, now, rng);
    std::size_t truth = 0;
    bool has_plan = false;
    bool has_leaf = false;
    for (auto& write : effects.writes) {
      has_plan = has_plan || (!write.erase && std::holds_alternative<PlanRow>(write.row));
      has_leaf = has_leaf || (!write.erase && std::holds_alternative<LeafRow>(write.row));
      truth += write.axis == Axis::Truth ? 1 : 0;
      const std::string key = key_of(write.row);
      if (write.erase) {
        store.erase(key);
      } else {
        store.insert_or_assign(key, std::move(write.row));
      }
    }
    ASSERT_LE(truth, 64U);
    ASSERT_FALSE(has_plan && has_leaf) << "each may fill a commit";
    for (auto& command : effects.commands) {
      std::visit([this](auto& order) { run(order); }, command);
    }
  }

  /// Second by second: hosts work and report, the coordinator ticks.
  void pass(Duration span) {
    for (Duration done{}; done < span; done += std::chrono::seconds(1)) {
      now.mono += std::chrono::seconds(1);
      now.wall += std::chrono::seconds(1);
      for (auto& [id, host] : hosts) work(id, host);
      if (to_ms(now.mono) / 1000 % 10 == 0) report_all();
      send(Ticked{});
      check();
    }
  }
  bool pass_until(const std::function<bool()>& holds, Duration most = std::chrono::minutes(30)) {
    for (Duration done{}; done < most; done += std::chrono::seconds(1)) {
      if (holds()) return true;
      pass(std::chrono::seconds(1));
    }
    return holds();
  }

  void report_all() {
    for (auto& [id, host] : hosts) report(id, host);
  }
  void report(const HostId& id, FakeHost& host) {
    if (host.silent) return;
    if (!host.rare) host.look(now.wall);
    Report report;
    report.boot = id_of<BootId>(host.boot);
    report.boottime = now.mono + Duration(reports++);  // those of one second follow each other
    report.wall = now.wall;
    report.health = host.seen;
    report.health_at = host.health_at;
    report.facts = {{.fact = Fact::PatchSecurity, .value = 3}};
    report.control_seen = {1'000'000};
    for (const auto& [attempt, until] : host.running) {
      report.open.push_back({.attempt = attempt, .phase = AttemptPhase::Started});
    }
    send(HostSaid{.link = id_of<LinkKey>(id.text()), .gate = {}, .message = report});
  }

  Answer ask(RequestAct act, Enclosed enclosed = {}, const std::string& who = "ana") {
    OperatorRequest request;
    request.nonce = id_of<Nonce>("nonce" + std::to_string(++asked));
    request.header.not_after = now.wall + std::chrono::seconds(60);
    request.act = std::move(act);
    answer.reset();
    send(RequestArrived{.request = asked,
                        .operator_link = id_of<LinkKey>(who),
                        .document = Verifier::sign(request, "request", {id_of<PublicKey>(who)}),
                        .enclosed = std::move(enclosed)});
    pass_until([this] { return answer.has_value(); }, std::chrono::seconds(60));
    return answer.value_or(Answer{});
  }

  PlanHead head(std::vector<WaveSpec> waves = {}) {
    PlanHead head;
    head.name = "november";
    head.targets = "role = web";
    head.steps = {Step{.task = PatchStep{}}};
    head.order.waves = std::move(waves);
    head.budgets = {{.per = {"cluster"}}};
    head.advance.failures = 1;
    return head;
  }
  /// Drafts, approves and starts; the newest rollout.
  RolloutId roll_out(const PlanHead& head) {
    const Answer drafted = ask(DraftPlan{.head = head});
    EXPECT_EQ(drafted.verdict, Verdict::Done) << drafted.text;
    plan_id = find_plan(state, drafted.text)->row.plan;
    approve("ana");
    const Answer started = ask(StartPlan{.plan = plan_id});
    EXPECT_EQ(started.verdict, Verdict::Done) << started.text;
    return state.reign.last_rollout;
  }
  Answer approve(const std::string& who) {
    return ask(ApprovePlan{},
               ApprovedHead{.plan = plan_id,
                            .head = Verifier::sign(state.plans.at(plan_id).row.head, "head",
                                                   {id_of<PublicKey>(who)})},
               who);
  }
  Answer control(ControlAct act, std::vector<PublicKey> signers) {
    ControlStatement statement;
    statement.number = {static_cast<std::uint32_t>(state.control.size() + 1)};
    if (!state.control.empty()) statement.previous = state.control.back().digest;
    statement.act = std::move(act);
    statement.signed_at = now.wall;
    const std::string envelope = "control " + std::to_string(state.control.size());
    return ask(AddControl{},
               OpenedControl{.statement = Verifier::sign(statement, envelope, std::move(signers)),
                             .roster = std::nullopt});
  }

  Target& target(const std::string& host, std::uint32_t rollout = 1) {
    return state.rollouts.at({rollout}).targets.at(host_id(host));
  }
  std::string word(const std::string& host, std::uint32_t rollout = 1) {
    return std::string(word_of(state.rollouts.at({rollout}), target(host, rollout)));
  }
  Explanation explained(const std::string& host) {
    return *explain(state, host_id(host), limits, now);
  }

  // ---- commands
  void run(const Answer& order) { answer = order; }
  void run(const SendOrder& order) {
    const HostId id = state.links.contains(order.host) ? state.links.at(order.host) : HostId();
    if (id.empty() || hosts[id].silent) return;
    const FakeHost& host = hosts[id];
    if (const auto* resolve = std::get_if<Resolve>(&order.order)) {
      send(HostSaid{.link = order.host,
                    .gate = {},
                    .message = ResolveAnswer{.draft = resolve->draft,
                                             .packages = host.packages,
                                             .kept = {},
                                             .refusal = host.refuses_plan}});
    } else if (std::holds_alternative<LookAgain>(order.order)) {
      looks_asked += 1;
      looks.push_back(id);  // answered a second later, as agents do
    } else if (std::holds_alternative<LabelMessage>(order.order)) {
      labels_sent += 1;
    } else if (std::holds_alternative<TellAll>(order.order)) {
      all_asked.push_back(id);
    } else if (std::holds_alternative<TellPackages>(order.order)) {
      packages_asked.push_back(id);
    }
  }
  void run(const SendDispatches& order) {
    for (const auto& item : order.items) {
      dispatches += 1;
      FakeHost& host = hosts[item.attempt.host];
      if (host.silent || host.deaf || host.begun.contains(item.attempt)) continue;
      if (item.permit && item.permit->not_after == kPermitToClose) {
        FakeHost closing = host;
        closing.closes = true;
        closing.outcome = OutcomeKind::Expired;
        host.begun.insert(item.attempt);
        finish(item.attempt.host, closing, item.attempt);
        continue;
      }
      if (item.permit) {
        ASSERT_EQ(item.permit->boot, id_of<BootId>(host.boot));
        ASSERT_GT(item.permit->not_after, now.mono);
      }
      host.begun.insert(item.attempt);
      if (host.closes) {
        host.running[item.attempt] = now.mono;
        continue;
      }
      host.starts += 1;
      host.running[item.attempt] = now.mono + host.takes;
    }
  }
  void run(const SendAcknowledgement& order) { acknowledged.push_back(order.attempt); }
  void run(const SendBeacon& order) { beacon = order.beacon; }
  void run(const SendAdmitted& order) { admitted = order.keys; }
  void run(const FreezePlan& order) {
    const bool has_unfit =
        std::ranges::find(order.leaves, unfit, &Leaf::host) != order.leaves.end() ||
        unfit == host_id("nobody");
    if (!unfit_plan.empty() || (!unfit.empty() && has_unfit)) {
      PlanNotFrozen failed{.draft = order.draft, .unfit = {}, .reason = unfit_plan};
      if (!unfit.empty()) failed.unfit = {{.host = unfit, .reason = "too long"}};
      return send(failed);
    }
    PlanFrozen frozen;
    frozen.draft = order.draft;
    frozen.head = order.head;
    frozen.head_payload = to_bytes(order.head.name + std::to_string(++plans));
    frozen.plan = sha256(frozen.head_payload);
    for (const auto& leaf : order.leaves) frozen.leaves.push_back(to_bytes(leaf.host.text()));
    send(frozen);
  }
  void run(const SendEnrolReply& order) { enrol_reply = order; }
  void run(const UseFeed& order) { feeds_used[order.name] = order.digest; }
  void run(const GoOn&) {
    go_ons += 1;
    if (!commit_is_slow) send(WentOn{});
  }

  void work(const HostId& id, FakeHost& host) {
    if (host.silent) return;
    if (std::erase(looks, id) > 0) {
      host.look(now.wall);
      report(id, host);
    }
    for (const auto& [attempt, until] : std::map(host.running)) {
      if (now.mono < until) continue;
      host.running.erase(attempt);
      finish(id, host, attempt);
    }
  }
  void finish(const HostId& id, const FakeHost& host, const AttemptId& attempt) {
    RecordArrived event{.link = id_of<LinkKey>(id.text()),
                        .record = record(host, attempt),
                        .digest = id_of<Digest>(short_name(attempt))};
    send(event);
  }
  std::variant<Verified<Outcome>, Verified<ClosedRecord>> record(const FakeHost& host,
                                                                 const AttemptId& attempt) const {
    if (host.closes) {
      ClosedRecord closed;
      closed.attempt = attempt;
      closed.kind = host.outcome;
      closed.reason = host.reason;
      closed.closed_at = now.wall;
      return Verifier::sign(closed, "closed", {});
    }
    Outcome outcome;
    outcome.attempt = attempt;
    outcome.kind = host.outcome;
    outcome.reason = host.reason;
    outcome.finished_at = now.wall;
    return Verifier::sign(outcome, "outcome", {});
  }

  // From outside the core: what is stored alone must bring the same counts back.
  void check() {
    check_invariants(state);
    for (const auto& [id, rollout] : state.rollouts) {
      ASSERT_EQ(totals_of(rollout).sum(), rollout.targets.size());
    }
    std::map<std::string, int> starting;
    for (const auto& [id, host] : hosts) {
      const bool is_out = std::ranges::any_of(host.running, [this](const auto& task) {
        return is_disruptive(state.plans.at(task.first.plan).row.head);
      });
      if (!is_out || !state.hosts.contains(id)) continue;
      const std::string cluster = label_of(state.hosts.at(id), "cluster");
      ASSERT_LE(++starting[cluster], 1) << cluster;
    }
  }

  State state;
  Limits limits;
  Now now{.mono = instant_from_ms(1'000'000), .wall = wall_from_ms(1'700'000'000'000)};
  Rng rng{1};
  std::map<std::string, CoordinatorRow> store;
  std::map<HostId, FakeHost> hosts;
  std::vector<HostId> looks;
  std::optional<Answer> answer;
  std::vector<AttemptId> acknowledged;
  std::optional<Beacon> beacon;
  std::optional<AdmittedKeys> admitted;
  std::optional<SendEnrolReply> enrol_reply;
  PlanId plan_id;
  std::uint64_t asked = 0;
  int plans = 0;
  HostId unfit;            // its leaf cannot be encoded
  std::string unfit_plan;  // why no plan can be
  int dispatches = 0;
  int go_ons = 0;
  bool commit_is_slow = false;  // GoOn is not answered: the test sends WentOn
  int reports = 0;
  int looks_asked = 0;
  std::uint32_t labels_sent = 0;
  std::vector<HostId> all_asked;
  std::vector<HostId> packages_asked;
  std::map<std::string, Digest> feeds_used;
};

/// Six hosts: a host of each of three clusters in two regions.
class TwoRegions : public World {
 protected:
  TwoRegions() {
    add_roster();
    for (const std::string region : {"eu", "us"}) {
      for (const std::string number : {"1", "2", "3"}) {
        add_host(region + "-" + number, {{"region", region},
                                         {"zone", region + "-a"},
                                         {"role", "web"},
                                         {"cluster", "web-" + number}});
      }
    }
    start();
    report_all();
    pass(std::chrono::seconds(4));
  }
};

}  // namespace coordinator
}  // namespace mainstay
