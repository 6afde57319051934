#include <array>

#include <gtest/gtest.h>

#include "common/plan/key_lines.h"
#include "common/plan/token_text.h"
#include "common/plan/trust.h"

namespace mainstay {
namespace {

constexpr std::array<std::string_view, 2> kKeys = {"state_directory", "socket"};

std::string complaint(std::string_view text) {
  const auto lines = KeyLines::parse(text, "x.yaml", {.known = kKeys, .required = kKeys});
  return lines ? "" : lines.error().detail;
}

template <class Id>
Id filled(std::uint8_t byte) {
  Id id;
  id.value.fill(std::byte{byte});
  return id;
}

TEST(KeyLinesTest, NamesLineAndNearestWord) {
  EXPECT_EQ(complaint("# first\n\nsokcet: a\n"),
            "x.yaml:3: unknown key \"sokcet\"; did you mean \"socket\"?");
}

TEST(KeyLinesTest, RefusesRepeatedMissingAndShapeless) {
  EXPECT_EQ(complaint("socket: a\nsocket: b\n"), "x.yaml:2: the key \"socket\" stands here twice");
  EXPECT_EQ(complaint("socket: a\n"), "x.yaml: the key \"state_directory\" is missing");
  EXPECT_EQ(complaint("socket a\n"), "x.yaml:1: expected \"key: value\"");
  EXPECT_EQ(complaint("socket: a:b\nstate_directory: /c"), "");
}

TEST(TrustTest, ReadsWhatItWrote) {
  const Trust trust{.roster = to_bytes("signed"),
                    .dispatch_key = filled<PublicKey>(1),
                    .gate_key = filled<LinkKey>(2),
                    .enrolment_key = filled<LinkKey>(3),
                    .gate_endpoint = "tcp://127.0.0.1:7440",
                    .enrolment_endpoint = "tcp://127.0.0.1:7441"};
  const auto again = read_trust(write_trust(trust));
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(write_trust(*again), write_trust(trust));
  EXPECT_EQ(again->gate_endpoint, "tcp://127.0.0.1:7440");
  EXPECT_EQ(again->enrolment_key, filled<LinkKey>(3));
}

TEST(TrustTest, RefusesAShortKey) {
  std::string text = write_trust({.roster = to_bytes("signed"),
                                  .dispatch_key = {},
                                  .gate_key = {},
                                  .enrolment_key = {},
                                  .gate_endpoint = "a",
                                  .enrolment_endpoint = "b"});
  text.replace(text.find("gate_key: 00"), 12, "gate_key: ");
  const auto trust = read_trust(text);
  ASSERT_FALSE(trust);
  EXPECT_EQ(trust.error().detail, "trust:3: gate_key: expected 64 hexadecimal digits");
}

TEST(TokenTextTest, ReadsWhatItWrote) {
  const TokenText token{.host = *HostId::parse("web-1"),
                        .secret = filled<Digest>(4),
                        .trust_digest = filled<Digest>(5),
                        .enrolment_endpoint = "tcp://127.0.0.1:7441",
                        .enrolment_key = filled<LinkKey>(6),
                        .gate_endpoint = "tcp://127.0.0.1:7440",
                        .gate_key = filled<LinkKey>(7)};
  const auto again = read_token(write_token(token));
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_EQ(write_token(*again), write_token(token));
}

}  // namespace
}  // namespace mainstay
