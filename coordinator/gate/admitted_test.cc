#include "coordinator/gate/admitted.h"

#include <gtest/gtest.h>

#include "common/crypto/signers.h"
#include "coordinator/gate/test_time.h"

namespace mainstay {
namespace {

using std::chrono::minutes;

class AdmittedTest : public testing::Test {
 protected:
  Bytes list(std::uint64_t number, crypto::KeySigner& signer) {
    LinkKey link;
    link.value[0] = static_cast<std::byte>(number);
    const AdmittedKeys keys{
        .header = {.required_features = {}, .not_after = kStart.wall + kAdmittedAgeMax},
        .number = number,
        .links = {link}};
    return *seal(context::kAdmitted, encode(keys), signer);
  }
  Result<bool> add(const Bytes& envelope, Now now) {
    Result<bool> last = false;
    for (Part& part : split(envelope)) {
      last = admitted_.add(std::move(part), now);
      if (!last) break;
    }
    return last;
  }
  bool takes(const Bytes& envelope, Now now) {
    const auto taken = add(envelope, now);
    return taken && *taken;
  }

  crypto::KeySigner dispatch_{crypto::SigningKey::generate()};
  crypto::Ed25519Check check_;
  Verifier verifier_{check_};
  Admitted admitted_{verifier_, dispatch_.key()};
};

TEST_F(AdmittedTest, OnlyEverMovesForward) {
  EXPECT_TRUE(takes(list(7, dispatch_), kStart));
  EXPECT_TRUE(takes(list(8, dispatch_), kStart));
  const auto older = add(list(7, dispatch_), kStart);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().fault, Fault::Stale);
  EXPECT_EQ(admitted_.number(), 8U);
  EXPECT_EQ(admitted_.links().at(0).value[0], std::byte{8});
  EXPECT_TRUE(takes(list(8, dispatch_), later(minutes(1)))) << "renewed";
}

TEST_F(AdmittedTest, BelievesNobodyButTheDispatchKey) {
  crypto::KeySigner thief{crypto::SigningKey::generate()};
  EXPECT_FALSE(add(list(7, thief), kStart));
  EXPECT_FALSE(admitted_.restore(list(7, thief)));
  EXPECT_TRUE(admitted_.links().empty());
  EXPECT_FALSE(admitted_.is_fresh(kStart));
}

TEST_F(AdmittedTest, RefusesAListThatHasExpired) {
  EXPECT_FALSE(add(list(7, dispatch_), later(kAdmittedAgeMax + Duration(1))));
  EXPECT_EQ(admitted_.number(), 0U);
}

TEST_F(AdmittedTest, AStoredListServesUntilItExpiresAndBarsOlderOnes) {
  ASSERT_TRUE(admitted_.restore(list(7, dispatch_)));
  EXPECT_EQ(admitted_.number(), 7U);
  EXPECT_EQ(admitted_.links().size(), 1U);
  EXPECT_TRUE(admitted_.is_fresh(later(kAdmittedAgeMax - Duration(1))));
  EXPECT_FALSE(admitted_.is_fresh(later(kAdmittedAgeMax)));
  EXPECT_FALSE(add(list(6, dispatch_), kStart));
  EXPECT_EQ(admitted_.envelope(), list(7, dispatch_));
}

TEST_F(AdmittedTest, IsFreshForFiveMinutesByTheClockThatNobodySets) {
  ASSERT_TRUE(takes(list(7, dispatch_), kStart));
  Now now = later(kAdmittedAgeMax);
  now.wall = kStart.wall + std::chrono::hours(1);
  EXPECT_TRUE(admitted_.is_fresh(now));
  now = later(kAdmittedAgeMax + Duration(1));
  now.wall = kStart.wall;
  EXPECT_FALSE(admitted_.is_fresh(now));
}

}  // namespace
}  // namespace mainstay
