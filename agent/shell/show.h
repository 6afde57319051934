// `mainstay-agent show`: what the running agent last knew, and which services use most by the
// history that it keeps. Reads two files, asks nobody.
#pragma once

#include <cstdint>
#include <string>

#include "agent/collect/history/reader.h"
#include "agent/shell/config.h"

namespace mainstay::agent {

enum class ShowAs : std::uint8_t { Text, Json };

/// For a person, or one JSON object with `as_of_unix_seconds`, `age_seconds`, `status` (the lines
/// "key: value"), `findings` (the other lines) and `services`. Without a history there is no
/// service in it; with one that cannot be read there is `services_trouble`, too, or a line that
/// says why. Unavailable if no agent has run here yet.
Result<std::string> show(const AgentConfig& config, WallTime now, ShowAs as);

/// Two tables: by processor and by memory, the largest first; empty if there is nothing to tell.
std::string services_text(const History& history, std::uint32_t minute_now);

}  // namespace mainstay::agent
