// What of certificates a person wants looked at: /etc/mainstay/certificate.yaml.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/settings/secret.h"
#include "common/core/time.h"

namespace mainstay::agent::certificate {

inline constexpr Duration kWarnUsual = std::chrono::hours(24 * 30);

/// A port of this host. Without a name the server answers with the certificate it has for nobody.
struct ServePort {
  std::uint16_t port = 0;
  std::string sni;
};

struct CertificateSet {
  std::string name;
  std::vector<std::string> files = {};  // a file, a folder, or a pattern in the last part
  std::vector<std::string> roots = {};  // files whose certificates end a chain, beside the system's
  Secret secret = {};                   // of PKCS#12
  std::vector<ServePort> serve = {};
  Duration warn = kWarnUsual;
};

/// Complains with file, line and column.
Result<std::vector<CertificateSet>> read_certificate_settings(const document::Node& node,
                                                              const std::string& file);

}  // namespace mainstay::agent::certificate
