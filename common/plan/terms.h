// The closed vocabularies that documents share. Every value here is stored and crosses the wire:
// never renumber, never reuse; add at the end and let `requires` keep older readers out.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mainstay {

enum class Role : std::uint8_t { Viewer = 0, Operator = 1, Approver = 2, Admin = 3, Enroller = 4 };

/// What a task may do to a host, least first.
enum class Impact : std::uint8_t { ReadOnly = 0, Benign = 1, Disruptive = 2, Destructive = 3 };

/// Whether an attempt whose end is unknown may be followed by another without asking a person.
enum class Retry : std::uint8_t { Idempotent = 0, Once = 1 };

enum class TaskKind : std::uint8_t {
  Patch = 0,
  Check = 1,
  Run = 2,
  RestartService = 3,
  Reboot = 4,
};

/// How an attempt ended.
enum class OutcomeKind : std::uint8_t {
  Succeeded = 0,
  Failed = 1,
  Refused = 2,      // durably closed before it started
  Expired = 3,      // its permit or plan ran out before it started
  Unreachable = 4,  // the coordinator's word: nothing was heard of it
  Unknown = 5,      // it started, and what became of it cannot be told
  NotStarted = 6,
};

std::string_view name_of(Role role);
std::string_view name_of(Impact impact);
std::string_view name_of(TaskKind kind);
std::string_view name_of(OutcomeKind kind);
std::optional<Role> role_from(std::string_view name);

Impact impact_of(TaskKind kind);  // of `run` as signed without root
Retry retry_of(TaskKind kind);

}  // namespace mainstay
