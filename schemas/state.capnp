# What is stored: the coordinator's rows, and a host's journal and spool. A row is one value under one
# key; common/row says which. Where a row holds a signed document or the bytes of a leaf or head,
# the value is not stored beside them but decoded from them.
@0xd7bf59ecd4760c8c;

using Cxx = import "/capnp/c++.capnp";
using Document = import "document.capnp";
using Plan = import "plan.capnp";
using Record = import "record.capnp";
using Wire = import "wire.capnp";
using Operator = import "operator.capnp";
$Cxx.namespace("mainstay::schema");

using Bytes32 = Document.Bytes32;

# ---- vocabularies
enum PlanPhase { freezing @0; frozen @1; started @2; }
enum RolloutPhase { running @0; paused @1; halted @2; finished @3; aborted @4; }
enum RegionPhase { closed @0; open @1; baking @2; done @3; }
enum TargetPhase { waiting @0; working @1; verifying @2; ended @3; }

struct Health {
  brokenPackages @0 :UInt32;
  failedUnits @1 :UInt32;
}

# ---- coordinator
struct ReignRow {
  term @0 :UInt32;
  lastRollout @1 :UInt32;
  admittedNumber @2 :UInt64;
}

struct HostRow {
  host @0 :Text;
  linkKey @1 :Bytes32;
  recordKey @2 :Bytes32;
  machine @3 :Bytes32;
  certificate @4 :Data;  # SignedDocument of a LabelCertificate
  enrolledAtMs @5 :Int64;
  enrolledBy @6 :Text;
  parkedUntilMs @7 :Int64;
  parkedReason @8 :Text;
  removed @9 :Bool;
  revoked @10 :Bool;
  rechecks @11 :Bool;
  recheckAfterMs @12 :Int64;  # where it rechecks
}

struct SightRow {
  host @0 :Text;
  seenAtMs @1 :Int64;
  agentVersion @2 :Text;
  os @3 :Text;
  architecture @4 :Text;
  health @5 :Health;
  healthAtMs @6 :Int64;
  facts @7 :List(Wire.FactReading);  # those that are known, ascending
  factsAtMs @8 :Int64;
  sequence @9 :UInt64;
  isWhole @10 :Bool;
  packages @11 :Bytes32;  # sha256 of its list of packages; unset: it has none
}

struct PackagesRow {
  digest @0 :Bytes32;
  text @1 :Data;
}

struct FeedRow {
  name @0 :Text;
  digest @1 :Bytes32;  # sha256 of the list as it lies in a file of that name
  bytes @2 :UInt64;
  atMs @3 :Int64;
  importedAtMs @4 :Int64;
  by @5 :Text;
}

struct ExposureRow {
  vulnerability @0 :Text;
  release @1 :Text;
  seenAtMs @2 :Int64;
  fixAtMs @3 :Int64;   # 0: no fix of it is known
  goneAtMs @4 :Int64;  # 0: hosts are open to it
}

struct FindingsRow {
  host @0 :Text;
  findings @1 :Wire.Findings;
  troubleSinceMs @2 :List(Int64);  # of those that want a person, in their order
}

struct SnoozeRow {
  need @0 :Operator.SnoozeNeed;
  by @1 :Text;
  atMs @2 :Int64;
}

struct TokenRow {
  secretDigest @0 :Bytes32;
  token @1 :Data;        # SignedDocument of an EnrolmentToken, with the label certificate in it
  addedBy @2 :Text;
  addedAtMs @3 :Int64;
  used @4 :Bool;
  linkKey @5 :Bytes32;
  recordKey @6 :Bytes32;
}

struct ControlRow {
  number @0 :UInt32;
  digest @1 :Bytes32;
  statement @2 :Data;  # SignedDocument of a ControlStatement
  by @3 :Text;
  atMs @4 :Int64;
}

struct Approval {
  key @0 :Bytes32;
  name @1 :Text;
  atMs @2 :Int64;
  document @3 :Data;  # SignedDocument of the PlanHead
}

struct Excluded {
  host @0 :Text;
  reason @1 :Text;
}

struct PlanRow {
  plan @0 :Bytes32;
  head @1 :Data;  # encoded PlanHead, the bytes that operators sign
  phase @2 :PlanPhase;
  draftedBy @3 :Text;
  draftedAtMs @4 :Int64;
  approvals @5 :List(Approval);
  excluded @6 :List(Excluded);
  excludedCount @7 :UInt32;
}

struct LeafRow {
  plan @0 :Bytes32;
  index @1 :UInt32;
  leaf @2 :Data;  # encoded Leaf, as in the Merkle tree
}

