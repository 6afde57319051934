// coordinator.conf: what the coordinator is told before it starts, as strict `key: value` lines.
// Paths are absolute, as `mainstay init` writes them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/core/id.h"
#include "common/core/result.h"
#include "common/core/time.h"
#include "common/ports/log.h"

namespace mainstay::coordinator {

/// A gate program that the coordinator starts, unless one is running from that configuration.
struct LocalGate {
  std::string config;           // its gate.conf
  std::string state_directory;  // where it holds its lock
};

struct Config {
  std::string store;
  std::string listen;
  std::string fleet;
  std::string dispatch_key_file;
  std::string link_key_file;
  std::vector<LinkKey> gate_keys;       // of gates for hosts
  std::vector<LinkKey> enrolment_keys;  // of gates in enrolment mode
  std::string gate_program;
  std::vector<LocalGate> gates;
  Duration grace = std::chrono::seconds(15);
  Duration permit_lifetime = std::chrono::seconds(120);
  Duration beacon_interval = std::chrono::seconds(10);
  // Of address space: the most the store may grow to. 100,000 hosts of 2 KiB, ten rollouts over all
  // of them in a month at 1 KiB a host, and as much again while pages change.
  std::uint64_t store_bytes = std::uint64_t{16} << 30U;
  Level level = Level::Info;
};

/// Complaints name file, line and the nearest word.
Result<Config> parse_config(std::string_view text, const std::string& name);
Result<Config> read_config(const std::string& path);

}  // namespace mainstay::coordinator
