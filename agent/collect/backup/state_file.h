// Small files of our own between a check and the next look: lines of `key: value`, written durably
// with mode 0600, and a sum over them at the end. A file that is damaged, that others may write or
// that is a link is not believed: a wrong record would prove backups that nobody has read.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/core/result.h"
#include "common/core/time.h"
#include "common/plan/key_lines.h"

namespace mainstay::agent::backup {

using StateLines = std::vector<std::pair<std::string, std::string>>;

/// Line ends in values become spaces.
Status write_state(const std::string& path, const StateLines& lines);

/// Nothing if there is no such file. Corrupt if it is not to be believed. All keys are needed.
Result<std::optional<KeyLines>> read_state(const std::string& path,
                                           std::span<const std::string_view> keys);

/// Seconds since 1970, 0 for never. Corrupt if later than `now`: no record is from the future.
Result<WallTime> instant_in(const KeyLines& lines, std::string_view key, WallTime now);
std::string seconds_line(WallTime at);

}  // namespace mainstay::agent::backup
