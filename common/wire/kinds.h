// Everything that is encoded, by type and by name: what tests, fixtures and fuzz targets go over,
// so that a new kind is in all of them or in none.
#pragma once

#include <tuple>

#include "common/wire/decode.h"

namespace mainstay {

using WireKinds =
    std::tuple<SignedDocument, PlanHead, Leaf, PlanBundle, Roster, LabelCertificate, EnrolmentToken,
               ControlStatement, Permit, PermitBatch, Beacon, Dispatch, Outcome, ClosedRecord,
               Acknowledgement, HostMessage, HostOrder, GateMessage, GateOrder, AdmittedKeys,
               EnrolRequest, EnrolReply, HostBinding, ExecutorRequest, ExecutorMessage,
               OperatorRequest, OperatorMessage, OperatorReply>;

inline constexpr const char* kWireKindNames[] = {
    "signed_document",
    "plan_head",
    "leaf",
    "plan_bundle",
    "roster",
    "label_certificate",
    "enrolment_token",
    "control_statement",
    "permit",
    "permit_batch",
    "beacon",
    "dispatch",
    "outcome",
    "closed_record",
    "acknowledgement",
    "host_message",
    "host_order",
    "gate_message",
    "gate_order",
    "admitted_keys",
    "enrol_request",
    "enrol_reply",
    "host_binding",
    "executor_request",
    "executor_message",
    "operator_request",
    "operator_message",
    "operator_reply",
};
static_assert(std::size(kWireKindNames) == std::tuple_size_v<WireKinds>);

/// Calls `see.operator()<T>(name)` for each kind.
template <class See, std::size_t... Place>
void for_each_kind(See see, std::index_sequence<Place...>) {
  (see.template operator()<std::tuple_element_t<Place, WireKinds>>(kWireKindNames[Place]), ...);
}
template <class See>
void for_each_kind(See see) {
  for_each_kind(see, std::make_index_sequence<std::tuple_size_v<WireKinds>>());
}

}  // namespace mainstay
