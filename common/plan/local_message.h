// What agent and executor say to each other over their unix socket. The executor believes only what
// is signed; of the agent it takes signed bytes, and the unsigned looks below.
#pragma once

#include <variant>

#include "common/plan/host_message.h"

namespace mainstay {

// ---- agent to executor
struct OfferDispatch {
  Dispatch dispatch;
};
struct OfferBeacon {
  Bytes beacon;
};
struct OfferControl {
  Bytes statement;
};
struct OfferLabels {
  Bytes certificate;
};
struct OfferAcknowledgement {
  Bytes acknowledgement;
};
/// The coordinator's word which host this is; offered before labels, which name that host.
struct OfferBinding {
  Bytes binding;
};
/// Tell me every attempt that is not closed, and resend their records.
struct AskState {};
/// Refresh the package lists; the executor limits how often.
struct AskRefresh {};
struct AskLog {
  AttemptId attempt;
};
/// Look at one source with root's eyes, read-only, if the executor's configuration allows it. No
/// argument comes from the agent but which.
struct AskProbe {
  Source source = Source::Resource;
};
using ExecutorRequest =
    std::variant<OfferDispatch, OfferBeacon, OfferControl, OfferLabels, OfferAcknowledgement,
                 AskState, AskRefresh, AskLog, OfferBinding, AskProbe>;

// ---- executor to agent
struct ExecutorState {
  PublicKey record_key;
  Term term_seen;
  ControlNumber control_seen;
  RosterNumber roster_seen;
  std::uint32_t label_serial_seen = 0;
  std::vector<AttemptState> open;
};
struct Refreshed {
  std::string refusal;  // empty when the lists are fresh
};
/// What is patched here, before any state: whoever looks at packages looks below it.
struct PackageRoot {
  std::string path;  // empty: the machine itself
};
/// Nothing is to do: the executor ends itself, and whoever connects again starts it.
struct Resting {};
/// A part of what the probe printed; the executor does not read it.
struct Probed {
  Source source = Source::Resource;
  std::string refusal;  // not empty: there was no probe, and why; the part is empty
  Part part;
};
using ExecutorMessage = std::variant<ExecutorState, RecordMessage, Rejection, LogPart, Refreshed,
                                     PackageRoot, Resting, Probed>;

}  // namespace mainstay
