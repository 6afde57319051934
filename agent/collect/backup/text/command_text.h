// What a site's own command says of its newest backup; the contract is in the help.
#pragma once

#include <optional>
#include <string_view>

#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::agent::backup {

inline constexpr std::size_t kCommandAnswerBytesMax = 4096;

struct CommandNewest {
  WallTime at{};
  std::optional<std::int64_t> bytes;
};
/// One line: {"at": SECONDS_SINCE_1970, "bytes": N}; `bytes` may be left out, nothing else may be
/// there.
Result<CommandNewest> read_command_newest(std::string_view text);

}  // namespace mainstay::agent::backup
