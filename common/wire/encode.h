// Plain structs to bytes: flat Cap'n Proto in one segment, the same bytes for the same value on
// every machine of one version. Never fails: what a peer would refuse (a text too long, a list over
// its limit) is found by decode, which everything signed passes before it counts.
// Lines for people that hosts write (reasons, refusals) are cut to their limit here, so that no
// record is stuck because of its wording.
#pragma once

#include "common/plan/attempt.h"
#include "common/plan/authority.h"
#include "common/plan/document.h"
#include "common/plan/gate_message.h"
#include "common/plan/head.h"
#include "common/plan/host_message.h"
#include "common/plan/local_message.h"
#include "common/plan/request.h"

namespace mainstay {

Bytes encode(const SignedDocument& value);

Bytes encode(const PlanHead& value);
Bytes encode(const Leaf& value);
Bytes encode(const PlanBundle& value);

Bytes encode(const Roster& value);
Bytes encode(const LabelCertificate& value);
Bytes encode(const EnrolmentToken& value);
Bytes encode(const ControlStatement& value);

Bytes encode(const Permit& value);
Bytes encode(const PermitBatch& value);
Bytes encode(const Beacon& value);
Bytes encode(const Dispatch& value);
Bytes encode(const Outcome& value);
Bytes encode(const ClosedRecord& value);
Bytes encode(const Acknowledgement& value);

Bytes encode(const HostMessage& value);
Bytes encode(const HostOrder& value);

Bytes encode(const GateMessage& value);
Bytes encode(const GateOrder& value);
Bytes encode(const AdmittedKeys& value);
Bytes encode(const EnrolRequest& value);
Bytes encode(const EnrolReply& value);
Bytes encode(const HostBinding& value);

Bytes encode(const ExecutorRequest& value);
Bytes encode(const ExecutorMessage& value);

Bytes encode(const OperatorRequest& value);
Bytes encode(const OperatorMessage& value);
Bytes encode(const OperatorReply& value);

}  // namespace mainstay
