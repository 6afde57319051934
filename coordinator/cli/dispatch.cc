#include "coordinator/cli/dispatch.h"

#include <array>
#include <cstdint>

#include "common/core/escape.h"
#include "coordinator/cli/remote.h"

namespace mainstay::cli {

namespace {

/// When the configuration must be there.
enum class Config : std::uint8_t {
  First,  // before the command runs: it signs, or reads the trust file that is named there
  Late,   // when it asks the centre: what is wrong with its words is told before
  Never,
};

struct Entry {
  std::string_view path;
  Command command;
  Config config = Config::First;
};

constexpr std::array kCommands = {
    Entry{"status", status, Config::Late},
    Entry{"snooze", snooze, Config::Late},
    Entry{"report", report, Config::Late},
    Entry{"cve", cve},
    Entry{"vulnerability import", vulnerability_import},
    Entry{"vulnerability list", vulnerability_list},
    Entry{"vulnerability remove", vulnerability_remove},
    Entry{"explain", explain, Config::Late},
    Entry{"logs", logs, Config::Late},
    Entry{"ledger", ledger, Config::Late},
    Entry{"ledger release", ledger_release},
    Entry{"host list", host_list, Config::Late},
    Entry{"host show", host_show, Config::Late},
    Entry{"host label", host_label},
    Entry{"host park", host_park},
    Entry{"host recheck", host_recheck},
    Entry{"host remove", host_remove},
    Entry{"token create", token_create},
    Entry{"token list", token_list, Config::Late},
    Entry{"token remove", token_remove},
    Entry{"plan", plan_file},
    Entry{"plan show", plan_show},
    Entry{"plan list", plan_list, Config::Late},
    Entry{"approve", approve},
    Entry{"start", start},
    Entry{"apply", apply},
    Entry{"run", run},
    Entry{"watch", watch},
    Entry{"pause", pause},
    Entry{"resume", resume},
    Entry{"abort", abort_rollout},
    Entry{"retry", retry},
    Entry{"skip", skip},
    Entry{"stop", stop},
    Entry{"init", init, Config::Never},
    Entry{"operator list", operator_list},
    Entry{"operator add", operator_add},
    Entry{"operator remove", operator_remove},
    Entry{"operator key", operator_key, Config::Never},
    Entry{"audit verify", audit_verify},
    Entry{"audit show", audit_show},
    Entry{"completion", completion, Config::Never},
    Entry{"manual", manual, Config::Never},
};

const Entry* find_entry(std::string_view path) {
  for (const Entry& entry : kCommands) {
    if (entry.path == path) return &entry;
  }
  return nullptr;
}

Result<Verdict> run_parsed(const Invocation& call, Screen& screen) {
  const Entry* entry = find_entry(call.command);
  if (entry == nullptr) return fail(Fault::Malformed, "no such command: " + call.command);
  ClientConfig config;
  const bool bare_stop = call.command == "stop" && !call.has("fleet") && !call.has("lift");
  if (entry->config != Config::Never && !bare_stop) {
    auto read = read_client_config(config_path(call.text("config")));
    if (!read && entry->config == Config::First) return std::unexpected(read.error());
    if (read) config = std::move(*read);
    if (!read) config.missing = read.error();
  }
  RemoteCentre centre(config, screen);
  Session session{.call = call, .config = config, .centre = centre, .screen = screen};
  return entry->command(session);
}

/// Whatever it quotes, of files, arguments or the centre: only its own line breaks act.
std::string harmless(std::string_view text) {
  std::string lines;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += escape_for_terminal(text.substr(0, end));
    if (end == text.size()) return lines;
    lines += '\n';
    text.remove_prefix(end + 1);
  }
}

int tell(Screen& screen, const Error& error) {
  screen.note("mainstay: " + harmless(error.detail));
  return static_cast<int>(verdict_of(error));
}

}  // namespace

Command find_command(std::string_view path) {
  const Entry* entry = find_entry(path);
  return entry == nullptr ? nullptr : entry->command;
}

Verdict verdict_of(const Error& error) {
  switch (error.fault) {
    case Fault::Malformed:
      return Verdict::WrongUse;
    case Fault::Denied:
      return Verdict::Refused;
    case Fault::Stale:
      return Verdict::ApprovalMissing;
    case Fault::Unavailable:
      return Verdict::Unreachable;
    case Fault::Corrupt:
      break;
  }
  return Verdict::Halted;
}

int run_command_line(const std::vector<std::string>& words, Screen& screen) {
  const auto parsed = parse_command_line(words);
  if (!parsed) return tell(screen, parsed.error());
  if (const auto* help = std::get_if<HelpText>(&*parsed)) {
    screen.print(help->text);
    return 0;
  }
  const auto verdict = run_parsed(std::get<Invocation>(*parsed), screen);
  if (!verdict) return tell(screen, verdict.error());
  return static_cast<int>(*verdict);
}

}  // namespace mainstay::cli
