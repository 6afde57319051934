// Operators at the coordinator's door: who gets in, who may ask, and what a restart keeps.
#include <gmock/gmock.h>

#include "coordinator/shell/test_world.h"

namespace mainstay::coordinator {
namespace {

using testing::HasSubstr;

class OperatorsTest : public ShellWorld {
 protected:
  void SetUp() override {
    initialise_folder();
    start_well();
  }
  RequestAct stop(std::string reason) {
    const ControlStatement statement{
        .header = {.required_features = {},
                   .not_after = observe::wall_now() + std::chrono::hours(1)},
        .number = {1},
        .previous = {},
        .act = StopFleet{.reason = std::move(reason)},
        .signed_at = observe::wall_now()};
    return AddControl{.statement = *seal(context::kControl, encode(statement), ana_.signer)};
  }
  std::string json(Peer& peer, View view, std::string argument = "") {
    const Reply reply = read(peer, view, std::move(argument));
    EXPECT_EQ(reply.verdict, Verdict::Done) << reply.text;
    return std::string(as_text(reply.data));
  }
};

TEST_F(OperatorsTest, ReadsAnswer) {
  const auto peer = connect(vic_.link);
  EXPECT_THAT(json(*peer, View::Fleet), HasSubstr(R"("fleet":"test-fleet")"));
  EXPECT_THAT(json(*peer, View::Hosts), HasSubstr(R"("total":0)"));
  EXPECT_THAT(json(*peer, View::Plans), HasSubstr(R"("plans":[])"));
  EXPECT_THAT(json(*peer, View::Rollouts), HasSubstr(R"("rollouts":[])"));
  EXPECT_THAT(json(*peer, View::Ledger), HasSubstr(R"("slots":[])"));
  EXPECT_THAT(json(*peer, View::Control), HasSubstr(R"("stop":false)"));
  EXPECT_THAT(json(*peer, View::Tokens), HasSubstr(R"("tokens":[])"));
  EXPECT_THAT(json(*peer, View::Audit, "1"), HasSubstr(R"("head")"));
  const Reply known = read(*peer, View::Roster);
  EXPECT_TRUE(decode<SignedDocument>(known.data).has_value());
  for (const View view :
       {View::Host, View::Plan, View::Rollout, View::Explain, View::PlanBundle, View::Log}) {
    EXPECT_EQ(read(*peer, view, "nobody/../knows").verdict, Verdict::WrongUse);
  }
}

TEST_F(OperatorsTest, AKeyOutsideOfTheRosterIsNotLetIn) {
  const auto stranger = dial(fabric::make_link_keys());
  const auto peer = connect(ana_.link);
  EXPECT_EQ(read(*peer, View::Fleet).verdict, Verdict::Done);
  EXPECT_FALSE(stranger->client->connected());
}

TEST_F(OperatorsTest, UnsignedAndWronglySignedRequestsAreRefused) {
  const auto peer = connect(ana_.link);
  EXPECT_NE(ask(*peer, ChangeRequest{.request = to_bytes("not a document")}).verdict,
            Verdict::Done);
  Person nobody{.name = "nobody", .role = Role::Admin};
  EXPECT_EQ(change(*peer, nobody, stop("no")).verdict, Verdict::Refused);
  Bytes spoilt = signed_request(ana_, stop("no"));
  spoilt[spoilt.size() / 2] ^= std::byte{1};
  EXPECT_NE(ask(*peer, ChangeRequest{.request = spoilt}).verdict, Verdict::Done);
  EXPECT_THAT(json(*peer, View::Control), HasSubstr(R"("stop":false)"));
}

TEST_F(OperatorsTest, ExpiredAndFarTooLongRequestsAreRefused) {
  const auto peer = connect(ana_.link);
  for (const Duration lifetime : {Duration(-1000), Duration(600'000)}) {
    const Reply reply =
        ask(*peer, ChangeRequest{.request = signed_request(ana_, stop("no"), lifetime)});
    EXPECT_EQ(reply.verdict, Verdict::Refused) << reply.text;
  }
  EXPECT_THAT(json(*peer, View::Control), HasSubstr(R"("stop":false)"));
}

TEST_F(OperatorsTest, AReplayIsRefused) {
  const auto peer = connect(ana_.link);
  const Bytes request = signed_request(ana_, stop("seen fire"));
  const Reply first = ask(*peer, ChangeRequest{.request = request});
  EXPECT_EQ(first.verdict, Verdict::Done) << first.text;
  const Reply second = ask(*peer, ChangeRequest{.request = request});
  EXPECT_EQ(second.verdict, Verdict::Refused);
  EXPECT_THAT(second.text, HasSubstr("received before"));
  EXPECT_THAT(json(*peer, View::Fleet), HasSubstr("seen fire"));
}

TEST_F(OperatorsTest, AViewerChangesNothing) {
  const auto peer = connect(vic_.link);
  EXPECT_EQ(change(*peer, vic_, stop("no")).verdict, Verdict::Refused);
  EXPECT_EQ(change(*peer, vic_, RecheckHost{.host = *HostId::parse("web-1")}).verdict,
            Verdict::Refused);
  EXPECT_THAT(json(*peer, View::Control), HasSubstr(R"("stop":false)"));
}

TEST_F(OperatorsTest, AMalformedFrameIsCountedAndTheNextAnswered) {
  const auto peer = connect(ana_.link);
  ASSERT_TRUE(peer->client->send(to_bytes("nonsense")));
  ASSERT_TRUE(peer->client->send(Bytes(kFrameBytesMax, std::byte{0xff})));
  EXPECT_EQ(read(*peer, View::Fleet).verdict, Verdict::Done);
}

TEST_F(OperatorsTest, ADraftThatMatchesNothingIsRefusedWithTheReason) {
  const auto peer = connect(ana_.link);
  PlanHead head;
  head.header.not_after = observe::wall_now() + std::chrono::hours(1);
  head.name = "november";
  head.targets = "role = web";
  head.steps = {Step{.task = PatchStep{}}};
  const Reply reply = change(*peer, ana_, DraftPlan{.head = head});
  EXPECT_EQ(reply.verdict, Verdict::WrongUse) << reply.text;
  EXPECT_THAT(reply.text, HasSubstr("matches no host"));
}

TEST_F(OperatorsTest, ARestartKeepsWhatWasSaid) {
  auto peer = connect(ana_.link);
  ASSERT_EQ(change(*peer, ana_, stop("seen fire")).verdict, Verdict::Done);
  peer.reset();
  coordinator_.reset();
  start_well();
  peer = connect(ana_.link);
  const std::string fleet = json(*peer, View::Fleet);
  EXPECT_THAT(fleet, HasSubstr("seen fire"));
  EXPECT_THAT(fleet, HasSubstr(R"("term":2)"));
}

TEST_F(OperatorsTest, ASecondCoordinatorOnTheSameStoreSaysSo) {
  Coordinator second(loop_, log_, config());
  const Status started = second.start();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().detail, HasSubstr("store"));
}

TEST_F(OperatorsTest, AStoreOfANewerSchemaIsLeftAlone) {
  coordinator_.reset();
  {
    auto newer = store::LmdbStore::open(
        {.directory = config().store,
         .schema = {.written = 9, .known = 9, .needed = 9, .version = "9.0.0"},
         .post = [](store::Work work) { work(); }});
    ASSERT_TRUE(newer) << newer.error().detail;
  }
  const Status started = start();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().detail, HasSubstr("9"));
}

TEST_F(OperatorsTest, AFolderInUseIsNotInitialisedAgain) {
  const Status again = initialise(options());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().fault, Fault::Denied);
}

class InitialiseTest : public ShellWorld {};

TEST_F(InitialiseTest, ARosterItsOwnAdminDidNotSignIsRefused) {
  InitOptions wrong = options();
  wrong.roster = roster(vic_);
  EXPECT_FALSE(initialise(wrong));
  EXPECT_FALSE(std::filesystem::exists(wrong.directory));
}

}  // namespace
}  // namespace mainstay::coordinator
