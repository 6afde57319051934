# The messages between agent, executor, gate and coordinator. Every frame is one message of at most
# 64 KiB. Ordinal 0 of each union is `unset`: a message of zeros asks for nothing.
@0xda601c904529929e;

using Cxx = import "/capnp/c++.capnp";
using Document = import "document.capnp";
using Plan = import "plan.capnp";
using Record = import "record.capnp";
$Cxx.namespace("mainstay::schema");

using Bytes32 = Document.Bytes32;

# ---- vocabularies: the numbers are stored
enum Fact {
  patchSecurity @0;
  patchTotal @1;
  patchHeld @2;
  patchBroken @3;
  patchListsAge @4;
  diskFreePercent @5;
  executorPresent @6;
  uptimeSeconds @7;
  rebootNeeded @8;
  serviceFailed @9;
  serviceOldCode @10;
  updatersOther @11;
  diskInodesFreePercent @12;
  diskFullIn @13;
  memoryAvailablePercent @14;
  memoryTotal @15;
  cpuCount @16;
  cpuLoadPercent @17;
  clockSynchronised @18;
  backupAge @19;
  backupRefuted @20;
  certificateLeft @21;
  usageCleanable @22;
}
enum AttemptPhase { received @0; intended @1; started @2; finished @3; closed @4; }
enum Source { resource @0; patch @1; backup @2; certificate @3; service @4; usage @5; }
enum GateMode { hosts @0; enrolment @1; }

struct FactReading {
  fact @0 :Fact;
  value @1 :Int64;
}

struct AttemptState {
  attempt @0 :Record.AttemptId;
  phase @1 :AttemptPhase;
}

# ---- agent to coordinator
struct Hello {
  agentVersion @0 :Text;
  boot @1 :Bytes32;
  bootMs @2 :Int64;
  wallMs @3 :Int64;
  termSeen @4 :UInt32;
  controlSeen @5 :UInt32;
  rosterSeen @6 :UInt32;
  labelSerialSeen @7 :UInt32;
  os @8 :Text;
  architecture @9 :Text;
  open @10 :List(AttemptState);
}

struct Report {
  sequence @0 :UInt64;
  boot @1 :Bytes32;
  bootMs @2 :Int64;
  wallMs @3 :Int64;
  brokenPackages @4 :UInt32;
  failedUnits @5 :UInt32;
  healthAtMs @6 :Int64;
  facts @7 :List(FactReading);
  controlSeen @8 :UInt32;
  rosterSeen @9 :UInt32;
  open @10 :List(AttemptState);
  termSeen @11 :UInt32;  # 0: not told
  labelSerialSeen @12 :UInt32;
  lost @13 :List(Fact);
  isWhole @14 :Bool;
  packages @15 :Bytes32;  # sha256 of the list's text; unset: as before
}

# Topics, judgements and measures are numbers of common/plan/finding.h: a reader leaves out a finding
# or a reading that it does not know, since they are evidence and order nothing.
struct Reading {
  measure @0 :UInt8;
  value @1 :Int64;
}

struct Finding {
  topic @0 :UInt8;
  judgement @1 :UInt8;
  subject @2 :Text;
  text @3 :Text;
  atMs @4 :Int64;
  readings @5 :List(Reading);
}

struct Findings {
  source @0 :Source;
  atMs @1 :Int64;
  findings @2 :List(Finding);
  omitted @3 :UInt32;
  sequence @4 :UInt64;
}

struct ResolveAnswer {
  draft @0 :Bytes32;
  packages @1 :List(Plan.PackageVersion);
  kept @2 :List(Text);
  refusal @3 :Text;
}

struct Rejection {
  attempt @0 :Record.AttemptId;
  dispatch @1 :Bytes32;
  reason @2 :Text;
}

struct LogPart {
  attempt @0 :Record.AttemptId;
  part @1 :Document.Part;
}

