#include "common/plan/host_message.h"

#include <utility>

namespace mainstay {

std::string_view name_of(Fact fact) {
  static constexpr std::array<std::string_view, kFactCount> kNames = {
      "patch.security",  "patch.total",       "patch.held",       "patch.broken",
      "patch.lists_age", "disk.free_percent", "executor.present", "uptime"};
  return kNames[std::to_underlying(fact)];
}

bool is_no_worse(const Health& now, const Health& before) {
  return now.broken_packages <= before.broken_packages && now.failed_units <= before.failed_units;
}

}  // namespace mainstay
