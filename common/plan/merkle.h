// A Merkle tree over byte strings: one signature over the root covers them all, and a proof of
// log2(n) digests shows that one of them is in it.
// Leaf and inner nodes are hashed with different prefixes, so that neither passes for the other.
// Source: B. Laurie, A. Langley, E. Kasper, "Certificate Transparency", RFC 6962, 2013,
// section 2.1.
#pragma once

#include <span>
#include <vector>

#include "common/core/digest.h"

namespace mainstay {

inline constexpr std::size_t kProofDigestsMax = 32;

struct MerkleProof {
  std::uint32_t index = 0;
  std::uint32_t count = 0;   // leaves in the tree
  std::vector<Digest> path;  // from the leaf upward
};

Digest leaf_digest(ByteView leaf);
/// The tree of no leaves has no root: CHECKs that there is at least one.
Digest root_of(std::span<const Digest> leaves);
MerkleProof proof_of(std::span<const Digest> leaves, std::uint32_t index);
/// Proofs of all leaves at once, in order.
std::vector<MerkleProof> proofs_of(std::span<const Digest> leaves);
/// False for any proof that is not exactly the one `proof_of` makes.
bool is_proven(const Digest& root, const Digest& leaf, const MerkleProof& proof);

}  // namespace mainstay
