#include <array>

#include "common/loop/credential.h"
#include "common/loop/files.h"
#include "common/plan/key_lines.h"
#include "coordinator/gate/gate.h"

namespace mainstay {

namespace {

constexpr std::array<std::string_view, 8> kKeys = {
    "mode",         "listen",        "coordinator",     "coordinator_key",
    "dispatch_key", "link_key_file", "state_directory", "starts_per_minute"};
constexpr std::array<std::string_view, 7> kRequired = {
    "mode",         "listen",        "coordinator",    "coordinator_key",
    "dispatch_key", "link_key_file", "state_directory"};

Result<fabric::KeyPair> read_link_key(const std::string& path) {
  TRY(const Bytes text, loop::read_file(path, 256));
  std::string_view hex = as_text(text);
  while (hex.ends_with('\n')) hex.remove_suffix(1);
  const auto bytes = from_hex(hex);
  const auto secret = bytes ? fabric::LinkSecret::from(*bytes) : std::nullopt;
  if (!secret) return fail(Fault::Malformed, path + ": expected 64 hexadecimal digits");
  return fabric::KeyPair{.key = fabric::public_key_of(*secret), .secret = *secret};
}

}  // namespace

Result<GateConfig> parse_gate_config(std::string_view text, const std::string& name) {
  TRY(const KeyLines lines, KeyLines::parse(text, name, {.known = kKeys, .required = kRequired}));
  GateConfig config;
  const std::string mode = lines.text("mode");
  if (mode != "hosts" && mode != "enrolment") {
    return lines.complain("mode", "expected hosts or enrolment");
  }
  config.mode = mode == "hosts" ? GateMode::Hosts : GateMode::Enrolment;
  config.listen = lines.text("listen");
  config.coordinator = lines.text("coordinator");
  TRY(config.coordinator_key, lines.id32<LinkKey>("coordinator_key"));
  TRY(config.dispatch_key, lines.id32<PublicKey>("dispatch_key"));
  config.link_key_file = lines.text("link_key_file");
  config.state_directory = lines.text("state_directory");
  if (lines.has("starts_per_minute")) {
    TRY(const std::uint64_t starts, lines.number("starts_per_minute", 100'000));
    config.starts_per_minute = static_cast<std::uint32_t>(starts);
  }
  return config;
}

Result<GateConfig> read_gate_config(const std::string& path) {
  TRY(const Bytes text, loop::read_file(path, kKeyLinesBytesMax));
  TRY(GateConfig config, parse_gate_config(as_text(text), path));
  TRY(const std::string key, loop::credential_path(config.link_key_file));
  TRY(config.keys, read_link_key(key));
  return config;
}

}  // namespace mainstay
