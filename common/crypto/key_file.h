// Private keys on disk: PKCS#8 PEM, encrypted with scrypt and AES-256 when there is a passphrase.
// Slow with a passphrase by intent (tens of megabytes, some tenths of a second). Blocks: for starts
// and command lines, not for a running loop.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/core/result.h"
#include "common/crypto/signing_key.h"

namespace mainstay::crypto {

using Passphrase = std::optional<std::string_view>;

/// Creates the file with mode 0600 and syncs it. Denied if anything is there already: a key is
/// never overwritten. An empty passphrase is refused; nullopt writes the key in the clear.
Status save_key(const std::string& path, const SigningKey& key, Passphrase passphrase);

/// Denied, with the remedy, if others may read the file, or the passphrase is missing or wrong.
/// Never asks on the terminal.
Result<SigningKey> load_key(const std::string& path, Passphrase passphrase);

/// Whether load_key will need a passphrase.
Result<bool> is_key_encrypted(const std::string& path);

}  // namespace mainstay::crypto
