#include "common/plan/terms.h"

#include <array>
#include <utility>

namespace mainstay {

namespace {

constexpr std::array<std::string_view, 5> kRoles = {"viewer", "operator", "approver", "admin",
                                                    "enroller"};
constexpr std::array<std::string_view, 4> kImpacts = {"read-only", "benign", "disruptive",
                                                      "destructive"};
constexpr std::array<std::string_view, 5> kTasks = {"patch", "check", "run", "restart-service",
                                                    "reboot"};
constexpr std::array<std::string_view, 7> kOutcomes = {
    "succeeded", "failed", "refused", "expired", "unreachable", "unknown", "not-started"};

}  // namespace

std::string_view name_of(Role role) {
  return kRoles[std::to_underlying(role)];
}
std::string_view name_of(Impact impact) {
  return kImpacts[std::to_underlying(impact)];
}
std::string_view name_of(TaskKind kind) {
  return kTasks[std::to_underlying(kind)];
}
std::string_view name_of(OutcomeKind kind) {
  return kOutcomes[std::to_underlying(kind)];
}

std::optional<Role> role_from(std::string_view name) {
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (kRoles[i] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

Impact impact_of(TaskKind kind) {
  const bool is_reading = kind == TaskKind::Check || kind == TaskKind::Run;
  return is_reading ? Impact::ReadOnly : Impact::Disruptive;
}

Retry retry_of(TaskKind kind) {
  return kind == TaskKind::Run ? Retry::Once : Retry::Idempotent;
}

}  // namespace mainstay
