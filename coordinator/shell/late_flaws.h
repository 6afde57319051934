// Within the views only: what live hosts are open to that wants a person, by vulnerability. One in
// several releases is one.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "coordinator/shell/late_hosts.h"

namespace mainstay::coordinator {

struct LateFlaw {
  SomeHosts open = {};           // of one that is exploited
  SomeHosts late = {};           // past its deadline
  std::uint32_t by_scanner = 0;  // of all of them, by a scanner's word alone
  WallTime seen_at{};            // of one that is exploited: when the first was heard to be open
  WallTime late_at{};            // since when the first is late
};

struct LateFlaws {
  std::map<std::string, LateFlaw> exploited;  // by id, late or not
  std::map<std::string, LateFlaw> critical;   // by id, those that are late
  LateFlaw others;                            // hosts that are open to any other for too long
  std::uint32_t other = 0;                    // which one for longest, if there are such hosts
};

LateFlaws late_flaws(const ViewContext& context);

}  // namespace mainstay::coordinator
