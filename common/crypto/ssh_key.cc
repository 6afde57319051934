#include "common/crypto/ssh_key.h"

#include "common/crypto/base64.h"

namespace mainstay::crypto {

namespace {

constexpr std::string_view kKind = "ssh-ed25519";

// The next word of a line, taken off its front.
std::string_view take_word(std::string_view& line) {
  const std::string_view spaces = " \t\r\n";
  const auto start = line.find_first_not_of(spaces);
  line = start == std::string_view::npos ? std::string_view{} : line.substr(start);
  const auto end = line.find_first_of(spaces);
  const std::string_view word = line.substr(0, end);
  line = end == std::string_view::npos ? std::string_view{} : line.substr(end);
  return word;
}

}  // namespace

std::optional<ByteView> SshReader::take(std::size_t count) {
  if (rest_.size() < count) {
    rest_ = {};
    return std::nullopt;
  }
  const ByteView taken = rest_.first(count);
  rest_ = rest_.subspan(count);
  return taken;
}

std::optional<std::uint8_t> SshReader::octet() {
  const auto taken = take(1);
  if (!taken) return std::nullopt;
  return std::to_integer<std::uint8_t>((*taken)[0]);
}

std::optional<std::uint32_t> SshReader::number() {
  const auto taken = take(4);
  if (!taken) return std::nullopt;
  std::uint32_t number = 0;
  for (const std::byte byte : *taken) number = number << 8U | std::to_integer<std::uint32_t>(byte);
  return number;
}

std::optional<ByteView> SshReader::string() {
  const auto size = number();
  if (!size) return std::nullopt;
  return take(*size);
}

void append_ssh_number(Bytes& to, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    to.push_back(static_cast<std::byte>(number >> shift & 255U));
  }
}

void append_ssh_string(Bytes& to, ByteView string) {
  append_ssh_number(to, static_cast<std::uint32_t>(string.size()));
  to.insert(to.end(), string.begin(), string.end());
}

Bytes ssh_blob(const PublicKey& key) {
  Bytes blob;
  append_ssh_string(blob, as_bytes(kKind));
  append_ssh_string(blob, key.view());
  return blob;
}

std::optional<PublicKey> public_key_from_ssh_blob(ByteView blob) {
  SshReader reader(blob);
  const auto kind = reader.string();
  if (!kind || as_text(*kind) != kKind) return std::nullopt;
  const auto key = reader.string();
  if (!key || !reader.at_end()) return std::nullopt;
  return PublicKey::from(*key);
}

Result<PublicKey> public_key_from_ssh_line(std::string_view line) {
  const std::string_view kind = take_word(line);
  const std::string_view text = take_word(line);
  if (kind != kKind) {
    return fail(Fault::Malformed,
                "expected a line that starts with `ssh-ed25519`, as in ~/.ssh/id_ed25519.pub; "
                "`ssh-keygen -t ed25519` makes such a key");
  }
  const auto blob = from_base64(text);
  const auto key = blob ? public_key_from_ssh_blob(*blob) : std::nullopt;
  if (!key) return fail(Fault::Malformed, "the key after `ssh-ed25519` is damaged or cut short");
  return *key;
}

std::string ssh_line(const PublicKey& key, std::string_view comment) {
  std::string line = std::string(kKind) + " " + to_base64(ssh_blob(key));
  if (!comment.empty()) line += " " + std::string(comment);
  return line;
}

}  // namespace mainstay::crypto
