// The executor's state machine: what this host was told, by whom, and what became of each attempt.
//
// 1. Nothing starts unless guard.h says so, and not before the intent is durable: step() returns
//    writes and commands, and the commands run when the writes are synced.
// 2. An attempt is started at most once: the shim creates `started` exclusively, and an attempt
//    that is closed after its intent is barred first by taking that very place.
// 3. The term only rises, and is durable before the first effect under it.
// 4. Every command is idempotent; after a start `Restarted` brings the evidence from disk, and what
//    the state implies is ordered again.
#pragma once

#include <map>
#include <variant>

#include "agent/executor/core/attempt_edges.h"
#include "agent/executor/core/evidence.h"
#include "agent/executor/core/limits.h"
#include "common/core/effects.h"
#include "common/core/rng.h"
#include "common/core/verified.h"
#include "common/plan/gate_message.h"
#include "common/plan/local_message.h"
#include "common/row/host_row.h"

namespace mainstay::executor {

// ---- state
struct Closing {
  OutcomeKind kind = OutcomeKind::Refused;
  std::string reason;
};

struct AttemptEntry {
  AttemptRow row;
  Digest dispatch;                 // of the frame, for an answer while only Received
  bool running = false;            // a shim was launched or found, and its end was not seen
  bool looking = false;            // the host is being looked at again, or the record signed
  unsigned launches = 0;           // in this process
  std::optional<Closing> closing;  // decided; the start is being barred or the record signed
  std::optional<TaskResult> result;
};

struct BeaconSeen {
  Beacon beacon;
  Instant at{};
};

struct Journal {
  // Fixed at the start of the process.
  BootId boot;
  PublicKey record_key;
  PublicKey dispatch_key;
  // Durable.
  HostStateRow host;
  HostId bound_host;  // decoded from host.binding; empty if there is none
  Roster roster;      // decoded from host.roster or the trust file
  Labels labels;      // of the certificate in host.labels
  std::uint32_t label_serial = 0;
  WallTime labels_until{};  // from then on they put nobody in scope
  std::map<AttemptId, AttemptEntry> attempts;
  // Of this process only: a beacon heard before a restart is no proof of freshness after it.
  std::optional<BeaconSeen> beacon;

  void check_invariants() const;
};

Impact impact_of(const AttemptRow& row);
ExecutorState state_message(const Journal& journal);

// ---- events
struct ProvenPermit {
  Verified<PermitBatch> batch;
  Bytes bytes;    // a leaf of the batch
  Permit permit;  // decoded from them
  MerkleProof proof;
};
/// A dispatch whose signatures hold and whose parts could be read; what they say is not yet judged.
struct DispatchOffered {
  AttemptId attempt;
  Digest dispatch;  // of the whole dispatch, for the answer
  PlanId plan;      // of the head that came
  Verified<PlanHead> head;
  Bytes leaf_bytes;
  Leaf leaf;
  MerkleProof proof;
  std::optional<ProvenPermit> permit;
};
struct BeaconOffered {
  Verified<Beacon> beacon;
};
struct ControlOffered {
  Verified<ControlStatement> statement;
  std::optional<Verified<Roster>> roster;  // when the act is NewRoster
};
struct BindingOffered {
  Verified<HostBinding> binding;
};
struct LabelsOffered {
  Verified<LabelCertificate> certificate;
};
struct AcknowledgementOffered {
  Verified<Acknowledgement> acknowledgement;
};
struct StateAsked {};
struct Preflighted {
  AttemptId attempt;
  std::string refusal;  // empty: fit
};
/// The shim said that its `started` file is synced.
struct ShimStarted {
  AttemptId attempt;
};
/// No shim holds the attempt's lock any more; or the answer to BarStart or InspectAttempt.
struct Inspected {
  AttemptId attempt;
  AttemptEvidence evidence;
};
struct LookedAgain {
  AttemptId attempt;
  Finding finding;
};
struct RecordSigned {
  AttemptId attempt;
  Bytes record;
  Digest digest;
};
/// First event of a process: what was found of each open attempt.
struct Restarted {
  std::vector<Inspected> found;
};
struct Ticked {};
using ExecutorEvent =
    std::variant<DispatchOffered, BeaconOffered, ControlOffered, BindingOffered, LabelsOffered,
                 AcknowledgementOffered, StateAsked, Preflighted, ShimStarted, Inspected,
                 LookedAgain, RecordSigned, Restarted, Ticked>;

// ---- commands
struct Preflight {
  AttemptId attempt;
  Step step;
  std::vector<PackageVersion> packages;
};
struct LaunchShim {
  AttemptId attempt;
  Step step;
  std::vector<PackageVersion> packages;
};
/// Answer Inspected when the shim, which this process did not start, has let go of its lock.
struct WatchShim {
  AttemptId attempt;
};
/// Take the place of `started`; answer Inspected, barred if it was free.
struct BarStart {
  AttemptId attempt;
};
struct LookAgainAt {
  AttemptId attempt;
  Step step;
  std::vector<PackageVersion> packages;
};
struct SignRecord {
  AttemptId attempt;
  std::variant<Outcome, ClosedRecord> record;
};
/// The attempt's folder is no longer needed.
struct RemoveFolder {
  AttemptId attempt;
};
struct TellAgent {
  ExecutorMessage message;
};
using ExecutorCommand = std::variant<Preflight, LaunchShim, WatchShim, BarStart, LookAgainAt,
                                     SignRecord, RemoveFolder, TellAgent>;

/// An erased AttemptRow counts by its attempt only.
using HostRow = std::variant<HostStateRow, AttemptRow>;
using ExecutorEffects = Effects<HostRow, ExecutorCommand>;

ExecutorEffects step(Journal& journal, const ExecutorEvent& event, const ExecutorLimits& limits,
                     Now now, Rng& rng);
std::string_view name_of(const ExecutorEvent& event);

/// For Driver<Core>.
struct Core {
  using State = Journal;
  using Event = ExecutorEvent;
  using Row = HostRow;
  using Command = ExecutorCommand;
  using Limits = ExecutorLimits;
  static ExecutorEffects step(State& state, const Event& event, const Limits& limits, Now now,
                              Rng& rng) {
    return executor::step(state, event, limits, now, rng);
  }
};

}  // namespace mainstay::executor
