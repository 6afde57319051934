// All that the agent does for resources: one call each ten seconds.
#pragma once

#include <string>

#include "agent/collect/history/minute_mean.h"
#include "agent/collect/history/writer.h"
#include "agent/collect/resource/sampler.h"

namespace mainstay::agent {

class Recorder {
 public:
  /// `root` as Sampler has it; the file is made if it is not there.
  explicit Recorder(const std::string& path, const std::string& root = "");

  /// Takes a sample. In the first call of a minute the one before is written, with the space of
  /// local disks as it is now; a clock that was set begins another minute like any other.
  Sample look(Now now);

  /// Ok, or why there is no history for the time being.
  const Status& state() const { return writer_.state(); }

 private:
  void end_minute(ClockState clock);

  Sampler sampler_;
  HistoryWriter writer_;
  MinuteMean mean_;
  std::uint32_t minute_ = 0;
};

}  // namespace mainstay::agent
