// What operators ask of the coordinator. Reads are allowed by the link key's role; changes are
// signed requests with a nonce, good for a minute, each applied at most once.
#pragma once

#include <variant>

#include "common/core/parts.h"
#include "common/plan/attempt.h"

namespace mainstay {

inline constexpr Duration kRequestLifetime = std::chrono::seconds(60);

// ---- changes
/// A plan read from a document, not yet resolved: host_count and leaves_root are zero.
struct DraftPlan {
  PlanHead head;
};
struct ApprovePlan {
  Bytes head;  // signed PlanHead, the operator's signature on it
};
struct StartPlan {
  PlanId plan;
};
enum class RolloutAct : std::uint8_t { Pause = 0, Resume = 1 };  // stored; never renumber
struct SteerRollout {
  RolloutId rollout;
  RolloutAct act = RolloutAct::Pause;
  std::string reason;
};
struct RetryHost {
  RolloutId rollout;
  HostId host;
};
struct SkipHost {
  RolloutId rollout;
  HostId host;
  std::string reason;
};
/// Of a rollout that goes on: fewer hosts at once than were signed, or again as many. Never more.
struct SetConcurrency {
  RolloutId rollout;
  std::uint32_t hosts = 1;
};
struct AddToken {
  Bytes token;  // signed EnrolmentToken
};
struct SetLabels {
  Bytes certificate;  // signed LabelCertificate
};
/// STOP, lift, revocation, roster, abort: statements that hosts verify themselves.
struct AddControl {
  Bytes statement;  // signed ControlStatement
};
struct ParkHost {
  HostId host;
  WallTime until{};  // zero: unpark
  std::string reason;
};
struct RecheckHost {
  HostId host;
};
struct RemoveHost {
  HostId host;
  std::string reason;
};
struct ReleaseSlot {
  HostId host;
  std::string reason;
};
inline constexpr std::size_t kSnoozedHostsMax = 64;
/// A need is known and dealt with until then; it wakes by itself when it grows, or comes to a host
/// that it was not about.
struct SnoozeNeed {
  std::string cause;  // the need's own name for itself, as its view gives it
  WallTime until{};   // never without an end; zero: awake again
  std::string reason;
  std::uint32_t size = 0;          // hosts it is about, now
  std::uint8_t urgency = 0;        // 0: the highest
  std::vector<HostId> hosts = {};  // those hosts, if they are at most kSnoozedHostsMax
};
/// A list of vulnerabilities that was sent before, in place of the one of its name.
struct ImportFeed {
  Digest digest;  // sha256 of the text
  std::uint64_t bytes = 0;
};
struct RemoveFeed {
  std::string name;
};
using RequestAct =
    std::variant<DraftPlan, ApprovePlan, StartPlan, SteerRollout, RetryHost, SkipHost, AddToken,
                 SetLabels, AddControl, ParkHost, RecheckHost, RemoveHost, ReleaseSlot,
                 SetConcurrency, SnoozeNeed, ImportFeed, RemoveFeed>;

struct OperatorRequest {
  DocumentHeader header;
  Nonce nonce;
  RequestAct act;
};

// ---- reads
enum class View : std::uint8_t {  // stored; never renumber
  Fleet = 0,                      // what `mainstay status` shows
  Hosts = 1,                      // argument: selector or empty for the list of all
  Host = 2,                       // argument: host id
  Plans = 3,
  Plan = 4,        // argument: plan or draft (nonce in hex), name or P-id
  PlanBundle = 5,  // argument: plan; answers an encoded PlanBundle, not JSON
  Rollouts = 6,
  Rollout = 7,  // argument: R-id or name
  Explain = 8,  // argument: host id
  Ledger = 9,
  Audit = 10,    // argument: first number wanted
  Roster = 11,   // answers the signed roster, or the statement that brought number ARGUMENT
  Control = 12,  // JSON: number and head of the control chain
  Log = 13,      // argument: attempt's short name or host id
  Tokens = 14,
  Certificate = 15,    // argument: host id; answers the signed label certificate, not JSON
  Findings = 16,       // argument: source, and behind a space a selector or nothing for all hosts
  Vulnerability = 17,  // argument: CVE id, and behind a space a selector or nothing for all hosts
  Feeds = 18,          // lists of vulnerabilities that were imported
};

/// Before the selector of View::Hosts: each host's facts, too.
inline constexpr std::string_view kWithFacts = "facts: ";

struct ReadRequest {
  View view = View::Fleet;
  std::string argument;
};
struct ChangeRequest {
  Bytes request;  // signed OperatorRequest
};
/// A part of what a signed request will name by its digest; nothing becomes of it before.
struct UploadRequest {
  Part part;
};
/// One operator may have several requests open: `id` is chosen by the asker.
struct OperatorMessage {
  using Body = std::variant<ReadRequest, ChangeRequest, UploadRequest>;
  std::uint64_t id = 0;
  Body body;
};

/// Exit codes of the command; scripts rely on them.
enum class Verdict : std::uint8_t {  // stored; never renumber
  Done = 0,
  HostFailed = 1,
  WrongUse = 2,
  Refused = 3,
  ApprovalMissing = 4,
  Halted = 5,
  Unreachable = 6,
};

struct OperatorReply {
  std::uint64_t id = 0;
  Verdict verdict = Verdict::Done;
  std::string text;  // one line, for people; says what to do next when refused
  Part part;         // of the data: JSON unless the view says otherwise
};

/// A frozen plan as `approve` fetches it.
struct PlanBundle {
  Bytes head;  // signed PlanHead envelope, signatures may be missing
  std::vector<Bytes> leaves;
};

}  // namespace mainstay
