// What the coordinator stores. The maps of its state hold these very rows; a step writes the rows
// it touched, whole. One row kind a key prefix; numbers in keys are padded, so that keys sort by
// them.
//
// 1. Every row is truth except SightRow, FindingsRow and PackagesRow, which are cache.
// 2. Where a row holds a document's bytes and the value decoded from them, the bytes count: a codec
//    may store them alone and decode the value when it reads.
// 3. Enumerators are stored; never renumber.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/core/axis.h"
#include "common/plan/gate_message.h"
#include "common/plan/host_message.h"
#include "common/plan/request.h"

namespace mainstay {

/// key: reign. Raised and durable before the first effect of a term.
struct ReignRow {
  Term term;
  RolloutId last_rollout;
  std::uint64_t admitted_number = 0;
};

/// key: host/<id>. Kept after a removal, so that its name is not given out by accident.
struct HostRow {
  HostId host;
  LinkKey link_key;
  PublicKey record_key;
  Digest machine;
  LabelCertificate certificate;
  Bytes certificate_document;  // signed
  WallTime enrolled_at{};
  std::string enrolled_by;
  WallTime parked_until{};  // zero: not parked
  std::string parked_reason;
  bool removed = false;
  bool revoked = false;
  std::optional<WallTime> recheck_after;  // an operator asked: health newer than this decides
};

/// key: sight/<id>; cache. What was last seen of a host; all of it is the host's own word.
struct SightRow {
  HostId host;
  WallTime seen_at{};
  std::string agent_version;
  std::string os;
  std::string architecture;
  Health health;
  WallTime health_at{};
  std::array<std::optional<std::int64_t>, kFactCount> facts;  // by Fact, as they were told
  WallTime facts_at{};         // those that move by themselves: when they were told
  std::uint64_t sequence = 0;  // of the newest report or findings
  bool is_whole = false;       // nothing that the host told was missed
  Digest packages = {};        // of its list of packages; zero: it has none
};

/// key: finding/<host>/<source>; cache. What one source of a host found, by its own word.
struct FindingsRow {
  HostId host;
  Source source = Source::Resource;
  WallTime at{};
  std::vector<Finding> findings;
  std::uint32_t omitted = 0;
  // Of those that want a person, in their order, since when each is known here; fewer: not known.
  std::vector<WallTime> trouble_since = {};
};

/// key: packages/<digest of the text>; cache. A list of packages, once for all hosts that have it.
struct PackagesRow {
  Digest digest;
  Bytes text;  // as read_package_list takes it
};

/// key: feed/<name>. A list of vulnerabilities; what it says is a file beside the store.
struct FeedRow {
  std::string name;
  Digest digest;  // sha256 of the file
  std::uint64_t bytes = 0;
  WallTime at{};  // of the list itself; zero: it does not say
  WallTime imported_at{};
  std::string by;
};

/// key: exposure/<CVE>/<release>. Since when hosts of a release are known to be open to a
/// vulnerability: the clock of its deadline, which nothing but their being mended starts anew.
struct ExposureRow {
  std::string vulnerability;  // "CVE-2026-31337"
  std::string release;        // "debian:12"; "rhel:9" of all its minor releases
  WallTime seen_at{};
  WallTime fix_at{};   // the clock: since when it has a fix that could be had; zero: none is known
  WallTime gone_at{};  // no host is open to it any more; zero: some are
};

/// key: snooze/<digest of the cause>. Who, why and until when are kept.
struct SnoozeRow {
  SnoozeNeed need;
  std::string by;
  WallTime at{};
};

/// key: token/<digest of the secret>. Bound to the keys of its first use.
struct TokenRow {
  EnrolmentToken token;
  Digest secret_digest;  // as in the token
  Bytes document;        // signed EnrolmentToken
  LabelCertificate certificate;
  std::string added_by;
  WallTime added_at{};
  bool used = false;
  LinkKey link_key;      // of the first use
  PublicKey record_key;  // of the first use
};

/// key: roster. Written by `init` before the first start, then by control statements.
struct RosterRow {
  Roster roster;
  Bytes document;  // signed
};

/// key: control/<10 digits>
struct ControlRow {
  ControlNumber number;
  Digest digest;  // sha256 of the document
  ControlAct act;
  Bytes document;  // signed
  std::string by;
  WallTime at{};
};

/// key: control-pending. A statement that some able operators signed, and not yet enough of them.
struct ControlPendingRow {
  ControlRow row;
};

enum class PlanPhase : std::uint8_t { Freezing = 0, Frozen = 1, Started = 2 };

struct Approval {
  PublicKey key;
  std::string name;
  WallTime at{};
  Bytes document;  // signed PlanHead with this operator's signature
};

struct Excluded {
  HostId host;
  std::string reason;
};

/// key: plan/<hex>
struct PlanRow {
  PlanId plan;
  PlanHead head;
  Bytes head_payload;  // the exact bytes that operators sign; their sha256 is `plan`
  PlanPhase phase = PlanPhase::Freezing;
  std::string drafted_by;
  WallTime drafted_at{};
  std::vector<Approval> approvals;
  std::vector<Excluded> excluded;  // at most 256, `excluded_count` tells them all
  std::uint32_t excluded_count = 0;
};

/// key: leaf/<plan hex>/<8 digits>
struct LeafRow {
  PlanId plan;
  std::uint32_t index = 0;
  Leaf leaf;
  Bytes bytes;  // encoded Leaf, exactly as in the Merkle tree
};

enum class RolloutPhase : std::uint8_t {
  Running = 0,
  Paused = 1,
  Halted = 2,    // more failures than allowed: what has not started never will
  Finished = 3,  // every target has an end, a good one or not
  Aborted = 4,
};

enum class RegionPhase : std::uint8_t { Closed = 0, Open = 1, Baking = 2, Done = 3 };

struct RegionState {
  std::string name;
  RegionPhase phase = RegionPhase::Closed;
  std::uint32_t wave = 0;  // the one that is open
  WallTime since{};
};

/// key: rollout/<10 digits>. Its regions are in their order.
struct RolloutRow {
  RolloutId rollout;
  PlanId plan;
  RolloutPhase phase = RolloutPhase::Running;
  std::string reason;  // of a pause, halt or abort
  std::string started_by;
  WallTime started_at{};
  WallTime phase_since{};
  std::vector<RegionState> regions;
  std::uint32_t concurrency = 0;  // an operator's, below what was signed; zero: as signed
};

enum class TargetPhase : std::uint8_t {
  Waiting = 0,
  Working = 1,    // an attempt is open
  Verifying = 2,  // it succeeded; a fresh look at the host's health is awaited
  Ended = 3,
};

/// An attempt that is over, as the history shows it.
struct AttemptEntry {
  std::uint16_t step = 0;
  std::uint16_t number = 1;
  OutcomeKind kind = OutcomeKind::Unknown;
  std::string reason;
  WallTime started_at{};
  WallTime finished_at{};
};

/// key: target/<10 digits>/<host>. Absent until the target first leaves Waiting.
struct TargetRow {
  RolloutId rollout;
  HostId host;
  std::uint32_t leaf = 0;  // index
  TargetPhase phase = TargetPhase::Waiting;
  OutcomeKind kind = OutcomeKind::NotStarted;  // of an ended target
  std::string reason;
  std::uint16_t step = 0;
  std::uint16_t number = 1;  // of the open attempt, or of the next one
  bool retried = false;      // reopened by an operator: waits for no wave
  Health snapshot;           // before the first step of this run
  WallTime granted_at{};
  WallTime phase_since{};
  WallTime finished_at{};  // the host's own clock, of the last success
  std::vector<AttemptEntry> history;
};

/// key: slot/<host>. A host that is out of service, or may be.
struct SlotRow {
  HostId host;
  RolloutId rollout;
  WallTime since{};
  std::string reason;
  bool tainted = false;  // something may have been left behind: only proven health gives it back
  Health snapshot;       // what "no worse than before" is measured against
};

/// key: record/<attempt's file name>
struct RecordRow {
  AttemptId attempt;
  Digest digest;      // of the envelope
  Bytes envelope;     // signed Outcome or ClosedRecord
  Bytes output_tail;  // of an outcome
  WallTime at{};
};

/// key: request/<nonce>. A signed request is applied once; asked again, it gets the same answer.
struct RequestRow {
  Nonce nonce;
  WallTime not_after{};
  Verdict verdict = Verdict::Done;
  std::string text;
};

/// key: audit/<20 digits>. digest = sha256(previous || be64 number || be64 ms || text)
struct AuditRow {
  std::uint64_t number = 0;
  Digest previous;
  WallTime at{};
  std::string text;
  Digest digest;
};

using CoordinatorRow =
    std::variant<ReignRow, HostRow, SightRow, TokenRow, RosterRow, ControlRow, PlanRow, LeafRow,
                 RolloutRow, TargetRow, SlotRow, RecordRow, RequestRow, AuditRow, ControlPendingRow,
                 FindingsRow, SnoozeRow, PackagesRow, FeedRow, ExposureRow>;

std::string key_of(const CoordinatorRow& row);
Axis axis_of(const CoordinatorRow& row);
/// For range reads: the prefix of a kind of row, and an audit record's key.
inline constexpr std::string_view kAuditPrefix = "audit/";
inline constexpr std::string_view kRecordPrefix = "record/";
inline constexpr std::string_view kPackagesPrefix = "packages/";
std::string audit_key(std::uint64_t number);
std::string findings_key(const HostId& host, Source source);
std::string packages_key(const Digest& digest);
std::string record_key_of(const AttemptId& attempt);

}  // namespace mainstay
