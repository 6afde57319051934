// What mainstay-agent was called with.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "common/core/result.h"

namespace mainstay::agent {

struct Words {
  std::string verb = "run";
  std::map<std::string, std::string, std::less<>> options;
};

/// What --help prints.
std::string_view agent_help();
/// True for --help and -h anywhere, and for the word help in first place.
bool asks_help(std::span<char*> arguments);
/// --config has a value in any case. An error says what was expected.
Result<Words> read_words(std::span<char*> arguments);

}  // namespace mainstay::agent
