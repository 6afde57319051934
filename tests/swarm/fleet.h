// What the hosts of a swarm share: the reactor, the sockets' contexts, what every host of the fleet
// is given on installing (the trust file), the limits of the product as they are, and the counts.
#pragma once

#include <memory>

#include "agent/core/limits.h"
#include "agent/executor/core/limits.h"
#include "common/core/rng.h"
#include "common/crypto/signers.h"
#include "common/fabric/context.h"
#include "common/plan/trust.h"
#include "common/ports/log.h"
#include "tests/swarm/latencies.h"
#include "tests/swarm/reactor.h"

namespace mainstay::swarm {

/// Read from outside as a line of JSON. Of hosts: how many are so now. Of events: since the start.
struct Counts {
  std::uint64_t enrolled = 0;
  std::uint64_t connected = 0;
  std::uint64_t present = 0;  // have greeted and reported over the connection that stands
  std::uint64_t settled = 0;  // present, with a beacon believed and no record unacknowledged
  std::uint64_t connects = 0;
  std::uint64_t dispatches = 0;
  std::uint64_t begun = 0;        // tasks
  std::uint64_t begun_twice = 0;  // of them a second time for one attempt: never
  std::uint64_t records = 0;      // signed and in the journal
  std::uint64_t acknowledged = 0;
  std::uint64_t rejected = 0;
  std::uint64_t refused = 0;   // documents and frames that could not be opened
  std::uint64_t tellings = 0;  // of findings that changed
  std::uint64_t telling_bytes = 0;
  std::uint64_t lists = 0;  // of packages, parts that were sent
  friend bool operator==(const Counts&, const Counts&) = default;
};

struct SilentLog : Log {
  void event(Level, std::string_view, std::initializer_list<Field>) override {}
};

struct Fleet {
  Trust trust;
  Digest trust_digest;
  Roster roster;
  std::vector<std::unique_ptr<fabric::Context>> contexts;
  Reactor reactor;
  crypto::Ed25519Check check;
  SilentLog log;
  Rng rng{0};
  agent::AgentLimits agent_limits;
  executor::ExecutorLimits executor_limits;
  Counts counts;
  Latencies latencies;  // of answers to a gap
};

/// Before the hosts chatter.
void chatter(Fleet& fleet);
/// Before the hosts have lists.
void list_packages(Fleet& fleet);

}  // namespace mainstay::swarm