struct RegionState {
  name @0 :Text;
  phase @1 :RegionPhase;
  wave @2 :UInt32;
  sinceMs @3 :Int64;
}

struct RolloutRow {
  rollout @0 :UInt32;
  plan @1 :Bytes32;
  phase @2 :RolloutPhase;
  reason @3 :Text;
  startedBy @4 :Text;
  startedAtMs @5 :Int64;
  phaseSinceMs @6 :Int64;
  regions @7 :List(RegionState);
  concurrency @8 :UInt32;  # 0: as signed
}

struct AttemptEntry {
  step @0 :UInt16;
  number @1 :UInt16;
  kind @2 :Record.OutcomeKind;
  reason @3 :Text;
  startedAtMs @4 :Int64;
  finishedAtMs @5 :Int64;
}

struct TargetRow {
  rollout @0 :UInt32;
  host @1 :Text;
  leaf @2 :UInt32;
  phase @3 :TargetPhase;
  kind @4 :Record.OutcomeKind;
  reason @5 :Text;
  step @6 :UInt16;
  number @7 :UInt16;
  retried @8 :Bool;
  snapshot @9 :Health;
  grantedAtMs @10 :Int64;
  phaseSinceMs @11 :Int64;
  finishedAtMs @12 :Int64;
  history @13 :List(AttemptEntry);
}

struct SlotRow {
  host @0 :Text;
  rollout @1 :UInt32;
  sinceMs @2 :Int64;
  reason @3 :Text;
  tainted @4 :Bool;
  snapshot @5 :Health;
}

struct RecordRow {
  attempt @0 :Record.AttemptId;
  digest @1 :Bytes32;
  envelope @2 :Data;  # SignedDocument of an Outcome or ClosedRecord
  outputTail @3 :Data;
  atMs @4 :Int64;
}

struct RequestRow {
  nonce @0 :Bytes32;
  notAfterMs @1 :Int64;
  verdict @2 :Operator.Verdict;
  text @3 :Text;
}

struct AuditRow {
  number @0 :UInt64;
  previous @1 :Bytes32;
  atMs @2 :Int64;
  text @3 :Text;
  digest @4 :Bytes32;
}

struct CoordinatorRow {
  union {
    unset @0 :Void;
    reign @1 :ReignRow;
    host @2 :HostRow;
    sight @3 :SightRow;
    token @4 :TokenRow;
    roster @5 :Data;  # SignedDocument of a Roster
    control @6 :ControlRow;
    plan @7 :PlanRow;
    leaf @8 :LeafRow;
    rollout @9 :RolloutRow;
    target @10 :TargetRow;
    slot @11 :SlotRow;
    record @12 :RecordRow;
    request @13 :RequestRow;
    audit @14 :AuditRow;
    controlPending @15 :ControlRow;
    findings @16 :FindingsRow;
    snooze @17 :SnoozeRow;
    packages @18 :PackagesRow;
    feed @19 :FeedRow;
    exposure @20 :ExposureRow;
  }
}

# ---- host
struct AbortedUntil {
  plan @0 :Bytes32;
  untilMs @1 :Int64;
}

struct HostStateRow {
  host @0 :Text;
  binding @1 :Data;  # SignedDocument
  labels @2 :Data;   # SignedDocument
  roster @3 :Data;   # SignedDocument
  termSeen @4 :UInt32;
  controlNumber @5 :UInt32;
  controlHead @6 :Bytes32;
  stopped @7 :Bool;
  revoked @8 :Bool;
  aborted @9 :List(AbortedUntil);
  audit @10 :Record.AuditHead;
  controlAtMs @11 :Int64;
}

struct AttemptRow {
  attempt @0 :Record.AttemptId;
  phase @1 :Wire.AttemptPhase;
  step @2 :Plan.Step;
  packages @3 :List(Plan.PackageVersion);
  planName @4 :Text;
  change @5 :Text;
  planNotAfterMs @6 :Int64;
  boot @7 :Bytes32;
  permitUntilBootMs @8 :Int64;
  intendedAtMs @9 :Int64;
  recordDigest @10 :Bytes32;
  record @11 :Data;  # SignedDocument of an Outcome or ClosedRecord
  succeeded @12 :Bool;
}

struct SpoolRow {
  recordDigest @0 :Bytes32;
  record @1 :Data;  # SignedDocument of an Outcome or ClosedRecord
}

struct AgentRow {
  host @0 :Text;
  binding @1 :Data;  # SignedDocument
  labels @2 :Data;   # SignedDocument
}
