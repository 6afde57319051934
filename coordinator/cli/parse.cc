// The only unit that includes CLI11: builds its tree from commands.h, and turns what it found into
// an Invocation. Mistakes are told in our own words, with the nearest valid one.
#include <algorithm>
#include <deque>
#include <map>

#include "common/core/escape.h"
#include "common/core/nearest.h"
#include "coordinator/cli/commands.h"
#include "coordinator/cli/guard.h"
#include "coordinator/cli/invocation.h"

namespace mainstay::cli {

namespace {

/// What CLI11 fills: stable in memory while it parses.
struct Slot {
  std::string command;
  Argument argument;
  std::vector<std::string> values = {};
  std::string word = {};  // of a positional: a list would take the words of the next one too
  bool flag = false;
};

std::string long_name(std::string_view name) {
  return std::string(name.substr(name.find(',') + 1));
}

std::string option_names(std::string_view name) {
  const std::string word = "--" + long_name(name);
  return name.find(',') == name.npos ? word : "-" + std::string(name.substr(0, 1)) + "," + word;
}

void add_argument(CLI::App& app, Slot& slot) {
  const Argument& argument = slot.argument;
  const std::string help(argument.help);
  switch (argument.kind) {
    case Argument::Kind::Flag:
      app.add_flag(option_names(argument.name), slot.flag, help);
      return;
    case Argument::Kind::Positional:
      app.add_option(std::string(argument.name), slot.word, help)->type_name("");
      return;
    case Argument::Kind::Positionals:
      app.add_option(std::string(argument.name), slot.values, help)->expected(0, -1)->type_name("");
      return;
    case Argument::Kind::Option: {
      const std::size_t space = help.find(' ');
      app.add_option(option_names(argument.name), slot.values, help.substr(space + 1))
          ->expected(1)
          ->take_last()
          ->type_name(help.substr(0, space));
      return;
    }
  }
}

std::string path_of(const CLI::App* app) {
  std::string path;
  for (; app->get_parent() != nullptr; app = app->get_parent()) {
    path = path.empty() ? app->get_name() : app->get_name() + " " + path;
  }
  return path;
}

/// The line of use says what is needed and what is not, which CLI11's own does not.
class UsageLine : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string name) const override {
    const std::string path = path_of(app);
    for (const CommandEntry& entry : command_entries()) {
      if (entry.path == path) return "Usage: " + synopsis_of(entry) + "\n";
    }
    return "Usage: " + (path.empty() ? name : "mainstay " + path) + " COMMAND ...\n";
  }
};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\v\f") == text.npos;
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

class Tree {
 public:
  Tree() : app_("Mainstay: patch a fleet without hurting it", "mainstay") {
    app_.allow_extras();
    app_.formatter(std::make_shared<UsageLine>());
    app_.footer(
        "Examples:\n"
        "  mainstay status\n"
        "  mainstay host list --where 'patch.security > 0'\n"
        "  mainstay apply november.yaml\n"
        "  mainstay explain web-1\n\n"
        "Exit: 0 done, 1 a host failed, 2 wrong use, 3 refused, 4 approval missing,\n"
        "      5 halted, needs a person, 6 centre unreachable.\n"
        "`mainstay COMMAND --help` shows more; `mainstay --version` which one this is.");
    for (const CommandEntry& entry : command_entries()) add(entry);
  }

  Result<std::variant<Invocation, HelpText>> parse(std::span<const std::string> words) {
    std::vector<std::string> rest;  // after --: never looked at
    const auto mark = std::ranges::find(words, "--");
    if (mark != words.end()) rest.assign(mark + 1, words.end());
    std::vector<std::string> before(words.begin(), mark);
    if (before == std::vector<std::string>{"--version"}) {
      return HelpText{"mainstay " MAINSTAY_VERSION "\n"};
    }
    if (!before.empty() && before.front() == "help") {
      before.erase(before.begin());
      before.emplace_back("--help");
    }
    // CLI11 would take the next word, an option even, as the value.
    for (const std::string& word : before) {
      if (word.starts_with("--") && word.ends_with("=")) {
        return fail(Fault::Malformed,
                    "`" + escape_for_terminal(word) + "` has no value" + see_help(""));
      }
    }
    if (before.empty() && mark != words.end()) {
      return fail(Fault::Malformed, "expected a command before `--`" + see_help(""));
    }
    std::ranges::reverse(before);  // as CLI11 takes them
    if (before.empty()) return HelpText{app_.help()};
    const ParseEnd end = guarded_parse(app_, std::move(before));
    if (end.help) return HelpText{app_.help()};
    CLI::App* found = &app_;
    while (!found->get_subcommands().empty()) found = found->get_subcommands().front();
    const std::string path = path_of(found);
    if (!end.understood) {
      return fail(Fault::Malformed, escape_for_terminal(end.complaint) + see_help(path));
    }
    if (const auto stray = app_.remaining(true); !stray.empty())
      return complain(found, path, stray);
    return invocation(path, std::move(rest));
  }

 private:
  void add(const CommandEntry& entry) {
    const std::string path(entry.path);
    const std::size_t space = path.find(' ');
    CLI::App* parent = &app_;
    if (space != path.npos) {
      parent = child(app_, path.substr(0, space));
      if (!is_command(path.substr(0, space))) {
        std::string& examples = group_examples_[path.substr(0, space)];
        if (examples.empty()) examples = "Examples:";
        examples += "\n  " + std::string(first_line(entry.examples));
        parent->footer(examples);
      }
    }
    CLI::App* command = child(*parent, path.substr(space == path.npos ? 0 : space + 1));
    command->description(std::string(entry.help));
    std::string footer = "Examples:";
    std::string_view examples = entry.examples;
    while (!examples.empty()) {
      const std::size_t end = std::min(examples.find('\n'), examples.size());
      footer += "\n  " + std::string(examples.substr(0, end));
      examples.remove_prefix(std::min(end + 1, examples.size()));
    }
    command->footer(footer);
    for (const Argument& argument : arguments_of(entry)) {
      add_argument(*command, slots_.emplace_back(Slot{.command = path, .argument = argument}));
    }
  }

