#include "coordinator/cli/dispatch.h"

#include <array>

#include "common/core/escape.h"
#include "coordinator/cli/remote.h"

namespace mainstay::cli {

namespace {

struct Entry {
  std::string_view path;
  Command command;
  bool needs_config = true;
};

constexpr std::array kCommands = {
    Entry{"status", status},
    Entry{"snooze", snooze},
    Entry{"report", report},
    Entry{"explain", explain},
    Entry{"logs", logs},
    Entry{"ledger", ledger},
    Entry{"ledger release", ledger_release},
    Entry{"host list", host_list},
    Entry{"host show", host_show},
    Entry{"host label", host_label},
    Entry{"host park", host_park},
    Entry{"host recheck", host_recheck},
    Entry{"host remove", host_remove},
    Entry{"token create", token_create},
    Entry{"token list", token_list},
    Entry{"token remove", token_remove},
    Entry{"plan", plan_file},
    Entry{"plan show", plan_show},
    Entry{"plan list", plan_list},
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
    Entry{"init", init, false},
    Entry{"operator list", operator_list},
    Entry{"operator add", operator_add},
    Entry{"operator remove", operator_remove},
    Entry{"operator key", operator_key, false},
    Entry{"audit verify", audit_verify},
    Entry{"audit show", audit_show},
    Entry{"completion", completion, false},
    Entry{"manual", manual, false},
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
  if (entry->needs_config && !bare_stop) {
    TRY(config, read_client_config(config_path(call.text("config"))));
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
