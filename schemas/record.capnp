# One attempt: the permission to start it and the records of how it ended.
@0xa1071d5df505aa02;

using Cxx = import "/capnp/c++.capnp";
using Document = import "document.capnp";
using Plan = import "plan.capnp";
$Cxx.namespace("mainstay::schema");

using Bytes32 = Document.Bytes32;

enum OutcomeKind {
  succeeded @0;
  failed @1;
  refused @2;
  expired @3;
  unreachable @4;
  unknown @5;
  notStarted @6;
}

struct AttemptId {
  plan @0 :Bytes32;
  host @1 :Text;
  step @2 :UInt16;
  number @3 :UInt16;
}

struct AuditHead {
  number @0 :UInt64;
  digest @1 :Bytes32;
}

struct MerkleProof {
  index @0 :UInt32;
  count @1 :UInt32;
  path @2 :Data;  # digests, 32 bytes each, from the leaf upward
}

struct Permit {
  attempt @0 :AttemptId;
  term @1 :UInt32;
  boot @2 :Bytes32;
  notAfterBootMs @3 :Int64;  # the host's CLOCK_BOOTTIME in that boot
}

struct PermitBatch {
  header @0 :Document.Header;
  term @1 :UInt32;
  root @2 :Bytes32;
  audit @3 :AuditHead;
}

struct Beacon {
  header @0 :Document.Header;
  term @1 :UInt32;
  sequence @2 :UInt64;
  wallMs @3 :Int64;
  roster @4 :UInt32;
  controlNumber @5 :UInt32;
  controlHead @6 :Bytes32;
  audit @7 :AuditHead;
}

struct PermitSlip {
  batch @0 :Data;   # SignedDocument of a PermitBatch
  permit @1 :Data;  # encoded Permit
  proof @2 :MerkleProof;
}

struct Dispatch {
  attempt @0 :AttemptId;
  head @1 :Data;  # SignedDocument of a PlanHead
  leaf @2 :Data;  # encoded Leaf
  proof @3 :MerkleProof;
  permit @4 :PermitSlip;  # may be absent
}

struct Outcome {
  header @0 :Document.Header;
  attempt @1 :AttemptId;
  kind @2 :OutcomeKind;
  reason @3 :Text;
  startedAtMs @4 :Int64;
  finishedAtMs @5 :Int64;
  boot @6 :Bytes32;
  finishedBootMs @7 :Int64;
  outputDigest @8 :Bytes32;
  outputBytes @9 :UInt64;
  outputTail @10 :Data;
  installed @11 :List(Plan.PackageVersion);
  audit @12 :AuditHead;
}

struct ClosedRecord {
  header @0 :Document.Header;
  attempt @1 :AttemptId;
  kind @2 :OutcomeKind;
  reason @3 :Text;
  closedAtMs @4 :Int64;
  audit @5 :AuditHead;
}

struct Acknowledgement {
  header @0 :Document.Header;
  attempt @1 :AttemptId;
  record @2 :Bytes32;
  term @3 :UInt32;
}
