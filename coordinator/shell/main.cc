// mainstay-coordinator: see --help.
#include <csignal>
#include <cstdio>
#include <string_view>

#include <sys/stat.h>

#include "common/loop/notify.h"
#include "common/loop/process_limits.h"
#include "common/observe/text_log.h"
#include "coordinator/shell/coordinator.h"

namespace {

constexpr std::string_view kHelp =
    R"(mainstay-coordinator - plans and drives what concerns many hosts

usage: mainstay-coordinator --config FILE

The file is coordinator.conf as `mainstay init` writes it: `key: value` lines. Required: fleet,
listen, store, dispatch_key_file, link_key_file, gate_keys, enrolment_keys. Optional: gate_program,
gate_config, gate_state, enrolment_config, enrolment_state (gates it starts, which outlive it),
grace_seconds (15), permit_seconds (120), beacon_seconds (10), log_level (info),
store_bytes (16 GiB: the most the store may grow to).

A key file is an absolute path, or `%d/NAME` for a credential that the service manager hands over.

examples:
  mainstay-coordinator --config /var/lib/mainstay/coordinator.conf

exit: 0 ended by a signal - 1 could not go on - 2 wrong use or configuration
)";

constexpr std::size_t kRecorderNotes = 4096;
// One a gate and one a command of an operator; store, log and event loop.
constexpr std::uint64_t kDescriptorsNeeded = 1024;

int complain(std::string_view words, int code) {
  std::fprintf(stderr, "mainstay-coordinator: %.*s\n", static_cast<int>(words.size()),
               words.data());
  return code;
}

int serve(const std::string& path) {
  using namespace mainstay;
  ::umask(077);
  auto config = coordinator::read_config(path);
  if (!config) return complain(config.error().detail, 2);
  observe::FlightRecorder recorder(kRecorderNotes);
  recorder.install();
  observe::TextLog log({.level_min = config->level, .recorder = &recorder});
  if (const auto descriptors = loop::raise_descriptor_limit(); descriptors < kDescriptorsNeeded) {
    log.event(Level::Warn, "descriptors.few",
              {{"limit", descriptors}, {"needed", kDescriptorsNeeded}});
  }
  loop::Loop loop;
  loop::Notify notify(loop);
  coordinator::Coordinator coordinator(loop, log, std::move(*config));
  if (const auto started = coordinator.start(); !started) {
    return complain(started.error().detail, 1);
  }
  const loop::Signal terminate(loop, SIGTERM, [&] { loop.stop(); });
  const loop::Signal interrupt(loop, SIGINT, [&] { loop.stop(); });
  notify.ready();
  loop.run();
  log.event(Level::Info, "coordinator.ended", {});
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
    std::puts("mainstay-coordinator " MAINSTAY_VERSION);
    return 0;
  }
  if (argc != 3 || first != "--config") {
    return complain("expected --config FILE; see mainstay-coordinator --help", 2);
  }
  return serve(argv[2]);
}
