// A stolen coordinator hands over rosters and labels that operators did not sign.
#include "coordinator/cli/held.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/loop/clock.h"
#include "common/plan/trust.h"
#include "common/wire/open.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/test_session.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;

const HostId kWeb = *HostId::parse("web-1");

class HeldTest : public ::testing::Test {
 protected:
  HeldTest() {
    roster_.number = {1};
    roster_.operators.push_back({.name = "ana",
                                 .key = centre_.signer.key(),
                                 .link = {},
                                 .role = Role::Admin,
                                 .scope = "",
                                 .expires = loop::walltime_now() + std::chrono::hours(24)});
    trust_.roster = sealed(context::kRoster, roster_, centre_.signer);
    config_.trust_file = ::testing::TempDir() + "held_test.trust";
    std::ofstream(config_.trust_file) << write_trust(trust_);
    centre_.answers[{View::Roster, ""}] = trust_.roster;
  }
  template <class T>
  static Bytes sealed(std::string_view context, const T& value, Signer& by) {
    return *seal(context, encode(value), by);
  }
  /// The next roster, as the centre would hand it over, signed by `by`.
  void follow(Roster next, Signer& by) {
    next.number = {2};
    const Bytes document = sealed(context::kRoster, next, by);
    const ControlStatement statement{.header = {},
                                     .number = {1},
                                     .previous = {},
                                     .act = NewRoster{document},
                                     .signed_at = loop::walltime_now()};
    centre_.answers[{View::Roster, ""}] = document;
    centre_.answers[{View::Roster, "2"}] = sealed(context::kControl, statement, by);
  }
  Roster with_thief() const {
    Roster next = roster_;
    next.operators.push_back({.name = "thief",
                              .key = thief_.key(),
                              .link = {},
                              .role = Role::Admin,
                              .scope = "",
                              .expires = loop::walltime_now() + std::chrono::hours(24)});
    return next;
  }
  void certify(const HostId& host, std::uint32_t serial, Signer& by) {
    const LabelCertificate certificate{
        .header = {}, .host = host, .serial = serial, .labels = {{"region", "eu"}}};
    centre_.answers[{View::Certificate, "web-1"}] = sealed(context::kLabels, certificate, by);
  }
  Result<Roster> roster() {
    Session session{.call = call_, .config = config_, .centre = centre_, .screen = screen_};
    return verified_roster(session);
  }
  Result<std::optional<LabelCertificate>> held() {
    Session session{.call = call_, .config = config_, .centre = centre_, .screen = screen_};
    return held_labels(session, kWeb);
  }

  FakeCentre centre_;
  mutable crypto::KeySigner thief_{crypto::SigningKey::generate()};
  Roster roster_;
  Trust trust_;
  ClientConfig config_;
  Invocation call_;
  TextScreen screen_;
};

TEST_F(HeldTest, WalksFromTheTrustFileToTheRosterInForce) {
  EXPECT_EQ(roster()->number, RosterNumber{1});
  follow(with_thief(), centre_.signer);  // who is no thief if ana signed
  EXPECT_EQ(roster()->operators.size(), 2U);
}

TEST_F(HeldTest, RefusesARosterThatTheCentreMade) {
  centre_.answers[{View::Roster, ""}] = sealed(context::kRoster, with_thief(), thief_);
  EXPECT_THAT(roster().error().detail, HasSubstr("not proven"));
  follow(with_thief(), thief_);
  EXPECT_THAT(roster().error().detail, HasSubstr("roster 2"));
  EXPECT_EQ(roster().error().fault, Fault::Denied);
}

TEST_F(HeldTest, BuildsOnLabelsThatAnOperatorCertified) {
  EXPECT_FALSE(held()->has_value()) << "a host never seen";
  certify(kWeb, 7, centre_.signer);
  EXPECT_EQ((*held())->serial, 7U);
}

TEST_F(HeldTest, AsksAPersonAboutLabelsThatNoOperatorCertified) {
  certify(kWeb, 7, thief_);
  EXPECT_EQ(held().error().fault, Fault::Stale);
}

