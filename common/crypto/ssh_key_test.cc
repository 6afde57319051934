#include "common/crypto/ssh_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/crypto/base64.h"
#include "common/crypto/signing_key.h"

namespace mainstay::crypto {
namespace {

TEST(SshKeyTest, LineComesBack) {
  const PublicKey key = SigningKey::generate().public_key();
  const std::string line = ssh_line(key, "ana@desk");
  EXPECT_THAT(line, testing::StartsWith("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"));
  EXPECT_THAT(line, testing::EndsWith(" ana@desk"));
  EXPECT_EQ(public_key_from_ssh_line(line).value_or(PublicKey{}), key);
  EXPECT_EQ(public_key_from_ssh_line("  " + ssh_line(key, "") + "\n").value_or(PublicKey{}), key);
}

TEST(SshKeyTest, RefusesOtherKindsAndDamage) {
  const PublicKey key = SigningKey::generate().public_key();
  Bytes cut = ssh_blob(key);
  cut.pop_back();
  Bytes longer = ssh_blob(key);
  longer.push_back({});
  for (const std::string& line :
       {std::string(), std::string("ssh-rsa AAAAB3NzaC1yc2E="), std::string("ssh-ed25519"),
        std::string("ssh-ed25519 !!!"), "ssh-ed25519 " + to_base64(cut),
        "ssh-ed25519 " + to_base64(longer)}) {
    const auto parsed = public_key_from_ssh_line(line);
    ASSERT_FALSE(parsed.has_value()) << line;
    EXPECT_EQ(parsed.error().fault, Fault::Malformed);
  }
}

TEST(SshReaderTest, FailsForGoodAfterAShortString) {
  Bytes bytes;
  append_ssh_number(bytes, 5);
  append_ssh_number(bytes, 1);
  SshReader reader(bytes);
  EXPECT_FALSE(reader.string().has_value());
  EXPECT_FALSE(reader.number().has_value());
  EXPECT_FALSE(reader.octet().has_value());
}

}  // namespace
}  // namespace mainstay::crypto
