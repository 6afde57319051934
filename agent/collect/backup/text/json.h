// JSON that a foreign tool printed: parsed within bounds, and read member by member into plain
// values. Each reader is Malformed where a member is missing or of another kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "common/core/result.h"

namespace mainstay::agent::backup {

inline constexpr std::size_t kToolWordBytesMax = 4096;     // a path is the longest of them
inline constexpr std::size_t kToolListMax = 200'000;       // snapshots, files of a folder
inline constexpr std::int64_t kSecondsMax = 253402300799;  // the end of the year 9999

/// `bytes_max` is what the caller asked its tool for at most.
Result<nlohmann::json> parse_tool_json(std::string_view text, std::size_t bytes_max);

/// Of an object; Malformed for any other value.
Result<const nlohmann::json*> member(const nlohmann::json& object, const char* key);
Result<std::string> text_member(const nlohmann::json& object, const char* key);
/// From 0 on.
Result<std::int64_t> number_member(const nlohmann::json& object, const char* key);
Result<const nlohmann::json*> list_member(const nlohmann::json& object, const char* key);
Result<const nlohmann::json*> list_of(const nlohmann::json& value);

std::unexpected<Error> malformed_answer(const std::string& what);

}  // namespace mainstay::agent::backup
