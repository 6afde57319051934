#include "agent/collect/resource/disks/services.h"

#include <algorithm>
#include <memory>
#include <optional>

#include <dirent.h>
#include <unistd.h>

#include "agent/collect/resource/words.h"
#include "common/core/bytes.h"
#include "common/loop/files.h"

namespace mainstay::agent {
namespace {

struct Close {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

/// Names of folders that are services; they are one word below a folder of our own naming.
std::vector<std::string> services_in(const std::string& folder) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, Close> open(::opendir(folder.c_str()));
  while (open != nullptr && names.size() < kServicesMax) {
    const dirent* const entry = ::readdir(open.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name.ends_with(".service")) names.emplace_back(name);
  }
  return names;
}

std::optional<std::uint64_t> number_in(const std::string& path) {
  const auto bytes = loop::read_file(path, 64);
  if (!bytes.has_value()) return std::nullopt;
  std::string_view text = as_text(*bytes);
  const auto line = take_line(text);
  return line ? number_of(*line) : std::nullopt;
}

/// "usage_usec 1234", the first line of cpu.stat.
std::optional<std::uint64_t> usage_in(const std::string& path) {
  const auto bytes = loop::read_file(path, 4096);
  if (!bytes.has_value()) return std::nullopt;
  std::string_view text = as_text(*bytes);
  while (auto line = take_line(text)) {
    if (take_word(*line) == "usage_usec") return number_of(take_word(*line));
  }
  return std::nullopt;
}

std::optional<ServiceUse> use_of_v2(const std::string& folder, const std::string& unit) {
  const auto memory = number_in(folder + "/" + unit + "/memory.current");
  const auto cpu = usage_in(folder + "/" + unit + "/cpu.stat");
  if (!memory && !cpu) return std::nullopt;
  return ServiceUse{.unit = unit, .memory_bytes = memory.value_or(0), .cpu_us = cpu.value_or(0)};
}

std::optional<ServiceUse> use_of_v1(const std::string& groups, const std::string& unit) {
  const std::string place = "/system.slice/" + unit;
  const auto memory = number_in(groups + "/memory" + place + "/memory.usage_in_bytes");
  const auto cpu_ns = number_in(groups + "/cpuacct" + place + "/cpuacct.usage");
  if (!memory && !cpu_ns) return std::nullopt;
  return ServiceUse{
      .unit = unit, .memory_bytes = memory.value_or(0), .cpu_us = cpu_ns.value_or(0) / 1000};
}

}  // namespace

std::vector<ServiceUse> read_services(const std::string& root) {
  const std::string groups = root + "/sys/fs/cgroup";
  std::vector<ServiceUse> uses;
  // The file is at the root of version 2 only.
  if (::access((groups + "/cgroup.controllers").c_str(), F_OK) == 0) {
    const std::string folder = groups + "/system.slice";
    for (const std::string& unit : services_in(folder)) {
      if (auto use = use_of_v2(folder, unit)) uses.push_back(std::move(*use));
    }
  } else {
    for (const std::string& unit : services_in(groups + "/systemd/system.slice")) {
      if (auto use = use_of_v1(groups, unit)) uses.push_back(std::move(*use));
    }
  }
  std::ranges::sort(uses, [](const ServiceUse& a, const ServiceUse& b) {
    return a.memory_bytes != b.memory_bytes ? a.memory_bytes > b.memory_bytes : a.unit < b.unit;
  });
  return uses;
}

}  // namespace mainstay::agent
