# What operators ask of the coordinator, and its answers.
@0xe22144bb006ba412;

using Cxx = import "/capnp/c++.capnp";
using Document = import "document.capnp";
using Plan = import "plan.capnp";
$Cxx.namespace("mainstay::schema");

using Bytes32 = Document.Bytes32;

# ---- vocabularies: the numbers are stored
enum RolloutAct { pause @0; resume @1; }
enum View {
  fleet @0;
  hosts @1;
  host @2;
  plans @3;
  plan @4;
  planBundle @5;
  rollouts @6;
  rollout @7;
  explain @8;
  ledger @9;
  audit @10;
  roster @11;
  control @12;
  log @13;
  tokens @14;
  certificate @15;
  findings @16;
  vulnerability @17;
  feeds @18;
}
enum Verdict {
  done @0;
  hostFailed @1;
  wrongUse @2;
  refused @3;
  approvalMissing @4;
  halted @5;
  unreachable @6;
}

struct SteerRollout {
  rollout @0 :UInt32;
  act @1 :RolloutAct;
  reason @2 :Text;
}

struct RolloutConcurrency {
  rollout @0 :UInt32;
  hosts @1 :UInt32;
}

struct RolloutHost {
  rollout @0 :UInt32;
  host @1 :Text;
  reason @2 :Text;
}

struct ParkHost {
  host @0 :Text;
  untilMs @1 :Int64;  # 0: unpark
  reason @2 :Text;
}

struct SnoozeNeed {
  cause @0 :Text;
  untilMs @1 :Int64;  # 0: awake again
  reason @2 :Text;
  size @3 :UInt32;
  urgency @4 :UInt8;
  hosts @5 :List(Text);
}

struct ImportFeed {
  digest @0 :Bytes32;
  bytes @1 :UInt64;
}

struct HostReason {
  host @0 :Text;
  reason @1 :Text;
}

struct OperatorRequest {
  header @0 :Document.Header;
  nonce @1 :Bytes32;
  act :union {
    unset @2 :Void;
    draftPlan @3 :Plan.PlanHead;
    approvePlan @4 :Data;  # SignedDocument
    startPlan @5 :Bytes32;
    steerRollout @6 :SteerRollout;
    retryHost @7 :RolloutHost;  # its reason is unused
    skipHost @8 :RolloutHost;
    addToken @9 :Data;     # SignedDocument
    setLabels @10 :Data;   # SignedDocument
    addControl @11 :Data;  # SignedDocument
    parkHost @12 :ParkHost;
    recheckHost @13 :Text;  # host
    removeHost @14 :HostReason;
    releaseSlot @15 :HostReason;
    setConcurrency @16 :RolloutConcurrency;
    snoozeNeed @17 :SnoozeNeed;
    importFeed @18 :ImportFeed;
    removeFeed @19 :Text;  # its name
  }
}

struct ReadRequest {
  view @0 :View;
  argument @1 :Text;
}

struct OperatorMessage {
  id @0 :UInt64;
  body :union {
    unset @1 :Void;
    read @2 :ReadRequest;
    change @3 :Data;  # SignedDocument of an OperatorRequest
    upload @4 :Document.Part;
  }
}

struct OperatorReply {
  id @0 :UInt64;
  verdict @1 :Verdict;
  text @2 :Text;
  part @3 :Document.Part;
}
