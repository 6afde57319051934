// mainstay-gate: see --help.
#include <csignal>
#include <cstdio>
#include <string_view>

#include <sys/stat.h>

#include "common/loop/notify.h"
#include "common/loop/process_limits.h"
#include "common/observe/text_log.h"
#include "coordinator/gate/gate.h"

namespace {

constexpr std::string_view kHelp =
    R"(mainstay-gate - ends the encrypted connections of hosts and passes their frames on

usage: mainstay-gate --config FILE

The file has `key: value` lines: mode (hosts or enrolment), listen, coordinator, coordinator_key,
dispatch_key, link_key_file, state_directory, starts_per_minute. `mainstay init` writes one.
link_key_file may be `%d/NAME`: a credential that the service manager hands over.

examples:
  mainstay-gate --config /etc/mainstay/gate/gate.conf
  mainstay-gate --config /etc/mainstay/enrolment/gate.conf

exit: 0 ended by a signal - 1 could not go on - 2 wrong use or configuration
)";

int complain(std::string_view words, int code) {
  std::fprintf(stderr, "mainstay-gate: %.*s\n", static_cast<int>(words.size()), words.data());
  return code;
}

using namespace mainstay;

// Descriptors beside those of hosts: store, log, event loop, self-test.
constexpr std::uint64_t kOwnDescriptors = 128;
// Threads' stacks and what the program itself needs.
constexpr std::uint64_t kOwnBytes = std::uint64_t{256} << 20U;
// A connection takes 39 to 77 KiB here (measured); this holds each twice over.
constexpr std::uint64_t kConnectionBytes = std::uint64_t{160} << 10U;
// Strangers are few at a time.
constexpr std::uint64_t kStrangersMax = 1'500;

/// libzmq drops a message of many frames only when it is complete: one enrolled peer made the
/// process grow by 664 MiB in 4 s. With a bound the gate dies of it, and is back in a second.
void set_limits(GateMode mode, Log& log) {
  const std::uint64_t needed = kGateHostsMax + kOwnDescriptors;
  if (const std::uint64_t descriptors = loop::raise_descriptor_limit(); descriptors < needed) {
    log.event(Level::Warn, "descriptors.few", {{"limit", descriptors}, {"needed", needed}});
  }
  const std::uint64_t peers = mode == GateMode::Hosts ? kGateHostsMax : kStrangersMax;
  if (const Status set = loop::limit_memory(kOwnBytes + peers * kConnectionBytes); !set) {
    log.event(Level::Warn, "memory.not_limited", {{"reason", set.error().detail}});
  }
}

int serve(const std::string& path) {
  auto config = read_gate_config(path);
  if (!config) return complain(config.error().detail, 2);
  ::umask(077);
  ::mkdir(config->state_directory.c_str(), 0700);
  auto lock = loop::FileLock::take(config->state_directory + "/lock");
  if (!lock) return complain("another gate serves from here: " + lock.error().detail, 1);
  observe::TextLog log;
  set_limits(config->mode, log);
  loop::Loop loop;
  loop::Notify notify(loop);
  Gate gate(loop, log, std::move(*config));
  if (auto started = gate.start(); !started) return complain(started.error().detail, 1);
  const loop::Signal terminate(loop, SIGTERM, [&] { loop.stop(); });
  const loop::Signal interrupt(loop, SIGINT, [&] { loop.stop(); });
  notify.ready();
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
