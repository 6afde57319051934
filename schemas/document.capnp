# What all documents share: the signed envelope, the header of every signed payload, and the parts in
# which long things travel. README.md has the rules of change.
@0xb4b0125042ea1d59;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("mainstay::schema");

# 32 bytes: a digest, key, nonce or boot id. Empty means all zero.
using Bytes32 = Data;

struct Header {
  requires @0 :List(UInt16);  # feature numbers, ascending; a reader refuses what it does not know
  notAfterMs @1 :Int64;       # UTC; the document counts before this instant
}

struct Signature {
  key @0 :Bytes32;
  bytes @1 :Data;  # 64, over "mainstay\n" context "\n" payload
}

struct SignedDocument {
  context @0 :Text;
  payload @1 :Data;  # exactly the bytes that were signed
  signatures @2 :List(Signature);
}

struct Part {  # none at all: index 0 of 0
  whole @0 :Bytes32;  # digest of the whole thing
  index @1 :UInt32;   # from 0
  count @2 :UInt32;
  bytes @3 :Data;
}
