#include "agent/shell/identity.h"

#include <array>

#include <sys/stat.h>
#include <unistd.h>

#include "common/core/digest.h"
#include "common/loop/files.h"
#include "common/plan/key_lines.h"

namespace mainstay::agent {
namespace {

constexpr std::array<std::string_view, 6> kIdentityKeys = {"host",    "gate_endpoint", "gate_key",
                                                           "machine", "binding",       "labels"};
constexpr mode_t kSecret = 0600;

std::string key_path(const AgentConfig& config) {
  return config.state_directory + "/link.key";
}
std::string enrolment_path(const AgentConfig& config) {
  return config.state_directory + "/enrolment";
}

bool exists(const std::string& path) {
  struct stat info = {};
  return ::stat(path.c_str(), &info) == 0;
}

Result<fabric::KeyPair> read_keys(const std::string& path) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) == 0 && (info.st_mode & 077U) != 0) {
    return fail(Fault::Denied, path + ": others may read it; run chmod 600 and enrol anew");
  }
  TRY(const Bytes text, loop::read_file(path, 256));
  std::string_view hex = as_text(text);
  while (hex.ends_with('\n')) hex.remove_suffix(1);
  const auto bytes = from_hex(hex);
  const auto secret = bytes ? fabric::LinkSecret::from(*bytes) : std::nullopt;
  if (!secret) return fail(Fault::Malformed, path + ": expected 64 hexadecimal digits");
  return fabric::KeyPair{.key = fabric::public_key_of(*secret), .secret = *secret};
}

}  // namespace

Result<fabric::KeyPair> link_keys(const AgentConfig& config) {
  const std::string path = key_path(config);
  if (exists(path)) return read_keys(path);
  return replace_link_keys(config);
}

Result<fabric::KeyPair> replace_link_keys(const AgentConfig& config) {
  const fabric::KeyPair keys = fabric::make_link_keys();
  const std::string text = to_hex(keys.secret.view()) + "\n";
  TRY_STATUS(loop::write_file_durably(key_path(config), as_bytes(text), kSecret));
  return keys;
}

Result<Digest> machine_digest(const AgentConfig& config) {
  const std::string path = config.machine_file.empty() ? "/etc/machine-id" : config.machine_file;
  TRY(const Bytes machine, loop::read_file(path, 4096));
  if (machine.empty()) return fail(Fault::Malformed, path + ": empty; this machine has no id");
  if (!config.machine_file.empty()) return sha256(machine);
  // Most kernels let only root read it, and then it does so at every start.
  const auto board = loop::read_file("/sys/class/dmi/id/product_uuid", 4096);
  return sha256({machine, board.has_value() ? ByteView(*board) : ByteView()});
}

Result<Enrolment> parse_enrolment(std::string_view text, const std::string& name) {
  TRY(const KeyLines lines,
      KeyLines::parse(text, name, {.known = kIdentityKeys, .required = kIdentityKeys}));
  Enrolment enrolment;
  const auto host = HostId::parse(lines.text("host"));
  if (!host) return lines.complain("host", "not a host name");
  enrolment.host = *host;
  enrolment.gate_endpoint = lines.text("gate_endpoint");
  TRY(enrolment.gate_key, lines.id32<LinkKey>("gate_key"));
  TRY(enrolment.machine, lines.id32<Digest>("machine"));
  TRY(enrolment.binding, lines.bytes("binding"));
  TRY(enrolment.labels, lines.bytes("labels"));
  return enrolment;
}

std::string enrolment_text(const Enrolment& enrolment) {
  return "# What enrolment gave this host. Made by mainstay-agent enrol.\nhost: " +
         enrolment.host.text() + "\ngate_endpoint: " + enrolment.gate_endpoint +
         "\ngate_key: " + to_hex(enrolment.gate_key.view()) +
         "\nmachine: " + to_hex(enrolment.machine.view()) +
         "\nbinding: " + to_hex(enrolment.binding) + "\nlabels: " + to_hex(enrolment.labels) + "\n";
}

Result<std::optional<Enrolment>> load_enrolment(const AgentConfig& config) {
  const std::string path = enrolment_path(config);
  if (!exists(path)) return std::optional<Enrolment>();
  TRY(const Bytes text, loop::read_file(path, kKeyLinesBytesMax));
  TRY(Enrolment enrolment, parse_enrolment(as_text(text), path));
  return std::optional(std::move(enrolment));
}

Status save_enrolment(const AgentConfig& config, const Enrolment& enrolment) {
  // One file, so that a host is enrolled wholly or not at all.
  return loop::write_file_durably(enrolment_path(config), as_bytes(enrolment_text(enrolment)),
                                  kSecret);
}

}  // namespace mainstay::agent
