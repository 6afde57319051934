#include "agent/collect/resource/service_groups.h"

#include <array>
#include <cstring>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "agent/collect/resource/words.h"
#include "common/loop/fd.h"

namespace mainstay::agent {
namespace {

/// The first of them that is a folder; empty if none is.
std::string folder_of(const std::string& top, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    std::string folder = top + std::string(name);
    if (::access((folder + "/.").c_str(), F_OK) == 0) return folder;
  }
  return {};
}

/// The beginning of a file, which is all of one that holds a number.
template <class Read>
std::optional<std::uint64_t> number_in(const std::string& folder, std::string_view name,
                                       Read read) {
  const loop::Fd file(::open((folder + std::string(name)).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return std::nullopt;
  std::array<char, 512> buffer{};
  const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
  if (count <= 0) return std::nullopt;
  return read(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
}

bool is_unit(std::string_view name) {
  return name.ends_with(".service") || name.ends_with(".scope");
}

}  // namespace

std::optional<std::uint64_t> read_one_number(std::string_view text) {
  const auto line = take_line(text);
  return line ? number_of(*line) : std::nullopt;
}

std::optional<std::uint64_t> read_cpu_usec(std::string_view cpu_stat) {
  while (auto line = take_line(cpu_stat)) {
    if (take_word(*line) == "usage_usec") return number_of(take_word(*line));
  }
  return std::nullopt;
}

ServiceGroups::ServiceGroups(const std::string& root) {
  const std::string top = root + "/sys/fs/cgroup";
  // The file is at the root of version 2 only.
  if (::access((top + "/cgroup.controllers").c_str(), F_OK) == 0) {
    list_ = unified_ = top;
    return;
  }
  memory_ = folder_of(top, {"/memory"});
  // Kernels and service managers mount both controllers in one place, by either name.
  cpuacct_ = folder_of(top, {"/cpuacct", "/cpu,cpuacct", "/cpuacct,cpu"});
  unified_ = folder_of(top, {"/unified"});
  list_ = folder_of(top, {"/systemd", "/unified", "/memory"});
}

struct ServiceGroups::Walk {
  ServiceReadings readings;
  std::size_t slices = 0;
};

ServiceReadings ServiceGroups::read() const {
  Walk walk;
  if (!list_.empty()) look_into(walk, "", 0);
  return std::move(walk.readings);
}

// readdir(3) would take 32 KiB of heap for each folder.
void ServiceGroups::look_into(Walk& walk, const std::string& slice, unsigned depth) const {
  const loop::Fd folder(
      ::open((list_ + slice).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
  std::vector<std::string> below;
  alignas(dirent64) std::array<char, 2048> buffer{};
  for (;;) {
    const ssize_t bytes = ::getdents64(folder.get(), buffer.data(), buffer.size());
    if (bytes <= 0) break;
    for (ssize_t at = 0; at < bytes;) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer.data() + at);
      at += entry->d_reclen;
      const std::string_view name = entry->d_name;
      std::string path = slice + "/" + std::string(name);
      if (is_unit(name)) {
        add(walk.readings, {.unit = std::string(name), .group = entry->d_ino}, path);
      } else if (name.ends_with(".slice") && depth < kSliceDepthMax && walk.slices < kSlicesMax) {
        ++walk.slices;
        below.push_back(std::move(path));
      }
    }
  }
  for (const std::string& path : below) look_into(walk, path, depth + 1);
}

void ServiceGroups::add(ServiceReadings& readings, ServiceReading reading,
                        const std::string& path) const {
  if (readings.services.size() == kServicesMax) {
    readings.is_cut = true;
    return;
  }
  if (!memory_.empty()) {
    reading.memory_bytes = number_in(memory_ + path, "/memory.usage_in_bytes", read_one_number);
  }
  if (!reading.memory_bytes && !unified_.empty()) {
    reading.memory_bytes = number_in(unified_ + path, "/memory.current", read_one_number);
  }
  if (!cpuacct_.empty()) {
    const auto cpu_ns = number_in(cpuacct_ + path, "/cpuacct.usage", read_one_number);
    if (cpu_ns) reading.cpu_us = *cpu_ns / 1000;
  }
  // Also where no controller is: version 2 counts it for each group.
  if (!reading.cpu_us && !unified_.empty()) {
    reading.cpu_us = number_in(unified_ + path, "/cpu.stat", read_cpu_usec);
  }
  if (reading.memory_bytes || reading.cpu_us) readings.services.push_back(std::move(reading));
}

}  // namespace mainstay::agent
