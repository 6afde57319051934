// Within the views only: one cause that wants a person.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "coordinator/shell/json.h"

namespace mainstay::coordinator {

struct Need {
  std::string cause;  // names the need: the same cause has the same number
  std::string_view urgency = "!";
  std::string text = {};
  std::string owner = {};
  WallTime since{};
  std::string next = {};
  std::string host = {};     // where it is about one
  std::string rollout = {};  // where it is about one
  std::uint32_t size = 1;    // hosts or vulnerabilities it is about: it wakes if they grow
  std::vector<std::string> hosts = {};  // of hosts: those, or kSnoozedHostsMax of them
};

struct NeedNumber {
  std::string id = {};     // "N-4821": as much of the whole as names it among those open now
  std::string whole = {};  // "482137901234567"
};
/// By cause.
std::map<std::string, NeedNumber> numbers_of(const std::vector<Need>& needs);

/// "1 host", "12 hosts".
inline std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

/// 0: the highest.
std::uint8_t rank_of(std::string_view urgency);

/// Rollouts that are halted, paused or cannot go on; slots that come back by no one else.
void add_rollouts(const ViewContext& context, std::vector<Need>& needs);
void add_slots(const ViewContext& context, std::vector<Need>& needs);

/// What hosts find wrong in themselves, one need a cause and not a host.
void add_findings(const ViewContext& context, std::vector<Need>& needs);

/// Vulnerabilities that hosts are open to: exploited, past their deadlines, or without a clock.
void add_vulnerabilities(const ViewContext& context, std::vector<Need>& needs);

/// Lists of vulnerabilities that are lost, or so old that silence proves little.
void add_feeds(const ViewContext& context, std::vector<Need>& needs);

/// Put off, and not grown since: nobody needs to hear of it now.
bool is_snoozed(const ViewContext& context, const Need& need);

}  // namespace mainstay::coordinator
