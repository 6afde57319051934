#include "coordinator/core/fleet/fleet.h"
#include "coordinator/core/test_world.h"

namespace mainstay::coordinator {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class EnrolTest : public World {
 protected:
  EnrolTest() {
    add_roster();
    start();
    add_token("web-1", "secret", 1);
  }
  Answer add_token(const std::string& name, const std::string& secret, std::uint32_t serial,
                   bool replaces = false, const std::string& signer = "ana") {
    EnrolmentToken token;
    token.header.not_after = now.wall + std::chrono::hours(1);
    token.host = host_id(name);
    token.secret_digest = sha256(id_of<Digest>(secret).view());
    token.trust_digest = id_of<Digest>("trust");
    token.labels = to_bytes("labels " + std::to_string(serial));
    token.replaces = replaces;
    return ask(AddToken{},
               OpenedToken{.token = Verifier::sign(token, "token", {id_of<PublicKey>(signer)}),
                           .labels = labels(name, serial, signer)});
  }
  Verified<LabelCertificate> labels(const std::string& name, std::uint32_t serial,
                                    const std::string& signer = "ana") {
    LabelCertificate certificate;
    certificate.host = host_id(name);
    certificate.serial = serial;
    certificate.labels = {{"role", "web"}};
    return Verifier::sign(certificate, "labels", {id_of<PublicKey>(signer)});
  }
  std::string enrol(const std::string& keys, const std::string& name = "web-1",
                    const std::string& secret = "secret", const std::string& trust = "trust") {
    enrol_reply.reset();
    send(EnrolmentAsked{.gate = {},
                        .link = id_of<LinkKey>(keys),
                        .request = {.host = host_id(name),
                                    .secret = id_of<Digest>(secret),
                                    .link_key = id_of<LinkKey>(keys),
                                    .record_key = id_of<PublicKey>(keys),
                                    .machine = machine,
                                    .trust_digest = id_of<Digest>(trust)}});
    return enrol_reply->refusal;
  }
  Digest machine;  // that enrols
};

TEST_F(EnrolTest, FirstUseBindsTheTokenToItsKeys) {
  EXPECT_EQ(enrol("keys"), "");
  EXPECT_EQ(enrol_reply->binding.link_key, id_of<LinkKey>("keys"));
  EXPECT_EQ(admitted->links.size(), 1U);
  const std::uint64_t number = admitted->number;
  EXPECT_EQ(enrol("keys"), "");  // the reply was lost: the same answer again
  EXPECT_EQ(state.reign.admitted_number, number);
  EXPECT_EQ(enrol("others"), "the token was already used with other keys");
  EXPECT_THAT(state.audit.recent.back().text, StartsWith("ALARM token of host web-1"));
  const std::uint64_t records = state.audit.head.number;
  for (int i = 0; i < 10; ++i) enrol("others");
  EXPECT_EQ(state.audit.head.number, records) << "repeated, it fills the chain";
  EXPECT_EQ(state.links.size(), 1U);
  start();  // and after a restart
  EXPECT_EQ(enrol("others"), "the token was already used with other keys");
}

/// A list is as long as the fleet, and a gate syncs each.
TEST_F(EnrolTest, HostsThatEnrolTogetherShareAList) {
  add_token("web-2", "other", 2);
  admitted.reset();
  commit_is_slow = true;
  EXPECT_EQ(enrol("keys"), "");
  EXPECT_EQ(enrol("more keys", "web-2", "other"), "");
  EXPECT_FALSE(admitted.has_value());
  send(WentOn{});
  ASSERT_TRUE(admitted.has_value());
  EXPECT_EQ(admitted->links.size(), 2U);
  admitted.reset();
  send(WentOn{});
  EXPECT_FALSE(admitted.has_value()) << "once";
  add_token("web-3", "third", 3);
  EXPECT_EQ(enrol("third keys", "web-3", "third"), "");
  send(Ticked{});
  EXPECT_EQ(admitted->links.size(), 3U) << "the next tick at the latest";
}

TEST_F(EnrolTest, RefusesWhatTheTokenWasNotMadeFor) {
  EXPECT_EQ(enrol("keys", "web-1", "guess"), "no such token");
  EXPECT_EQ(enrol("keys", "web-2"), "the token is for another host");
  EXPECT_THAT(enrol("keys", "web-1", "secret", "other trust"), HasSubstr("trust file"));
  now.wall += std::chrono::hours(2);
  EXPECT_THAT(enrol("keys"), HasSubstr("expired"));
  EXPECT_TRUE(state.hosts.empty());
}

TEST_F(EnrolTest, NewerTokenVoidsTheOpenOneOfItsHost) {
  EXPECT_EQ(add_token("web-1", "second", 1).verdict, Verdict::Done);
  EXPECT_EQ(enrol("keys"), "no such token");
  EXPECT_EQ(enrol("keys", "web-1", "second"), "");
  EXPECT_EQ(add_token("web-1", "third", 2, true).verdict, Verdict::Done);
  EXPECT_EQ(enrol("keys", "web-1", "second"), "") << "a used one is kept: the reply may be lost";
}

/// A fleet of any size enrols in a day: what is spent is kept, and counts no more.
TEST_F(EnrolTest, OnlyOpenTokensTakeRoom) {
  limits.tokens_max = 2;
  EXPECT_EQ(enrol("keys"), "");
  EXPECT_EQ(add_token("web-2", "second", 1).verdict, Verdict::Done);
  EXPECT_EQ(add_token("web-3", "third", 1).verdict, Verdict::Done);
  EXPECT_EQ(add_token("web-3", "fourth", 1).verdict, Verdict::Done) << "in the place of the third";
  EXPECT_THAT(add_token("web-4", "fifth", 1).text, StartsWith("too many tokens are open: 2"));
  start();
  EXPECT_EQ(add_token("web-4", "fifth", 1).verdict, Verdict::Refused);
  now.wall += std::chrono::hours(2);
  EXPECT_EQ(add_token("web-4", "fifth", 1).verdict, Verdict::Done);
  EXPECT_EQ(state.tokens.size(), 1U) << "expired ones are gone";
}

TEST_F(EnrolTest, LiveNameNeedsAReplacingTokenWithNewerLabels) {
  EXPECT_EQ(enrol("keys"), "");
  EXPECT_EQ(add_token("web-1", "second", 2).verdict, Verdict::WrongUse);
  EXPECT_EQ(add_token("web-1", "second", 2, true).verdict, Verdict::Done);
  EXPECT_EQ(enrol("new", "web-1", "second"), "");
  EXPECT_EQ(state.links.size(), 1U);
  EXPECT_TRUE(state.links.contains(id_of<LinkKey>("new")));
  EXPECT_THAT(enrol("keys"), HasSubstr("no longer valid"));
}

TEST_F(EnrolTest, NewKeysOfOneMachineKeepItsDeadlines) {
  machine = id_of<Digest>("machine");
  EXPECT_EQ(enrol("keys"), "");
  const WallTime first = now.wall;
  const auto again = [&](const std::string& word, std::uint32_t serial) {
    now.wall += std::chrono::hours(1);
    EXPECT_EQ(add_token("web-1", word, serial, true).verdict, Verdict::Done);
    EXPECT_EQ(enrol(word, "web-1", word), "");
    return state.hosts.at(host_id("web-1")).row.enrolled_at;
  };
  EXPECT_EQ(again("second", 2), first);
  machine = id_of<Digest>("another");
  EXPECT_EQ(again("third", 3), now.wall);
  machine = {};
  EXPECT_EQ(again("fourth", 4), now.wall);
  EXPECT_EQ(again("fifth", 5), now.wall) << "of two that do not say it nobody knows";
}

TEST_F(EnrolTest, AReplacedHostTakesItsListOfPackagesAlong) {
  EXPECT_EQ(enrol("keys"), "");
  Report report;
  report.boot = id_of<BootId>("boot");
  report.boottime = now.mono;
  report.wall = now.wall;
  report.packages = id_of<Digest>("list");
  send(HostSaid{.link = id_of<LinkKey>("keys"), .gate = {}, .message = report});
  ASSERT_EQ(state.packages.size(), 1U);
  EXPECT_EQ(add_token("web-1", "second", 2, true).verdict, Verdict::Done);
  EXPECT_EQ(enrol("new", "web-1", "second"), "");
  EXPECT_TRUE(state.packages.empty());
  check_invariants(state);
}

TEST_F(EnrolTest, FormerKeyOfAHostStaysWithWhoHasItNow) {
  EXPECT_EQ(enrol("keys"), "");
  ask(RemoveHost{.host = host_id("web-1"), .reason = "rebuilt"});
  add_token("web-2", "second", 1);
  EXPECT_EQ(enrol("keys", "web-2", "second"), "");
  add_token("web-1", "third", 2);
  EXPECT_EQ(enrol("new", "web-1", "third"), "");
  EXPECT_EQ(state.links.at(id_of<LinkKey>("keys")), host_id("web-2"));
}

TEST_F(EnrolTest, SpentTokensRaiseAnAlarmEach) {
  EXPECT_EQ(enrol("keys"), "");
  add_token("web-2", "second", 1);
  EXPECT_EQ(enrol("more", "web-2", "second"), "");
  enrol("others");
  enrol("others", "web-2", "second");
  enrol("others");
  ASSERT_EQ(state.audit.alarms.size(), 2U);
  EXPECT_THAT(state.audit.alarms.back().text, StartsWith("ALARM token of host web-2"));
  start();
  EXPECT_EQ(state.audit.alarms.size(), 2U);
  EXPECT_THAT(state.audit.alarms.back().text, StartsWith("ALARM token of host web-2"));
}

TEST_F(EnrolTest, LabelsAreCertifiedAndTheirSerialRises) {
  EXPECT_EQ(enrol("keys"), "");
  EXPECT_EQ(ask(SetLabels{}, OpenedLabels{.labels = labels("web-1", 1)}).verdict, Verdict::Refused);
  EXPECT_EQ(ask(SetLabels{}, OpenedLabels{.labels = labels("web-1", 2, "eve")}).verdict,
            Verdict::Refused);
  EXPECT_EQ(ask(SetLabels{}, OpenedLabels{.labels = labels("web-1", 2)}).verdict, Verdict::Done);
  EXPECT_EQ(add_token("web-3", "third", 1, false, "eve").verdict, Verdict::Refused);
}

// Labels decide what a host in flight counts against.
class LabelsInFlight : public TwoRegions {
 protected:
  LabelsInFlight() {
    PlanHead plan = head();
    plan.order.concurrency = 4;
    plan.order.regions_at_once = 2;
    for (auto& [id, host] : hosts) host.takes = std::chrono::minutes(5);
    roll_out(plan);
    EXPECT_TRUE(pass_until([&] { return word("eu-1") == "working"; }));
    certificate.host = host_id("eu-1");
    certificate.serial = 2;
    certificate.labels = {{"region", "eu"}, {"role", "web"}, {"cluster", "web-2"}};
  }
  Verified<LabelCertificate> labels() {
    return Verifier::sign(certificate, "labels", {id_of<PublicKey>("ana")});
  }
  LabelCertificate certificate;
};

TEST_F(LabelsInFlight, StayWhileTheHostHoldsASlot) {
  const Answer told = ask(SetLabels{}, OpenedLabels{.labels = labels()});
  EXPECT_EQ(told.verdict, Verdict::WrongUse);
  EXPECT_THAT(told.text, HasSubstr("eu-1 holds a slot (working in R-1)"));
  EXPECT_THAT(told.text, HasSubstr("mainstay explain eu-1"));
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "succeeded"; }));
  EXPECT_EQ(ask(SetLabels{}, OpenedLabels{.labels = labels()}).verdict, Verdict::Done);
}

