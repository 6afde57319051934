// The language of the command line as data: every command with its arguments, one line of help and
// examples. The parser, `--help`, the completion and the messages about mistakes are all made from
// it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mainstay::cli {

struct Argument {
  enum class Kind : unsigned char { Positional, Positionals, Option, Flag };
  Kind kind = Kind::Option;
  std::string_view name;  // "HOST", or "reason" for --reason
  std::string_view help;  // for an option, its value's name comes first: "TEXT why"
  bool required = false;
};

struct CommandEntry {
  std::string_view path;  // "host show"
  std::string_view help;
  std::string_view examples;  // lines
  std::vector<Argument> arguments = {};
};

/// Groups ("host") have no entry of their own unless they are commands too ("plan").
const std::vector<CommandEntry>& command_entries();
/// Those that every command has.
std::vector<Argument> common_arguments();
/// Its own and the common ones; two commands print one thing and ask nobody, and take none of
/// these.
std::vector<Argument> arguments_of(const CommandEntry& entry);
/// How it is written in a line of use: "HOST", "--reason TEXT", "[--check]".
std::string synopsis_of(const Argument& argument);
std::string synopsis_of(const CommandEntry& entry);
/// One line about a group.
std::string_view group_help(std::string_view group);

}  // namespace mainstay::cli
