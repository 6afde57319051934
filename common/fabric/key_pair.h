// Link keys: Curve25519, which encrypts and names a connection. Binary everywhere but at the border
// to ZeroMQ.
#pragma once

#include "common/core/id.h"
#include "common/core/result.h"

namespace mainstay::fabric {

using LinkSecret = Bytes32<struct LinkSecretTag>;

struct KeyPair {
  LinkKey key;  // public
  LinkSecret secret;
};

/// CHECKs that the library can make keys at all.
KeyPair make_link_keys();
LinkKey public_key_of(const LinkSecret& secret);

}  // namespace mainstay::fabric
