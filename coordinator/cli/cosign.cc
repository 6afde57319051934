#include "coordinator/cli/cosign.h"

#include <algorithm>

#include "common/core/escape.h"
#include "common/core/span_text.h"
#include "common/crypto/signers.h"
#include "common/loop/clock.h"
#include "common/wire/open.h"
#include "coordinator/cli/control.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/held.h"

namespace mainstay::cli {

namespace {

std::string name_of(const ControlNumber& number) {
  return "C-" + std::to_string(number.value);
}

std::string signers_line(const Roster& roster, const std::vector<PublicKey>& signers) {
  std::string names;
  for (const OperatorEntry& entry : roster.operators) {
    if (std::ranges::find(signers, entry.key) == signers.end()) continue;
    names += (names.empty() ? "" : ", ") + escape_for_terminal(entry.name);
  }
  return names.empty() ? "the recovery key" : names;
}

std::string entry_line(char sign, const OperatorEntry& entry) {
  return std::string("  ") + sign + " " + escape_for_terminal(entry.name) + "  " +
         std::string(mainstay::name_of(entry.role)) + "  " +
         (entry.scope.empty() ? "every host" : escape_for_terminal(entry.scope)) + "  until " +
         utc_text(entry.expires) + "  key " + to_hex(entry.key.view()).substr(0, 16) + "\n";
}

bool has(const Roster& roster, const OperatorEntry& entry) {
  return std::ranges::find(roster.operators, entry) != roster.operators.end();
}

/// Entries and rules that differ; what stays is not repeated.
std::string difference(const Roster& now, const Roster& next) {
  std::string text;
  for (const auto& entry : now.operators) {
    if (!has(next, entry)) text += entry_line('-', entry);
  }
  for (const auto& entry : next.operators) {
    if (!has(now, entry)) text += entry_line('+', entry);
  }
  if (now.signatures_needed != next.signatures_needed) {
    text += "  signatures needed: disruptive " + std::to_string(next.signatures_needed[2]) +
            ", destructive " + std::to_string(next.signatures_needed[3]) + "\n";
  }
  if (now.recovery != next.recovery) {
    text += "  another recovery key: " + to_hex(next.recovery.view()).substr(0, 16) + "\n";
  }
  return text.empty() ? "  no entry changes\n" : text;
}

struct Describe {
  const Waiting& waiting;
  std::string operator()(const StopFleet& act) const {
    return "STOP for every host: " + escape_for_terminal(act.reason) + "\n";
  }
  std::string operator()(const LiftStop& act) const {
    return "lifts the STOP: " + escape_for_terminal(act.reason) + "\n";
  }
  std::string operator()(const RevokeHost& act) const {
    return "revokes " + act.host.text() + "\n";
  }
  std::string operator()(const NewRoster&) const {
    return "roster " + std::to_string((*waiting.next)->number.value) + "\n" +
           difference(waiting.roster, **waiting.next);
  }
  std::string operator()(const AbortPlan& act) const {
    return "aborts " + short_name(act.plan) + ": " + escape_for_terminal(act.reason) + "\n";
  }
};

Status agree(Session& session, const std::string& name) {
  const std::string expected = session.call.text("expect");
  if (!expected.empty()) {
    if (expected == name) return {};
    return fail(Fault::Denied,
                name + " waits, not " + escape_for_terminal(expected) + ": nothing was signed");
  }
  // In JSON nothing of it was shown that somebody could agree to.
  session.screen.last_words("nothing was signed");
  const auto typed = session.call.wants_json()
                         ? Result<std::string>(fail(Fault::Stale, "not shown"))
                         : session.screen.ask("Type " + name + " to sign: ");
  if (!typed) {
    return fail(Fault::Stale, name + " needs an approval, and nobody is there to ask: mainstay " +
                                  "approve " + name + " --expect " + name);
  }
  if (*typed != name) return fail(Fault::Denied, "that is not " + name + ": nothing was signed");
  session.screen.last_words({});
  return {};
}

}  // namespace

Result<std::optional<Waiting>> waiting_statement(Session& session) {
  using Found = std::optional<Waiting>;
  TRY(const Answer control, session.centre.look(View::Control));
  if (!control.has("pending")) return Found();
  const auto envelope = from_hex(control.at("pending").raw("document"));
  if (!envelope) return fail(Fault::Corrupt, "the centre sent no statement that waits");
  TRY(Roster roster, verified_roster(session));
  const crypto::Ed25519Check signatures;
  const Verifier verifier(signatures);
  const auto keys = keys_of(roster);
  const WallTime now = loop::walltime_now();
  TRY(auto statement, verifier.open<ControlStatement>(*envelope, context::kControl, keys, now));
  std::optional<Verified<Roster>> next;
  if (const auto* act = std::get_if<NewRoster>(&statement->act)) {
    TRY(next, verifier.open<Roster>(act->roster, context::kRoster, keys, now));
  }
  return Found(Waiting{
      .roster = std::move(roster), .statement = std::move(statement), .next = std::move(next)});
}

std::string text_of(const Waiting& waiting) {
  const auto& signers = waiting.next ? waiting.next->signers() : waiting.statement.signers();
  return name_of(waiting.statement->number) + "   " +
         std::visit(Describe{waiting}, waiting.statement->act) + "signed by " +
         signers_line(waiting.roster, signers) + "\n";
}

Result<Verdict> cosign(Session& session, const Waiting& waiting) {
  const std::string done = name_of(waiting.statement->number) + " is in force";
  // Of a roster its own signatures count; the statement around it is made anew.
  if (const auto* act = std::get_if<NewRoster>(&waiting.statement->act)) {
    TRY(Bytes roster, session.centre.sign_also(act->roster));
    return add_control(session, NewRoster{std::move(roster)}, done,
                       {{"roster_number", std::int64_t{(*waiting.next)->number.value}}});
  }
  TRY(Bytes envelope, session.centre.sign_also(waiting.statement.document()));
  return act(session, AddControl{std::move(envelope)}, done,
             {{"control_number", std::int64_t{waiting.statement->number.value}}});
}

Result<Verdict> approve_statement(Session& session, const std::string& name) {
  TRY(const auto waiting, waiting_statement(session));
  if (!waiting || name_of((*waiting).statement->number) != name) {
    return fail(Fault::Malformed, "no statement waits for signatures as " +
                                      escape_for_terminal(name) + "; see: mainstay status");
  }
  if (!session.call.wants_json()) session.screen.print(text_of(*waiting));
  TRY_STATUS(agree(session, name));
  return cosign(session, *waiting);
}

}  // namespace mainstay::cli
