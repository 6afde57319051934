#include "common/plan/token_text.h"

#include <array>

#include "common/plan/key_lines.h"

namespace mainstay {

namespace {

constexpr std::array<std::string_view, 7> kKeys = {
    "host",          "secret",        "trust_digest", "enrolment_endpoint",
    "enrolment_key", "gate_endpoint", "gate_key"};

}  // namespace

std::string write_token(const TokenText& token) {
  return "# Enrolment token of one host, good once. Keep it secret.\n"
         "host: " +
         token.host.text() + "\nsecret: " + to_hex(token.secret.view()) +
         "\ntrust_digest: " + to_hex(token.trust_digest.view()) +
         "\nenrolment_endpoint: " + token.enrolment_endpoint +
         "\nenrolment_key: " + to_hex(token.enrolment_key.view()) +
         "\ngate_endpoint: " + token.gate_endpoint +
         "\ngate_key: " + to_hex(token.gate_key.view()) + "\n";
}

Result<TokenText> read_token(std::string_view text, std::string name) {
  TRY(const KeyLines lines,
      KeyLines::parse(text, std::move(name), {.known = kKeys, .required = kKeys}));
  TokenText token;
  const auto host = HostId::parse(lines.text("host"));
  if (!host) return lines.complain("host", "not a host name");
  token.host = *host;
  TRY(token.secret, lines.id32<Digest>("secret"));
  TRY(token.trust_digest, lines.id32<Digest>("trust_digest"));
  TRY(token.enrolment_key, lines.id32<LinkKey>("enrolment_key"));
  TRY(token.gate_key, lines.id32<LinkKey>("gate_key"));
  token.enrolment_endpoint = lines.text("enrolment_endpoint");
  token.gate_endpoint = lines.text("gate_endpoint");
  return token;
}

}  // namespace mainstay
