# What operators sign: plans, their leaves, and who may say what.
@0xbc43bb82783fb6d9;

using Cxx = import "/capnp/c++.capnp";
using Document = import "document.capnp";
$Cxx.namespace("mainstay::schema");

using Bytes32 = Document.Bytes32;

# ---- vocabularies: the numbers are stored
enum Role { viewer @0; operator @1; approver @2; admin @3; enroller @4; }
enum PackageChoice { security @0; all @1; }
enum RebootWhen { needed @0; always @1; }
enum WaveKind { count @0; percent @1; selected @2; rest @3; }
enum BudgetKind { unavailable @0; unavailablePercent @1; minHealthy @2; minHealthyPercent @3; }
# usual: 1 % of the hosts, at least 3; none in the first of several waves of a region
enum FailuresKind { count @0; percent @1; usual @2; }

# ---- plan
struct PackageVersion {
  name @0 :Text;  # name:arch
  version @1 :Text;
}

struct Step {
  withinMs @0 :Int64;
  union {
    unset @1 :Void;
    patch @2 :PackageChoice;
    check @3 :List(Text);  # argv
    run @4 :List(Text);    # argv
    restart @5 :List(Text);  # services that run replaced files; these units never
    reboot @6 :RebootWhen;
  }
}

struct Wave {
  kind @0 :WaveKind;
  amount @1 :UInt32;
  selector @2 :Text;
}

struct Order {
  regionsAtOnce @0 :UInt32;
  waves @1 :List(Wave);
  concurrency @2 :UInt32;
}

struct Budget {
  per @0 :List(Text);  # labels
  kind @1 :BudgetKind;
  amount @2 :UInt32;
}

struct Advance {
  bakeMs @0 :Int64;
  failuresKind @1 :FailuresKind;
  failures @2 :UInt32;
}

struct PlanHead {
  header @0 :Document.Header;
  name @1 :Text;
  change @2 :Text;
  reason @3 :Text;
  sourceDigest @4 :Bytes32;
  targets @5 :Text;  # selector, for people
  steps @6 :List(Step);
  order @7 :Order;
  budgets @8 :List(Budget);
  advance @9 :Advance;
  notBeforeMs @10 :Int64;
  hostCount @11 :UInt32;
  leavesRoot @12 :Bytes32;
}

struct Leaf {
  host @0 :Text;
  recordKey @1 :Bytes32;
  region @2 :Text;
  zone @3 :Text;
  wave @4 :UInt32;
  packages @5 :List(PackageVersion);  # ascending
}

struct PlanBundle {
  head @0 :Data;  # SignedDocument
  leaves @1 :List(Data);
}

# ---- authority
struct OperatorEntry {
  name @0 :Text;
  key @1 :Bytes32;
  link @2 :Bytes32;
  role @3 :Role;
  scope @4 :Text;  # selector; empty: every host
  expiresMs @5 :Int64;
}

struct Roster {
  header @0 :Document.Header;
  number @1 :UInt32;
  operators @2 :List(OperatorEntry);
  readOnlyNeeds @3 :UInt8 = 1;  # signatures, by impact
  benignNeeds @4 :UInt8 = 1;
  disruptiveNeeds @5 :UInt8 = 1;
  destructiveNeeds @6 :UInt8 = 1;
  recovery @7 :Bytes32;
}

struct Label {
  name @0 :Text;
  value @1 :Text;
}

struct LabelCertificate {
  header @0 :Document.Header;
  host @1 :Text;
  serial @2 :UInt32;
  labels @3 :List(Label);  # ascending by name
}

struct EnrolmentToken {
  header @0 :Document.Header;
  host @1 :Text;
  secretDigest @2 :Bytes32;
  trustDigest @3 :Bytes32;
  labels @4 :Data;  # SignedDocument of a LabelCertificate
  replaces @5 :Bool;
}

struct RevokedHost {
  host @0 :Text;
  recordKey @1 :Bytes32;
  linkKey @2 :Bytes32;
}

struct AbortedPlan {
  plan @0 :Bytes32;
  reason @1 :Text;
}

struct ControlStatement {
  header @0 :Document.Header;
  number @1 :UInt32;
  previous @2 :Bytes32;
  act :union {
    unset @3 :Void;
    stopFleet @4 :Text;  # reason
    liftStop @5 :Text;   # reason
    revokeHost @6 :RevokedHost;
    newRoster @7 :Data;  # SignedDocument of a Roster
    abortPlan @8 :AbortedPlan;
  }
  signedAtMs @9 :Int64;
}
