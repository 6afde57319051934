#include "agent/collect/history/recorder.h"

#include "agent/collect/resource/local_disks.h"

namespace mainstay::agent {

Recorder::Recorder(const std::string& path, const std::string& root)
    : sampler_(root),
      writer_(kHostHistory, path),
      inodes_(kInodeHistory, path + std::string(kInodeHistorySuffix)),
      services_(path + std::string(kServiceHistorySuffix), root) {}

const Status& Recorder::state() const {
  if (!writer_.state().has_value()) return writer_.state();
  return services_.state().has_value() ? inodes_.state() : services_.state();
}

Sample Recorder::look(Now now) {
  const Sample sample = sampler_.sample(now);
  const std::uint32_t minute = minute_of(now.wall);
  if (minute != minute_) end_minute(sample);
  minute_ = minute;
  mean_.add(sample);
  return sample;
}

void Recorder::end_minute(const Sample& sample) {
  services_.end_minute({.minute = minute_,
                        .at = sample.at.mono,
                        .memory_bytes = sample.memory ? sample.memory->total_bytes : 0,
                        .clock = sample.clock.state});
  MinuteValues values = mean_.take(minute_);
  if (minute_ == 0) return;  // the first call, or a clock before 1970
  MinuteValues inodes;
  inodes.minute = minute_;
  add_disks(values, inodes);
  writer_.put(values, sample.clock.state);
  inodes_.put(inodes, sample.clock.state);
}

void Recorder::add_disks(MinuteValues& values, MinuteValues& inodes) {
  const auto disks = local_disks();
  if (!disks.has_value()) return;
  std::vector<std::string> mounts;
  for (const LocalDisk& disk : *disks) mounts.push_back(disk.mount);
  const auto spaces = writer_.places_of(mounts, minute_);
  const auto counts = inodes_.places_of(mounts, minute_);
  for (std::size_t i = 0; i < disks->size(); ++i) {
    const LocalDisk& disk = (*disks)[i];
    if (spaces[i] < kHostHistory.places) {
      values.values[kHostHistory.series_of(spaces[i])] =
          stored_value(disk.used_bytes / (1024UL * 1024));
    }
    // A file system without a fixed number of them cannot run out.
    if (counts[i] < kInodeHistory.places && disk.inodes_used) {
      inodes.values[kInodeHistory.series_of(counts[i])] = stored_value(*disk.inodes_used);
    }
  }
}

}  // namespace mainstay::agent
