#include "coordinator/cli/config.h"

#include <array>
#include <cstdlib>

#include "common/core/bytes.h"
#include "common/loop/files.h"
#include "common/plan/key_lines.h"

namespace mainstay::cli {

namespace {

constexpr std::size_t kFileBytesMax = 1024 * 1024;
constexpr std::array<std::string_view, 6> kKeys = {"endpoint", "server_key", "link_key_file",
                                                   "operator", "signer",     "trust_file"};
constexpr std::array<std::string_view, 5> kRequired = {"endpoint", "server_key", "link_key_file",
                                                       "operator", "signer"};
constexpr std::string_view kAgent = "agent ";
constexpr std::string_view kFile = "file ";

}  // namespace

std::string config_path(const std::string& given) {
  if (!given.empty()) return given;
  if (const char* set = std::getenv("MAINSTAY_CONFIG"); set != nullptr && *set != '\0') return set;
  const char* home = std::getenv("HOME");
  return std::string(home == nullptr ? "/root" : home) + "/.config/mainstay/client.conf";
}

Result<ClientConfig> parse_client_config(std::string_view text, const std::string& name) {
  TRY(const KeyLines lines, KeyLines::parse(text, name, {.known = kKeys, .required = kRequired}));
  ClientConfig config;
  config.endpoint = lines.text("endpoint");
  TRY(config.server_key, lines.id32<LinkKey>("server_key"));
  config.link_key_file = lines.text("link_key_file");
  config.operator_name = lines.text("operator");
  config.trust_file = lines.text("trust_file");
  const std::string signer = lines.text("signer");
  config.signs_by_agent = signer.starts_with(kAgent);
  if (!config.signs_by_agent && !signer.starts_with(kFile)) {
    return lines.complain("signer", "expected `agent ssh-ed25519 ...` or `file PATH`");
  }
  config.signing_key = signer.substr(config.signs_by_agent ? kAgent.size() : kFile.size());
  return config;
}

Result<ClientConfig> read_client_config(const std::string& path) {
  const auto bytes = loop::read_file(path, kKeyLinesBytesMax);
  if (!bytes) {
    return fail(Fault::Malformed, "no configuration: " + bytes.error().detail +
                                      "\n`mainstay init` makes one; --config FILE or "
                                      "$MAINSTAY_CONFIG names another");
  }
  return parse_client_config(as_text(*bytes), path);
}

std::string write_client_config(const ClientConfig& config) {
  return "endpoint: " + config.endpoint + "\nserver_key: " + to_hex(config.server_key.view()) +
         "\nlink_key_file: " + config.link_key_file + "\noperator: " + config.operator_name +
         "\nsigner: " + std::string(config.signs_by_agent ? kAgent : kFile) + config.signing_key +
         "\ntrust_file: " + config.trust_file + "\n";
}

Result<std::string> read_text_file(const std::string& path) {
  const auto bytes = loop::read_file(path, kFileBytesMax);
  if (!bytes) return fail(Fault::Malformed, bytes.error().detail);
  return std::string(as_text(*bytes));
}

}  // namespace mainstay::cli
