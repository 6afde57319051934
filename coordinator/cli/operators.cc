// operator list, add, remove, key.
#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "common/core/escape.h"
#include "common/core/iso_text.h"
#include "common/core/span_text.h"
#include "common/core/text_table.h"
#include "common/crypto/signers.h"
#include "common/crypto/ssh_key.h"
#include "common/loop/clock.h"
#include "common/select/selector.h"
#include "common/wire/open.h"
#include "coordinator/cli/control.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/held.h"
#include "coordinator/cli/render.h"
#include "coordinator/cli/roster.h"
#include "coordinator/shell/link_key_file.h"

namespace mainstay::cli {

namespace {

Result<Verdict> propose(Session& session, Roster roster, std::string_view done, ActFields fields) {
  roster.number = {roster.number.value + 1};
  roster.header.not_after = loop::walltime_now() + kRosterLifetime;
  fields.emplace_back("roster_number", std::int64_t{roster.number.value});
  TRY(const Bytes payload, encode_roster(roster));
  TRY(Bytes envelope, session.centre.sign(context::kRoster, payload));
  return add_control(session, NewRoster{std::move(envelope)},
                     std::string(done) + " in roster " + std::to_string(roster.number.value),
                     std::move(fields));
}

std::string roster_json(const Roster& roster) {
  nlohmann::ordered_json operators = nlohmann::ordered_json::array();
  for (const auto& each : roster.operators) {
    operators.push_back({{"name", each.name},
                         {"role", name_of(each.role)},
                         {"scope", each.scope},
                         {"expires_at", iso_text(each.expires)},
                         {"key", to_hex(each.key.view())},
                         {"link_key", to_hex(each.link.view())}});
  }
  const nlohmann::ordered_json needed = {{"read-only", roster.signatures_needed[0]},
                                         {"disruptive", roster.signatures_needed[2]},
                                         {"destructive", roster.signatures_needed[3]}};
  const nlohmann::ordered_json object = {
      {"number", roster.number.value}, {"operators", operators}, {"signatures_needed", needed}};
  return object.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<std::string> read_ssh_line(const std::string& word) {
  std::string line = word;
  if (!word.starts_with("ssh-")) {
    TRY(line, read_text_file(word));
  }
  while (line.ends_with('\n')) line.pop_back();
  auto key = crypto::public_key_from_ssh_line(line);
  if (!key) return fail(Fault::Malformed, escape_for_terminal(word) + ": " + key.error().detail);
  return line;
}

Result<PublicKey> read_public_key(const std::string& word) {
  if (const auto bytes = from_hex(word); bytes && bytes->size() == 32)
    return *PublicKey::from(*bytes);
  TRY(const std::string line, read_ssh_line(word));
  return crypto::public_key_from_ssh_line(line);
}

Result<Bytes> encode_roster(const Roster& roster) {
  Bytes payload = encode(roster);
  if (auto readable = decode<Roster>(payload); !readable) {
    return fail(Fault::Malformed, "roster: " + readable.error().detail);
  }
  return payload;
}

Result<Verdict> operator_list(Session& session) {
  TRY(const Roster roster, verified_roster(session));
  if (session.call.wants_json()) {
    session.screen.print(roster_json(roster));
    return Verdict::Done;
  }
  TextTable table(std::vector<TextTable::Align>(5, TextTable::Align::Left));
  table.add_row({"OPERATOR", "ROLE", "SCOPE", "EXPIRES", "KEY"});
  for (const auto& each : roster.operators) {
    const Duration left = each.expires - loop::walltime_now();
    table.add_row({escape_for_terminal(each.name), std::string(name_of(each.role)),
                   each.scope.empty() ? "every host" : escape_for_terminal(each.scope),
                   left <= Duration(0) ? "expired" : "in " + span_text(left),
                   to_hex(each.key.view()).substr(0, 16)});
  }
  session.screen.print(table.to_text() + "\nroster " + std::to_string(roster.number.value) +
                       ", signatures needed: read-only " +
                       std::to_string(roster.signatures_needed[0]) + ", disruptive " +
                       std::to_string(roster.signatures_needed[2]) + ", destructive " +
                       std::to_string(roster.signatures_needed[3]) + "\n");
  return Verdict::Done;
}

Result<Verdict> operator_add(Session& session) {
  const Invocation& call = session.call;
  OperatorEntry entry;
  entry.name = call.text("NAME");
  if (!HostId::parse(entry.name)) {
    return fail(Fault::Malformed, "NAME: 1 to 63 of a-z, 0-9, '.', '-'");
  }
  const auto key = read_public_key(call.text("key"));
  if (!key) return fail(key.error().fault, "--key: " + key.error().detail);
  entry.key = *key;
  const auto link = from_hex(call.text("link-key"));
  if (!link || link->size() != 32) {
    return fail(Fault::Malformed,
                "--link-key: expected 64 hexadecimal digits, as `mainstay operator key` prints");
  }
  entry.link = *LinkKey::from(*link);
  const auto role = role_from(call.text("role"));
  if (!role) {
    return fail(Fault::Malformed, "--role: expected viewer, operator, approver, admin or enroller");
  }
  entry.role = *role;
  entry.scope = call.text("scope");
  if (call.has("scope") && entry.scope.empty()) {
    return fail(Fault::Malformed,
                "--scope is empty, which would mean every host: leave it out if that is meant");
  }
  if (!entry.scope.empty()) {
    const auto scope = parse_selector(entry.scope, {});
    if (!scope) return fail(Fault::Malformed, "--scope: " + scope.error().detail);
    entry.scope = scope->to_text();
  }
  TRY(const Duration valid, call.duration("valid", std::chrono::hours(24 * 365)));
  if (valid <= Duration::zero() || valid > kRosterLifetime) {
    return fail(Fault::Malformed,
                "--valid: expected 1s to 3650d, as long as a roster lasts, found `" +
                    call.text("valid") + "`");
  }
  entry.expires = loop::walltime_now() + valid;
  TRY(Roster roster, verified_roster(session));
  const bool is_known = std::ranges::any_of(
      roster.operators, [&](const auto& other) { return other.name == entry.name; });
  if (is_known && !call.has("replace")) {
    return fail(Fault::Malformed, entry.name + " is an operator already; --replace gives another " +
                                      "key, role or scope in place of what is there");
  }
  std::erase_if(roster.operators, [&](const auto& other) { return other.name == entry.name; });
  const std::string done = entry.name + " is " + std::string(name_of(entry.role));
  ActFields fields = {{"name", entry.name},
                      {"role", std::string(name_of(entry.role))},
                      {"scope", entry.scope},
                      {"expires_at", iso_text(entry.expires)},
                      {"key", to_hex(entry.key.view())},
                      {"link_key", to_hex(entry.link.view())}};
  roster.operators.push_back(std::move(entry));
  return propose(session, std::move(roster), done, std::move(fields));
}

Result<Verdict> operator_remove(Session& session) {
  const std::string name = session.call.text("NAME");
  TRY(Roster roster, verified_roster(session));
  if (std::erase_if(roster.operators, [&](const auto& each) { return each.name == name; }) == 0) {
    return fail(Fault::Malformed,
                "no operator `" + escape_for_terminal(name) + "`; see: mainstay operator list");
  }
  if (std::ranges::none_of(roster.operators,
                           [](const auto& each) { return each.role == Role::Admin; })) {
    return fail(Fault::Denied, "this would leave no admin: add another first");
  }
  return propose(session, std::move(roster), name + " is no more", {{"name", name}});
}

Result<Verdict> operator_key(Session& session) {
  auto keys = coordinator::create_link_key(session.call.text("file"));
  if (!keys) return fail(Fault::Malformed, keys.error().detail);
  const std::string key = to_hex(keys->key.view());
  return say_done(session, key, {{"link_key", key}, {"file", session.call.text("file")}});
}

}  // namespace mainstay::cli