TEST_F(LabelsInFlight, OfAReplacedHostStopGrantsAndRaiseAnAlarm) {
  ASSERT_TRUE(pass_until([&] { return word("us-2") == "working"; }));  // its twin by and by
  EnrolmentToken token;
  token.header.not_after = now.wall + std::chrono::hours(1);
  token.host = host_id("eu-1");
  token.secret_digest = sha256(id_of<Digest>("secret").view());
  token.replaces = true;
  EXPECT_EQ(ask(AddToken{},
                OpenedToken{.token = Verifier::sign(token, "token", {id_of<PublicKey>("ana")}),
                            .labels = labels()})
                .verdict,
            Verdict::Done);
  send(EnrolmentAsked{.gate = {},
                      .link = id_of<LinkKey>("new"),
                      .request = {.host = host_id("eu-1"),
                                  .secret = id_of<Digest>("secret"),
                                  .link_key = id_of<LinkKey>("new"),
                                  .record_key = id_of<PublicKey>("new"),
                                  .machine = {},
                                  .trust_digest = {}}});
  EXPECT_EQ(enrol_reply->refusal, "");
  EXPECT_TRUE(std::ranges::any_of(state.audit.recent, [](const AuditRow& row) {
    return row.text.starts_with("ALARM host eu-1 enrolled anew while it holds a slot");
  }));
  hosts[host_id("eu-1")].running.clear();
  pass(std::chrono::minutes(1));  // the invariants hold
  EXPECT_TRUE(state.slots.contains(host_id("eu-1")));
  EXPECT_EQ(word("us-2"), "working");
  EXPECT_EQ(word("eu-2"), "waiting");
}

