#include "agent/shell/words.h"

#include <algorithm>

#include "common/core/escape.h"
#include "common/core/nearest.h"

namespace mainstay::agent {
namespace {

constexpr std::string_view kHelpText =
    R"(mainstay-agent - looks after one host and talks to the centre; never runs as root

usage: mainstay-agent [run] [--config FILE]
       mainstay-agent enrol [--config FILE] --token FILE [--wait SECONDS]
       mainstay-agent show  [--config FILE] [-o json]

run    reports, and passes signed orders to the executor, until a signal ends it
enrol  makes this host known with a single-use token; waits at most 60 s unless told otherwise;
       as root it becomes the owner of the state directory first
show   what the running agent last knew: link, facts, findings, open attempts, and the services that
       use most of a processor and of memory, now and at most

Without --config it is /etc/mainstay/agent.conf. The file has `key: value` lines: state_directory,
trust_file, executor_socket, apt_helper, and if wanted report_interval, look_interval,
gate_endpoint, machine_file, executor_uid, log_level, allow_root.

examples:
  mainstay-agent enrol --token /run/web-1.token
  mainstay-agent show
  mainstay-agent show -o json
  mainstay-agent --config /srv/test/agent.conf

exit: 0 done, or ended by a signal - 1 could not go on - 2 wrong use or configuration -
      3 refused - 6 executor or centre unreachable
)";

constexpr const char* kDefaultConfig = "/etc/mainstay/agent.conf";

constexpr std::string_view kVerbs[] = {"run", "enrol", "show"};

std::string unknown(const std::string& word, std::span<const std::string_view> known) {
  std::string text = "unknown word " + escape_for_terminal(word);
  if (const auto near = nearest(word, known)) text += "; did you mean " + std::string(*near) + "?";
  return text;
}

}  // namespace

std::string_view agent_help() {
  return kHelpText;
}

bool asks_help(std::span<char*> arguments) {
  if (!arguments.empty() && std::string_view(arguments[0]) == "help") return true;
  return std::ranges::any_of(
      arguments, [](std::string_view word) { return word == "--help" || word == "-h"; });
}

Result<Words> read_words(std::span<char*> arguments) {
  static constexpr std::string_view kOptions[] = {"--config", "--token", "--wait", "-o"};
  Words words;
  std::size_t place = 0;
  if (!arguments.empty() && arguments[0][0] != '-') words.verb = arguments[place++];
  if (std::ranges::find(kVerbs, words.verb) == std::end(kVerbs)) {
    return fail(Fault::Malformed, unknown(words.verb, kVerbs));
  }
  for (; place < arguments.size(); place += 2) {
    const std::string option = arguments[place];
    const bool known = std::ranges::find(kOptions, option) != std::end(kOptions) &&
                       (option == "--config" || words.verb == (option == "-o" ? "show" : "enrol"));
    if (!known) return fail(Fault::Malformed, unknown(option, kOptions));
    if (place + 1 == arguments.size()) return fail(Fault::Malformed, option + " needs a value");
    if (!words.options.emplace(option, arguments[place + 1]).second) {
      return fail(Fault::Malformed, option + " is given twice");
    }
  }
  words.options.emplace("--config", kDefaultConfig);
  if (const auto form = words.options.find("-o");
      form != words.options.end() && form->second != "json") {
    return fail(Fault::Malformed, "-o: expected json");
  }
  if (words.verb == "enrol" && !words.options.contains("--token")) {
    return fail(Fault::Malformed, "expected --token FILE");
  }
  return words;
}

}  // namespace mainstay::agent
