// What was signed once is opened today: one signed document of each kind, by a key that all know,
// in tests/fixtures/signed. A context that is spelled otherwise, or a payload that is signed
// otherwise, would make every document in the field worthless. A missing one is made with
// MAINSTAY_REWRITE=1; an old one never changes.
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "common/crypto/signers.h"
#include "common/wire/open.h"
#include "common/wire/sample.h"

namespace mainstay {
namespace {

constexpr WallTime kSignedNow = wall_from_ms(1'800'000'000'000);

class SignedTest : public testing::Test {
 protected:
  /// Calls `see.operator()<T>(name, context)` for each kind that is signed.
  template <class See>
  static void for_each_signed(See see) {
    see.template operator()<PlanHead>("plan_head", context::kPlanHead);
    see.template operator()<Roster>("roster", context::kRoster);
    see.template operator()<LabelCertificate>("label_certificate", context::kLabels);
    see.template operator()<EnrolmentToken>("enrolment_token", context::kToken);
    see.template operator()<ControlStatement>("control_statement", context::kControl);
    see.template operator()<OperatorRequest>("operator_request", context::kRequest);
    see.template operator()<PermitBatch>("permit_batch", context::kPermits);
    see.template operator()<Beacon>("beacon", context::kBeacon);
    see.template operator()<Acknowledgement>("acknowledgement", context::kAcknowledgement);
    see.template operator()<HostBinding>("host_binding", context::kBinding);
    see.template operator()<AdmittedKeys>("admitted_keys", context::kAdmitted);
    see.template operator()<Outcome>("outcome", context::kOutcome);
    see.template operator()<ClosedRecord>("closed_record", context::kClosed);
  }

  template <class T>
  Bytes sealed(std::string_view context, const DocumentHeader& header) {
    T value = sample::make<T>(11);
    value.header = header;
    return *seal(context, encode(value), signer_);
  }
  template <class T>
  [[nodiscard]] Result<Verified<T>> open(ByteView envelope, std::string_view context,
                                         WallTime now = kSignedNow) const {
    return verifier_.open<T>(envelope, context, trusted_, now);
  }
  /// The one of this name; made if it is missing and that is asked for.
  static Bytes fixture(const std::string& name, const Bytes& today) {
    const std::string path = MAINSTAY_SOURCE_DIR "/tests/fixtures/signed/" + name + ".bin";
    std::ifstream file(path, std::ios::binary);
    if (!file && std::getenv("MAINSTAY_REWRITE") != nullptr) {
      std::ofstream(path, std::ios::binary) << as_text(today);
      return today;
    }
    EXPECT_TRUE(file) << path << " is missing: make it with MAINSTAY_REWRITE=1";
    return to_bytes(std::string(std::istreambuf_iterator<char>(file), {}));
  }

  crypto::Ed25519Check check_;
  Verifier verifier_{check_};
  crypto::KeySigner signer_{
      *crypto::SigningKey::from_seed(Bytes(crypto::kSeedBytes, std::byte{7}))};
  std::vector<PublicKey> trusted_ = {signer_.key()};
  DocumentHeader until_{.required_features = {}, .not_after = kSignedNow + Duration(1)};
};

TEST_F(SignedTest, WhatWasSignedOnceIsOpenedToday) {
  for_each_signed([&]<class T>(const std::string& name, std::string_view context) {
    const Bytes kept = fixture(name, sealed<T>(context, until_));
    const auto opened = open<T>(kept, context);
    EXPECT_TRUE(opened.has_value()) << name << ": " << opened.error().detail;
  });
}

TEST_F(SignedTest, EachKindHasAnEnd) {
  for_each_signed([&]<class T>(const std::string& name, std::string_view context) {
    const auto opened = open<T>(sealed<T>(context, until_), context, kSignedNow + Duration(1));
    ASSERT_FALSE(opened.has_value()) << name;
    EXPECT_EQ(opened.error().fault, Fault::Stale) << name;
  });
}

TEST_F(SignedTest, EachKindRefusesAFeatureThatThisBuildLacks) {
  for_each_signed([&]<class T>(const std::string& name, std::string_view context) {
    DocumentHeader header = until_;
    header.required_features = {65'000};
    const auto opened = open<T>(sealed<T>(context, header), context);
    ASSERT_FALSE(opened.has_value()) << name;
    EXPECT_EQ(opened.error().fault, Fault::Denied) << name;
  });
}

TEST_F(SignedTest, NoKindCountsForAnother) {
  for_each_signed([&]<class T>(const std::string& name, std::string_view context) {
    for_each_signed([&]<class>(const std::string& other, std::string_view another) {
      if (other == name) return;
      const auto opened = open<T>(sealed<T>(another, until_), context);
      ASSERT_FALSE(opened.has_value()) << name << " as " << other;
      EXPECT_EQ(opened.error().fault, Fault::Denied) << name << " as " << other;
    });
  });
}

}  // namespace
}  // namespace mainstay
