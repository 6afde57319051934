#include "common/plan/merkle.h"

#include <array>
#include <bit>

#include "common/core/check.h"

namespace mainstay {

namespace {

constexpr std::array<std::byte, 1> kLeafPrefix = {std::byte{0}};
constexpr std::array<std::byte, 1> kNodePrefix = {std::byte{1}};

Digest node_digest(const Digest& left, const Digest& right) {
  return sha256({ByteView(kNodePrefix), left.view(), right.view()});
}

// The left subtree holds the largest power of two below the count (RFC 6962).
std::size_t split_of(std::size_t count) {
  return std::bit_floor(count - 1);
}

// Appends, for each leaf of `leaves`, the digests of its siblings from the bottom up.
Digest build(std::span<const Digest> leaves, std::span<MerkleProof> proofs) {
  if (leaves.size() == 1) return leaves[0];
  const std::size_t half = split_of(leaves.size());
  const Digest left = build(leaves.first(half), proofs.first(half));
  const Digest right = build(leaves.subspan(half), proofs.subspan(half));
  for (auto& proof : proofs.first(half)) proof.path.push_back(right);
  for (auto& proof : proofs.subspan(half)) proof.path.push_back(left);
  return node_digest(left, right);
}

}  // namespace

Digest leaf_digest(ByteView leaf) {
  return sha256({ByteView(kLeafPrefix), leaf});
}

Digest root_of(std::span<const Digest> leaves) {
  CHECK(!leaves.empty());
  if (leaves.size() == 1) return leaves[0];
  const std::size_t half = split_of(leaves.size());
  return node_digest(root_of(leaves.first(half)), root_of(leaves.subspan(half)));
}

std::vector<MerkleProof> proofs_of(std::span<const Digest> leaves) {
  CHECK(!leaves.empty());
  std::vector<MerkleProof> proofs(leaves.size());
  for (std::size_t i = 0; i < proofs.size(); ++i) {
    proofs[i].index = static_cast<std::uint32_t>(i);
    proofs[i].count = static_cast<std::uint32_t>(leaves.size());
  }
  build(leaves, proofs);
  return proofs;
}

MerkleProof proof_of(std::span<const Digest> leaves, std::uint32_t index) {
  CHECK(index < leaves.size());
  return proofs_of(leaves)[index];
}

bool is_proven(const Digest& root, const Digest& leaf, const MerkleProof& proof) {
  if (proof.count == 0 || proof.index >= proof.count || proof.path.size() > kProofDigestsMax) {
    return false;
  }
  // Walk down to the leaf, remembering on which side it lies at each level.
  std::vector<bool> is_left;
  std::size_t index = proof.index;
  std::size_t count = proof.count;
  while (count > 1) {
    const std::size_t half = split_of(count);
    is_left.push_back(index < half);
    index = index < half ? index : index - half;
    count = is_left.back() ? half : count - half;
  }
  if (is_left.size() != proof.path.size()) return false;
  Digest digest = leaf;
  for (std::size_t i = 0; i < proof.path.size(); ++i) {
    const bool left = is_left[is_left.size() - 1 - i];
    digest = left ? node_digest(digest, proof.path[i]) : node_digest(proof.path[i], digest);
  }
  return digest == root;
}

}  // namespace mainstay
