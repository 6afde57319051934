// What agent and coordinator say to each other, through a gate that understands none of it.
// Who speaks is decided by the connection's key, never by a name in a message.
#pragma once

#include <variant>

#include "common/core/parts.h"
#include "common/plan/attempt.h"

namespace mainstay {

/// Facts are a closed list of scalars; the place in the list is the number on the wire.
enum class Fact : std::uint8_t {  // stored; never renumber
  PatchSecurity = 0,              // packages with a security update pending
  PatchTotal = 1,                 // packages with any update pending
  PatchHeld = 2,                  // packages held back that have an update
  PatchBroken = 3,                // packages not cleanly installed
  PatchListsAge = 4,              // seconds since the package lists were fetched
  DiskFreePercent = 5,            // of the file system with /var
  ExecutorPresent = 6,            // 0 or 1
  UptimeSeconds = 7,
  RebootNeeded = 8,            // 0 or 1; absent where it is not proved
  ServiceFailed = 9,           // units
  ServiceOldCode = 10,         // services that run replaced files
  UpdatersOther = 11,          // who else can change this host
  DiskInodesFreePercent = 12,  // the lowest of all disks
  DiskFullIn = 13,             // seconds until the first disk is full, by its trend
  MemoryAvailablePercent = 14,
  MemoryTotal = 15,  // bytes
  CpuCount = 16,
  CpuLoadPercent = 17,     // of the last minute, of all processors
  ClockSynchronised = 18,  // 0 or 1
  BackupAge = 19,          // seconds, of the oldest set's newest good backup
  BackupRefuted = 20,      // sets
  CertificateLeft = 21,    // seconds until the first ends; below 0: one has ended
  UsageCleanable = 22,     // bytes
};
inline constexpr std::size_t kFactCount = 23;
std::string_view name_of(Fact fact);  // patch.security, ...

struct FactReading {
  Fact fact = Fact::PatchSecurity;
  std::int64_t value = 0;
};

/// Health as counts of what is wrong: a host is healthy when none is above its own snapshot.
struct Health {
  std::uint32_t broken_packages = 0;
  std::uint32_t failed_units = 0;
  auto operator<=>(const Health&) const = default;
};
bool is_no_worse(const Health& now, const Health& before);

enum class AttemptPhase : std::uint8_t {  // stored; never renumber
  Received = 0,                           // known to the executor, nothing written
  Intended = 1,                           // intent synced
  Started = 2,                            // the shim's file says so
  Finished = 3,                           // outcome or closed record signed and synced
  Closed = 4,                             // acknowledged by the coordinator
};

struct AttemptState {
  AttemptId attempt;
  AttemptPhase phase = AttemptPhase::Received;
};

inline constexpr std::size_t kOpenAttemptsMax = 64;

// ---- agent to coordinator
struct Hello {
  std::string agent_version;
  BootId boot;
  Instant boottime{};
  WallTime wall{};
  Term term_seen;
  ControlNumber control_seen;
  RosterNumber roster_seen;
  std::uint32_t label_serial_seen = 0;
  std::string os;            // "debian 12"
  std::string architecture;  // dpkg's name
  std::vector<AttemptState> open;
};
struct Report {
  std::uint64_t sequence = 0;
  BootId boot;
  Instant boottime{};
  WallTime wall{};
  Health health;
  WallTime health_at{};  // when the agent last looked
  std::vector<FactReading> facts;
  ControlNumber control_seen;
  RosterNumber roster_seen;
  std::vector<AttemptState> open;
  // As in Hello, for a coordinator that started while the connection stood.
  Term term_seen;
  std::uint32_t label_serial_seen = 0;
};
struct ResolveAnswer {
  Nonce draft;
  std::vector<PackageVersion> packages;  // empty and no refusal: nothing to install
  std::vector<std::string> kept;         // held back, for people
  std::string refusal;                   // not empty: cannot take part, and why
};
struct RecordMessage {
  Bytes record;  // signed Outcome or ClosedRecord
};
struct Rejection {
  AttemptId attempt;
  Digest dispatch;  // sha256 of the refused frame
  std::string reason;
};
struct LogPart {
  AttemptId attempt;
  Part part;
};
using HostMessage = std::variant<Hello, Report, ResolveAnswer, RecordMessage, Rejection, LogPart>;

// ---- coordinator to agent
struct Resolve {
  Nonce draft;
  PackageChoice packages = PackageChoice::Security;
};
struct SendLog {
  AttemptId attempt;
};
/// Look at health and facts now and report.
struct LookAgain {};
struct BeaconMessage {
  Bytes beacon;  // signed
};
struct ControlMessage {
  Bytes statement;  // signed ControlStatement
};
struct LabelMessage {
  Bytes certificate;  // signed LabelCertificate
};
struct AcknowledgementMessage {
  Bytes acknowledgement;  // signed
};
struct DispatchMessage {
  Dispatch dispatch;
};
using HostOrder = std::variant<Resolve, SendLog, LookAgain, BeaconMessage, ControlMessage,
                               LabelMessage, AcknowledgementMessage, DispatchMessage>;

}  // namespace mainstay
