#include "agent/collect/certificate/certificate.h"

#include <algorithm>
#include <ctime>

#include <arpa/inet.h>
#include <openssl/err.h>

#include "agent/collect/certificate/handles.h"

namespace mainstay::agent::certificate {
namespace {

constexpr std::size_t kNameBytesMax = 253;  // RFC 1035: the longest name of DNS

std::string text_of(const ASN1_STRING* string) {
  unsigned char* utf8 = nullptr;
  const int size = string == nullptr ? -1 : ASN1_STRING_to_UTF8(&utf8, string);
  if (size < 0) return "";
  std::string text(reinterpret_cast<const char*>(utf8),
                   std::min(static_cast<std::size_t>(size), kNameBytesMax));
  OPENSSL_free(utf8);
  return text;
}

std::string entry_of(const X509_NAME* name, int kind) {
  const int at = X509_NAME_get_index_by_NID(name, kind, -1);
  if (at < 0) return "";
  return text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

std::string address_of(const ASN1_OCTET_STRING* octets) {
  const int size = ASN1_STRING_length(octets);
  if (size != 4 && size != 16) return "";
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(octets), text, sizeof text);
  return text;
}

std::string first_name_of(const X509* x509) {
  const NamesHandle names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x509, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names != nullptr && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    std::string text;
    if (name->type == GEN_DNS) text = text_of(name->d.dNSName);
    if (name->type == GEN_IPADD) text = address_of(name->d.iPAddress);
    if (!text.empty()) return text;
  }
  return entry_of(X509_get_subject_name(x509), NID_commonName);
}

Bytes bytes_of_name(const X509_NAME* name) {
  const unsigned char* der = nullptr;
  std::size_t size = 0;
  if (X509_NAME_get0_der(name, &der, &size) != 1) return {};
  const ByteView view(reinterpret_cast<const std::byte*>(der), size);
  return {view.begin(), view.end()};
}

Result<WallTime> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return fail(Fault::Malformed, "a time that is none");
  return WallTime(std::chrono::seconds(::timegm(&parts)));
}

void read_key(const X509* x509, Certificate& made) {
  const EVP_PKEY* key = X509_get0_pubkey(x509);
  if (key == nullptr) return;
  made.key_bits = EVP_PKEY_get_bits(key);
  const int kind = EVP_PKEY_get_base_id(key);
  if (kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) made.key = Key::Rsa;
  if (kind == EVP_PKEY_DSA) made.key = Key::Dsa;
  if (kind == EVP_PKEY_EC) made.key = Key::Ec;
  if (kind == EVP_PKEY_ED25519 || kind == EVP_PKEY_ED448) made.key = Key::Edwards;
}

Signature signature_of(X509* x509) {
  int digest = NID_undef;
  int key = NID_undef;
  if (X509_get_signature_info(x509, &digest, &key, nullptr, nullptr) != 1) {
    return Signature::Unknown;
  }
  if (digest == NID_sha1) return Signature::Sha1;
  const bool is_md =
      digest == NID_md2 || digest == NID_md4 || digest == NID_md5 || digest == NID_md5_sha1;
  return is_md ? Signature::Md : Signature::Sound;
}

}  // namespace

Result<Certificate> read_certificate(ByteView der, Tail tail) {
  const unsigned char* at = octets_of(der);
  const X509Handle x509(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  const auto used = static_cast<std::size_t>(at - octets_of(der));
  if (x509 == nullptr || (used != der.size() && tail == Tail::Refused)) {
    return fail(Fault::Malformed, "not a certificate");
  }
  Certificate made;
  made.der.assign(der.begin(), der.begin() + static_cast<std::ptrdiff_t>(used));
  made.fingerprint = sha256(made.der);
  made.name = first_name_of(x509.get());
  const X509_NAME* issuer = X509_get_issuer_name(x509.get());
  made.issuer = entry_of(issuer, NID_commonName);
  if (made.issuer.empty()) made.issuer = entry_of(issuer, NID_organizationName);
  made.issuer_der = bytes_of_name(issuer);
  made.subject_der = bytes_of_name(X509_get_subject_name(x509.get()));
  TRY(made.not_before, time_of(X509_get0_notBefore(x509.get())));
  TRY(made.not_after, time_of(X509_get0_notAfter(x509.get())));
  read_key(x509.get(), made);
  made.signature = signature_of(x509.get());
  made.is_self_issued = X509_check_issued(x509.get(), x509.get()) == X509_V_OK &&
                        X509_NAME_cmp(issuer, X509_get_subject_name(x509.get())) == 0;
  ERR_clear_error();
  return made;
}

bool covers(const Certificate& certificate, const std::string& name) {
  const X509Handle x509 = parse_x509(certificate.der);
  const bool does =
      x509 != nullptr && (X509_check_host(x509.get(), name.data(), name.size(), 0, nullptr) == 1 ||
                          X509_check_ip_asc(x509.get(), name.c_str(), 0) == 1);
  ERR_clear_error();
  return does;
}

bool may_issue(const Certificate& issuer, const Certificate& subject) {
  const X509Handle upper = parse_x509(issuer.der);
  const X509Handle lower = parse_x509(subject.der);
  const bool may = upper != nullptr && lower != nullptr &&
                   X509_check_issued(upper.get(), lower.get()) == X509_V_OK;
  ERR_clear_error();
  return may;
}

bool has_issued(const Certificate& issuer, const Certificate& subject) {
  if (!may_issue(issuer, subject)) return false;
  const X509Handle upper = parse_x509(issuer.der);
  const X509Handle lower = parse_x509(subject.der);
  EVP_PKEY* key = X509_get0_pubkey(upper.get());
  const bool has = key != nullptr && X509_verify(lower.get(), key) == 1;
  ERR_clear_error();
  return has;
}

}  // namespace mainstay::agent::certificate
