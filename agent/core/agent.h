// The agent's decisions: when to look at the host, when to report, what to pass between the centre
// and the executor, and what to send again. Touches nothing; the simulator runs it as it is.
//
// 1. What the centre says reaches the executor as the bytes that came; the agent judges none of it.
// 2. A record is kept until the centre acknowledged it. The spool is memory only: the executor's
//    journal owns the records and resends them when asked, so a second copy on disk would prove
//    nothing and could be stale.
// 3. A report never makes health younger than the moment its look began.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "agent/core/limits.h"
#include "agent/core/state.h"
#include "common/core/rng.h"
#include "common/plan/local_message.h"

namespace mainstay::agent {

// ---- events
/// The process started: the state is empty.
struct Restarted {
  std::string agent_version;
  BootId boot;
  Bytes binding;  // from enrolment; both empty when they are not known
  Bytes labels;
};
/// Time has passed; whatever is due happens. Harmless at any moment.
struct Ticked {};
struct ConnectionUp {};
struct ConnectionDown {};
struct CentreSaid {
  HostOrder order;
  Digest frame;                        // sha256 of the frame as it came
  std::optional<Digest> acknowledged;  // the record that an acknowledgement names, read unverified
};
struct ExecutorUp {};
struct ExecutorDown {};
struct ExecutorSaid {
  ExecutorMessage message;
};
/// The answer to LookNow.
struct Looked {
  std::optional<Health> health;  // absent: it could not be told
  std::vector<FactReading> facts;
  std::string os;
  std::string architecture;
};
/// The answer to LookAt, and to a probe that was asked for. Nothing and no word of why: the source
/// is absent on this host.
struct SourceLooked {
  Source source = Source::Resource;
  std::optional<SourceReport> report;
  std::string failure;
  bool is_overrun = false;  // it was ended for the time it took
};
/// The answer to ResolveNow.
struct Resolved {
  ResolveAnswer answer;
};
using AgentEvent =
    std::variant<Restarted, Ticked, ConnectionUp, ConnectionDown, CentreSaid, ExecutorUp,
                 ExecutorDown, ExecutorSaid, Looked, Resolved, SourceLooked>;

// ---- commands
/// Once, after the start; from then on the connection is kept up outside.
struct Connect {};
struct SendToCentre {
  HostMessage message;
};
struct SendToExecutor {
  ExecutorRequest request;
};
/// Look at packages and resources; answered by Looked, whatever comes of it.
struct LookNow {
  std::string root;  // empty: the machine itself
};
/// Look at one source as the agent's own user; answered by SourceLooked.
struct LookAt {
  Source source = Source::Resource;
  Duration time_max{};
};
/// The package lists are fresh: simulate; answered by Resolved.
struct ResolveNow {
  Resolve resolve;
  std::string root;
};
/// It rests: end the connection, and make no other until WakeExecutor.
struct LeaveExecutor {};
struct WakeExecutor {};
using AgentCommand = std::variant<Connect, SendToCentre, SendToExecutor, LookNow, ResolveNow,
                                  LeaveExecutor, WakeExecutor, LookAt>;

/// There are no writes: see 2. above.
struct AgentEffects {
  std::vector<AgentCommand> commands;
};

AgentEffects step(AgentState& state, const AgentEvent& event, const AgentLimits& limits, Now now,
                  Rng& rng);

/// Every fact that is known now, those of all sources together.
std::vector<FactReading> facts_now(const AgentState& state, Now now);

/// When Ticked is next needed; it may come earlier and must not come much later.
Instant next_due(const AgentState& state, const AgentLimits& limits);

}  // namespace mainstay::agent
