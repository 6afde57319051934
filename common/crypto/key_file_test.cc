#include "common/crypto/key_file.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "common/ports/test_folder.h"

namespace mainstay::crypto {
namespace {

using testing::HasSubstr;

class KeyFileTest : public testing::Test {
 protected:
  TestFolder folder_;
  std::string path_ = folder_.file("operator.key");
  SigningKey key_ = SigningKey::generate();
};

TEST_F(KeyFileTest, GivesTheKeyBackForItsPassphraseOnly) {
  ASSERT_TRUE(save_key(path_, key_, "correct horse").has_value());
  const auto loaded = load_key(path_, "correct horse");
  ASSERT_TRUE(loaded.has_value()) << loaded.error().detail;
  EXPECT_EQ(loaded->public_key(), key_.public_key());
  EXPECT_EQ(loaded->sign(as_bytes("x")), key_.sign(as_bytes("x")));

  const auto wrong = load_key(path_, "wrong horse");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().fault, Fault::Denied);
  EXPECT_THAT(wrong.error().detail, HasSubstr("wrong passphrase"));
  const auto none = load_key(path_, std::nullopt);
  ASSERT_FALSE(none.has_value());
  EXPECT_THAT(none.error().detail, HasSubstr("needs its passphrase"));
  EXPECT_TRUE(is_key_encrypted(path_).value_or(false));
}

TEST_F(KeyFileTest, WritesTheClearOnlyWithoutAPassphrase) {
  ASSERT_TRUE(save_key(path_, key_, std::nullopt).has_value());
  EXPECT_FALSE(is_key_encrypted(path_).value_or(true));
  const auto loaded = load_key(path_, std::nullopt);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().detail;
  EXPECT_EQ(loaded->public_key(), key_.public_key());
  EXPECT_FALSE(save_key(folder_.file("other.key"), key_, "").has_value());
}

TEST_F(KeyFileTest, IsPrivateAndNeverOverwritten) {
  ASSERT_TRUE(save_key(path_, key_, std::nullopt).has_value());
  struct stat facts = {};
  ASSERT_EQ(stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  const auto again = save_key(path_, SigningKey::generate(), std::nullopt);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().fault, Fault::Denied);
  EXPECT_EQ(load_key(path_, std::nullopt)->public_key(), key_.public_key());
}

TEST_F(KeyFileTest, RefusesLoosePermissionsWithTheRemedy) {
  ASSERT_TRUE(save_key(path_, key_, std::nullopt).has_value());
  for (const mode_t mode : {0640U, 0604U, 0620U}) {
    ASSERT_EQ(chmod(path_.c_str(), mode), 0);
    const auto loaded = load_key(path_, std::nullopt);
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error().fault, Fault::Denied);
    EXPECT_THAT(loaded.error().detail, HasSubstr("chmod 600 " + path_));
  }
}

TEST_F(KeyFileTest, RefusesWhatIsNoKey) {
  const auto refuse = [&](const std::string& text) {
    std::ofstream(path_, std::ios::trunc) << text;
    chmod(path_.c_str(), 0600);
    const auto loaded = load_key(path_, "p");
    ASSERT_FALSE(loaded.has_value());
    EXPECT_EQ(loaded.error().fault, Fault::Malformed) << loaded.error().detail;
  };
  refuse("");
  refuse("hello");
  refuse(std::string(20000, 'x'));
  refuse("-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----\n");
  EXPECT_EQ(load_key(folder_.file("absent"), "p").error().fault, Fault::Malformed);
  EXPECT_EQ(load_key(folder_.path(), "p").error().fault, Fault::Malformed);
}

}  // namespace
}  // namespace mainstay::crypto
