#include "common/plan/trust.h"

#include <array>

#include "common/plan/key_lines.h"

namespace mainstay {

namespace {

constexpr std::array<std::string_view, 6> kTrustKeys = {
    "roster", "dispatch_key", "gate_key", "enrolment_key", "gate_endpoint", "enrolment_endpoint"};

}  // namespace

std::string write_trust(const Trust& trust) {
  return "# What this host trusts from the start. Do not edit: tokens name the digest of these "
         "bytes.\n"
         "dispatch_key: " +
         to_hex(trust.dispatch_key.view()) + "\ngate_key: " + to_hex(trust.gate_key.view()) +
         "\nenrolment_key: " + to_hex(trust.enrolment_key.view()) +
         "\ngate_endpoint: " + trust.gate_endpoint +
         "\nenrolment_endpoint: " + trust.enrolment_endpoint + "\nroster: " + to_hex(trust.roster) +
         "\n";
}

Result<Trust> read_trust(std::string_view text, std::string name) {
  TRY(const KeyLines lines,
      KeyLines::parse(text, std::move(name), {.known = kTrustKeys, .required = kTrustKeys}));
  Trust trust;
  TRY(trust.roster, lines.bytes("roster"));
  TRY(trust.dispatch_key, lines.id32<PublicKey>("dispatch_key"));
  TRY(trust.gate_key, lines.id32<LinkKey>("gate_key"));
  TRY(trust.enrolment_key, lines.id32<LinkKey>("enrolment_key"));
  trust.gate_endpoint = lines.text("gate_endpoint");
  trust.enrolment_endpoint = lines.text("enrolment_endpoint");
  if (trust.roster.empty()) return lines.complain("roster", "must not be empty");
  return trust;
}

}  // namespace mainstay
