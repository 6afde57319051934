#include "agent/collect/certificate/container.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "agent/collect/certificate/test_certificates.h"

namespace mainstay::agent::certificate {
namespace {

class ContainerTest : public testing::Test {
 protected:
  Made root_ = make_certificate({.name = "Test Root", .is_authority = true});
  Made leaf_ = make_certificate({}, &root_);

  static std::string detail_of(ByteView bytes, const std::string& password = "") {
    const auto read = read_container(bytes, password);
    return read ? "read" : read.error().detail;
  }
};

TEST_F(ContainerTest, TakesTheCertificatesOfPemInTheirOrderAndNothingElse) {
  const std::string text =
      "words before\n" + leaf_.pem() +
      "-----BEGIN PRIVATE KEY-----\nnot even base64\n-----END PRIVATE KEY-----\n" + root_.pem();
  const auto read = read_container(as_bytes(text), "");
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ((*read)[0].name, "web.example.net");
  EXPECT_EQ((*read)[0].issuer, "Test Root");
  EXPECT_EQ((*read)[0].key, Key::Ec);
  EXPECT_EQ((*read)[0].key_bits, 256);
  EXPECT_EQ((*read)[0].not_after, kTestNow + std::chrono::hours(24 * 90));
  EXPECT_FALSE((*read)[0].is_self_issued);
  EXPECT_TRUE((*read)[1].is_self_issued);
}

TEST_F(ContainerTest, AFileOfKeysAloneHasNone) {
  const std::string text = "-----BEGIN EC PRIVATE KEY-----\nx\n-----END EC PRIVATE KEY-----\n";
  const auto read = read_container(as_bytes(text), "");
  ASSERT_TRUE(read.has_value());
  EXPECT_TRUE(read->empty());
}

TEST_F(ContainerTest, ReadsDerAndRefusesATail) {
  Bytes der = leaf_.der();
  EXPECT_EQ(read_container(der, "")->size(), 1U);
  der.push_back(std::byte{0});
  EXPECT_EQ(detail_of(der), "neither PEM nor DER nor PKCS#12");
}

TEST_F(ContainerTest, OpensPkcs12WithItsPasswordOnly) {
  const Bytes file = make_pkcs12(leaf_, root_, "s3cret");
  const auto read = read_container(file, "s3cret");
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(read->size(), 2U);
  EXPECT_EQ(read_container(file, "").error().fault, Fault::Denied);
  EXPECT_NE(detail_of(file).find("PKCS#12 with a password"), std::string::npos);
  EXPECT_EQ(detail_of(file, "other"), "PKCS#12 with another password");
  EXPECT_EQ(read_container(make_pkcs12(leaf_, root_, ""), "")->size(), 2U);
}

TEST_F(ContainerTest, WorksNoLongerThanAgreedForAPassword) {
  // PKCS12_create writes the iterations of the check of its password as they are asked for.
  const Pkcs12Handle file(
      PKCS12_create("s3cret", "web", leaf_.key.get(), leaf_.x509.get(), nullptr, 0, 0, 0, 1, 0));
  PKCS12_set_mac(file.get(), "s3cret", 6, nullptr, 0, 1, EVP_sha256());
  ASN1_INTEGER* iterations = nullptr;
  const ASN1_INTEGER* read = nullptr;
  PKCS12_get0_mac(nullptr, nullptr, nullptr, &read, file.get());
  if (read == nullptr) {
    PKCS12_set_mac(file.get(), "s3cret", 6, nullptr, 0, 2, EVP_sha256());
    PKCS12_get0_mac(nullptr, nullptr, nullptr, &read, file.get());
  }
  iterations = const_cast<ASN1_INTEGER*>(read);
  ASSERT_NE(iterations, nullptr);
  ASN1_INTEGER_set(iterations, 2'000'000'000);
  unsigned char* data = nullptr;
  const int size = i2d_PKCS12(file.get(), &data);
  const std::string bytes(reinterpret_cast<char*>(data), static_cast<std::size_t>(size));
  OPENSSL_free(data);
  EXPECT_EQ(detail_of(as_bytes(bytes), "s3cret"),
            "PKCS#12 that asks for more than a million iterations");
}

TEST_F(ContainerTest, CutFilesAreNoCertificates) {
  const std::string pem = leaf_.pem();
  for (std::size_t size = 30; size < pem.size() - 2; size += 17) {
    EXPECT_FALSE(read_container(as_bytes(std::string_view(pem).substr(0, size)), "").has_value());
  }
  const Bytes p12 = make_pkcs12(leaf_, root_, "s3cret");
  for (std::size_t size = 0; size < p12.size(); size += 13) {
    EXPECT_FALSE(read_container(ByteView(p12).first(size), "s3cret").has_value()) << size;
  }
}

}  // namespace
}  // namespace mainstay::agent::certificate
