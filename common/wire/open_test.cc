#include "common/wire/open.h"

#include <gtest/gtest.h>

#include "common/crypto/signers.h"
#include "common/wire/sample.h"

namespace mainstay {
namespace {

constexpr WallTime kNow = wall_from_ms(1'800'000'000'000);

class OpenTest : public testing::Test {
 protected:
  static crypto::KeySigner signer_from(unsigned char seed) {
    const Bytes bytes(crypto::kSeedBytes, std::byte{seed});
    return crypto::KeySigner(*crypto::SigningKey::from_seed(bytes));
  }
  static Beacon beacon_until(WallTime not_after) {
    auto beacon = sample::make<Beacon>(5);
    beacon.header = {.required_features = {}, .not_after = not_after};
    return beacon;
  }
  Result<Verified<Beacon>> open(ByteView envelope) const {
    return verifier_.open<Beacon>(envelope, context::kBeacon, trusted_, kNow);
  }
  void expect_fault(ByteView envelope, Fault fault, std::string_view words) const {
    const auto opened = open(envelope);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().fault, fault) << opened.error().detail;
    EXPECT_NE(opened.error().detail.find(words), std::string::npos) << opened.error().detail;
  }

  crypto::Ed25519Check check_;
  Verifier verifier_{check_};
  crypto::KeySigner anna_ = signer_from(1);
  crypto::KeySigner ben_ = signer_from(2);
  crypto::KeySigner thief_ = signer_from(3);
  std::vector<PublicKey> trusted_ = {anna_.key(), ben_.key(), PublicKey{}};
  Bytes payload_ = encode(beacon_until(kNow + Duration(1)));
  Bytes envelope_ = *seal(context::kBeacon, payload_, anna_);
};

TEST_F(OpenTest, OpensWhatATrustedKeySigned) {
  const auto opened = open(envelope_);
  ASSERT_TRUE(opened.has_value()) << opened.error().detail;
  EXPECT_TRUE(reflect::same(opened->value(), beacon_until(kNow + Duration(1))));
  EXPECT_EQ(opened->document(), envelope_);
  EXPECT_EQ(opened->signers(), std::vector{anna_.key()});
}

TEST_F(OpenTest, NamesEachTrustedSignerOnce) {
  const Bytes two = *add_signature(*add_signature(envelope_, thief_), ben_);
  SignedDocument document = *peek(two);
  ASSERT_EQ(document.signatures.size(), 3U);
  document.signatures.push_back(document.signatures[0]);
  const auto opened = open(encode(document));
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->signers(), (std::vector{anna_.key(), ben_.key()}));
}

TEST_F(OpenTest, ReplacesASignersOwnSignature) {
  EXPECT_EQ(*add_signature(envelope_, anna_), envelope_);
}

TEST_F(OpenTest, RefusesANinthSignature) {
  Bytes envelope = envelope_;
  for (unsigned char seed = 10; seed < 17; ++seed) {
    auto signer = signer_from(seed);
    envelope = *add_signature(envelope, signer);
  }
  auto ninth = signer_from(17);
  EXPECT_EQ(add_signature(envelope, ninth).error().fault, Fault::Denied);
}

TEST_F(OpenTest, RefusesStrangers) {
  expect_fault(*seal(context::kBeacon, payload_, thief_), Fault::Denied,
               "not signed by a key that counts");
  SignedDocument unsigned_document = *peek(envelope_);
  unsigned_document.signatures.clear();
  expect_fault(encode(unsigned_document), Fault::Denied, "not signed by a key that counts");
}

TEST_F(OpenTest, RefusesAStrangersSignatureUnderATrustedName) {
  SignedDocument document = *peek(*seal(context::kBeacon, payload_, thief_));
  document.signatures[0].key = anna_.key();
  expect_fault(encode(document), Fault::Denied, "not signed by a key that counts");
}

// The all-zero key is a point of small order: this signature (R the neutral element, S zero) holds
// for one message in four or so. It must not count although the list of trusted keys has it.
TEST_F(OpenTest, NeverTrustsAKeyThatWasNotSet) {
  struct Believer : SignatureCheck {
    [[nodiscard]] bool holds(const PublicKey&, ByteView, ByteView) const override { return true; }
  } const believer;
  SignedDocument document = *peek(envelope_);
  document.signatures[0] = Signature{};
  const auto opened =
      Verifier(believer).open<Beacon>(encode(document), context::kBeacon, trusted_, kNow);
  EXPECT_FALSE(opened.has_value());
}

TEST_F(OpenTest, RefusesEveryFlippedBitOfThePayload) {
  SignedDocument document = *peek(envelope_);
  for (std::size_t bit = 0; bit < document.payload.size() * 8; ++bit) {
    const std::byte mask{static_cast<unsigned char>(1U << (bit % 8))};
    document.payload[bit / 8] ^= mask;
    expect_fault(encode(document), Fault::Denied, "not signed by a key that counts");
    document.payload[bit / 8] ^= mask;
  }
  EXPECT_TRUE(open(encode(document)).has_value());
}

TEST_F(OpenTest, RefusesAnotherContext) {
  expect_fault(*seal(context::kPermits, payload_, anna_), Fault::Denied, "another kind");
  SignedDocument renamed = *peek(*seal(context::kPermits, payload_, anna_));
  renamed.context = context::kBeacon;
  expect_fault(encode(renamed), Fault::Denied, "not signed by a key that counts");
}

TEST_F(OpenTest, RefusesAFeatureItDoesNotKnow) {
  Beacon beacon = beacon_until(kNow + Duration(1));
  beacon.header.required_features = {40'000};
  const Bytes envelope = *seal(context::kBeacon, encode(beacon), anna_);
  expect_fault(envelope, Fault::Denied, "feature 40000");
  EXPECT_EQ(verifier_.open_stored<Beacon>(envelope, context::kBeacon, trusted_).error().fault,
            Fault::Denied);
}

TEST_F(OpenTest, RefusesWhatHasExpiredExceptFromTheStore) {
  const Bytes envelope = *seal(context::kBeacon, encode(beacon_until(kNow)), anna_);
  expect_fault(envelope, Fault::Stale, "expired at 2027-01-15 08:00:00 UTC");
  EXPECT_TRUE(verifier_.open_stored<Beacon>(envelope, context::kBeacon, trusted_).has_value());
}

TEST_F(OpenTest, RefusesASignedPayloadThatIsNone) {
  expect_fault(*seal(context::kBeacon, to_bytes("nonsense"), anna_), Fault::Malformed, "message");
  expect_fault(Bytes(), Fault::Malformed, "words");
}

}  // namespace
}  // namespace mainstay
