// The certificates of a file's bytes: PEM, DER or PKCS#12, told apart by what they hold and not by
// the file's name. Private keys beside them are stepped over: never decoded, never decrypted.
#pragma once

#include <optional>

#include "agent/collect/certificate/certificate.h"

namespace mainstay::agent::certificate {

inline constexpr std::size_t kFileBytesMax = 1024UL * 1024;
inline constexpr std::size_t kCertificatesMax = 256;

/// In the order of the file, at most kCertificatesMax; none if it is PEM of other things.
/// Denied if a password is needed, or another one; Malformed if it is nothing of the three.
Result<std::vector<Certificate>> read_container(ByteView bytes, const std::string& password);

/// Of the three, PKCS#12 alone.
Result<std::vector<Certificate>> read_pkcs12(ByteView bytes, const std::string& password);

}  // namespace mainstay::agent::certificate
