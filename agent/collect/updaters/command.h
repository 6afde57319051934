// Whether a line of a crontab or script calls a package manager so that it changes the host. A line
// is only read, never run, and its words are told to nobody: they may hold passwords.
#pragma once

#include <optional>
#include <string_view>

namespace mainstay::agent {

/// The manager's name, one of ours; nothing for a line that only asks ("apt list"), only fetches
/// ("apt-get update"), only pretends ("apt-get -s upgrade") or only talks ("echo ..."). What is
/// called through another script is not followed.
std::optional<std::string_view> changing_command(std::string_view line);

/// The 1-based number of the first such line, and the manager.
struct ChangingLine {
  std::size_t number = 0;
  std::string_view manager;
};
std::optional<ChangingLine> first_changing_line(std::string_view text);

}  // namespace mainstay::agent
