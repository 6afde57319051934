#include "agent/collect/resource/sampler.h"

#include <span>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "agent/collect/resource/words.h"

namespace mainstay::agent {
namespace {

// A kernel with a thousand disks and their partitions; what comes after is not looked at.
constexpr off_t kDiskStatsBytesMax = 1024L * 1024;

loop::Fd open_to_read(const std::string& path) {
  return loop::Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

/// Empty if there is no such file, or it has no answer, as pressure files have where it is off.
std::string_view read_at(const loop::Fd& file, std::span<char> buffer, off_t at = 0) {
  if (!file.open()) return {};
  const ssize_t count = ::pread(file.get(), buffer.data(), buffer.size(), at);
  return count <= 0 ? std::string_view() : std::string_view(buffer.data(), std::size_t(count));
}

template <class T>
std::optional<T> if_read(Result<T> result) {
  if (!result.has_value()) return std::nullopt;
  return std::move(*result);
}

template <class T, class Read>
std::optional<T> read_by(Read read, const loop::Fd& file, std::span<char> buffer) {
  // Asked first: a reader's complaint would be a string for each file that is not there.
  const std::string_view text = read_at(file, buffer);
  return text.empty() ? std::nullopt : if_read<T>(read(text));
}

}  // namespace

Sampler::Sampler(const std::string& root)
    : stat_(open_to_read(root + "/proc/stat")),
      load_(open_to_read(root + "/proc/loadavg")),
      memory_(open_to_read(root + "/proc/meminfo")),
      disks_(open_to_read(root + "/proc/diskstats")),
      pressure_{open_to_read(root + "/proc/pressure/cpu"),
                open_to_read(root + "/proc/pressure/memory"),
                open_to_read(root + "/proc/pressure/io")} {}

std::optional<DiskTraffic> Sampler::disk_traffic() {
  DiskTraffic sum;
  for (off_t at = 0; at < kDiskStatsBytesMax;) {
    std::string_view text = read_at(disks_, buffer_, at);
    const std::size_t had = text.size();
    while (const auto line = take_line(text)) {
      if (!add_disk_line(*line, sum).has_value()) return std::nullopt;
    }
    // What is left of a line is read again with its rest.
    const std::size_t used = had - text.size();
    if (used == 0) break;
    at += static_cast<off_t>(used);
  }
  return sum.disks == 0 ? std::nullopt : std::optional(sum);
}

Sample Sampler::sample(Now now) {
  Sample sample;
  sample.at = now;
  const auto cpu = read_by<CpuTimes>(read_cpu_times, stat_, buffer_);
  if (cpu && cpu_before_) sample.cpu = shares_between(*cpu_before_, *cpu);
  sample.load = read_by<Load>(read_load, load_, buffer_);
  sample.memory = read_by<MemoryState>(read_memory, memory_, buffer_);
  sample.pressure_cpu = read_by<Pressure>(read_pressure, pressure_[0], buffer_);
  sample.pressure_memory = read_by<Pressure>(read_pressure, pressure_[1], buffer_);
  sample.pressure_io = read_by<Pressure>(read_pressure, pressure_[2], buffer_);
  const auto disks = disk_traffic();
  if (disks && disks_before_) {
    sample.disks = rates_between(*disks_before_, *disks, now.mono - before_);
  }
  sample.clock = read_clock();
  cpu_before_ = cpu;
  disks_before_ = disks;
  before_ = now.mono;
  return sample;
}

}  // namespace mainstay::agent
