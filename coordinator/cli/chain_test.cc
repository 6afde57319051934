#include "coordinator/cli/chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/test_session.h"

namespace mainstay::cli {
namespace {

using ::testing::HasSubstr;

/// The same rule as the coordinator's, written a second time on purpose.
class ChainTest : public ::testing::Test {
 protected:
  void append(const std::string& text) {
    const std::uint64_t number = digests_.size() + 1;
    const std::int64_t at = 1000 * static_cast<std::int64_t>(number);
    const Digest previous = digests_.empty() ? Digest{} : digests_.back();
    const Digest digest = sha256(
        {previous.view(), be64(number), be64(static_cast<std::uint64_t>(at)), as_bytes(text)});
    records_.push_back(R"({"number":)" + std::to_string(number) + R"(,"previous":")" +
                       to_hex(previous.view()) + R"(","at_ms":)" + std::to_string(at) +
                       R"(,"text":")" + text + R"(","digest":")" + to_hex(digest.view()) + "\"}");
    digests_.push_back(digest);
  }
  static Bytes be64(std::uint64_t number) {
    Bytes bytes(8);
    for (std::size_t i = 8; i-- > 0; number >>= 8U)
      bytes[i] = static_cast<std::byte>(number & 255U);
    return bytes;
  }
  [[nodiscard]] std::string page(const std::string& witnesses = {}) const {
    std::string text = R"({"records":[)";
    for (std::size_t i = 0; i < records_.size(); ++i) text += (i == 0 ? "" : ",") + records_[i];
    return text + R"(],"head":{"number":)" + std::to_string(digests_.size()) +
           R"(},"witnesses":[)" + witnesses + "]}";
  }
  [[nodiscard]] std::string witness(std::size_t number, const Digest& digest) const {
    return R"({"host":"web-1","number":)" + std::to_string(number) + R"(,"digest":")" +
           to_hex(digest.view()) + "\"}";
  }
  static std::string verdict(const std::string& json) {
    const auto answer = Answer::parse(json);
    EXPECT_TRUE(answer);
    ChainCheck check;
    if (const Status added = check.add(*answer); !added) return added.error().detail;
    const Status finished = check.finish(*answer);
    return finished ? "holds" : finished.error().detail;
  }

  std::vector<std::string> records_;
  std::vector<Digest> digests_;
};

TEST_F(ChainTest, HoldsWithItsWitness) {
  append("plan frozen");
  append("plan approved");
  append("rollout started");
  EXPECT_EQ(verdict(page(witness(2, digests_[1]))), "holds");
}

TEST_F(ChainTest, OneRecordHolds) {
  append("plan frozen");
  FakeCentre centre;
  centre.answers[{View::Audit, "1"}] = to_bytes(page());
  records_.clear();
  centre.answers[{View::Audit, "2"}] = to_bytes(page());
  const Invocation call{.command = "audit verify"};
  const ClientConfig config;
  TextScreen screen;
  Session session{.call = call, .config = config, .centre = centre, .screen = screen};
  ASSERT_TRUE(audit_verify(session));
  EXPECT_EQ(screen.printed, "1 record holds; 0 hosts saw the same chain\n");
}

TEST_F(ChainTest, ShowsAChangedText) {
  append("plan frozen");
  append("plan approved");
  records_[1].replace(records_[1].find("approved"), 8, "rejected");
  EXPECT_THAT(verdict(page()), HasSubstr("at record 2: its text or time was changed"));
}

TEST_F(ChainTest, ShowsAGap) {
  append("a");
  append("b");
  append("c");
  records_.erase(records_.begin() + 1);
  EXPECT_THAT(verdict(page()), HasSubstr("at record 2: it is missing, record 3 follows"));
}

TEST_F(ChainTest, ShowsACutEnd) {
  append("a");
  append("b");
  records_.pop_back();
  EXPECT_THAT(verdict(page()), HasSubstr("record 2: it is missing, the chain is said to end at 2"));
}

TEST_F(ChainTest, ShowsARewrittenHistoryByItsWitness) {
  append("a");
  append("b");
  EXPECT_THAT(verdict(page(witness(2, sha256(as_bytes("another"))))),
              HasSubstr("record 2: web-1 has seen another one"));
  EXPECT_THAT(verdict(page(witness(3, digests_[1]))),
              HasSubstr("record 3: it is missing, but web-1"));
}

}  // namespace
}  // namespace mainstay::cli