TEST_F(EnrolTest, RevokedKeyIsAdmittedNoMore) {
  EXPECT_EQ(enrol("keys"), "");
  EXPECT_EQ(control(RevokeHost{.host = host_id("web-1"),
                               .record_key = id_of<PublicKey>("keys"),
                               .link_key = id_of<LinkKey>("keys")},
                    {id_of<PublicKey>("ana")})
                .verdict,
            Verdict::Done);
  EXPECT_TRUE(admitted->links.empty());
  start();
  EXPECT_TRUE(admitted->links.empty());
  EXPECT_EQ(beacon->control_number, ControlNumber{1});
}

TEST_F(TwoRegions, CountsAddUpAndSilenceShows) {
  hosts[host_id("eu-1")].silent = true;
  pass(std::chrono::seconds(45));
  const FleetCounts counts = fleet_counts(state, limits, now);
  EXPECT_EQ(counts.hosts, counts.live + counts.silent + counts.parked + counts.never_seen);
  EXPECT_EQ(counts.silent, 1U);
  EXPECT_EQ(find_hosts(state, "silent", limits, now)->size(), 1U);
  EXPECT_EQ(find_hosts(state, "patch.security > 2", limits, now)->size(), 5U);  // stale: undecided
}

TEST_F(TwoRegions, TwoMachinesWithOneKeyAreQuarantined) {
  FakeHost& host = hosts[host_id("eu-1")];
  for (int turn = 0; turn < 4; ++turn) {
    host.boot = turn % 2 == 0 ? "here" : "there";
    report(host_id("eu-1"), host);
  }
  EXPECT_TRUE(is_duplicate(state.hosts.at(host_id("eu-1")), limits, now));
  EXPECT_THAT(state.audit.recent.back().text, HasSubstr("duplicate"));
}

