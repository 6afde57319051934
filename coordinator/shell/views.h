// What operators read: the core's state as JSON (README.md has the contract with the command line),
// or as bytes where a signed document or a plan is asked for. Reads only, decides nothing.
// Whatever a host said is bounded here, and invalid UTF-8 in it is replaced.
#pragma once

#include <map>

#include "common/ports/store.h"
#include "coordinator/core/state.h"
#include "coordinator/core/vulnerability/feed.h"
#include "coordinator/shell/replies.h"
#include "coordinator/shell/store_health.h"

namespace mainstay::coordinator {

/// How the making of a plan ended, for those who ask by the draft's nonce.
struct DraftEnd {
  Verdict verdict = Verdict::Done;
  std::string text;
  WallTime at{};
};

class OpenLists;

struct ViewContext {
  const State& state;
  const Limits& limits;
  const Records& records;
  const std::map<Nonce, DraftEnd>& drafts;
  std::string fleet;
  Instant started_at{};
  std::size_t gates_connected = 0;
  std::size_t gates_known = 0;
  StoreHealth store = {};
  Now now;
  const std::map<std::string, Feed>* feeds;  // lists of vulnerabilities, by name
  const OpenLists* open_lists = nullptr;     // what hosts' lists are open to; null: nothing yet
};

/// Every view but Log, which has to be fetched.
Reply view_of(const ViewContext& context, const ReadRequest& request);

/// The attempt meant by its short name, or a host's last one.
std::optional<AttemptId> find_attempt(const State& state, const std::string& argument);
/// `log` as the view Log gives it.
Bytes log_json(const Records& records, const AttemptId& attempt, ByteView log);
/// {"rollout":"R-1"}, if the plan was started.
Bytes started_json(const State& state, const PlanId& plan);

}  // namespace mainstay::coordinator
