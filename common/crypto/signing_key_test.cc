#include "common/crypto/signing_key.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <sodium/crypto_core_ed25519.h>

#include "common/crypto/octets.h"
#include "common/crypto/signers.h"

namespace mainstay::crypto {
namespace {

struct Vector {
  std::string_view seed;
  std::string_view key;
  std::string_view message;
  std::string_view signature;
};

// RFC 8032 section 7.1, tests 1 to 3 and SHA(abc).
constexpr Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "4"
     "6bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6"
     "594a7c15e9716ed28dc027beceea1ec40a"},
    {"833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
     "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fee"
     "b"
     "bd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e"
     "0"
     "303dca179c138ac17ad9bef1177331a704"}};

TEST(SigningKeyTest, GivesTheStandardsSignatures) {
  for (const auto& vector : kVectors) {
    const auto key = SigningKey::from_seed(*from_hex(vector.seed));
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(to_hex(key->public_key().view()), vector.key);
    const Bytes message = *from_hex(vector.message);
    EXPECT_EQ(to_hex(key->sign(message)), vector.signature);
    EXPECT_TRUE(verify(key->public_key(), message, *from_hex(vector.signature)));
  }
}

TEST(SigningKeyTest, RefusesAnyFlippedBit) {
  const SigningKey key = SigningKey::generate();
  const Bytes message = to_bytes("mainstay");
  const Bytes signature = key.sign(message);
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    Bytes changed = signature;
    changed[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    EXPECT_FALSE(verify(key.public_key(), message, changed)) << bit;
  }
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    Bytes changed = message;
    changed[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    EXPECT_FALSE(verify(key.public_key(), changed, signature)) << bit;
  }
}

TEST(SigningKeyTest, RefusesWrongLengthsAndKeys) {
  const SigningKey key = SigningKey::generate();
  const Bytes message = to_bytes("mainstay");
  Bytes signature = key.sign(message);
  const PublicKey other = SigningKey::generate().public_key();
  EXPECT_FALSE(verify(other, message, signature));
  EXPECT_FALSE(verify(PublicKey{}, message, signature));
  EXPECT_FALSE(verify(key.public_key(), message, ByteView(signature).first(63)));
  EXPECT_FALSE(verify(key.public_key(), message, {}));
  signature.push_back({});
  EXPECT_FALSE(verify(key.public_key(), message, signature));
  EXPECT_FALSE(SigningKey::from_seed(ByteView(signature).first(31)).has_value());
}

// The same point and the same scalar in other bytes: whoever has one signature would have two.
TEST(SigningKeyTest, RefusesAnSThatIsNotReduced) {
  // The order of the group, RFC 8032 section 5.1, in little-endian bytes.
  const Bytes order = *from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  const SigningKey key = SigningKey::generate();
  const Bytes message = to_bytes("mainstay");
  const Bytes signature = key.sign(message);
  Bytes changed = signature;
  unsigned carry = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    carry += std::to_integer<unsigned>(signature[32 + i]) + std::to_integer<unsigned>(order[i]);
    changed[32 + i] = static_cast<std::byte>(carry & 255U);
    carry >>= 8U;
  }
  Bytes reduced(32);
  Bytes wide(64);
  std::copy(changed.begin() + 32, changed.end(), wide.begin());
  crypto_core_ed25519_scalar_reduce(writable(reduced), octets(wide));
  ASSERT_TRUE(std::equal(reduced.begin(), reduced.end(), signature.begin() + 32));
  EXPECT_TRUE(verify(key.public_key(), message, signature));
  EXPECT_FALSE(verify(key.public_key(), message, changed));
}

// Under a key of small order one signature holds for every message: [S]B = R + [h]A with A the
// neutral point, S = 1 and R the base point (RFC 8032 section 5.1). For a key of order 4 it holds
// for each fourth message.
TEST(SigningKeyTest, RefusesAKeyOfSmallOrder) {
  const std::string base = "5866666666666666666666666666666666666666666666666666666666666666";
  const std::string one = "0100000000000000000000000000000000000000000000000000000000000000";
  const Bytes signature = *from_hex(base + one);
  for (const std::string& text : {one, std::string(64, '0')}) {
    const PublicKey key = *PublicKey::from(*from_hex(text));
    for (char letter = 'a'; letter <= 'z'; ++letter) {
      EXPECT_FALSE(verify(key, as_bytes({&letter, 1}), signature)) << text << letter;
    }
  }
}

TEST(SigningKeyTest, IsMovedWithItsSecret) {
  const Bytes seed = *from_hex(kVectors[0].seed);
  SigningKey from = *SigningKey::from_seed(seed);
  const SigningKey key = std::move(from);
  EXPECT_EQ(to_hex(key.seed()), kVectors[0].seed);
  EXPECT_EQ(to_hex(key.sign({})), kVectors[0].signature);
}

TEST(SignersTest, KeySignerAndCheckAgree) {
  KeySigner signer(SigningKey::generate());
  const Ed25519Check check;
  const Bytes message = to_bytes("plan");
  const auto signature = signer.sign(message);
  ASSERT_TRUE(signature.has_value());
  EXPECT_TRUE(check.holds(signer.key(), message, *signature));
  EXPECT_FALSE(check.holds(signer.key(), to_bytes("plan2"), *signature));
}

}  // namespace
}  // namespace mainstay::crypto
