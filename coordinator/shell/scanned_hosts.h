// Within the views only: what scanners say of hosts that are asked for in ascending order. To look
// up each of 100,000 took a quarter of a status.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "coordinator/shell/open_lists.h"

namespace mainstay::coordinator {

class ScannedHosts {
 public:
  explicit ScannedHosts(const ViewContext& context);

  // Of no host before the last that was asked for.
  /// As OpenLists::claims().
  [[nodiscard]] const OpenClaims* claims(const HostId& host);
  /// As is_named_by_scanner().
  [[nodiscard]] bool is_named(const HostId& host);

 private:
  using Claims = std::map<HostId, OpenClaims>::const_iterator;
  Claims claims_{};
  Claims claims_end_{};
  std::vector<std::span<const std::string>> named_;  // of each list those that are left
};

}  // namespace mainstay::coordinator
