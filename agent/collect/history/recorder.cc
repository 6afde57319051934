#include "agent/collect/history/recorder.h"

#include "agent/collect/resource/local_disks.h"

namespace mainstay::agent {

Recorder::Recorder(const std::string& path, const std::string& root)
    : sampler_(root), writer_(path) {}

Sample Recorder::look(Now now) {
  const Sample sample = sampler_.sample(now);
  const std::uint32_t minute = minute_of(now.wall);
  if (minute != minute_) end_minute(sample.clock.state);
  minute_ = minute;
  mean_.add(sample);
  return sample;
}

void Recorder::end_minute(ClockState clock) {
  MinuteValues values = mean_.take(minute_);
  if (minute_ == 0) return;  // the first call, or a clock before 1970
  if (const auto disks = local_disks(); disks.has_value()) {
    std::vector<std::string> mounts;
    for (const LocalDisk& disk : *disks) mounts.push_back(disk.mount);
    const auto places = writer_.places_of(mounts, minute_);
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (places[i] == kHistoryDisks) continue;
      values.disk(places[i]) = stored_value((*disks)[i].used_bytes / (1024UL * 1024));
    }
  }
  writer_.put(values, clock);
}

}  // namespace mainstay::agent
