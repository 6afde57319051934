// What agent and coordinator say to each other, through a gate that understands none of it.
// Who speaks is decided by the connection's key, never by a name in a message.
#pragma once

#include <variant>

#include "common/core/parts.h"
#include "common/plan/attempt.h"
#include "common/plan/finding.h"

namespace mainstay {

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
  // `facts` are those that changed since the message before; `lost` are known no more.
  std::vector<Fact> lost;
  bool is_whole = false;  // `facts` are all there are
  // Of the host's list of packages (sha256 of its text), when it changed and when all is told;
  // zero: there is none.
  std::optional<Digest> packages = std::nullopt;
};
/// One that tells nothing has the sequence number of the message before.
bool tells_something(const Report& report);

/// What one source found, whole, since something in it changed. Empty and without a time: there is
/// no such source. Reports and these share one sequence: who sees a gap asks for everything.
struct FindingsMessage {
  std::uint64_t sequence = 0;
  Source source = Source::Resource;
  WallTime at{};
  std::vector<Finding> findings;
  std::uint32_t omitted = 0;
};
/// A part of the text of the host's list of packages, when the centre asked for it.
struct PackagesMessage {
  Part part;
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
using HostMessage = std::variant<Hello, Report, ResolveAnswer, RecordMessage, Rejection, LogPart,
                                 FindingsMessage, PackagesMessage>;

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
/// A message was missed, or never came: tell every fact and finding again.
struct TellAll {};
/// The list of packages behind the digest in the reports is not known here.
struct TellPackages {};
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
using HostOrder =
    std::variant<Resolve, SendLog, LookAgain, BeaconMessage, ControlMessage, LabelMessage,
                 AcknowledgementMessage, DispatchMessage, TellAll, TellPackages>;

}  // namespace mainstay
