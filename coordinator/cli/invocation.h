// What was asked for on the command line, once the words were understood.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::cli {

struct Invocation {
  std::string command;                                          // "host show"
  std::map<std::string, std::vector<std::string>> values = {};  // by the argument's long name
  std::set<std::string> flags = {};

  [[nodiscard]] bool has(const std::string& name) const {
    return values.contains(name) || flags.contains(name);
  }
  [[nodiscard]] std::string text(const std::string& name, std::string_view otherwise = {}) const;
  [[nodiscard]] std::vector<std::string> all(const std::string& name) const;
  [[nodiscard]] std::string output() const { return text("output", "text"); }
  [[nodiscard]] bool wants_json() const { return output() == "json"; }
  /// "4h", "2d", "90s"; `otherwise` if it was not given.
  [[nodiscard]] Result<Duration> duration(const std::string& name, Duration otherwise) const;
  /// Nothing if it was not given.
  [[nodiscard]] Result<std::optional<std::uint64_t>> count(const std::string& name) const;
};

/// Asked for with --help: to be printed, and all is well.
struct HelpText {
  std::string text;
};

/// Malformed says what is wrong and the nearest word.
Result<std::variant<Invocation, HelpText>> parse_command_line(std::span<const std::string> words);

Result<Duration> parse_duration(std::string_view text);

}  // namespace mainstay::cli
