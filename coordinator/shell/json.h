// Within the views only: the core's values as JSON. Includes a heavy header; keep it out of others.
#pragma once

#include <algorithm>

#include <nlohmann/json.hpp>

#include "common/core/iso_text.h"
#include "coordinator/core/fleet/fleet.h"
#include "coordinator/core/rollout/hold.h"
#include "coordinator/shell/views.h"

namespace mainstay::coordinator {

using Json = nlohmann::ordered_json;

/// Of what hosts and operators wrote; a line for people is never longer.
inline constexpr std::size_t kShownBytesMax = 512;
inline std::string shown(std::string_view text) {
  return std::string(text.substr(0, kShownBytesMax));
}

/// ISO 8601 in UTC, or null for no time.
inline Json instant_json(WallTime at) {
  if (at == WallTime{}) return nullptr;
  return iso_text(at);
}

/// Whole seconds, never negative: clocks may be set.
inline std::int64_t seconds_of(Duration span) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span).count();
  return seconds < 0 ? 0 : seconds;
}
inline std::int64_t age_seconds(const ViewContext& context, WallTime since) {
  return since == WallTime{} ? 0 : seconds_of(context.now.wall - since);
}

/// Invalid UTF-8 becomes the replacement character.
inline Bytes bytes_of(const Json& json) {
  return to_bytes(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}
inline Reply reply_of(const Json& json) {
  return {.verdict = Verdict::Done, .text = "", .data = bytes_of(json)};
}
/// An object with one more member, a list whose items are JSON already: of a large fleet it was
/// made piece by piece.
inline Reply reply_of(const Json& json, std::string_view name, const std::string& items) {
  std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.pop_back();
  text += (json.empty() ? "\"" : ",\"") + std::string(name) + "\":[" + items + "]}";
  return {.verdict = Verdict::Done, .text = "", .data = to_bytes(text)};
}
/// Adds one to such items.
inline void append_json(std::string& items, const Json& item) {
  if (!items.empty()) items += ',';
  items += item.dump(-1, ' ', false, Json::error_handler_t::replace);
}
inline Reply no_such(const std::string& what) {
  return {.verdict = Verdict::WrongUse, .text = what};
}

// ---- shared by several views
Json attempt_json(const PlanHead& head, const AttemptEntry& entry);
Json rollout_summary(const ViewContext& context, const Rollout& rollout);
/// What hosts that wait for the same wait for, after "waiting for": "a slot in web-1: ...".
std::string cause_of(const ViewContext& context, const Hold& hold);
/// Something waits, nothing works, and only a person can change that: the first host that waits for
/// more than its wave or region, and what holds it.
struct Stuck {
  HostId host;
  Hold hold;
};
std::optional<Stuck> stuck_at(const ViewContext& context, const Rollout& rollout);
struct Needs {
  Json open;
  Json snoozed;
};
Needs needs_json(const ViewContext& context);
/// All that a host found in itself, by source; `open` is what its packages are open to.
struct HostOpen;
Json findings_json(const ViewContext& context, const Host& host, const HostOpen& open);
/// Those lists of vulnerabilities that count and can be read.
std::vector<const Feed*> feeds_in(const ViewContext& context);
/// Those that count and cannot be read: one may know of hosts what no other does.
std::vector<std::string> lost_lists(const ViewContext& context);
bool is_any_list_lost(const ViewContext& context);
/// A scanner says something of it.
bool is_named_by_scanner(const ViewContext& context, const Host& host);
Json feed_json(const ViewContext& context, const FeedRow& row);
/// Of how many hosts it is known, and how many are as they should be.
Json proved_json(const ViewContext& context);
/// "failed in R-1", "silent for 4 m": why a host is out of service.
std::string why_out(const ViewContext& context, const HostId& host);
/// "web-1" of "cluster=web-1".
std::string group_name(const std::string& group);
std::string_view state_of(const ViewContext& context, const Host& host);
/// Those that are known, as they are by now.
Json facts_json(const ViewContext& context, const SightRow& sight);
/// A line of the list of hosts.
Json host_json(const ViewContext& context, const Host& host);
const Plan* find_plan(const State& state, const std::string& argument);
const Rollout* find_rollout(const State& state, const std::string& argument);
const Rollout* rollout_of_plan(const State& state, const PlanId& plan);

/// Nothing for no text, which names every host; the error is what to tell the asker.
Result<std::optional<Selector>> selector_of(const std::string& text);

/// "WORD SELECTOR", or a word alone.
struct Question {
  std::string word;
  std::string selector;
};
inline Question question_of(const std::string& argument) {
  const std::size_t space = std::min(argument.find(' '), argument.size());
  return {.word = argument.substr(0, space),
          .selector = argument.substr(std::min(space + 1, argument.size()))};
}

// ---- the views
Reply fleet_view(const ViewContext& context);
Reply hosts_view(const ViewContext& context, const std::string& selector);
Reply host_view(const ViewContext& context, const std::string& id);
Reply plans_view(const ViewContext& context);
Reply plan_view(const ViewContext& context, const std::string& argument);
Reply bundle_view(const ViewContext& context, const std::string& argument);
Reply rollouts_view(const ViewContext& context);
Reply rollout_view(const ViewContext& context, const std::string& argument);
Reply explain_view(const ViewContext& context, const std::string& id);
Reply ledger_view(const ViewContext& context);
Reply feeds_view(const ViewContext& context);
Reply audit_view(const ViewContext& context, const std::string& first);
Reply control_view(const ViewContext& context);
Reply tokens_view(const ViewContext& context);
/// The signed roster, or the signed statement that brought the roster of this number.
Reply roster_view(const ViewContext& context, const std::string& argument);
Reply labels_view(const ViewContext& context, const std::string& argument);

}  // namespace mainstay::coordinator
