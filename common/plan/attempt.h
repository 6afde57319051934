// One attempt: its name, the permission to start it, and the records of how it ended.
#pragma once

#include <optional>
#include <string>

#include "common/plan/head.h"
#include "common/plan/merkle.h"

namespace mainstay {

struct AttemptId {
  PlanId plan;
  std::uint16_t step = 0;
  HostId host;
  std::uint16_t number = 1;
  auto operator<=>(const AttemptId&) const = default;
};
/// Safe as a file name: hex of the plan's first 16 bytes, step, host, number.
std::string file_name(const AttemptId& attempt);
/// For people: P-7f3a9c/0/web-1/1.
std::string short_name(const AttemptId& attempt);

/// The newest link of the audit chain its holder has seen; executors return it in outcomes.
struct AuditHead {
  std::uint64_t number = 0;
  Digest digest;
  auto operator<=>(const AuditHead&) const = default;
};

/// The coordinator's permission for one attempt, short-lived on the host's own clock.
struct Permit {
  AttemptId attempt;
  Term term;
  BootId boot;
  Instant not_after{};  // reading of the host's CLOCK_BOOTTIME in that boot
};

/// As `not_after`: the host is to close the attempt, which the coordinator has given up. No start
/// can come of it.
inline constexpr Instant kPermitToClose{};

/// Signed with the dispatch key; each permit comes with its proof under `root`.
struct PermitBatch {
  DocumentHeader header;
  Term term;
  Digest root;
  AuditHead audit;
};

/// The longest permit that hosts take.
inline constexpr Duration kPermitLifetimeMax = std::chrono::minutes(10);
/// How much longer than its permits a batch counts: by the wall clock, in which hosts may differ.
inline constexpr Duration kBatchGrace = std::chrono::minutes(1);

struct Beacon {
  DocumentHeader header;
  Term term;
  std::uint64_t sequence = 0;
  WallTime wall{};
  RosterNumber roster;
  ControlNumber control_number;
  Digest control_head;  // sha256 of the newest signed statement; zero when there is none
  AuditHead audit;
};

struct PermitSlip {
  Bytes batch;   // signed PermitBatch
  Bytes permit;  // encoded Permit, a leaf of the batch
  MerkleProof proof;
};

/// All that an executor needs to judge one attempt.
struct Dispatch {
  AttemptId attempt;
  Bytes head;  // signed PlanHead
  Bytes leaf;  // encoded Leaf
  MerkleProof proof;
  std::optional<PermitSlip> permit;  // disruptive and destructive steps need one
};

inline constexpr std::size_t kTailBytesMax = 8 * 1024;      // output carried by an outcome
inline constexpr std::size_t kOutputBytesMax = 256 * 1024;  // output kept on the host

/// Made and signed by the executor (record key) from what it saw when it looked again.
struct Outcome {
  DocumentHeader header;
  AttemptId attempt;
  OutcomeKind kind = OutcomeKind::Unknown;
  std::string reason;  // one line, for people
  WallTime started_at{};
  WallTime finished_at{};
  BootId boot;
  Instant finished_boottime{};
  Digest output_digest;
  std::uint64_t output_bytes = 0;
  Bytes output_tail;
  std::vector<PackageVersion> installed;  // as dpkg holds the leaf's packages now
  AuditHead audit;
};

/// The only proof that an attempt never started and never will.
struct ClosedRecord {
  DocumentHeader header;
  AttemptId attempt;
  OutcomeKind kind = OutcomeKind::Refused;  // Refused or Expired
  std::string reason;
  WallTime closed_at{};
  AuditHead audit;
};

/// Signed with the dispatch key after the coordinator has synced: the executor may close.
struct Acknowledgement {
  DocumentHeader header;
  AttemptId attempt;
  Digest record;  // sha256 of the signed Outcome or ClosedRecord
  Term term;
};

}  // namespace mainstay
