// Keys and signatures as OpenSSH, OpenSSL and people write them: refused in words, or a value with
// exactly one text. The first byte chooses the reader.
#include <cstdint>
#include <string>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/core/check.h"
#include "common/crypto/base64.h"
#include "common/crypto/key_file.h"
#include "common/crypto/ssh_agent.h"
#include "common/crypto/ssh_key.h"

namespace {

using namespace mainstay;
using namespace mainstay::crypto;

constexpr std::string_view kMessage = "fuzz";

void try_base64(std::string_view text) {
  const auto bytes = from_base64(text);
  if (bytes) CHECK(to_base64(*bytes) == text);
}

void try_line(std::string_view text) {
  const auto key = public_key_from_ssh_line(text);
  if (!key.has_value()) {
    CHECK(key.error().fault == Fault::Malformed);
    return;
  }
  const auto again = public_key_from_ssh_line(ssh_line(*key, "comment"));
  CHECK(again.has_value());
  CHECK(*again == *key);
}

void try_blob(ByteView bytes) {
  const auto key = public_key_from_ssh_blob(bytes);
  if (!key) return;
  const Bytes blob = ssh_blob(*key);
  CHECK(std::equal(blob.begin(), blob.end(), bytes.begin(), bytes.end()));
}

void try_list(ByteView reply) {
  const auto found = read_identities(reply);
  if (!found.has_value()) {
    CHECK(found.error().fault == Fault::Malformed);
    return;
  }
  CHECK(found->size() <= 2048);
}

// 32 bytes of key, then the reply.
void try_signature(ByteView bytes) {
  if (bytes.size() < 32) return;
  const auto key = PublicKey::from(bytes.first(32));
  const auto signature = read_signature(bytes.subspan(32), *key, as_bytes(kMessage));
  if (signature.has_value()) CHECK(verify(*key, as_bytes(kMessage), *signature));
}

// A file in memory stands for the file on disk, which is read by its name.
void try_file(ByteView bytes) {
  const int file = memfd_create("key", MFD_CLOEXEC);
  CHECK(file >= 0);
  CHECK(fchmod(file, 0600) == 0);
  CHECK(write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  // Without a passphrase: what a derivation costs is for the owner of the file to say.
  const auto key = load_key(path, std::nullopt);
  if (key.has_value()) {
    CHECK(verify(key->public_key(), as_bytes(kMessage), key->sign(as_bytes(kMessage))));
    CHECK(!is_key_encrypted(path).value_or(true));
  } else {
    CHECK(!key.error().detail.empty());
  }
  close(file);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'b':
      try_base64(as_text(bytes));
      break;
    case 'l':
      try_line(as_text(bytes));
      break;
    case 'k':
      try_blob(bytes);
      break;
    case 'i':
      try_list(bytes);
      break;
    case 's':
      try_signature(bytes);
      break;
    case 'f':
      try_file(bytes);
      break;
    default:
      break;
  }
  return 0;
}
