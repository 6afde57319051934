// mainstay-gate: see --help.
#include <csignal>
#include <cstdio>
#include <string_view>

#include <sys/stat.h>

#include "common/observe/text_log.h"
#include "coordinator/gate/gate.h"

namespace {

constexpr std::string_view kHelp =
    R"(mainstay-gate - ends the encrypted connections of hosts and passes their frames on

usage: mainstay-gate --config FILE

The file has `key: value` lines: mode (hosts or enrolment), listen, coordinator, coordinator_key,
dispatch_key, link_key_file, state_directory, starts_per_minute. `mainstay init` writes one.

examples:
  mainstay-gate --config /etc/mainstay/gate/gate.conf
  mainstay-gate --config /etc/mainstay/enrolment/gate.conf

exit: 0 ended by a signal - 1 could not go on - 2 wrong use or configuration
)";

int complain(std::string_view words, int code) {
  std::fprintf(stderr, "mainstay-gate: %.*s\n", static_cast<int>(words.size()), words.data());
  return code;
}

int serve(const std::string& path) {
  using namespace mainstay;
  auto config = read_gate_config(path);
  if (!config) return complain(config.error().detail, 2);
  ::umask(077);
  ::mkdir(config->state_directory.c_str(), 0700);
  auto lock = loop::FileLock::take(config->state_directory + "/lock");
  if (!lock) return complain("another gate serves from here: " + lock.error().detail, 1);
  observe::TextLog log;
  loop::Loop loop;
  Gate gate(loop, log, std::move(*config));
  if (auto started = gate.start(); !started) return complain(started.error().detail, 1);
  const loop::Signal terminate(loop, SIGTERM, [&] { loop.stop(); });
  const loop::Signal interrupt(loop, SIGINT, [&] { loop.stop(); });
  loop.run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "--help" || first == "-h") {
    std::fwrite(kHelp.data(), 1, kHelp.size(), stdout);
    return 0;
  }
  if (first == "--version") {
    std::puts("mainstay-gate " MAINSTAY_VERSION);
    return 0;
  }
  if (argc != 3 || first != "--config") {
    return complain("expected --config FILE; see mainstay-gate --help", 2);
  }
  return serve(argv[2]);
}
