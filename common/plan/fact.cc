#include "common/plan/fact.h"

#include <array>
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

Motion motion_of(Fact fact) {
  switch (fact) {
    case Fact::PatchListsAge:
    case Fact::UptimeSeconds:
    case Fact::BackupAge:
      return Motion::Grows;
    case Fact::DiskFullIn:
    case Fact::CertificateLeft:
      return Motion::Falls;
    case Fact::MemoryAvailablePercent:
    case Fact::CpuLoadPercent:
      return Motion::Noisy;
    case Fact::PatchSecurity:
    case Fact::PatchTotal:
    case Fact::PatchHeld:
    case Fact::PatchBroken:
    case Fact::DiskFreePercent:
    case Fact::ExecutorPresent:
    case Fact::RebootNeeded:
    case Fact::ServiceFailed:
    case Fact::ServiceOldCode:
    case Fact::UpdatersOther:
    case Fact::DiskInodesFreePercent:
    case Fact::MemoryTotal:
    case Fact::CpuCount:
    case Fact::ClockSynchronised:
    case Fact::BackupRefuted:
    case Fact::UsageCleanable:
      break;
  }
  return Motion::Still;
}

}  // namespace mainstay
