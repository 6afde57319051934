#include "common/plan/host_message.h"

namespace mainstay {

bool is_no_worse(const Health& now, const Health& before) {
  return now.broken_packages <= before.broken_packages && now.failed_units <= before.failed_units;
}

bool tells_something(const Report& report) {
  return report.is_whole || !report.facts.empty() || !report.lost.empty() ||
         report.packages.has_value();
}

}  // namespace mainstay
