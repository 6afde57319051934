#include "agent/collect/backup/text/command_text.h"

#include <nlohmann/json.hpp>

#include "agent/collect/backup/text/json.h"

namespace mainstay::agent::backup {

Result<CommandNewest> read_command_newest(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.find('\n') != std::string_view::npos) return malformed_answer("more than one line");
  TRY(const nlohmann::json value, parse_tool_json(text, kCommandAnswerBytesMax));
  TRY(const std::int64_t seconds, number_member(value, "at"));
  if (seconds > kSecondsMax) return malformed_answer("at is no instant");
  CommandNewest newest{.at = wall_from_ms(seconds * 1000), .bytes = std::nullopt};
  for (const auto& [key, ignored] : value.items()) {
    if (key != "at" && key != "bytes") return malformed_answer("an unknown key");
  }
  if (value.contains("bytes")) {
    TRY(newest.bytes, number_member(value, "bytes"));
  }
  return newest;
}

}  // namespace mainstay::agent::backup
