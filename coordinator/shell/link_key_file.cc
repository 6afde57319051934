#include "coordinator/shell/link_key_file.h"

#include "common/loop/files.h"

namespace mainstay::coordinator {

Result<fabric::KeyPair> read_link_key(const std::string& path) {
  TRY(const Bytes text, loop::read_file(path, 256));
  std::string_view hex = as_text(text);
  while (hex.ends_with('\n')) hex.remove_suffix(1);
  const auto bytes = from_hex(hex);
  const auto secret = bytes ? fabric::LinkSecret::from(*bytes) : std::nullopt;
  if (!secret) return fail(Fault::Malformed, path + ": expected 64 hexadecimal digits");
  return fabric::KeyPair{.key = fabric::public_key_of(*secret), .secret = *secret};
}

Result<fabric::KeyPair> create_link_key(const std::string& path) {
  const fabric::KeyPair keys = fabric::make_link_keys();
  TRY_STATUS(loop::create_exclusive(path, as_bytes(to_hex(keys.secret.view()) + "\n"), 0600));
  return keys;
}

}  // namespace mainstay::coordinator
