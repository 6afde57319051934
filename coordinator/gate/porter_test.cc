#include "coordinator/gate/porter.h"

#include <gtest/gtest.h>

#include "common/crypto/signers.h"
#include "common/wire/encode.h"
#include "coordinator/gate/test_time.h"

namespace mainstay {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class PorterTest : public testing::Test {
 protected:
  Porter porter(GateMode mode = GateMode::Hosts) {
    return Porter(verifier_, {.mode = mode,
                              .dispatch_key = dispatch_.key(),
                              .starts_per_minute = 2,
                              .list_age_max = seconds(40)});
  }
  Part list() {
    const AdmittedKeys keys{
        .header = {.required_features = {}, .not_after = kStart.wall + minutes(5)},
        .number = 1,
        .links = {LinkKey()}};
    return split(*seal(context::kAdmitted, encode(keys), dispatch_)).front();
  }
  static ToHosts dispatch(std::optional<PermitSlip> permit) {
    Dispatch order;
    order.attempt.number = 1;
    order.attempt.host = *HostId::parse("eu-1");
    order.permit = std::move(permit);
    return {.links = {LinkKey()},
            .starts = false,
            .frame = encode(HostOrder(DispatchMessage{std::move(order)}))};
  }

  crypto::KeySigner dispatch_{crypto::SigningKey::generate()};
  crypto::Ed25519Check check_;
  Verifier verifier_{check_};
};

TEST_F(PorterTest, LetsNobodyInBeforeTheFirstListAndByAnOldOne) {
  Porter gate = porter();
  EXPECT_FALSE(gate.is_open(kStart));
  ASSERT_TRUE(*gate.take(list(), kStart));
  EXPECT_TRUE(gate.is_open(later(seconds(40))));
  EXPECT_FALSE(gate.is_open(later(seconds(41))));
}

TEST_F(PorterTest, LetsEverybodyInWhoWantsToEnrol) {
  EXPECT_TRUE(porter(GateMode::Enrolment).is_open(kStart));
}

TEST_F(PorterTest, CountsAStartByItsFrameWhateverTheCoordinatorSaysOfIt) {
  Porter gate = porter();
  const ToHosts start = dispatch(PermitSlip());
  EXPECT_TRUE(gate.sends_out(start, kStart.mono));
  EXPECT_TRUE(gate.sends_out(start, kStart.mono));
  EXPECT_FALSE(gate.sends_out(start, kStart.mono));
  EXPECT_TRUE(gate.sends_out(dispatch(std::nullopt), kStart.mono)) << "starts nothing disruptive";
  EXPECT_TRUE(gate.sends_out(start, kStart.mono + minutes(1)));
}

TEST_F(PorterTest, TakesTheCoordinatorsWordThatAFrameStarts) {
  Porter gate = porter();
  const ToHosts said{.links = {LinkKey(), LinkKey(), LinkKey()}, .starts = true, .frame = {}};
  EXPECT_FALSE(gate.sends_out(said, kStart.mono)) << "three at once are more than two";
}

TEST_F(PorterTest, AStrangerMaySayLessThanAHost) {
  Porter hosts = porter();
  Porter strangers = porter(GateMode::Enrolment);
  std::uint32_t of_host = 0;
  std::uint32_t of_stranger = 0;
  for (int i = 0; i < 300; ++i) {
    of_host += hosts.passes_on(LinkKey(), kStart.mono) ? 1U : 0U;
    of_stranger += strangers.passes_on(LinkKey(), kStart.mono) ? 1U : 0U;
  }
  EXPECT_EQ(of_host, SenderRate().burst);
  EXPECT_EQ(of_stranger, kStrangerRate.burst);
}

}  // namespace
}  // namespace mainstay
