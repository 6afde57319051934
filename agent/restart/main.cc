// mainstay-restart: see --help.
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

#include <sys/utsname.h>
#include <unistd.h>

#include "agent/restart/command.h"
#include "agent/restart/need.h"

namespace mainstay::restart {
namespace {

constexpr std::string_view kHelp =
    R"(mainstay-restart - restarts what still runs code of replaced files; mainstay-exec starts it

usage: mainstay-restart services [--look] [--never UNIT]...
       mainstay-restart machine  [--look] --when needed|always

services         restarts the services that run replaced files, and says which and why
services --look  only says which; exit 1 if there is any
machine          reboots, if needed or always, and waits to go down with the machine
machine --look   waits until the machine is up; exit 1 if that comes to nothing

Never restarted: message bus, logins, consoles, display managers, and what --never names. As long as
one of the first runs replaced files, a reboot is needed.

examples:
  mainstay-restart services --look
  mainstay-restart services --never postgresql --never docker

exit: 0 done, or nothing to do - 1 something could not be done, or is left - 2 wrong use -
      3 it cannot be told, because not every process could be looked into
)";

constexpr int kCannotTell = 3;
constexpr int kUpTimeMax = 540;  // seconds; the executor asks for ten minutes
constexpr const char* kSystemctl = "/usr/bin/systemctl";

struct Order {
  bool is_machine = false;
  bool looks = false;
  bool always = false;
  std::vector<std::string> never;
};

int complain(std::string_view words) {
  (void)std::fprintf(stderr, "mainstay-restart: %.*s\n", static_cast<int>(words.size()),
                     words.data());
  return 2;
}

void say(const std::string& line) {
  (void)std::puts(line.c_str());
  (void)std::fflush(stdout);
}

std::string why(const OldCode& code) {
  return code.process + " (" + std::to_string(code.pid) + ") runs replaced " + code.file;
}

/// False for wrong use.
bool read_order(std::span<char* const> arguments, Order& order) {
  if (arguments.empty()) return false;
  const std::string_view verb = arguments[0];
  if (verb != "services" && verb != "machine") return false;
  order.is_machine = verb == "machine";
  bool has_when = false;
  for (std::size_t at = 1; at < arguments.size(); ++at) {
    const std::string_view word = arguments[at];
    const bool has_value = at + 1 < arguments.size();
    if (word == "--look") {
      order.looks = true;
    } else if (word == "--never" && !order.is_machine && has_value) {
      order.never.emplace_back(arguments[++at]);
    } else if (word == "--when" && order.is_machine && has_value) {
      const std::string_view when = arguments[++at];
      if (when != "needed" && when != "always") return false;
      order.always = when == "always";
      has_when = true;
    } else {
      return false;
    }
  }
  return !order.is_machine || has_when || order.looks;
}

/// What systemd says of one property of a unit.
std::string shown(const std::string& unit, const char* property) {
  return first_line_of({kSystemctl, "show", "--value", "-p", property, "--", unit});
}

/// A unit that nobody may stop by hand waits for a reboot.
Restarts restartable(const std::vector<OldCode>& old, const Order& order) {
  Restarts needed = restarts_needed(old, order.never);
  std::erase_if(needed,
                [](const auto& one) { return shown(one.first, "RefuseManualStop") == "yes"; });
  return needed;
}

int cannot_tell() {
  say("not every process could be looked into");
  return kCannotTell;
}

/// Children that a service leaves running on purpose, such as jobs of cron, are not judged: what
/// was restarted is its main process.
int look_at_services(const Order& order) {
  const OldCodeFound found = find_old_code("/proc");
  if (!found.complete) return cannot_tell();
  int exit = 0;
  for (const auto& [unit, first] : restartable(found.old, order)) {
    const std::string main = shown(unit, "MainPID");
    for (const auto& code : found.old) {
      const bool counts = main == "0" || main.empty() || main == std::to_string(code.pid);
      if (code.unit != unit || !counts) continue;
      say(unit + ": " + why(code));
      exit = 1;
    }
  }
  return exit;
}

int restart_services(const Order& order) {
  const OldCodeFound found = find_old_code("/proc");
  if (!found.complete) return cannot_tell();
  int exit = 0;
  for (const auto& code : found.old) {
    if (code.unit != "init") continue;
    say("init starts itself anew: " + why(code));
    if (run_command({kSystemctl, "daemon-reexec"}) != 0) exit = 1;
  }
  for (const auto& [unit, code] : restartable(found.old, order)) {
    say("restarting " + unit + ": " + why(code));
    if (run_command({kSystemctl, "try-restart", "--", unit}) == 0) continue;
    say(unit + " could not be restarted");
    exit = 1;
  }
  return exit;
}

int reboot(const Order& order) {
  utsname system{};
  ::uname(&system);
  const OldCodeFound found = find_old_code("/proc");
  const auto reasons = reboot_reasons({.root = "", .release = system.release}, found.old);
  for (const auto& reason : reasons) say(reason);
  if (reasons.empty() && !order.always) {
    if (!found.complete) return cannot_tell();
    say("no reboot is needed");
    return 0;
  }
  say("rebooting");
  // A bad exit may be an answer that was lost: the machine may go down all the same.
  const bool is_ordered = run_command({kSystemctl, "reboot"}) == 0 ||
                          first_line_of({kSystemctl, "is-system-running"}) == "stopping";
  if (!is_ordered) return 1;
  // The order is given; an end of ours would look as if there were nothing to wait for.
  for (;;) ::pause();
}

/// Units are still starting when the executor asks first. Which units failed, and whether they had
/// before, is for health to say.
int look_at_machine() {
  std::string state;
  for (int second = 0; second < kUpTimeMax; ++second) {
    state = first_line_of({kSystemctl, "is-system-running"});
    if (state == "running" || state == "degraded") return 0;
    if (state == "maintenance" || state == "stopping") break;
    ::sleep(1);
  }
  say("the machine has booted, but is not up: systemd says " + state);
  return 1;
}

int run(std::span<char* const> arguments) {
  Order order;
  if (!read_order(arguments, order)) return complain("see mainstay-restart --help");
  if (order.is_machine) return order.looks ? look_at_machine() : reboot(order);
  return order.looks ? look_at_services(order) : restart_services(order);
}

}  // namespace
}  // namespace mainstay::restart

int main(int count, char** words) {
  const auto arguments = std::span(words, static_cast<std::size_t>(count)).subspan(1);
  if (arguments.size() == 1 && std::string_view(arguments[0]) == "--help") {
    (void)std::fwrite(mainstay::restart::kHelp.data(), 1, mainstay::restart::kHelp.size(), stdout);
    return 0;
  }
  return mainstay::restart::run(arguments);
}
