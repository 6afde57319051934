// client.conf: how an operator's command reaches the centre, and with what key it signs. Strict
// `key: value` lines, written by `mainstay init`.
//
//   endpoint: tcp://127.0.0.1:7439       server_key: 64 hexadecimal digits
//   operator: ana                        link_key_file: /etc/mainstay/.config/mainstay/link.key
//   signer: agent ssh-ed25519 AAAA...    or   signer: file /etc/mainstay/.config/mainstay/ana.pem
//   trust_file: /var/lib/mainstay/trust  what hosts are to trust; needed to make tokens
#pragma once

#include <optional>
#include <string>

#include "common/core/id.h"
#include "common/core/result.h"

namespace mainstay::cli {

struct ClientConfig {
  std::string endpoint;
  LinkKey server_key;
  std::string link_key_file;
  std::string operator_name;
  bool signs_by_agent = false;
  std::string signing_key;  // an ssh line, or the path of a key file
  std::string trust_file;
  std::optional<Error> missing = {};  // nothing of it is known, and why: told once it is needed
};

/// --config, $MAINSTAY_CONFIG, or the one in the home folder.
std::string config_path(const std::string& given);
Result<ClientConfig> parse_client_config(std::string_view text, const std::string& name);
Result<ClientConfig> read_client_config(const std::string& path);
std::string write_client_config(const ClientConfig& config);

/// A file an operator named: Malformed, as for any wrong argument, if it cannot be read.
Result<std::string> read_text_file(const std::string& path);

}  // namespace mainstay::cli
