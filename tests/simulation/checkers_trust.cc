// Judges of reigns, of revocations, of what strangers and liars may bring about, and of bounds.
#include <algorithm>

#include "common/core/digest.h"
#include "common/wire/decode.h"
#include "common/wire/open.h"
#include "tests/simulation/checkers.h"
#include "tests/simulation/keys.h"

namespace mainstay::sim {

namespace {

// What is on its way and what is being committed when a thing becomes known.
constexpr Duration kSlack = 5s;

}  // namespace

/// I06: one reign a start, each higher than the one before; raised within it, never lowered.
void Checkers::take_reign(const ReignRow& row) {
  if (row.term < reign_ || (!reign_known_ && row.term == reign_)) {
    complain("I06", "term " + std::to_string(row.term.value) + " is durable after term " +
                        std::to_string(reign_.value));
  }
  reign_ = std::max(reign_, row.term);
  reign_known_ = true;
}

/// I21: signed by the key of the host that it is about. I22: none of a revoked host.
void Checkers::take_record(const RecordRow& row) {
  const FakeCheck check;
  const Verifier verifier(check);
  const PublicKey keys[] = {public_key(row.attempt.host.text())};
  const auto outcome = verifier.open_stored<Outcome>(row.envelope, context::kOutcome, keys);
  const auto closed = verifier.open_stored<ClosedRecord>(row.envelope, context::kClosed, keys);
  const bool own = (outcome && (*outcome)->attempt == row.attempt) ||
                   (closed && (*closed)->attempt == row.attempt);
  if (!own) complain("I21", short_name(row.attempt) + " has a record that its host never signed");
  if (is_gone(row.attempt.host)) {
    complain("I22", short_name(row.attempt) + " got a record of a host that is revoked");
  }
  records_[row.attempt] = row;
}

void Checkers::take_roster(const RosterRow& row) {
  std::set<PublicKey> now;
  for (const auto& entry : row.roster.operators) now.insert(entry.key);
  for (const auto& key : operators_) {
    if (!now.contains(key)) dismissed_.try_emplace(key, timeline_.now());
  }
  operators_ = std::move(now);
}

void Checkers::take_control(const ControlRow& row) {
  if (unknown_.contains(sha256(row.document))) {
    complain("I25", "the coordinator took a statement that asks for an unknown feature");
  }
}

void Checkers::host_gone(const HostId& host) {
  gone_.insert(host);
  hurt_.erase(host);
}

void Checkers::host_state_durable(const HostId& host, const HostStateRow& row) {
  if (row.stopped) {
    stopped_.try_emplace(host, timeline_.now());
  } else {
    stopped_.erase(host);
  }
  Obeyed now{.term = row.term_seen,
             .control = row.control_number,
             .control_head = row.control_head,
             .roster = {},
             .label_serial = decode<LabelCertificate>(peek(row.labels)->payload)->serial};
  if (!row.roster.empty()) now.roster = decode<Roster>(peek(row.roster)->payload)->number;
  if (unknown_.contains(now.control_head)) {
    complain("I25", host.text() + " obeys a statement that asks for an unknown feature");
  }
  check_obeyed(host, obeyed_[host], now);
  obeyed_[host] = now;
}

/// I05: the term that the host's disk holds never falls. I13: nothing that came displaced what was
/// good before.
void Checkers::check_obeyed(const HostId& host, const Obeyed& last, const Obeyed& now) {
  if (now.term < last.term) {
    complain("I05", host.text() + " went back from term " + std::to_string(last.term.value) +
                        " to " + std::to_string(now.term.value));
  }
  const bool lost = now.control < last.control ||
                    (now.control == last.control && now.control_head != last.control_head);
  if (lost) complain("I13", host.text() + " lost its place in the control chain");
  if (now.roster < last.roster) complain("I13", host.text() + " went back to an older roster");
  if (now.label_serial < last.label_serial) complain("I13", host.text() + " took older labels");
}

/// For a disruptive start. I19: the coordinator was heard just now. I22: someone who may still
/// sign has signed; beacons name the newest roster, so no host is later than they are old.
void Checkers::check_authority(const HostId& machine, const AttemptId& attempt,
                               const Approved& plan) {
  const auto heard = beacon_at_.find(machine);
  if (heard == beacon_at_.end() || timeline_.now() - heard->second > beacon_age_max + kSlack) {
    complain("I19", short_name(attempt) + " starts and the coordinator is not to be heard");
  }
  const bool backed = std::ranges::any_of(plan.by, [&](const PublicKey& key) {
    const auto gone = dismissed_.find(key);
    return gone == dismissed_.end() || timeline_.now() - gone->second <= beacon_age_max + kSlack;
  });
  if (!backed) {
    complain("I22", short_name(attempt) + " starts and who approved it was dismissed long ago");
  }
}

/// I26: what is held has a bound, and keeps it.
void Checkers::holds(const Holding& holding) {
  if (holding.size <= holding.most) return;
  complain("I26", std::string(holding.what) + " are " + std::to_string(holding.size) + ", " +
                      std::to_string(holding.most) + " at most");
}

}  // namespace mainstay::sim
