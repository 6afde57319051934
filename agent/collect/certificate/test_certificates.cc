#include "agent/collect/certificate/test_certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "common/core/check.h"

namespace mainstay::agent::certificate {
namespace {

void add_extension(X509* x509, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, x509, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
  CHECK(extension != nullptr);
  X509_add_ext(x509, extension, -1);
  X509_EXTENSION_free(extension);
}

std::time_t seconds_of(WallTime at) {
  return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

template <class Write>
Bytes written(Write write) {
  unsigned char* data = nullptr;
  const int size = write(&data);
  CHECK(size > 0);
  const ByteView view(reinterpret_cast<std::byte*>(data), static_cast<std::size_t>(size));
  Bytes bytes(view.begin(), view.end());
  OPENSSL_free(data);
  return bytes;
}

}  // namespace

Bytes Made::der() const {
  return written([&](unsigned char** data) { return i2d_X509(x509.get(), data); });
}

std::string Made::pem() const {
  const BioHandle bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), x509.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Made make_certificate(const Wanted& wanted, const Made* issuer) {
  static int serial = 1;
  Made made{
      .x509 = X509Handle(X509_new()),
      .key = KeyHandle(wanted.rsa_bits > 0 ? EVP_RSA_gen(static_cast<unsigned>(wanted.rsa_bits))
                                           : EVP_EC_gen("P-256"))};
  X509* x509 = made.x509.get();
  X509* upper = issuer == nullptr ? x509 : issuer->x509.get();
  X509_set_version(x509, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wanted.name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(x509, X509_get_subject_name(upper));
  ASN1_TIME_set(X509_getm_notBefore(x509), seconds_of(kTestNow + wanted.begins));
  ASN1_TIME_set(X509_getm_notAfter(x509), seconds_of(kTestNow + wanted.ends));
  X509_set_pubkey(x509, made.key.get());
  if (wanted.is_authority) {
    add_extension(x509, upper, NID_basic_constraints, "critical,CA:TRUE");
  } else {
    add_extension(x509, upper, NID_subject_alt_name, "DNS:" + wanted.name);
  }
  CHECK(X509_sign(x509, issuer == nullptr ? made.key.get() : issuer->key.get(), wanted.digest) > 0);
  return made;
}

Bytes make_pkcs12(const Made& leaf, const Made& issuer, const std::string& password) {
  STACK_OF(X509)* others = sk_X509_new_null();
  sk_X509_push(others, issuer.x509.get());
  const Pkcs12Handle file(PKCS12_create(password.c_str(), "web", leaf.key.get(), leaf.x509.get(),
                                        others, 0, 0, 0, 0, 0));
  sk_X509_free(others);
  CHECK(file != nullptr);
  return written([&](unsigned char** data) { return i2d_PKCS12(file.get(), data); });
}

}  // namespace mainstay::agent::certificate
