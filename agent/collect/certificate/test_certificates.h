// Certificates for tests, made with the library: any chain, any fault.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/certificate/certificate.h"
#include "agent/collect/certificate/handles.h"

namespace mainstay::agent::certificate {

using KeyHandle = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

struct Made {
  X509Handle x509;
  KeyHandle key;

  [[nodiscard]] Bytes der() const;
  [[nodiscard]] std::string pem() const;
  [[nodiscard]] Certificate value() const { return *read_certificate(der()); }
};

struct Wanted {
  std::string name = "web.example.net";  // also its only DNS name, unless it is an authority
  bool is_authority = false;
  Duration begins = -std::chrono::hours(24);  // from kTestNow
  Duration ends = std::chrono::hours(24 * 90);
  const EVP_MD* digest = EVP_sha256();
  int rsa_bits = 0;  // 0: a key on P-256
};

inline constexpr WallTime kTestNow{std::chrono::seconds(1'780'000'000)};

/// Signed by itself without an issuer.
Made make_certificate(const Wanted& wanted, const Made* issuer = nullptr);

/// With the key in it, as tools write it.
Bytes make_pkcs12(const Made& leaf, const Made& issuer, const std::string& password);

}  // namespace mainstay::agent::certificate
