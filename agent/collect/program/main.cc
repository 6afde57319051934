// mainstay-collect: see --help.
#include <array>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/collect/certificate/look.h"
#include "agent/collect/report/report_json.h"
#include "agent/collect/updates/look.h"
#include "common/loop/clock.h"

namespace mainstay::agent {
namespace {

constexpr std::string_view kHelp =
    R"(mainstay-collect - looks at one source of a host's state and prints what it found as JSON

usage: mainstay-collect SOURCE [OPTION]...

Reads only, asks nobody on other machines but backup repositories, and is ended by whoever started it
when it takes too long. mainstay-agent starts it; `mainstay-agent show` prints what it found.

example:
  mainstay-collect backup --file /etc/mainstay/backup.yaml

exit: 0 looked - 2 wrong use
)";

using Words = std::vector<std::string>;

/// One source: false for wrong use, else the report.
struct Verb {
  std::string_view name;
  bool (*look)(const Words& words, WallTime now, SourceReport& report);
};

// One line a source.
constexpr auto kVerbs = std::to_array<Verb>({
    {"certificate", certificate::look_at_certificates},
    {"patch", look_at_patch},
});

int run(const Words& words) {
  if (words.size() == 1 && words[0] == "--help") {
    (void)std::fputs(kHelp.data(), stdout);
    return 0;
  }
  for (const Verb& verb : kVerbs) {
    if (words.empty() || words[0] != verb.name) continue;
    SourceReport report;
    report.at = loop::walltime_now();
    if (!verb.look(Words(words.begin() + 1, words.end()), report.at, report)) break;
    (void)std::fputs(write_report(std::move(report)).c_str(), stdout);
    return std::fflush(stdout) == 0 ? 0 : 1;
  }
  (void)std::fputs("mainstay-collect: wrong use; see mainstay-collect --help\n", stderr);
  return 2;
}

}  // namespace
}  // namespace mainstay::agent

int main(int count, char** arguments) {
  const std::span all(arguments, static_cast<std::size_t>(count));
  return mainstay::agent::run({all.begin() + 1, all.end()});
}
