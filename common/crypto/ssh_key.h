// Public keys as OpenSSH writes them: the line of an id_ed25519.pub, and the blob inside it
// (RFC 4253 section 6.6, RFC 8709 section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/core/bytes.h"
#include "common/core/id.h"
#include "common/core/result.h"

namespace mainstay::crypto {

/// `ssh-ed25519 AAAA... comment`; the comment may be absent. Malformed says what was expected.
Result<PublicKey> public_key_from_ssh_line(std::string_view line);
std::string ssh_line(const PublicKey& key, std::string_view comment);

Bytes ssh_blob(const PublicKey& key);
/// Nothing if the blob holds a key of another kind or anything else.
std::optional<PublicKey> public_key_from_ssh_blob(ByteView blob);

/// Strings and numbers of the ssh protocols (RFC 4251 section 5), read one after another. After a
/// failure everything fails.
class SshReader {
 public:
  explicit SshReader(ByteView bytes) : rest_(bytes) {}
  std::optional<std::uint8_t> octet();
  std::optional<std::uint32_t> number();
  std::optional<ByteView> string();
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::optional<ByteView> take(std::size_t count);
  ByteView rest_;
};

void append_ssh_number(Bytes& to, std::uint32_t number);
void append_ssh_string(Bytes& to, ByteView string);

}  // namespace mainstay::crypto
