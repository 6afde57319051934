// All that can happen to the coordinator's core: facts, in the past tense. Signatures were checked
// by the shell; what comes as Verified<T> names the keys that held.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "common/core/verified.h"
#include "common/plan/gate_message.h"
#include "common/plan/host_message.h"
#include "common/plan/request.h"
#include "common/row/coordinator_row.h"

namespace mainstay::coordinator {

/// Once, before everything else.
struct Restarted {};
/// Each second.
struct Ticked {};
/// Answers the command GoOn: a step had more to do than one commit may hold.
struct WentOn {};
struct GateJoined {
  LinkKey gate;
  GateMode mode = GateMode::Hosts;
  std::uint64_t admitted_number = 0;  // of the list it works by, by its own word
};
/// Records and log parts are taken by the shell; here they are ignored.
struct HostSaid {
  LinkKey link;
  LinkKey gate;
  HostMessage message;
};
/// Verified with the record key of the host that has this link.
struct RecordArrived {
  LinkKey link;
  std::variant<Verified<Outcome>, Verified<ClosedRecord>> record;
  Digest digest;  // sha256 of the envelope
};
struct EnrolmentAsked {
  LinkKey gate;
  LinkKey link;  // of the asking connection
  EnrolRequest request;
};

/// What an operator's request carries inside, opened and verified.
struct ApprovedHead {
  PlanId plan;  // sha256 of the signed payload
  Verified<PlanHead> head;
};
struct OpenedToken {
  Verified<EnrolmentToken> token;
  Verified<LabelCertificate> labels;
};
struct OpenedLabels {
  Verified<LabelCertificate> labels;
};
struct OpenedControl {
  Verified<ControlStatement> statement;
  std::optional<Verified<Roster>> roster;  // of a NewRoster
};
/// A list of vulnerabilities that was sent whole, read and found lawful.
struct ReadFeed {
  std::string name;
  WallTime at{};  // of the list itself; zero: it does not say
};
using Enclosed =
    std::variant<std::monostate, ApprovedHead, OpenedToken, OpenedLabels, OpenedControl, ReadFeed>;

/// `request` is the shell's number for it; the answer carries it back.
struct RequestArrived {
  std::uint64_t request = 0;
  LinkKey operator_link;
  Verified<OperatorRequest> document;
  Enclosed enclosed;
};
/// Answers FreezePlan: head and leaves as they will be signed, leaves_root filled in.
struct PlanFrozen {
  Nonce draft;
  PlanId plan;  // sha256 of head_payload
  PlanHead head;
  Bytes head_payload;
  std::vector<Bytes> leaves;  // encoded, in the order given
};
/// Answers FreezePlan when what it made could not be read back.
struct PlanNotFrozen {
  Nonce draft;
  std::vector<Excluded> unfit;  // hosts whose leaf is at fault; without them it may be tried again
  std::string reason;           // what is wrong with the plan as a whole
};

/// What lists of packages are open to, found by the shell: what changed of it, by what is stored.
struct Exposure {
  std::string vulnerability;
  std::string release;
  bool has_fix = false;    // one that could be had, whether the hosts' own lists offer it or not
  bool is_urgent = false;  // exploited, or critical: noted even where there are very many
  bool is_gone = false;    // of no host any more, and of every host it is known
  WallTime published{};    // the fix, by a list's word; zero: none says
};
inline constexpr std::size_t kExposuresSeenMax = 32;  // a row each, of one step
struct ExposuresSeen {
  std::vector<Exposure> exposures;  // at most kExposuresSeenMax
};

/// Lists of packages that were to be kept and are not: the cache had no room for them, or was lost.
struct PackagesLost {
  std::vector<Digest> lists;
};

using Event =
    std::variant<Restarted, Ticked, WentOn, GateJoined, HostSaid, RecordArrived, EnrolmentAsked,
                 RequestArrived, PlanFrozen, PlanNotFrozen, ExposuresSeen, PackagesLost>;
std::string_view name_of(const Event& event);

}  // namespace mainstay::coordinator
