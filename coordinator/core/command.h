// What the coordinator's core orders: each command is idempotent and names what it is about. They
// run after their step is durable. The shell encodes, signs and routes; it decides nothing.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/core/effects.h"
#include "common/plan/gate_message.h"
#include "common/plan/host_message.h"
#include "common/plan/request.h"
#include "common/row/coordinator_row.h"

namespace mainstay::coordinator {

struct Answer {
  std::uint64_t request = 0;
  Verdict verdict = Verdict::Done;
  std::string text;
};

using SmallOrder =
    std::variant<Resolve, LookAgain, LabelMessage, ControlMessage, TellAll, TellPackages>;
struct SendOrder {
  LinkKey host;
  SmallOrder order;
};

struct DispatchItem {
  AttemptId attempt;
  std::uint32_t leaf = 0;  // index in the plan
  LinkKey host;
  std::optional<Permit> permit;
};
/// The permits go into one batch. Head: any approvals' signatures, merged (PlanRow::approvals).
struct SendDispatches {
  std::vector<DispatchItem> items;
  Term term;
  AuditHead audit;
};
struct SendAcknowledgement {
  LinkKey host;
  AttemptId attempt;
  Digest record;
  Term term;
};
/// To every host of every gate.
struct SendBeacon {
  Beacon beacon;
};
/// To every gate of mode Hosts.
struct SendAdmitted {
  AdmittedKeys keys;
};
/// The shell encodes leaves, fills leaves_root, encodes the head, and answers with
/// PlanFrozen, or with PlanNotFrozen if a reader would refuse what it made.
struct FreezePlan {
  Nonce draft;
  PlanHead head;
  std::vector<Leaf> leaves;
};
struct SendEnrolReply {
  LinkKey gate;
  LinkKey link;
  std::string refusal;  // empty when enrolled
  HostBinding binding;  // to be signed
  Bytes labels;         // signed LabelCertificate
};
/// From now on this list of vulnerabilities counts, in place of the one of its name; zero: none.
struct UseFeed {
  std::string name;
  Digest digest;
};
/// Hand in WentOn: there is more to do than one commit may hold.
struct GoOn {};

using Command = std::variant<Answer, SendOrder, SendDispatches, SendAcknowledgement, SendBeacon,
                             SendAdmitted, FreezePlan, SendEnrolReply, GoOn, UseFeed>;
std::string_view name_of(const Command& command);

using CoordinatorEffects = Effects<CoordinatorRow, Command>;

}  // namespace mainstay::coordinator