struct HostMessage {
  union {
    unset @0 :Void;
    hello @1 :Hello;
    report @2 :Report;
    resolveAnswer @3 :ResolveAnswer;
    record @4 :Data;  # SignedDocument of an Outcome or ClosedRecord
    rejection @5 :Rejection;
    logPart @6 :LogPart;
    findings @7 :Findings;
    packages @8 :Document.Part;
  }
}

# ---- coordinator to agent
struct Resolve {
  draft @0 :Bytes32;
  packages @1 :Plan.PackageChoice;
}

struct HostOrder {
  union {
    unset @0 :Void;
    resolve @1 :Resolve;
    sendLog @2 :Record.AttemptId;
    lookAgain @3 :Void;
    beacon @4 :Data;           # SignedDocument
    control @5 :Data;          # SignedDocument
    labels @6 :Data;           # SignedDocument
    acknowledgement @7 :Data;  # SignedDocument
    dispatch @8 :Record.Dispatch;
    tellAll @9 :Void;
    tellPackages @10 :Void;
  }
}

# ---- agent and executor
struct ExecutorRequest {
  union {
    unset @0 :Void;
    dispatch @1 :Record.Dispatch;
    beacon @2 :Data;           # SignedDocument
    control @3 :Data;          # SignedDocument
    labels @4 :Data;           # SignedDocument
    acknowledgement @5 :Data;  # SignedDocument
    askState @6 :Void;
    askRefresh @7 :Void;
    askLog @8 :Record.AttemptId;
    binding @9 :Data;          # SignedDocument
    askProbe @10 :Source;
  }
}

struct ExecutorState {
  recordKey @0 :Bytes32;
  termSeen @1 :UInt32;
  controlSeen @2 :UInt32;
  rosterSeen @3 :UInt32;
  labelSerialSeen @4 :UInt32;
  open @5 :List(AttemptState);
}

struct Probed {
  source @0 :Source;
  refusal @1 :Text;
  part @2 :Document.Part;
}

struct ExecutorMessage {
  union {
    unset @0 :Void;
    state @1 :ExecutorState;
    record @2 :Data;  # SignedDocument of an Outcome or ClosedRecord
    rejection @3 :Rejection;
    logPart @4 :LogPart;
    refreshed @5 :Text;  # refusal; empty when the lists are fresh
    packageRoot @6 :Text;  # absolute path; empty: the machine itself
    resting @7 :Void;      # it ends itself, and is started again by a connection
    probed @8 :Probed;
  }
}

# ---- gate and coordinator
struct GateHello {
  mode @0 :GateMode;
  version @1 :Text;
  admittedNumber @2 :UInt64;
}

struct FromHost {
  link @0 :Bytes32;
  frame @1 :Data;
}

struct GateMessage {
  union {
    unset @0 :Void;
    hello @1 :GateHello;
    fromHost @2 :FromHost;
  }
}

struct ToHosts {
  links @0 :Data;  # keys, 32 bytes each; never empty
  starts @1 :Bool;
  frame @2 :Data;
}

struct GateOrder {
  union {
    unset @0 :Void;
    toHosts @1 :ToHosts;
    admittedPart @2 :Document.Part;  # of a SignedDocument of AdmittedKeys
  }
}

struct AdmittedKeys {
  header @0 :Document.Header;
  number @1 :UInt64;
  links @2 :Data;  # keys, 32 bytes each, ascending
}

# ---- enrolment
struct EnrolRequest {
  host @0 :Text;
  secret @1 :Bytes32;
  linkKey @2 :Bytes32;
  recordKey @3 :Bytes32;
  machine @4 :Bytes32;
  trustDigest @5 :Bytes32;
}

struct HostBinding {
  header @0 :Document.Header;
  host @1 :Text;
  linkKey @2 :Bytes32;
  recordKey @3 :Bytes32;
}

struct EnrolReply {
  refusal @0 :Text;  # empty when enrolled
  binding @1 :Data;  # SignedDocument
  labels @2 :Data;   # SignedDocument
}
