// Tokens for many hosts as `mainstay token create` makes them, a request each, over one connection
// and with one opening of the operator's key.
#pragma once

#include "common/plan/authority.h"
#include "coordinator/cli/remote.h"

namespace mainstay::swarm {

struct TokenWanted {
  HostId host;
  Labels labels;
  Digest secret;
  Digest trust_digest;
};

Status add_token(cli::Centre& centre, const TokenWanted& wanted);

}  // namespace mainstay::swarm
