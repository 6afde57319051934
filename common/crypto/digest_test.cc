#include "common/core/digest.h"

#include <set>

#include <gtest/gtest.h>

#include "common/crypto/base64.h"
#include "common/crypto/random.h"

namespace mainstay::crypto {
namespace {

// FIPS 180-4 example values, published by NIST with the standard.
TEST(DigestTest, GivesTheStandardsValues) {
  EXPECT_EQ(to_hex(sha256(as_bytes("abc")).view()),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(ByteView{}).view()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(
      to_hex(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).view()),
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(DigestTest, OfPartsIsTheDigestOfTheirConcatenation) {
  EXPECT_EQ(sha256({as_bytes("a"), ByteView{}, as_bytes("bc")}), sha256(as_bytes("abc")));
  EXPECT_NE(sha256({as_bytes("c"), as_bytes("ab")}), sha256(as_bytes("abc")));
}

TEST(Base64Test, GivesTheStandardsValues) {  // RFC 4648 section 10
  const std::pair<std::string_view, std::string_view> values[] = {{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : values) {
    EXPECT_EQ(to_base64(as_bytes(plain)), text);
    EXPECT_EQ(from_base64(text), to_bytes(plain));
  }
}

TEST(Base64Test, RefusesEveryOtherText) {
  for (const std::string_view text : {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm9v\n", "Zm 9",
                                      "Zg==Zg==", "Zm9_", "=Zg="}) {
    EXPECT_FALSE(from_base64(text).has_value()) << text;
  }
}

TEST(RandomTest, DoesNotRepeat) {
  std::set<Nonce> nonces;
  for (int i = 0; i < 100; ++i) nonces.insert(random_nonce());
  EXPECT_EQ(nonces.size(), 100U);
  EXPECT_NE(random_seed(), random_seed());
  EXPECT_EQ(random_bytes(5).size(), 5U);
}

}  // namespace
}  // namespace mainstay::crypto