TEST_F(HeldTest, RefusesLabelsOfAnotherHostAndTheLastSerial) {
  certify(*HostId::parse("web-2"), 7, centre_.signer);
  EXPECT_THAT(held().error().detail, HasSubstr("another host"));
  certify(kWeb, 0xffffffff, centre_.signer);
  EXPECT_THAT(held().error().detail, HasSubstr("last serial"));
}

TEST_F(HeldTest, ATokenIsToldInFieldsToo) {
  const std::string file = ::testing::TempDir() + "held_test.token";
  std::remove(file.c_str());
  call_ = {
      .command = "token create",
      .values = {
          {"HOST", {"web-1"}}, {"labels", {"region=eu"}}, {"file", {file}}, {"output", {"json"}}}};
  Session session{.call = call_, .config = config_, .centre = centre_, .screen = screen_};
  const auto made = token_create(session);
  ASSERT_TRUE(made) << made.error().detail;
  const auto told = Answer::parse(screen_.printed);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->text("host"), "web-1");
  EXPECT_EQ(told->at("labels").text("region"), "eu");
  EXPECT_EQ(told->text("file"), file);
  EXPECT_EQ(told->text("expires_at").size(), 20U);
  EXPECT_EQ(told->number("serial"), 1);
  call_.values["file"] = {"/proc/web-1.token"};
  EXPECT_THAT(token_create(session).error().detail, testing::StartsWith("/proc/web-1.token: "));
}

TEST_F(HeldTest, AnOperatorIsToldInFieldsAndLastsNoLongerThanARoster) {
  centre_.answers[{View::Control, ""}] = to_bytes(R"({"number":0,"head":""})");
  call_ = {.command = "operator add",
           .values = {{"NAME", {"ben"}},
                      {"key", {std::string(64, 'a')}},
                      {"link-key", {std::string(64, 'b')}},
                      {"role", {"viewer"}},
                      {"valid", {"99999d"}},
                      {"output", {"json"}}}};
  Session session{.call = call_, .config = config_, .centre = centre_, .screen = screen_};
  EXPECT_THAT(operator_add(session).error().detail, HasSubstr("expected 1s to 3650d"));
  EXPECT_TRUE(centre_.changes.empty());
  call_.values["valid"] = {"365d"};
  const auto added = operator_add(session);
  ASSERT_TRUE(added) << added.error().detail;
  const auto told = Answer::parse(screen_.printed);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->text("name"), "ben");
  EXPECT_EQ(told->text("role"), "viewer");
  EXPECT_EQ(told->text("expires_at").size(), 20U);
  EXPECT_EQ(told->number("roster_number"), 2);
  EXPECT_EQ(told->number("control_number"), 1);
}

TEST_F(HeldTest, ATokenIsWithdrawnByANewerOneThatNobodyHolds) {
  call_ = {.command = "token remove", .values = {{"HOST", {"web-1"}}}};
  Session session{.call = call_, .config = config_, .centre = centre_, .screen = screen_};
  const auto tokens = [&](std::string_view list) {
    centre_.answers[{View::Tokens, ""}] = to_bytes(R"({"tokens":)" + std::string(list) + "}");
  };
  tokens(R"([{"host":"web-1","state":"used"},{"host":"web-2","state":"open"}])");
  EXPECT_THAT(token_remove(session).error().detail, HasSubstr("no token of web-1 is open"));
  EXPECT_TRUE(centre_.changes.empty());
  tokens(R"([{"host":"web-1","state":"open"}])");
  ASSERT_TRUE(token_remove(session));
  ASSERT_EQ(centre_.changes.size(), 1U);
  const auto document = peek(std::get<AddToken>(centre_.changes[0]).token);
  const auto token = decode<EnrolmentToken>(document->payload);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->host, kWeb);
  EXPECT_LE(token->header.not_after, loop::walltime_now() + std::chrono::minutes(1));
}

}  // namespace
}  // namespace mainstay::cli
