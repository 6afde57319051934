// Two operators: what one signed waits, and the other adds his signature to what he was shown.
#include "coordinator/cli/cosign.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/loop/clock.h"
#include "common/plan/trust.h"
#include "coordinator/cli/held.h"
#include "coordinator/cli/test_session.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;

class CosignTest : public ::testing::Test {
 protected:
  CosignTest() {
    roster_.number = {1};
    roster_.operators = {entry("ana", ana_.key()), entry("ben", centre_.signer.key())};
    Trust trust;
    trust.roster = sealed(context::kRoster, roster_, ana_);
    config_.trust_file = ::testing::TempDir() + "cosign_test.trust";
    std::ofstream(config_.trust_file) << write_trust(trust);
    centre_.answers[{View::Roster, ""}] = trust.roster;
    answer_control("null", "");
  }
  static OperatorEntry entry(const std::string& name, const PublicKey& key) {
    return {.name = name,
            .key = key,
            .link = {},
            .role = Role::Admin,
            .scope = "",
            .expires = loop::walltime_now() + std::chrono::hours(24)};
  }
  template <class T>
  static Bytes sealed(std::string_view context, const T& value, Signer& by) {
    return *seal(context, encode(value), by);
  }
  void answer_control(const std::string& pending, const std::string& document) {
    const std::string json =
        R"({"number": 6, "head": ")" + to_hex(Digest{}.view()) + R"(", "pending": )" +
        (document.empty() ? pending : R"({"number": 7, "document": ")" + document + R"("})") + "}";
    centre_.answers[{View::Control, ""}] = Bytes(as_bytes(json).begin(), as_bytes(json).end());
  }
  /// What `by` signed, as the centre hands it over.
  void wait(ControlAct act, Signer& by) {
    ControlStatement statement;
    statement.header.not_after = loop::walltime_now() + std::chrono::hours(9);
    statement.number = {7};
    statement.act = std::move(act);
    statement.signed_at = loop::walltime_now();
    answer_control("", to_hex(sealed(context::kControl, statement, by)));
  }
  Result<Verdict> approve(const std::string& name) {
    Session session{.call = call_, .config = config_, .centre = centre_, .screen = screen_};
    return approve_statement(session, name);
  }
  /// Keys whose signatures hold on the statement that was sent.
  std::size_t signatures_sent() {
    const auto& sent = std::get<AddControl>(centre_.changes.back());
    const crypto::Ed25519Check check;
    return Verifier(check)
        .open_stored<ControlStatement>(sent.statement, context::kControl, keys_of(roster_))
        ->signers()
        .size();
  }

  FakeCentre centre_;  // signs as ben
  mutable crypto::KeySigner ana_{crypto::SigningKey::generate()};
  mutable crypto::KeySigner thief_{crypto::SigningKey::generate()};
  Roster roster_;
  ClientConfig config_;
  Invocation call_;
  TextScreen screen_;
};

TEST_F(CosignTest, AddsASignatureToTheLiftThatWaits) {
  wait(LiftStop{"power \x1b[2Jis back"}, ana_);
  screen_.answers = {"C-7"};
  EXPECT_EQ(approve("C-7").value_or(Verdict::Halted), Verdict::Done);
  EXPECT_THAT(screen_.printed, HasSubstr("lifts the STOP: power"));
  EXPECT_THAT(screen_.printed, HasSubstr("signed by ana"));
  EXPECT_EQ(screen_.printed.find('\x1b'), std::string::npos);
  EXPECT_EQ(signatures_sent(), 2U);
}

TEST_F(CosignTest, ShowsWhatARosterChangesAndSignsTheRoster) {
  Roster next = roster_;
  next.number = {2};
  next.operators.push_back(entry("cara", thief_.key()));
  next.header.not_after = loop::walltime_now() + std::chrono::hours(9);
  wait(NewRoster{sealed(context::kRoster, next, ana_)}, ana_);
  screen_.answers = {"C-7"};
  EXPECT_TRUE(approve("C-7").has_value());
  EXPECT_THAT(screen_.printed, HasSubstr("  + cara  admin  every host"));
  EXPECT_EQ(screen_.printed.find("- ana"), std::string::npos);
  const auto& sent = std::get<AddControl>(centre_.changes.back());
  const auto act = decode<ControlStatement>(peek(sent.statement)->payload)->act;
  EXPECT_EQ(peek(std::get<NewRoster>(act).roster)->signatures.size(), 2U);
}

TEST_F(CosignTest, SignsNothingUnasked) {
  wait(LiftStop{"power is back"}, ana_);
  EXPECT_EQ(approve("C-7").error().fault, Fault::Stale) << "nobody is there";
  screen_.answers = {"yes"};
  EXPECT_EQ(approve("C-7").error().fault, Fault::Denied);
  EXPECT_EQ(approve("C-8").error().fault, Fault::Malformed);
  EXPECT_TRUE(centre_.changes.empty());
}

TEST_F(CosignTest, RefusesWhatNoOperatorSigned) {
  wait(LiftStop{"trust me"}, thief_);
  screen_.answers = {"C-7"};
  EXPECT_EQ(approve("C-7").error().fault, Fault::Denied);
  answer_control("null", "");
  EXPECT_EQ(approve("C-7").error().fault, Fault::Malformed) << "nothing waits";
}

}  // namespace
}  // namespace mainstay::cli
