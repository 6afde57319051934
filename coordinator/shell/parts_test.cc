// The shell's pieces that need no socket: configuration, counting, answers, frames.
#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/digest.h"
#include "common/crypto/signers.h"
#include "common/ports/test_records.h"
#include "common/wire/open.h"
#include "common/wire/row.h"
#include "common/wire/sizes.h"
#include "coordinator/core/step.h"
#include "coordinator/shell/config.h"
#include "coordinator/shell/frames.h"
#include "coordinator/shell/logs.h"
#include "coordinator/shell/plan_head.h"
#include "coordinator/shell/refusals.h"
#include "coordinator/shell/replies.h"
#include "coordinator/shell/requests.h"
#include "coordinator/shell/rows.h"
#include "coordinator/shell/views.h"

namespace mainstay::coordinator {
namespace {

using testing::HasSubstr;

constexpr Now kNow{.mono = instant_from_ms(100'000), .wall = wall_from_ms(1'700'000'000'000)};

Now later(Duration by) {
  return {.mono = kNow.mono + by, .wall = kNow.wall + by};
}

const std::string kConfig =
    "store: /s\nlisten: tcp://127.0.0.1:1\nfleet: f\ndispatch_key_file: /d\nlink_key_file: /l\n"
    "gate_keys: " +
    std::string(64, 'a') + " " + std::string(64, 'b') +
    "\nenrolment_keys: " + std::string(64, 'c') + "\n";

TEST(ConfigTest, ReadsKeysAndDefaults) {
  const auto config = parse_config(kConfig + "grace_seconds: 2\n", "c");
  ASSERT_TRUE(config) << config.error().detail;
  EXPECT_EQ(config->gate_keys.size(), 2U);
  EXPECT_EQ(config->enrolment_keys.size(), 1U);
  EXPECT_EQ(config->grace, std::chrono::seconds(2));
  EXPECT_EQ(config->permit_lifetime, std::chrono::seconds(120));
  EXPECT_EQ(config->store_bytes, std::uint64_t{16} << 30U);
  EXPECT_EQ(parse_config(kConfig + "store_bytes: 4294967296\n", "c")->store_bytes,
            std::uint64_t{4} << 30U);
  EXPECT_FALSE(parse_config(kConfig + "store_bytes: 1000\n", "c"));
}

TEST(ConfigTest, ComplaintsNameTheLine) {
  const auto unknown = parse_config(kConfig + "grace_second: 2\n", "c");
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().detail, HasSubstr("c:8"));
  EXPECT_THAT(unknown.error().detail, HasSubstr("grace_seconds"));
  EXPECT_FALSE(parse_config(kConfig + "beacon_seconds: 60\n", "c"));
  EXPECT_FALSE(parse_config(kConfig + "log_level: loud\n", "c"));
  EXPECT_FALSE(parse_config(kConfig + "gate_config: /g\n", "c"));
}

// A large plan takes hundreds of commits to store; whoever asked for it looks meanwhile.
TEST(ViewsTest, APlanThatIsBeingStoredStillResolves) {
  State state;
  const Nonce nonce = *Nonce::from(sha256(as_bytes("nonce")).view());
  Plan& plan = state.plans[sha256(as_bytes("plan"))];
  plan.row.plan = sha256(as_bytes("plan"));
  plan.row.phase = PlanPhase::Freezing;
  plan.row.head.host_count = 7;
  plan.draft = nonce;
  const TestRecords records;
  const std::map<Nonce, DraftEnd> ends;
  const std::map<std::string, Feed> feeds;
  const ViewContext context{.state = state,
                            .limits = {},
                            .records = records,
                            .drafts = ends,
                            .fleet = "f",
                            .now = kNow,
                            .feeds = &feeds};
  const Reply reply = view_of(context, {.view = View::Plan, .argument = to_hex(nonce.view())});
  EXPECT_EQ(reply.verdict, Verdict::Done);
  EXPECT_THAT(std::string(as_text(reply.data)), HasSubstr(R"("phase":"resolving")"));
  EXPECT_THAT(std::string(as_text(reply.data)), HasSubstr(R"({"asked":7,"answered":7})"));
}

struct CountingLog : Log {
  void event(Level, std::string_view, std::initializer_list<Field>) override { ++lines; }
  int lines = 0;
};

TEST(RefusalsTest, CountsAllAndSaysFew) {
  CountingLog log;
  Refusals refusals(log);
  for (int i = 0; i < 1000; ++i) refusals.note("frame.malformed", "why", kNow);
  EXPECT_EQ(refusals.count("frame.malformed"), 1000U);
  EXPECT_EQ(refusals.count("other"), 0U);
  EXPECT_EQ(log.lines, 1);
  refusals.note("frame.malformed", "why", later(std::chrono::seconds(11)));
  EXPECT_EQ(log.lines, 2);
}

TEST(RepliesTest, LongAnswersTravelInPartsAndWaitForASlowReader) {
  std::vector<Bytes> sent;
  bool reads = false;
  Replies replies([&](const fabric::Sender&, ByteView frame) -> Status {
    if (!reads) return fail(Fault::Unavailable, "full");
    sent.emplace_back(frame.begin(), frame.end());
    return {};
  });
  replies.send({.sender = {}, .id = 7},
               {.text = {}, .data = Bytes(3 * kPartBytesMax, std::byte{5})}, kNow);
  EXPECT_TRUE(replies.flush(kNow));
  reads = true;
  EXPECT_FALSE(replies.flush(kNow));
  ASSERT_EQ(sent.size(), 3U);
  Assembler assembler(4 * kPartBytesMax);
  for (const Bytes& frame : sent) {
    const auto reply = decode<OperatorReply>(frame);
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->id, 7U);
    const auto whole = assembler.add(reply->part);
    ASSERT_TRUE(whole);
    if (*whole) {
      EXPECT_EQ((*whole)->size(), 3 * kPartBytesMax);
    }
  }
}

TEST(RepliesTest, RefusesAnAnswerThatCannotBeSent) {
  std::vector<Bytes> sent;
  Replies replies([&](const fabric::Sender&, ByteView frame) -> Status {
    sent.emplace_back(frame.begin(), frame.end());
    return {};
  });
  replies.send({.sender = {}, .id = 7}, {.text = {}, .data = Bytes(kPartBytesMax * kPartsMax + 1)},
               kNow);
  ASSERT_EQ(sent.size(), 1U);
  const auto reply = decode<OperatorReply>(sent[0]);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->verdict, Verdict::Refused);
  EXPECT_THAT(reply->text, HasSubstr("at most 50331648"));
}

TEST(RepliesTest, ForgetsReadersThatAreGoneAndBoundsAskers) {
  Replies replies(
      [](const fabric::Sender&, ByteView) -> Status { return fail(Fault::Unavailable, "gone"); });
  replies.send({}, {.text = "hello"}, kNow);
  EXPECT_TRUE(replies.flush(kNow));
  EXPECT_FALSE(replies.flush(later(kReaderPatience + Duration(1))));
  for (std::size_t i = 0; i < kAskersMax; ++i) ASSERT_TRUE(replies.open({}, kNow));
  EXPECT_FALSE(replies.open({}, kNow));
  EXPECT_TRUE(replies.open({}, later(kAskerPatience + Duration(1))));
  EXPECT_FALSE(replies.close(1)) << "forgotten";
}

TEST(RepliesTest, ForgetsTheOldestAskerForAStop) {
  Replies replies([](const fabric::Sender&, ByteView) -> Status { return {}; });
  for (std::size_t i = 0; i < kAskersMax; ++i) ASSERT_TRUE(replies.open({}, kNow));
  const std::uint64_t number = replies.open_at_cost({.sender = {}, .id = 9}, kNow);
  EXPECT_FALSE(replies.close(1));
  EXPECT_EQ(replies.close(number)->id, 9U);
  EXPECT_TRUE(replies.close(2));
}

TEST(RequestsTest, StopIsTakenWhenTheTableOfNoncesIsFull) {
  crypto::KeySigner signer(crypto::SigningKey::generate());
  const crypto::Ed25519Check check;
  const Verifier verifier(check);
  Requests requests(verifier, 1);
  State state;
  state.roster.emplace();
  OperatorEntry ana;
  ana.name = "ana";
  ana.key = signer.key();
  ana.role = Role::Admin;
  ana.expires = later(std::chrono::hours(1)).wall;
  state.roster->roster.operators.push_back(ana);
  const auto ask = [&](RequestAct act, std::byte nonce) {
    OperatorRequest request;
    request.header.not_after = later(std::chrono::seconds(60)).wall;
    request.nonce.value[0] = nonce;
    request.act = std::move(act);
    const Bytes document = *seal(context::kRequest, encode(request), signer);
    return requests.open({.link = {}, .request = 1}, document, state, kNow).has_value();
  };
  ControlStatement stop;
  stop.header.not_after = later(std::chrono::hours(1)).wall;
  stop.number = {1};
  stop.act = StopFleet{.reason = "smoke"};
  stop.signed_at = kNow.wall;
  const Bytes statement = *seal(context::kControl, encode(stop), signer);
  const StartPlan start{};
  EXPECT_TRUE(ask(start, std::byte{1}));
  EXPECT_FALSE(ask(start, std::byte{2})) << "the table is full";
  EXPECT_TRUE(ask(AddControl{.statement = statement}, std::byte{3}));
}

TEST(LogsTest, PutsPartsTogetherForAllWhoAskedAndGivesUp) {
  Logs logs;
  const AttemptId attempt{.plan = {}, .step = 0, .host = *HostId::parse("web-1"), .number = 1};
  EXPECT_TRUE(logs.ask(attempt, {.sender = {}, .id = 1}, kNow));
  EXPECT_TRUE(logs.ask(attempt, {.sender = {}, .id = 2}, kNow));
  const Bytes output(kPartBytesMax + 1, std::byte{'x'});
  auto parts = split(output);
  EXPECT_FALSE(logs.add({.attempt = attempt, .part = parts[0]}));
  const auto finished = logs.add({.attempt = attempt, .part = parts[1]});
  ASSERT_TRUE(finished);
  EXPECT_EQ(finished->askers.size(), 2U);
  EXPECT_EQ(*finished->log, output);
  EXPECT_TRUE(logs.ask(attempt, {.sender = {}, .id = 3}, kNow));
  EXPECT_TRUE(logs.expire(kNow).empty());
  const auto expired = logs.expire(later(kFetchPatience));
  ASSERT_EQ(expired.size(), 1U);
  EXPECT_FALSE(expired[0].log);
}

TEST(RequestsTest, RolesAllowNoMoreThanTheyShould) {
  EXPECT_FALSE(may_ask(Role::Viewer, StartPlan{}));
  EXPECT_FALSE(may_ask(Role::Viewer, AddControl{}));
  EXPECT_FALSE(may_ask(Role::Enroller, StartPlan{}));
  EXPECT_TRUE(may_ask(Role::Enroller, AddToken{}));
  EXPECT_FALSE(may_ask(Role::Operator, AddToken{}));
  EXPECT_TRUE(may_ask(Role::Operator, StartPlan{}));
  EXPECT_FALSE(may_ask(Role::Operator, ReleaseSlot{}));
  EXPECT_TRUE(may_ask(Role::Approver, ReleaseSlot{}));
  EXPECT_FALSE(may_ask(Role::Approver, RemoveHost{}));
  EXPECT_TRUE(may_ask(Role::Admin, RemoveHost{}));
}

/// They are looked for in every record that is stored: not for each page of the chain.
TEST(AuditViewTest, NamesWitnessesOnlyBehindTheLastRecord) {
  TestRecords records;
  const auto put = [&](const CoordinatorRow& row) {
    records.rows[{Axis::Truth, key_of(row)}] = encode_row(row);
  };
  AuditRow first;
  first.number = 1;
  put(first);
  crypto::KeySigner executor{crypto::SigningKey::generate()};
  Outcome outcome;
  outcome.attempt.host = *HostId::parse("web-1");
  outcome.audit.number = 1;
  put(RecordRow{.attempt = outcome.attempt,
                .digest = {},
                .envelope = *seal(context::kOutcome, encode(outcome), executor),
                .output_tail = {},
                .at = {}});
  const State state;
  const Limits limits;
  const std::map<Nonce, DraftEnd> drafts;
  const std::map<std::string, Feed> feeds;
  const ViewContext context{.state = state,
                            .limits = limits,
                            .records = records,
                            .drafts = drafts,
                            .fleet = "f",
                            .now = kNow,
                            .feeds = &feeds};
  const auto page = [&](std::string argument) {
    const Reply reply = view_of(context, {.view = View::Audit, .argument = std::move(argument)});
    return std::string(as_text(reply.data));
  };
  EXPECT_THAT(page("1"), HasSubstr(R"("witnesses":[])"));
  EXPECT_THAT(page("2"), HasSubstr(R"("host":"web-1")"));
}

class FramesTest : public testing::Test {
 protected:
  /// A frozen plan of three hosts with one approval.
  void SetUp() override {
    FreezePlan order;
    order.head.name = "november";
    order.head.host_count = 3;
    order.head.header.not_after = kNow.wall + std::chrono::hours(1);
    order.head.steps = {Step{.task = PatchStep{}}};
    for (const char* name : {"a", "b", "c"}) {
      Leaf leaf;
      leaf.host = *HostId::parse(name);
      order.leaves.push_back(leaf);
    }
    frozen_ = std::get<PlanFrozen>(freeze(order));
    Plan plan;
    plan.row.plan = frozen_.plan;
    plan.row.head = frozen_.head;
    plan.row.head_payload = frozen_.head_payload;
    plan.row.approvals = {{.key = operator_.key(),
                           .name = "ana",
                           .at = kNow.wall,
                           .document = *seal(context::kPlanHead, frozen_.head_payload, operator_)}};
    for (std::uint32_t i = 0; i < 3; ++i) {
      plan.leaves.push_back(
          {.plan = frozen_.plan, .index = i, .leaf = order.leaves[i], .bytes = frozen_.leaves[i]});
    }
    state_.plans[frozen_.plan] = plan;
  }
  crypto::KeySigner operator_{crypto::SigningKey::generate()};
  crypto::KeySigner dispatch_{crypto::SigningKey::generate()};
  crypto::Ed25519Check check_;
  PlanFrozen frozen_;
  State state_;
};

TEST_F(FramesTest, EveryDispatchProvesItsLeafAndItsPermit) {
  SendDispatches order{.items = {}, .term = {3}, .audit = {}};
  for (std::uint32_t i = 0; i < 3; ++i) {
    const AttemptId attempt{.plan = frozen_.plan,
                            .step = 0,
                            .host = state_.plans[frozen_.plan].leaves[i].leaf.host,
                            .number = 1};
    DispatchItem item{.attempt = attempt, .leaf = i, .host = {}, .permit = std::nullopt};
    if (i != 1) item.permit = Permit{.attempt = attempt, .term = {3}, .boot = {}};
    order.items.push_back(item);
  }
  Frames frames(dispatch_, std::chrono::seconds(120));
  const auto packed = frames.dispatches(order, state_, kNow);
  ASSERT_TRUE(packed) << packed.error().detail;
  ASSERT_EQ(packed->size(), 3U);
  const Verifier verifier(check_);
  const PublicKey operators[] = {operator_.key()};
  const PublicKey dispatchers[] = {dispatch_.key()};
  for (const PackedDispatch& one : *packed) {
    const auto decoded = decode<HostOrder>(one.frame);
    ASSERT_TRUE(decoded) << decoded.error().detail;
    const Dispatch& dispatch = std::get<DispatchMessage>(*decoded).dispatch;
    const auto head =
        verifier.open<PlanHead>(dispatch.head, context::kPlanHead, operators, kNow.wall);
    ASSERT_TRUE(head) << head.error().detail;
    EXPECT_TRUE(is_proven((*head)->leaves_root, leaf_digest(dispatch.leaf), dispatch.proof));
    EXPECT_EQ(one.starts, dispatch.permit.has_value());
    if (!dispatch.permit) continue;
    const auto batch = verifier.open<PermitBatch>(dispatch.permit->batch, context::kPermits,
                                                  dispatchers, kNow.wall);
    ASSERT_TRUE(batch) << batch.error().detail;
    EXPECT_TRUE(
        is_proven((*batch)->root, leaf_digest(dispatch.permit->permit), dispatch.permit->proof));
    EXPECT_EQ(decode<Permit>(dispatch.permit->permit)->attempt, dispatch.attempt);
  }
  EXPECT_FALSE((*packed)[1].starts);
}

Leaf leaf_with(const char* host, std::size_t packages) {
  Leaf leaf;
  leaf.host = *HostId::parse(host);
  for (std::size_t i = 100; i < 100 + packages; ++i) {
    leaf.packages.push_back(
        {.name = "n" + std::to_string(i) + std::string(60, 'n'), .version = std::string(60, 'v')});
  }
  return leaf;
}

TEST(FreezeTest, NamesTheHostsWhoseLeafNobodyCouldRead) {
  FreezePlan order;
  order.head.name = "november";
  order.leaves = {leaf_with("a", 1), leaf_with("long", 300), leaf_with("twice", 1)};
  order.leaves[2].packages.push_back(order.leaves[2].packages[0]);
  const auto outcome = freeze(order);
  const auto* failed = std::get_if<PlanNotFrozen>(&outcome);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->reason, "");
  ASSERT_EQ(failed->unfit.size(), 2U);
  EXPECT_EQ(failed->unfit[0].host.text(), "long");
  EXPECT_EQ(failed->unfit[0].reason, "its set of packages is too long");
  EXPECT_EQ(failed->unfit[1].host.text(), "twice");
}

