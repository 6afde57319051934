// Every file of `key: value` lines is either refused under its name or holds what was asked of it;
// what we write ourselves is read back as it was. So are sets of packages, labels and the words of
// a shim. The first byte chooses the reader.
#include <algorithm>
#include <cstdint>
#include <ranges>
#include <string>
#include <vector>

#include "agent/apt/package.h"
#include "agent/executor/shell/config.h"
#include "agent/executor/shim/task.h"
#include "agent/executor/shim/traces.h"
#include "agent/shell/config.h"
#include "agent/shell/identity.h"
#include "common/core/check.h"
#include "common/plan/attempt.h"
#include "common/plan/token_text.h"
#include "common/plan/trust.h"
#include "coordinator/cli/certify.h"
#include "coordinator/cli/config.h"
#include "coordinator/gate/gate.h"
#include "coordinator/shell/config.h"

namespace {

using namespace mainstay;
using namespace std::chrono_literals;

const std::string kName = "some.file";

template <class T>
bool read_well(const Result<T>& read, const std::string& name = kName) {
  if (read.has_value()) return true;
  CHECK(read.error().fault == Fault::Malformed);
  CHECK(read.error().detail.starts_with(name + ":"));
  return false;
}

/// What was read, written by us and read again, is written the same way.
template <class Read, class Write>
void try_both(std::string_view text, Read read, Write write) {
  const auto value = read(text);
  if (!value.has_value()) return;
  const std::string once = write(*value);
  const auto again = read(once);
  CHECK(again.has_value());
  CHECK(write(*again) == once);
}

bool is_path(const std::string& path) {
  return path.starts_with('/') && path.find('\0') == std::string::npos;
}

void try_executor(std::string_view text) {
  const auto config = executor::parse_executor_config(text, kName);
  if (!read_well(config)) return;
  CHECK(is_path(config->state_directory));
  CHECK(is_path(config->socket));
  CHECK(is_path(config->trust_file));
  CHECK(config->patch_root.empty() || is_path(config->patch_root));
  for (const Duration span : {config->lock_wait, config->idle_exit}) {
    CHECK(span >= 0s && span <= 24h);
  }
  CHECK(config->agent_uid <= 0xffff'fffe);
}

void try_agent(std::string_view text) {
  const auto config = agent::parse_agent_config(text, kName);
  if (!read_well(config)) return;
  CHECK(is_path(config->state_directory));
  CHECK(is_path(config->trust_file));
  CHECK(is_path(config->executor_socket));
  CHECK(is_path(config->apt_helper));
  for (const Duration span : {config->limits.report_interval, config->limits.look_interval}) {
    CHECK(span >= 1s && span <= 24h);
  }
}

void try_coordinator(std::string_view text) {
  const auto config = coordinator::parse_config(text, kName);
  if (!read_well(config)) return;
  CHECK(config->permit_lifetime >= 10s && config->permit_lifetime <= kPermitLifetimeMax);
  CHECK(config->beacon_interval >= 1s && config->beacon_interval <= 20s);
  CHECK(config->grace >= 0s && config->grace <= 1h);
  CHECK(config->gates.size() <= 2);
}

void try_trace(std::string_view text) {
  using namespace executor::traces;
  if (const auto started = read_started(text); read_well(started, "started")) {
    CHECK(started->pid >= 0);
  }
  if (const auto result = read_result(text); read_well(result, "result")) {
    CHECK(result->exit_code >= 0 && result->exit_code <= 255);
  }
  try_both(text, read_started, started_text);
  try_both(text, read_result, result_text);
}

void try_kept(std::uint8_t which, std::string_view text) {
  const auto trust = [](std::string_view from) { return read_trust(from, kName); };
  const auto token = [](std::string_view from) { return read_token(from, kName); };
  const auto client = [](std::string_view from) { return cli::parse_client_config(from, kName); };
  const auto enrolment = [](std::string_view from) { return agent::parse_enrolment(from, kName); };
  if (which == 0 && read_well(trust(text))) try_both(text, trust, write_trust);
  if (which == 1 && read_well(token(text))) try_both(text, token, write_token);
  if (which == 2 && read_well(client(text))) try_both(text, client, cli::write_client_config);
  if (which == 3 && read_well(enrolment(text))) try_both(text, enrolment, agent::enrolment_text);
}

void try_set(std::string_view text) {
  const auto set = apt::parse_set(text, apt::VersionPart::Required);
  if (!set) return;
  CHECK(set->size() <= apt::kSetMax);
  std::string again;
  for (const apt::PackageVersion& package : *set) {
    CHECK(apt::well_formed(package));
    again += to_text(package) + " ";
  }
  const auto twice = apt::parse_set(again, apt::VersionPart::Required);
  CHECK(twice.has_value() && *twice == *set);
}

void try_labels(std::string_view text) {
  const auto labels = cli::parse_labels(text);
  if (!labels) return;
  std::string again;
  for (const auto& [name, value] : *labels) {
    CHECK(!name.empty() && !value.empty());
    again += (again.empty() ? "" : ",") + name + "=" + value;
  }
  const auto twice = cli::parse_labels(again);
  CHECK(twice.has_value() && *twice == *labels);
}

/// A word a line.
void try_order(std::string_view text) {
  std::vector<std::string> words;
  for (const auto word : std::views::split(text, '\n'))
    words.emplace_back(word.begin(), word.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  const auto order = parse_order(arguments);
  if (!order) return;
  CHECK(order->within > Duration(0) && order->grace >= Duration(0));
  CHECK(!order->argv.empty() && !order->folder.empty());
  CHECK(!order->throw_away || *order->throw_away != 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto which = static_cast<std::uint8_t>(data[0] - '0');
  if (which < 4) try_kept(which, text);
  if (which == 4) try_executor(text);
  if (which == 5) try_agent(text);
  if (which == 6) try_coordinator(text);
  if (which == 7) {
    if (const auto gate = parse_gate_config(text, kName); read_well(gate)) {
      CHECK(gate->starts_per_minute <= 100'000);
    }
  }
  if (which == 8) try_trace(text);
  if (which == 9) try_set(text);
  if (which == 'l' - '0') try_labels(text);
  if (which == 'o' - '0') try_order(text);
  return 0;
}
