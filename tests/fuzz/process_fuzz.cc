// What the kernel's tables say of processes, sockets and control groups, and dpkg of its own
// failures: passed over or within bounds, whatever a process calls itself.
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "agent/apt/complaint.h"
#include "agent/apt/source_name.h"
#include "agent/collect/packages/list.h"
#include "agent/collect/packages/sockets.h"
#include "agent/restart/old_code.h"
#include "common/core/check.h"

namespace {

using namespace mainstay;

void try_sockets(const std::string& text) {
  for (const auto protocol : {agent::Protocol::Tcp, agent::Protocol::Udp}) {
    std::istringstream table(text);
    const agent::Listening found = agent::listening_in(table, protocol);
    CHECK(found.inodes.size() <= text.size());
  }
  if (agent::socket_of(text) != 0) CHECK(text.starts_with("socket:["));
}

void try_maps(const std::string& text) {
  std::istringstream lines(text);
  agent::ProcessUse use;
  for (std::string line; std::getline(lines, line);) {
    const std::string file = restart::replaced_file(line);
    if (file.empty()) continue;
    CHECK(file.starts_with('/') && line.contains(file));
    use.replaced.push_back(file);
  }
  const std::size_t count = use.replaced.size();
  agent::ProcessUses uses;
  uses.processes.push_back(std::move(use));
  // Each under some shorter names, too.
  CHECK(agent::files_of(uses).size() <= 8 * count);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try_sockets(text);
  try_maps(text);
  const std::string unit = restart::unit_of(text);
  CHECK(unit.empty() || (unit.ends_with(".service") && !unit.contains('/')));
  (void)apt::dpkg_complaint(text);
  CHECK(apt::unsigned_source(text, "amd64").size() <= text.size());
  return 0;
}
