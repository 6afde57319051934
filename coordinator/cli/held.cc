#include "coordinator/cli/held.h"

#include <limits>

#include "common/core/escape.h"
#include "common/crypto/signers.h"
#include "common/loop/clock.h"
#include "common/plan/quorum.h"
#include "common/plan/trust.h"
#include "common/wire/open.h"
#include "coordinator/cli/dispatch.h"

namespace mainstay::cli {

namespace {

const crypto::Ed25519Check kSignatures;

std::unexpected<Error> not_held(const std::string& what) {
  return fail(Fault::Denied,
              what + ". The centre sent what operators did not sign; nothing was signed");
}

Result<Roster> first_roster(Session& session) {
  const std::string& path = session.config.trust_file;
  if (path.empty()) {
    return fail(Fault::Malformed, "client.conf lacks `trust_file`, by which rosters are verified");
  }
  TRY(const std::string text, read_text_file(path));
  TRY(const Trust trust, read_trust(text, path));
  TRY(const SignedDocument document, peek(trust.roster));
  return decode<Roster>(document.payload);
}

/// `current` and the statement that brought the next one, which it must allow.
Result<Roster> following(Session& session, const Roster& current, WallTime& since) {
  const std::string number = std::to_string(current.number.value + 1);
  TRY(const Bytes envelope, session.centre.read(View::Roster, number));
  const Verifier verifier(kSignatures);
  const auto keys = keys_of(current);
  const auto statement = verifier.open_stored<ControlStatement>(envelope, context::kControl, keys);
  const auto* act = statement ? std::get_if<NewRoster>(&(*statement)->act) : nullptr;
  if (act == nullptr) return not_held("roster " + number + " is not proven");
  const auto next = verifier.open_stored<Roster>(act->roster, context::kRoster, keys);
  if (!next) return not_held("roster " + number + ": " + next.error().detail);
  const WallTime at = (*statement)->signed_at;
  if (at + kStatementAgeMax < since) return not_held("roster " + number + " is backdated");
  if (const Status fits = may_follow(current, **next, next->signers(), at); !fits) {
    return not_held("roster " + number + ": " + fits.error().detail);
  }
  since = at;
  return **next;
}

/// Asked where no operator of today vouches for what the centre says.
Status vouch(Session& session, const LabelCertificate& held) {
  if (!session.screen.is_terminal()) {
    return fail(Fault::Stale, "the labels of " + held.host.text() +
                                  " were certified by no operator of today: look at them on a "
                                  "terminal, where you are asked");
  }
  session.screen.last_words("nothing was done");
  TRY(const std::string typed,
      session.screen.ask("No operator of today signed its labels: " + labels_line(held.labels) +
                         ". If they are right, type the host's id: "));
  if (typed != held.host.text()) {
    return fail(Fault::Denied, "that is not " + held.host.text() + ": nothing was done");
  }
  session.screen.last_words({});
  return {};
}

}  // namespace

std::vector<PublicKey> keys_of(const Roster& roster) {
  std::vector<PublicKey> keys;
  for (const auto& entry : roster.operators) keys.push_back(entry.key);
  if (!roster.recovery.is_zero()) keys.push_back(roster.recovery);
  return keys;
}

Result<Roster> verified_roster(Session& session) {
  TRY(Roster roster, first_roster(session));
  TRY(const Bytes latest, session.centre.read(View::Roster, {}));
  TRY(const SignedDocument document, peek(latest));
  TRY(const Roster claimed, decode<Roster>(document.payload));
  WallTime since{};
  while (roster.number < claimed.number) {
    TRY(Roster next, following(session, roster, since));
    roster = std::move(next);
  }
  if (encode(roster) != document.payload) return not_held("the roster in force is not proven");
  return roster;
}

Result<std::optional<LabelCertificate>> held_labels(Session& session, const HostId& host) {
  using Held = std::optional<LabelCertificate>;
  const auto envelope = session.centre.read(View::Certificate, host.text());
  if (!envelope) {
    if (envelope.error().fault == Fault::Malformed) return Held();  // no such host
    return std::unexpected(envelope.error());
  }
  TRY(const SignedDocument document, peek(*envelope));
  TRY(LabelCertificate held, decode<LabelCertificate>(document.payload));
  if (held.host != host) return not_held("the labels are of another host");
  if (held.serial == std::numeric_limits<std::uint32_t>::max()) {
    return not_held("the labels have the last serial there is");
  }
  TRY(const Roster roster, verified_roster(session));
  const auto proven =
      Verifier(kSignatures)
          .open_stored<LabelCertificate>(*envelope, context::kLabels, keys_of(roster));
  const bool is_vouched = proven && enough_signatures(roster, proven->signers(),
                                                      {.say = Say::Labelling,
                                                       .asked = 1,
                                                       .host = host,
                                                       .labels = &held.labels,
                                                       .at = loop::walltime_now()});
  if (!is_vouched) TRY_STATUS(vouch(session, held));
  return Held(std::move(held));
}

std::string labels_line(const Labels& labels) {
  std::string text;
  for (const auto& [name, value] : labels) {
    text +=
        (text.empty() ? "" : " ") + escape_for_terminal(name) + "=" + escape_for_terminal(value);
  }
  return text.empty() ? "none" : text;
}

}  // namespace mainstay::cli