TEST_F(TwoRegions, ALyingHostRaisesTheTermByABoundedSpanAndDelaysOnce) {
  const Term first = state.reign.term;
  const auto hello = [&](std::uint32_t seen) {
    Hello said;
    said.term_seen = Term{seen};
    send(HostSaid{.link = id_of<LinkKey>("eu-1"), .gate = {}, .message = said});
  };
  hello(first.value + 3);
  EXPECT_EQ(state.reign.term.value, first.value + 4) << "the store was older than the fleet";
  const auto listens = state.listen_until;
  now.mono += std::chrono::seconds(10);
  for (int lie = 0; lie < 5; ++lie) hello(state.reign.term.value + limits.term_jump_max - 1);
  EXPECT_LE(state.reign.term.value, first.value + limits.term_jump_max);
  hello(state.reign.term.value + 1);
  EXPECT_EQ(state.listen_until, listens);
}

/// A gate outlives its coordinator, and hosts greet a new connection only.
TEST_F(TwoRegions, AReportTellsANewCoordinatorWhatAGreetingWould) {
  start();
  const Term own = state.reign.term;
  labels_sent = 0;
  Report said;
  const auto tell = [&](std::uint32_t serial) {
    said.boottime = now.mono += std::chrono::seconds(10);
    said.term_seen = Term{own.value + 7};
    said.label_serial_seen = serial;
    send(HostSaid{.link = id_of<LinkKey>("eu-1"), .gate = {}, .message = said});
  };
  tell(0);
  EXPECT_EQ(state.reign.term.value, own.value + 8) << "the store was older than the fleet";
  EXPECT_EQ(labels_sent, 1U);
  tell(0);
  EXPECT_EQ(labels_sent, 1U) << "they may be on their way";
  now.mono += limits.label_interval;
  tell(0);
  EXPECT_EQ(labels_sent, 2U);
  now.mono += limits.label_interval;
  tell(1);
  EXPECT_EQ(labels_sent, 2U);
}

