// What a host keeps: the executor's journal (truth, synced) and the agent's spool (cache). Plain
// values; keys are short texts, so that two hosts never share a row and a listing can be read.
//
// A row holds all that is needed to go on after a crash: what was signed stays as the bytes that
// came, what was decided stands beside it.
#pragma once

#include <string>
#include <vector>

#include "common/plan/host_message.h"

namespace mainstay {

inline constexpr std::size_t kAbortedPlansMax = 1024;
inline constexpr std::size_t kJournalRowsMax = 1024;

/// An aborted plan is remembered until no plan signed before the abort can still be valid.
struct AbortedPlan {
  PlanId plan;
  WallTime until{};
};

/// The executor's standing state: who it is, whom it obeys, and what it was told.
struct HostStateRow {
  HostId host;    // empty until bound
  Bytes binding;  // signed HostBinding
  Bytes labels;   // signed LabelCertificate, the highest serial seen
  Bytes roster;   // signed Roster; empty: the one of the trust file
  Term term_seen;
  ControlNumber control_number;
  Digest control_head;
  bool stopped = false;
  bool revoked = false;
  std::vector<AbortedPlan> aborted;
  AuditHead audit;
  WallTime control_at{};  // the chain ended with control_number then: see kStatementAgeMax
};

/// One attempt from its intent on. `record` is there from Finished on.
struct AttemptRow {
  AttemptId attempt;
  AttemptPhase phase = AttemptPhase::Intended;
  Step step;
  std::vector<PackageVersion> packages;
  std::string plan_name;
  std::string change;
  WallTime plan_not_after{};
  BootId boot;             // of the intent
  Instant permit_until{};  // in that boot; zero when no permit was needed
  WallTime intended_at{};
  Digest record_digest;
  Bytes record;            // signed Outcome or ClosedRecord
  bool succeeded = false;  // what that record says; the next step of the plan waits for it
};

/// The agent's copy of a record until the coordinator has acknowledged it.
struct SpoolRow {
  Digest record_digest;
  Bytes record;
};

/// What the agent was given at enrolment, to hand to the executor whenever it starts.
struct AgentRow {
  HostId host;
  Bytes binding;
  Bytes labels;
};

inline constexpr std::string_view kHostStateKey = "host/state";
inline constexpr std::string_view kAgentKey = "agent/self";
inline constexpr std::string_view kAttemptPrefix = "attempt/";
inline constexpr std::string_view kSpoolPrefix = "spool/";
std::string attempt_key(const AttemptId& attempt);
std::string spool_key(const Digest& record);

}  // namespace mainstay
