// What operators do to hosts: tokens, labels, parking, recheck, removal, slots.
#include "coordinator/core/requests.h"

#include <algorithm>

#include "coordinator/core/ledger/ledger.h"

namespace mainstay::coordinator {

namespace {

constexpr std::size_t kTokensErasedMax = 8;
constexpr std::size_t kTokensLookedAtMax = 64;

Ruling done(std::string text) {
  return {.verdict = Verdict::Done, .text = std::move(text)};
}
// The signer of a certificate or token must be allowed to, whoever brings it.
bool signed_by_enroller(const Turn& turn, const std::vector<PublicKey>& signers) {
  return std::ranges::any_of(signers, [&](const PublicKey& key) {
    const auto signer = operator_of(turn.state, key, turn.now.wall);
    return signer && may_enrol(signer->role);
  });
}

Host* enrolled(Turn& turn, const HostId& id) {
  Host* host = find_host(turn.state, id);
  return host != nullptr && is_enrolled(*host) ? host : nullptr;
}

void erase_token(Turn& turn, std::map<Digest, TokenRow>::iterator at) {
  auto& open = turn.state.tokens_open;
  const auto own = open.find(at->second.token.host);
  if (own != open.end() && own->second == at->first) open.erase(own);
  turn.erase(at->second);
  turn.state.tokens.erase(at);
}

/// A new token voids the open one of its host.
void void_token(Turn& turn, const HostId& host) {
  const auto open = turn.state.tokens_open.find(host);
  if (open == turn.state.tokens_open.end()) return;
  turn.audit("token voided host=" + host.text() + ": a newer one was made");
  erase_token(turn, turn.state.tokens.find(open->second));
}

/// Expired ones make room. A request looks at some and erases few, which keeps the step small, and
/// the next one goes on where it ended; all are looked at if there is no room.
void make_room(Turn& turn) {
  auto& tokens = turn.state.tokens;
  const bool is_full = turn.state.tokens_open.size() >= turn.limits.tokens_max;
  const std::size_t looks = is_full ? tokens.size() : std::min(tokens.size(), kTokensLookedAtMax);
  std::size_t erased = 0;
  auto at = tokens.upper_bound(turn.state.tokens_swept);
  for (std::size_t i = 0; i < looks && erased < kTokensErasedMax; ++i) {
    if (at == tokens.end()) at = tokens.begin();
    const auto token = at++;
    turn.state.tokens_swept = token->first;
    if (token->second.token.header.not_after > turn.now.wall) continue;
    erase_token(turn, token);
    erased += 1;
  }
}

}  // namespace

Ruling add_token(Turn& turn, const OpenedToken& opened, const Operator& by) {
  const EnrolmentToken& token = *opened.token;
  if (!signed_by_enroller(turn, opened.token.signers()) ||
      !signed_by_enroller(turn, opened.labels.signers())) {
    return refused("a token must be signed by an admin or enroller");
  }
  if (opened.labels->host != token.host) return wrong("the labels are for another host");
  if (opened.labels->labels.size() > kLabelsMax) return wrong("too many labels");
  if (token.header.not_after <= turn.now.wall) return wrong("the token has expired");
  if (turn.state.tokens.contains(token.secret_digest)) return wrong("this token is known already");
  const Host* host = enrolled(turn, token.host);
  if (host != nullptr && !token.replaces) {
    return wrong(token.host.text() + " is enrolled: mainstay token create " + token.host.text() +
                 " --labels ... --replace");
  }
  void_token(turn, token.host);
  make_room(turn);
  if (turn.state.tokens_open.size() >= turn.limits.tokens_max) {
    return refused("too many tokens are open: " + std::to_string(turn.limits.tokens_max) +
                   " at most; see mainstay token list");
  }
  TokenRow row;
  row.token = token;
  row.secret_digest = token.secret_digest;
  row.document = opened.token.document();
  row.certificate = *opened.labels;
  row.added_by = by.name;
  row.added_at = turn.now.wall;
  turn.put(row);
  turn.state.tokens_open[token.host] = token.secret_digest;
  turn.state.tokens[token.secret_digest] = std::move(row);
  turn.audit("token added host=" + token.host.text() + " by=" + by.name);
  return done("token for " + token.host.text() + " added");
}

Ruling set_labels(Turn& turn, const Verified<LabelCertificate>& labels, const Operator& by) {
  if (!signed_by_enroller(turn, labels.signers())) {
    return refused("labels must be signed by an admin or enroller");
  }
  Host* host = enrolled(turn, labels->host);
  if (host == nullptr) return wrong("no such host: " + labels->host.text());
  if (labels->labels.size() > kLabelsMax) return wrong("too many labels");
  if (labels->serial <= host->row.certificate.serial) {
    return {.verdict = Verdict::Refused,
            .text = "the serial must rise: it is " + std::to_string(host->row.certificate.serial)};
  }
  // Its labels say whom it counts against: they stay while it counts.
  if (const auto slot = turn.state.slots.find(labels->host); slot != turn.state.slots.end()) {
    const std::string name = labels->host.text();
    return wrong(name + " holds a slot (" + slot->second.reason +
                 "): set its labels when it is given back: mainstay " +
                 (slot->second.tainted ? "host recheck " : "explain ") + name);
  }
  host->row.certificate = *labels;
  host->row.certificate_document = labels.document();
  host->sight.labels_sent_at = turn.now.mono;
  turn.touch(host->row);
  turn.stirred = true;
  turn.order(SendOrder{.host = host->row.link_key,
                       .order = LabelMessage{.certificate = labels.document()}});
  turn.audit("labels set host=" + labels->host.text() +
             " serial=" + std::to_string(labels->serial) + " by=" + by.name);
  return done("labels of " + labels->host.text() + " set");
}

Ruling park(Turn& turn, const ParkHost& act, const Operator& by) {
  Host* host = enrolled(turn, act.host);
  if (host == nullptr) return wrong("no such host: " + act.host.text());
  const bool parks = act.until != WallTime{};
  if (parks && act.until <= turn.now.wall) return wrong("the date is past");
  host->row.parked_until = act.until;
  host->row.parked_reason = parks ? act.reason : "";
  turn.touch(host->row);
  turn.stirred = true;
  turn.audit(std::string(parks ? "host parked" : "host unparked") + " host=" + act.host.text() +
             " by=" + by.name + (act.reason.empty() ? "" : " reason=" + act.reason));
  return done(act.host.text() + (parks ? " is parked" : " is back in service"));
}

Ruling recheck(Turn& turn, const RecheckHost& act, const Operator& by) {
  Host* host = enrolled(turn, act.host);
  if (host == nullptr) return wrong("no such host: " + act.host.text());
  host->row.recheck_after = host->sight.row.health_at;
  turn.touch(host->row);
  turn.order(SendOrder{.host = host->row.link_key, .order = LookAgain{}});
  turn.audit("host recheck asked host=" + act.host.text() + " by=" + by.name);
  if (liveness_of(*host, turn.limits, turn.now) != Liveness::Live) {
    return done(act.host.text() + " is silent: it is looked at when it comes back");
  }
  return done(act.host.text() + " is asked to look again");
}

Ruling remove_host(Turn& turn, const RemoveHost& act, const Operator& by) {
  Host* host = enrolled(turn, act.host);
  if (host == nullptr) return wrong("no such host: " + act.host.text());
  turn.state.links.erase(host->row.link_key);
  host->row.removed = true;
  turn.state.reign.admitted_number += 1;
  turn.touch(host->row);
  forget_findings(turn, *host);
  turn.touch_reign();
  turn.stirred = true;
  turn.audit("host removed host=" + act.host.text() + " by=" + by.name + " reason=" + act.reason);
  end_removed(turn, act.host);
  release_slot(turn, act.host, "the host was removed");
  send_admitted(turn);
  return done(act.host.text() + " is removed");
}

Ruling release(Turn& turn, const ReleaseSlot& act, const Operator& by) {
  if (!turn.state.slots.contains(act.host)) return wrong(act.host.text() + " holds no slot");
  if (is_disrupted(turn.state, act.host)) {
    return wrong(act.host.text() + " is being worked on: its slot is in use");
  }
  release_slot(turn, act.host, "by " + by.name + ": " + act.reason);
  return done("the slot of " + act.host.text() + " is released");
}

}  // namespace mainstay::coordinator