TEST(FreezeTest, RefusesAHeadThatNobodyCouldRead) {
  FreezePlan order;
  order.head.name = "november";
  order.leaves = {leaf_with("a", 1)};
  order.head.steps = {
      Step{.task = RunStep{.argv = std::vector(5, std::string(kArgumentBytesMax, 'x'))}}};
  EXPECT_FALSE(check_head(order.head));
  const auto outcome = freeze(order);
  const auto* failed = std::get_if<PlanNotFrozen>(&outcome);
  ASSERT_NE(failed, nullptr);
  EXPECT_THAT(failed->reason, HasSubstr("the plan is too long"));
  order.head.steps = {Step{.task = PatchStep{}}};
  EXPECT_TRUE(check_head(order.head));
  EXPECT_TRUE(std::holds_alternative<PlanFrozen>(freeze(order)));
}

/// An operator could not fetch it, and the coordinator would end at the first who tried.
TEST(FreezeTest, RefusesAPlanThatIsLongerThanABundleMayBe) {
  const Leaf leaf = leaf_with("a", 150);
  const std::size_t leaf_bytes = encode(leaf).size();
  ASSERT_LE(leaf_bytes, kLeafBytesMax);
  FreezePlan order;
  order.head.name = "november";
  order.leaves.assign((kBundleBytesMax - kHeadBytesMax - kEnvelopeBytesMax - 64) / (leaf_bytes + 8),
                      leaf);
  auto outcome = freeze(order);
  ASSERT_TRUE(std::holds_alternative<PlanFrozen>(outcome));
  const PlanBundle bundle{.head = Bytes(kHeadBytesMax + kEnvelopeBytesMax),
                          .leaves = std::get<PlanFrozen>(outcome).leaves};
  EXPECT_LE(encode(bundle).size(), kBundleBytesMax);
  order.leaves.push_back(leaf);
  outcome = freeze(order);
  ASSERT_TRUE(std::holds_alternative<PlanNotFrozen>(outcome));
  EXPECT_THAT(std::get<PlanNotFrozen>(outcome).reason, HasSubstr("Choose fewer hosts"));
}

