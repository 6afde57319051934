// PKCS#12 (RFC 7292) read for its certificates alone: the bags with keys stay encrypted. What it
// asks of the processor is bounded before it is done, since the iterations are the writer's word.
#include <openssl/asn1t.h>
#include <openssl/err.h>

#include "agent/collect/certificate/container.h"
#include "agent/collect/certificate/handles.h"

namespace mainstay::agent::certificate {
namespace {

// Tools of today write 2,048 to 600,000; a million takes a second.
constexpr long kIterationsMax = 1'000'000;
constexpr int kSafesMax = 4;

std::unexpected<Error> refuse(Fault fault, const std::string& words) {
  ERR_clear_error();
  return fail(fault, words);
}

bool is_modest(const ASN1_INTEGER* iterations) {
  if (iterations == nullptr) return true;
  const long count = ASN1_INTEGER_get(iterations);
  return count > 0 && count <= kIterationsMax;
}

template <class T>
std::unique_ptr<T, void (*)(T*)> unpack(const X509_ALGOR* algorithm, const ASN1_ITEM* item,
                                        void (*free)(T*)) {
  return {static_cast<T*>(ASN1_TYPE_unpack_sequence(item, algorithm->parameter)), free};
}

/// Of PKCS#5: the old schemes have their iterations beside the salt, PBES2 within its key function.
bool is_modest(const X509_ALGOR* algorithm) {
  if (OBJ_obj2nid(algorithm->algorithm) != NID_pbes2) {
    const auto old = unpack<PBEPARAM>(algorithm, ASN1_ITEM_rptr(PBEPARAM), PBEPARAM_free);
    return old != nullptr && is_modest(old->iter);
  }
  const auto scheme = unpack<PBE2PARAM>(algorithm, ASN1_ITEM_rptr(PBE2PARAM), PBE2PARAM_free);
  if (scheme == nullptr || OBJ_obj2nid(scheme->keyfunc->algorithm) != NID_id_pbkdf2) return false;
  const auto function =
      unpack<PBKDF2PARAM>(scheme->keyfunc, ASN1_ITEM_rptr(PBKDF2PARAM), PBKDF2PARAM_free);
  return function != nullptr && is_modest(function->iter);
}

Status check_password(PKCS12* file, const std::string& password) {
  if (PKCS12_mac_present(file) != 1) return {};
  const ASN1_INTEGER* iterations = nullptr;
  PKCS12_get0_mac(nullptr, nullptr, nullptr, &iterations, file);
  if (!is_modest(iterations)) {
    return refuse(Fault::Malformed, "PKCS#12 that asks for more than a million iterations");
  }
  const auto fits = [&](const char* text) {
    const int size = text == nullptr ? 0 : static_cast<int>(password.size());
    return PKCS12_verify_mac(file, text, size) == 1;
  };
  if (fits(password.c_str())) return {};
  // No password and an empty one are two things to PKCS#12, and one to people.
  if (password.empty() && fits(nullptr)) return {};
  return refuse(Fault::Denied, password.empty()
                                   ? "PKCS#12 with a password: name it by password_file or "
                                     "password_credential"
                                   : "PKCS#12 with another password");
}

BagsHandle open_safe(PKCS7* safe, const std::string& password) {
  if (PKCS7_type_is_data(safe)) return BagsHandle(PKCS12_unpack_p7data(safe));
  if (!PKCS7_type_is_encrypted(safe) || safe->d.encrypted == nullptr) return nullptr;
  const PKCS7_ENC_CONTENT* content = safe->d.encrypted->enc_data;
  if (content == nullptr || !is_modest(content->algorithm)) return nullptr;
  return BagsHandle(
      PKCS12_unpack_p7encdata(safe, password.c_str(), static_cast<int>(password.size())));
}

Status take_certificates(const STACK_OF(PKCS12_SAFEBAG) * bags, std::vector<Certificate>& to) {
  for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); ++i) {
    const PKCS12_SAFEBAG* bag = sk_PKCS12_SAFEBAG_value(bags, i);
    if (PKCS12_SAFEBAG_get_nid(bag) != NID_certBag || to.size() == kCertificatesMax) continue;
    if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate) continue;
    const X509Handle x509(PKCS12_SAFEBAG_get1_cert(bag));
    unsigned char* der = nullptr;
    const int size = x509 == nullptr ? -1 : i2d_X509(x509.get(), &der);
    if (size < 0) return refuse(Fault::Malformed, "PKCS#12 with a bag that holds no certificate");
    auto made =
        read_certificate({reinterpret_cast<std::byte*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    TRY(Certificate certificate, std::move(made));
    to.push_back(std::move(certificate));
  }
  return {};
}

}  // namespace

Result<std::vector<Certificate>> read_pkcs12(ByteView bytes, const std::string& password) {
  const unsigned char* at = octets_of(bytes);
  const Pkcs12Handle file(d2i_PKCS12(nullptr, &at, static_cast<long>(bytes.size())));
  if (file == nullptr) return refuse(Fault::Malformed, "neither PEM nor DER nor PKCS#12");
  TRY_STATUS(check_password(file.get(), password));
  const SafesHandle safes(PKCS12_unpack_authsafes(file.get()));
  if (safes == nullptr || sk_PKCS7_num(safes.get()) > kSafesMax) {
    return refuse(Fault::Malformed, "PKCS#12 that cannot be decoded");
  }
  std::vector<Certificate> made;
  for (int i = 0; i < sk_PKCS7_num(safes.get()); ++i) {
    const BagsHandle bags = open_safe(sk_PKCS7_value(safes.get(), i), password);
    // RC2 with 40 bits, which old tools write, is no part of the library's default any more.
    if (bags == nullptr) {
      return refuse(Fault::Denied,
                    "PKCS#12 encrypted in a way that is not read, or not with this "
                    "password");
    }
    TRY_STATUS(take_certificates(bags.get(), made));
  }
  ERR_clear_error();
  return made;
}

}  // namespace mainstay::agent::certificate
