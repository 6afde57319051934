#include "coordinator/shell/config.h"

#include <array>

#include "common/loop/credential.h"
#include "common/loop/files.h"
#include "common/plan/attempt.h"
#include "common/plan/key_lines.h"

namespace mainstay::coordinator {

namespace {

constexpr std::array<std::string_view, 17> kKeys = {
    "store",         "listen",           "fleet",          "dispatch_key_file", "link_key_file",
    "gate_keys",     "enrolment_keys",   "gate_program",   "gate_config",       "gate_state",
    "grace_seconds", "enrolment_config", "permit_seconds", "enrolment_state",   "beacon_seconds",
    "log_level",     "store_bytes"};
constexpr std::array<std::string_view, 7> kRequired = {
    "store",         "listen",    "fleet",         "dispatch_key_file",
    "link_key_file", "gate_keys", "enrolment_keys"};

constexpr std::uint64_t kStoreBytesMin = std::uint64_t{64} << 20U;
constexpr std::uint64_t kStoreBytesMax = std::uint64_t{1} << 40U;

Result<std::vector<LinkKey>> read_keys(const KeyLines& lines, std::string_view key) {
  std::vector<LinkKey> keys;
  const std::string text = lines.text(key);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t space = rest.find(' ');
    const std::string_view word = rest.substr(0, space);
    rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
    if (word.empty()) continue;
    const auto bytes = from_hex(word);
    const auto link = bytes ? LinkKey::from(*bytes) : std::nullopt;
    if (!link) return lines.complain(key, "expected keys of 64 hexadecimal digits");
    keys.push_back(*link);
  }
  return keys;
}

Status read_seconds(const KeyLines& lines, std::string_view key, Duration& to) {
  if (!lines.has(key)) return {};
  TRY(const std::uint64_t seconds, lines.number(key, 3600));
  to = std::chrono::seconds(seconds);
  return {};
}

Result<Level> read_level(const KeyLines& lines) {
  const std::string text = lines.text("log_level", "info");
  if (text == "debug") return Level::Debug;
  if (text == "info") return Level::Info;
  if (text == "warn") return Level::Warn;
  if (text == "error") return Level::Error;
  return lines.complain("log_level", "expected debug, info, warn or error");
}

Status add_gate(const KeyLines& lines, std::string_view config, std::string_view state,
                Config& to) {
  if (!lines.has(config)) return {};
  if (!lines.has(state)) return lines.complain(config, "needs " + std::string(state) + " as well");
  if (!lines.has("gate_program")) return lines.complain(config, "needs gate_program as well");
  to.gates.push_back({.config = lines.text(config), .state_directory = lines.text(state)});
  return {};
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& name) {
  TRY(const KeyLines lines, KeyLines::parse(text, name, {.known = kKeys, .required = kRequired}));
  Config config;
  config.store = lines.text("store");
  config.listen = lines.text("listen");
  config.fleet = lines.text("fleet");
  config.dispatch_key_file = lines.text("dispatch_key_file");
  config.link_key_file = lines.text("link_key_file");
  for (std::string* file : {&config.dispatch_key_file, &config.link_key_file}) {
    const auto path = loop::credential_path(*file);
    if (!path) return fail(path.error().fault, name + ": " + path.error().detail);
    *file = *path;
  }
  config.gate_program = lines.text("gate_program");
  if (lines.has("gate_program") && !config.gate_program.starts_with('/')) {
    return lines.complain("gate_program", "expected an absolute path");
  }
  TRY(config.gate_keys, read_keys(lines, "gate_keys"));
  TRY(config.enrolment_keys, read_keys(lines, "enrolment_keys"));
  TRY_STATUS(add_gate(lines, "gate_config", "gate_state", config));
  TRY_STATUS(add_gate(lines, "enrolment_config", "enrolment_state", config));
  TRY_STATUS(read_seconds(lines, "grace_seconds", config.grace));
  TRY_STATUS(read_seconds(lines, "permit_seconds", config.permit_lifetime));
  TRY_STATUS(read_seconds(lines, "beacon_seconds", config.beacon_interval));
  if (lines.has("store_bytes")) {
    TRY(config.store_bytes, lines.number("store_bytes", kStoreBytesMax));
    if (config.store_bytes < kStoreBytesMin) {
      return lines.complain("store_bytes", "expected at least " + std::to_string(kStoreBytesMin));
    }
  }
  if (config.permit_lifetime < std::chrono::seconds(10) ||
      config.permit_lifetime > kPermitLifetimeMax) {
    return lines.complain("permit_seconds", "expected 10 to 600: hosts take no longer one");
  }
  if (config.beacon_interval < std::chrono::seconds(1) ||
      config.beacon_interval > std::chrono::seconds(20)) {
    return lines.complain("beacon_seconds", "expected 1 to 20: hosts believe a beacon for 60");
  }
  TRY(config.level, read_level(lines));
  return config;
}

Result<Config> read_config(const std::string& path) {
  TRY(const Bytes text, loop::read_file(path, kKeyLinesBytesMax));
  return parse_config(as_text(text), path);
}

}  // namespace mainstay::coordinator
