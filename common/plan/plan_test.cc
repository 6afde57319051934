#include <gtest/gtest.h>

#include "common/plan/attempt.h"
#include "common/plan/document.h"
#include "common/plan/merkle.h"

namespace mainstay {
namespace {

std::vector<Digest> leaves_of(std::size_t count) {
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < count; ++i)
    leaves.push_back(leaf_digest(as_bytes(std::to_string(i))));
  return leaves;
}

TEST(MerkleTest, ProvesEachLeafOfTreesOfAnySize) {
  for (std::size_t count = 1; count <= 33; ++count) {
    const auto leaves = leaves_of(count);
    const Digest root = root_of(leaves);
    const auto proofs = proofs_of(leaves);
    for (std::uint32_t i = 0; i < count; ++i) {
      EXPECT_TRUE(is_proven(root, leaves[i], proofs[i])) << count << "/" << i;
      EXPECT_EQ(proofs[i].path, proof_of(leaves, i).path);
    }
  }
}

TEST(MerkleTest, RefusesEveryOtherLeafPlaceAndPath) {
  const auto leaves = leaves_of(7);
  const Digest root = root_of(leaves);
  const MerkleProof proof = proof_of(leaves, 3);
  EXPECT_FALSE(is_proven(root, leaves[4], proof));
  for (std::uint32_t index = 0; index < 9; ++index) {
    MerkleProof moved = proof;
    moved.index = index;
    EXPECT_EQ(is_proven(root, leaves[3], moved), index == 3) << index;
  }
  MerkleProof shorter = proof;
  shorter.path.pop_back();
  EXPECT_FALSE(is_proven(root, leaves[3], shorter));
  MerkleProof longer = proof;
  longer.path.push_back(root);
  EXPECT_FALSE(is_proven(root, leaves[3], longer));
  EXPECT_FALSE(is_proven(root, leaves[3], {.index = 0, .count = 0, .path = {}}));
}

TEST(MerkleTest, AnInnerNodeDoesNotPassForALeaf) {
  const auto leaves = leaves_of(2);
  Bytes inner;
  for (const Digest& leaf : leaves) inner.insert(inner.end(), leaf.value.begin(), leaf.value.end());
  EXPECT_NE(leaf_digest(inner), root_of(leaves));
}

// Source: RFC 6962 test data of the empty-string leaf, SHA-256 of one zero byte.
TEST(MerkleTest, LeafOfTheEmptyStringIsThePublishedOne) {
  EXPECT_EQ(to_hex(leaf_digest({}).view()),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(DocumentTest, ContextIsPartOfWhatIsSigned) {
  EXPECT_EQ(as_text(signed_bytes("a 1", as_bytes("x"))), "mainstay\na 1\nx");
  EXPECT_NE(signed_bytes("a 1", as_bytes("x")), signed_bytes("b 1", as_bytes("x")));
}

TEST(DocumentTest, NamesTheFeatureItDoesNotKnow) {
  EXPECT_FALSE(unknown_feature({}));
  const DocumentHeader header{.required_features = {9}, .not_after = {}};
  EXPECT_EQ(unknown_feature(header), 9);
}

TEST(HeadTest, FailureLimitRoundsDown) {
  EXPECT_EQ(failure_limit({.bake = {}, .failures = 3}, 10), 3U);
  const Advance percent{.bake = {}, .failures_kind = Advance::Failures::Percent, .failures = 1};
  EXPECT_EQ(failure_limit(percent, 99), 0U);
  EXPECT_EQ(failure_limit(percent, 405), 4U);
  const Advance usual{.bake = {}, .failures_kind = Advance::Failures::Usual, .failures = 0};
  EXPECT_EQ(failure_limit(usual, 6), 3U);
  EXPECT_EQ(failure_limit(usual, 405), 4U);
  EXPECT_TRUE(is_canary(usual, 0, 1));
  EXPECT_FALSE(is_canary(usual, 0, 0));
  EXPECT_FALSE(is_canary(usual, 1, 1));
  EXPECT_FALSE(is_canary(percent, 0, 1));
}

TEST(AttemptTest, NamesAreFileNames) {
  const AttemptId attempt{.plan = {}, .step = 2, .host = *HostId::parse("web-1"), .number = 3};
  EXPECT_EQ(file_name(attempt), std::string(32, '0') + ".2.web-1.3");
  EXPECT_EQ(short_name(attempt), "P-000000/2/web-1/3");
}

}  // namespace
}  // namespace mainstay
