// mainstay-collect: see --help.
#include <array>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/collect/backup/backup.h"
#include "agent/collect/certificate/look.h"
#include "agent/collect/program/look_only.h"
#include "agent/collect/report/report_json.h"
#include "agent/collect/resource/disks/look.h"
#include "agent/collect/service/look.h"
#include "agent/collect/updates/look.h"
#include "agent/collect/usage/look.h"
#include "common/core/escape.h"
#include "common/loop/clock.h"

namespace mainstay::agent {
namespace {

constexpr std::string_view kHelp =
    R"(mainstay-collect - looks at one source of a host's state and prints what it found as JSON

usage: mainstay-collect [--read-only] SOURCE [--state DIR] [OPTION]...

sources; SOURCE --help says more:
  resource     processors, memory, disks and their trend, clock
  patch        open security updates, reboots, processes on old files, who else changes this host
  backup       backups: age, size, checks, restores, locks (/etc/mainstay/backup.yaml)
  certificate  certificates in files and on this host's ports (/etc/mainstay/certificate.yaml)
  service      failed units, late timers, PostgreSQL (/etc/mainstay/service.yaml)
  usage        what could be cleaned

--read-only  as root: gives up writing anything but DIR, and all capabilities but those to look
--state DIR  where a source keeps what it must remember between two looks

Reads only, asks nobody on other machines but backup repositories, and is ended by whoever started it
when it takes too long. mainstay-agent starts it; `mainstay-agent show` prints what it found.

example:
  mainstay-collect backup --file /etc/mainstay/backup.yaml

exit: 0 looked - 2 wrong use - 3 it cannot be made read-only here
)";

using Words = std::vector<std::string>;

/// What a source makes of the folder behind --state.
enum class Memory { Folder, History, None };

/// One source: the report, or the word that is wrong.
struct Verb {
  std::string_view name;
  Memory memory;
  Status (*look)(const Words& words, WallTime now, SourceReport& report);
  std::string_view (*help)();  // what SOURCE --help prints
};

// One line a source.
constexpr auto kVerbs = std::to_array<Verb>({
    {"backup", Memory::Folder, backup::look_at_backup, backup::help_of_backup},
    {"certificate", Memory::Folder, certificate::look_at_certificates,
     certificate::help_of_certificate},
    {"patch", Memory::Folder, look_at_patch, help_of_patch},
    {"resource", Memory::History, look_at_resources, help_of_resource},
    {"service", Memory::None, service::look_at_services, service::help_of_service},
    {"usage", Memory::Folder, look_at_usage, help_of_usage},
});

int print(std::string_view text) {
  const bool is_out = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return is_out && std::fflush(stdout) == 0 ? 0 : 1;
}

int complain(const std::string& text) {
  (void)std::fprintf(stderr, "mainstay-collect: %s\n", escape_for_terminal(text).c_str());
  return 2;
}

/// Takes --state and its value out of the words; empty if there is none.
Result<std::string> take_state(Words& words) {
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (words[at] != "--state") continue;
    if (at + 1 == words.size() || !words[at + 1].starts_with('/')) {
      return fail(Fault::Malformed, "--state: expected a path that begins with /");
    }
    std::string folder = words[at + 1];
    const auto begin = words.begin() + static_cast<std::ptrdiff_t>(at);
    words.erase(begin, begin + 2);
    return folder;
  }
  return std::string();
}

/// What the source is asked with.
Words words_for(const Verb& verb, Words words, const std::string& state) {
  if (state.empty() || verb.memory == Memory::None) return words;
  const bool is_history = verb.memory == Memory::History;
  words.emplace_back(is_history ? "--history" : "--state");
  words.push_back(is_history ? state + "/history" : state);
  return words;
}

int run(Words words) {
  const bool is_read_only = !words.empty() && words[0] == "--read-only";
  if (is_read_only) words.erase(words.begin());
  const Result<std::string> state = take_state(words);
  if (!state.has_value()) return complain(state.error().detail);
  if (is_read_only) {
    if (const auto status = look_only(*state); !status.has_value()) {
      (void)std::fprintf(stderr, "mainstay-collect: not made read-only: %s\n",
                         status.error().detail.c_str());
      return 3;
    }
  }
  if (words.size() == 1 && words[0] == "--help") return print(kHelp);
  for (const Verb& verb : kVerbs) {
    if (words.empty() || words[0] != verb.name) continue;
    if (words.size() == 2 && words[1] == "--help") return print(verb.help());
    SourceReport report;
    report.at = loop::walltime_now();
    const Words rest(words.begin() + 1, words.end());
    const Status looked = verb.look(words_for(verb, rest, *state), report.at, report);
    if (!looked.has_value()) {
      return complain(looked.error().detail + "; see mainstay-collect " + words[0] + " --help");
    }
    return print(write_report(std::move(report)));
  }
  const std::string said = words.empty() ? "expected a source" : "no such source: " + words[0];
  return complain(said + "; see mainstay-collect --help");
}

}  // namespace
}  // namespace mainstay::agent

int main(int count, char** arguments) {
  const std::span all(arguments, static_cast<std::size_t>(count));
  return mainstay::agent::run({all.begin() + 1, all.end()});
}