  static bool is_command(std::string_view path) {
    return std::ranges::any_of(command_entries(),
                               [&](const CommandEntry& entry) { return entry.path == path; });
  }

  static CLI::App* child(CLI::App& parent, const std::string& name) {
    for (CLI::App* known : parent.get_subcommands({})) {
      if (known->get_name() == name) return known;
    }
    CLI::App* added = parent.add_subcommand(name, std::string(group_help(name)));
    added->allow_extras();
    return added;
  }

  static std::string see_help(const std::string& path) {
    return "\nSee: mainstay " + path + (path.empty() ? "" : " ") + "--help";
  }

  [[nodiscard]] bool takes_words(const std::string& path) const {
    return std::ranges::any_of(slots_, [&](const Slot& slot) {
      return slot.command == path && slot.argument.kind == Argument::Kind::Positionals &&
             slot.argument.name == "ARGV";
    });
  }

  [[nodiscard]] std::unexpected<Error> complain(const CLI::App* found, const std::string& path,
                                                const std::vector<std::string>& stray) const {
    const std::string& word = stray.front();
    const bool is_option = word.starts_with("-") && word.size() > 1;
    std::vector<std::string> known;
    if (is_option) {
      for (const Slot& slot : slots_) {
        const auto kind = slot.argument.kind;
        if (slot.command == path &&
            (kind == Argument::Kind::Option || kind == Argument::Kind::Flag)) {
          known.push_back("--" + long_name(slot.argument.name));
        }
      }
    } else {
      for (const CLI::App* each : found->get_subcommands({})) known.push_back(each->get_name());
    }
    if (is_option && std::ranges::find(known, word) != known.end()) {
      return fail(Fault::Malformed, "`" + word + "` belongs after the command: `mainstay " + path +
                                        " " + word + "`" + see_help(path));
    }
    // `plan` is a command and a group: the word after its file belongs to neither.
    const bool too_many = !is_option && (known.empty() || is_command(path));
    std::string text = is_option  ? "unknown option `"
                       : too_many ? "one word too many: `"
                                  : "unknown command `";
    text +=
        (is_option || path.empty() || too_many ? "" : path + " ") + escape_for_terminal(word) + "`";
    const std::vector<std::string_view> views(known.begin(), known.end());
    if (is_option && takes_words(path)) {
      text += "; the words of the command to run come after `--`";
    } else if (const auto meant = nearest(word, views)) {
      text += "; did you mean `" + (is_option || path.empty() ? "" : path + " ") +
              std::string(*meant) + "`?";
    }
    return fail(Fault::Malformed, text + see_help(path));
  }

  Result<std::variant<Invocation, HelpText>> invocation(const std::string& path,
                                                        std::vector<std::string> rest) {
    Invocation call{.command = path};
    for (Slot& slot : slots_) {
      if (slot.command != path) continue;
      const std::string name = long_name(slot.argument.name);
      if (slot.argument.kind == Argument::Kind::Positionals) {
        slot.values.insert(slot.values.end(), rest.begin(), rest.end());
        rest.clear();
      }
      if (!slot.word.empty()) slot.values = {slot.word};
      if (slot.flag) call.flags.insert(name);
      if (!slot.values.empty()) call.values[name] = slot.values;
      const bool is_empty =
          slot.values.empty() || (slot.values.size() == 1 && slot.values.front().empty());
      if (slot.argument.required && is_empty) return lacks(path, slot.argument);
      if (name == "reason" && !slot.values.empty() && is_blank(slot.values.front())) {
        return fail(Fault::Malformed, "--reason is empty: say why" + see_help(path));
      }
    }
    if (!is_command(path)) {
      return fail(Fault::Malformed, "`" + path + "` needs a command after it" + see_help(path));
    }
    if (!rest.empty())
      return fail(Fault::Malformed, "nothing may follow `--` here" + see_help(path));
    const std::string form = call.output();
    const bool is_shown = path == "plan show";
    const bool has_page = is_shown || path == "plan";
    if (form != "text" && form != "json" && !(form == "yaml" && is_shown) &&
        !(form == "markdown" && has_page)) {
      return fail(Fault::Malformed, std::string("-o: expected text") + (is_shown ? ", yaml" : "") +
                                        (has_page ? ", markdown" : "") + " or json, found `" +
                                        escape_for_terminal(form) + "`");
    }
    return call;
  }

  static std::unexpected<Error> lacks(const std::string& path, const Argument& argument) {
    const bool is_option = argument.kind == Argument::Kind::Option;
    return fail(Fault::Malformed,
                "`" + path + "` needs " +
                    (is_option ? "--" + long_name(argument.name) + " " + std::string(argument.help)
                               : std::string(argument.name)) +
                    see_help(path));
  }

  CLI::App app_;
  std::deque<Slot> slots_;
  std::map<std::string, std::string> group_examples_;  // by the first word of its commands
};

}  // namespace

Result<std::variant<Invocation, HelpText>> parse_command_line(std::span<const std::string> words) {
  return Tree().parse(words);
}

}  // namespace mainstay::cli
