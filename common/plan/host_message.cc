#include "common/plan/host_message.h"

#include <utility>

namespace mainstay {

std::string_view name_of(Fact fact) {
  static constexpr std::array<std::string_view, kFactCount> kNames = {"patch.security",
                                                                      "patch.total",
                                                                      "patch.held",
                                                                      "patch.broken",
                                                                      "patch.lists_age",
                                                                      "disk.free_percent",
                                                                      "executor.present",
                                                                      "uptime",
                                                                      "reboot.needed",
                                                                      "service.failed",
                                                                      "service.old_code",
                                                                      "updaters.other",
                                                                      "disk.inodes_free_percent",
                                                                      "disk.full_in",
                                                                      "memory.available_percent",
                                                                      "memory.total",
                                                                      "cpu.count",
                                                                      "cpu.load_percent",
                                                                      "clock.synchronised",
                                                                      "backup.age",
                                                                      "backup.refuted",
                                                                      "certificate.left",
                                                                      "usage.cleanable"};
  return kNames[std::to_underlying(fact)];
}

bool is_no_worse(const Health& now, const Health& before) {
  return now.broken_packages <= before.broken_packages && now.failed_units <= before.failed_units;
}

}  // namespace mainstay
