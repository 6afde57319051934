#include "agent/collect/resource/disks/virtualisation.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <unistd.h>

#include "agent/collect/resource/words.h"
#include "common/core/bytes.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

/// The first line, without its end; nothing if there is no such file.
std::optional<std::string> first_line(const std::string& path) {
  const auto bytes = loop::read_file(path, 4096);
  if (!bytes.has_value()) return std::nullopt;
  const std::string_view text = as_text(*bytes);
  // Device trees end their strings with a NUL.
  return std::string(text.substr(0, text.find_first_of(std::string_view("\n\0", 2))));
}

std::string container_of(const std::string& root) {
  if (const auto name = first_line(root + "/run/systemd/container"); name && !name->empty()) {
    return *name;
  }
  if (::access((root + "/run/.containerenv").c_str(), F_OK) == 0) return "podman";
  if (::access((root + "/.dockerenv").c_str(), F_OK) == 0) return "docker";
  return "";
}

// Beginnings of what the firmware's tables say.
constexpr auto kVendors = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"KVM", "kvm"},
    {"QEMU", "qemu"},
    {"Amazon EC2", "amazon"},
    {"Google", "google"},
    {"VMware", "vmware"},
    {"VMW", "vmware"},
    {"innotek GmbH", "virtualbox"},
    {"VirtualBox", "virtualbox"},
    {"Oracle Corporation", "virtualbox"},
    {"Xen", "xen"},
    {"Bochs", "bochs"},
    {"Parallels", "parallels"},
    {"BHYVE", "bhyve"},
    {"Virtual Machine", "microsoft"},
    {"OpenStack", "kvm"},
    {"DigitalOcean", "kvm"},
    {"Hetzner", "kvm"},
});

enum class Flag : unsigned char { Set, NotSet, NotKnown };

/// Whether the processor says that somebody is below it. Only x86 has that.
Flag hypervisor_flag(const std::string& root) {
  const auto bytes = loop::read_file(root + "/proc/cpuinfo", 4UL * 1024 * 1024);
  if (!bytes.has_value()) return Flag::NotKnown;
  std::string_view text = as_text(*bytes);
  while (auto line = take_line(text)) {
    if (take_word(*line) != "flags") continue;
    for (std::string_view word = take_word(*line); !word.empty(); word = take_word(*line)) {
      if (word == "hypervisor") return Flag::Set;
    }
    return Flag::NotSet;
  }
  return Flag::NotKnown;
}

std::string firmware_says(const std::string& root) {
  for (const char* file : {"product_name", "sys_vendor", "board_vendor", "bios_vendor"}) {
    const auto line = first_line(root + "/sys/class/dmi/id/" + file);
    if (!line) continue;
    for (const auto& [vendor, name] : kVendors) {
      if (line->starts_with(vendor)) return std::string(name);
    }
  }
  if (const auto type = first_line(root + "/sys/hypervisor/type"); type && !type->empty())
    return *type;
  return first_line(root + "/proc/device-tree/hypervisor/compatible").value_or("");
}

}  // namespace

std::string virtualisation_of(const std::string& root) {
  if (const std::string container = container_of(root); !container.empty()) {
    return "container (" + container + ")";
  }
  const Flag flag = hypervisor_flag(root);
  const std::string name = firmware_says(root);
  // Vendors of clouds and of virtual machines sell machines, too: on x86 the processor decides.
  if (flag == Flag::NotSet) return "physical machine";
  if (!name.empty()) return "virtual machine (" + name + ")";
  return flag == Flag::Set ? "virtual machine" : "";
}

}  // namespace mainstay::agent