TEST_F(TwoRegions, ARecheckThatWaitsOutlivesTheCoordinator) {
  hosts[host_id("eu-1")].outcome = OutcomeKind::Failed;
  roll_out(head());
  ASSERT_TRUE(pass_until([&] { return word("eu-1") == "failed"; }));
  ASSERT_TRUE(state.slots.contains(host_id("eu-1")));
  hosts[host_id("eu-1")].silent = true;
  EXPECT_EQ(ask(RecheckHost{.host = host_id("eu-1")}).verdict, Verdict::Done);
  start();
  pass(std::chrono::seconds(30));
  EXPECT_TRUE(state.slots.contains(host_id("eu-1")));
  hosts[host_id("eu-1")].silent = false;
  EXPECT_TRUE(pass_until([&] { return !state.slots.contains(host_id("eu-1")); }));
  start();
  EXPECT_FALSE(state.hosts.at(host_id("eu-1")).row.recheck_after.has_value());
}

/// After the store came back from a backup: what a gate holds must be older than what it is sent.
TEST_F(TwoRegions, AListOfKeysIsNewerThanAnyThatAGateHolds) {
  const auto join = [&](std::uint64_t number) {
    send(GateJoined{.gate = {}, .mode = GateMode::Hosts, .admitted_number = number});
    return admitted->number;
  };
  const std::uint64_t own = state.reign.admitted_number;
  EXPECT_EQ(join(own), own);
  EXPECT_EQ(join(own + 700), own + 701);
  EXPECT_EQ(join(own + 3), own + 701);
  EXPECT_EQ(join(UINT64_MAX), own + 701) << "a gate's own word must not end the numbers";
  EXPECT_EQ(join(own + limits.admitted_jump_max), own + 701);
  start();
  EXPECT_EQ(state.reign.admitted_number, own + 701);
  send(GateJoined{.gate = {}, .mode = GateMode::Enrolment, .admitted_number = own + 900});
  EXPECT_EQ(state.reign.admitted_number, own + 701);
}

TEST_F(TwoRegions, ReportThatWasOvertakenIsDropped) {
  Sight& sight = state.hosts.at(host_id("eu-1")).sight;
  Report late;
  late.boot = sight.boot;
  late.boottime = sight.boottime - std::chrono::seconds(1);
  late.wall = now.wall;
  late.health.broken_packages = 7;
  late.health_at = now.wall;
  const auto say = [&] {
    send(HostSaid{.link = id_of<LinkKey>("eu-1"), .gate = {}, .message = late});
    return sight.row.health.broken_packages;
  };
  EXPECT_EQ(say(), 0U);
  late.boottime = sight.boottime;  // the same again
  EXPECT_EQ(say(), 0U);
  late.boottime = sight.boottime + Duration(1);
  EXPECT_EQ(say(), 7U);
  // A machine that went back to a snapshot.
  now.mono += limits.unreachable_after;
  late.boottime -= std::chrono::hours(1);
  late.health.broken_packages = 1;
  EXPECT_EQ(say(), 1U);
}

TEST_F(TwoRegions, RebootIsNoDuplicate) {
  FakeHost& host = hosts[host_id("eu-1")];
  for (const auto* boot : {"first", "second", "third"}) {
    host.boot = boot;
    report(host_id("eu-1"), host);
  }
  EXPECT_FALSE(is_duplicate(state.hosts.at(host_id("eu-1")), limits, now));
}

TEST_F(TwoRegions, RequestIsAppliedOnce) {
  OperatorRequest request;
  request.nonce = id_of<Nonce>("once");
  request.header.not_after = now.wall + std::chrono::seconds(60);
  request.act = RemoveHost{.host = host_id("eu-1"), .reason = "gone"};
  const RequestArrived event{.request = 77,
                             .operator_link = {},
                             .document = Verifier::sign(request, "r", {id_of<PublicKey>("ana")}),
                             .enclosed = {}};
  send(event);
  const std::uint64_t records = state.audit.head.number;
  start();
  send(event);
  EXPECT_EQ(answer->verdict, Verdict::Done);
  EXPECT_EQ(state.audit.head.number, records + 1);  // the start alone
  now.wall += std::chrono::minutes(2);
  request.nonce = id_of<Nonce>("late");
  send(RequestArrived{.request = 78,
                      .operator_link = {},
                      .document = Verifier::sign(request, "r", {id_of<PublicKey>("ana")}),
                      .enclosed = {}});
  EXPECT_EQ(answer->verdict, Verdict::Refused);
}

}  // namespace
}  // namespace mainstay::coordinator