/// Every step of storing the largest plan can be committed: the driver aborts at one that cannot.
TEST(FreezeTest, EachStepOfTheLargestPlanFitsIntoACommit) {
  State state;
  Draft draft;
  draft.freezing = true;
  PlanFrozen frozen;
  frozen.plan = sha256(as_bytes("plan"));
  frozen.head_payload = Bytes(kHeadBytesMax);
  for (std::size_t i = 0; i < 300; ++i) {
    draft.excluded.push_back({.host = *HostId::parse(std::string(60, 'h') + std::to_string(i)),
                              .reason = std::string(kLineBytesMax, 'r')});
  }
  for (std::size_t i = 0; i < 40; ++i) {
    draft.leaves.push_back(leaf_with("a", 1));
    frozen.leaves.emplace_back(kLeafBytesMax);
  }
  frozen.head.host_count = 40;
  state.drafts[frozen.draft] = std::move(draft);
  Rng rng(1);
  std::deque<Event> events = {frozen};
  std::size_t steps = 0;
  while (!events.empty()) {
    const auto effects = step(state, events.front(), Limits{}, kNow, rng);
    events.pop_front();
    std::vector<KeyValue> writes;
    for (const auto& write : effects.writes) writes.push_back(key_value_of(write));
    const Status fits = check_step(writes);
    EXPECT_TRUE(fits) << "step " << steps << ": " << fits.error().detail;
    for (const auto& command : effects.commands) {
      if (std::holds_alternative<GoOn>(command)) events.emplace_back(WentOn{});
    }
    ASSERT_LT(++steps, 100U);
  }
  EXPECT_EQ(state.plans.at(frozen.plan).row.phase, PlanPhase::Frozen);
}

TEST_F(FramesTest, APlanThatIsGoneIsLeftOut) {
  const AttemptId attempt{.plan = sha256(as_bytes("other")), .host = *HostId::parse("a")};
  Frames frames(dispatch_, std::chrono::seconds(120));
  const SendDispatches order{
      .items = {{.attempt = attempt, .leaf = 0, .host = {}, .permit = std::nullopt}},
      .term = {1},
      .audit = {}};
  EXPECT_TRUE(frames.dispatches(order, state_, kNow)->empty());
}

TEST_F(FramesTest, SignaturesOfAllApprovalsAreMergedOnce) {
  crypto::KeySigner second{crypto::SigningKey::generate()};
  PlanRow row = state_.plans[frozen_.plan].row;
  row.approvals.push_back({.key = second.key(),
                           .name = "bob",
                           .at = kNow.wall,
                           .document = *add_signature(row.approvals[0].document, second)});
  const auto head = peek(*head_with_signatures(row));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->signatures.size(), 2U);
  EXPECT_EQ(sha256(head->payload), frozen_.plan);
}

}  // namespace
}  // namespace mainstay::coordinator
