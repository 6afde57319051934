#include "common/crypto/signing_key.h"

#include <gtest/gtest.h>

#include "common/crypto/signers.h"

namespace mainstay::crypto {
namespace {

struct Vector {
  std::string_view seed;
  std::string_view key;
  std::string_view message;
  std::string_view signature;
};

// RFC 8032 section 7.1, tests 1 to 3.
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
     "594a7c15e9716ed28dc027beceea1ec40a"}};

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
