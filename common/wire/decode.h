// Bytes to plain structs. Hostile bytes are a value: every failure is Malformed and says what was
// wrong with which field. Sizes, segments, lists, texts, names, enumerators, union members and
// times are checked; signatures are not (open.h), for bits may flip in ways that still decode.
#pragma once

#include "common/core/result.h"
#include "common/wire/encode.h"

namespace mainstay {

/// Only for the kinds below; for any other it does not link.
template <class T>
Result<T> decode(ByteView bytes);

template <>
Result<SignedDocument> decode(ByteView bytes);
template <>
Result<PlanHead> decode(ByteView bytes);
template <>
Result<Leaf> decode(ByteView bytes);
template <>
Result<PlanBundle> decode(ByteView bytes);
template <>
Result<Roster> decode(ByteView bytes);
template <>
Result<LabelCertificate> decode(ByteView bytes);
template <>
Result<EnrolmentToken> decode(ByteView bytes);
template <>
Result<ControlStatement> decode(ByteView bytes);
template <>
Result<Permit> decode(ByteView bytes);
template <>
Result<PermitBatch> decode(ByteView bytes);
template <>
Result<Beacon> decode(ByteView bytes);
template <>
Result<Dispatch> decode(ByteView bytes);
template <>
Result<Outcome> decode(ByteView bytes);
template <>
Result<ClosedRecord> decode(ByteView bytes);
template <>
Result<Acknowledgement> decode(ByteView bytes);
template <>
Result<HostMessage> decode(ByteView bytes);
template <>
Result<HostOrder> decode(ByteView bytes);
template <>
Result<GateMessage> decode(ByteView bytes);
template <>
Result<GateOrder> decode(ByteView bytes);
template <>
Result<AdmittedKeys> decode(ByteView bytes);
template <>
Result<EnrolRequest> decode(ByteView bytes);
template <>
Result<EnrolReply> decode(ByteView bytes);
template <>
Result<HostBinding> decode(ByteView bytes);
template <>
Result<ExecutorRequest> decode(ByteView bytes);
template <>
Result<ExecutorMessage> decode(ByteView bytes);
template <>
Result<OperatorRequest> decode(ByteView bytes);
template <>
Result<OperatorMessage> decode(ByteView bytes);
template <>
Result<OperatorReply> decode(ByteView bytes);

}  // namespace mainstay
