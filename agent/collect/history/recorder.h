// All that the agent does for resources: one call each ten seconds.
#pragma once

#include <string>

#include "agent/collect/history/minute_mean.h"
#include "agent/collect/history/service_history.h"
#include "agent/collect/history/writer.h"
#include "agent/collect/resource/sampler.h"

namespace mainstay::agent {

// Beside the history of the host itself.
inline constexpr std::string_view kServiceHistorySuffix = ".services";
inline constexpr std::string_view kInodeHistorySuffix = ".inodes";

class Recorder {
 public:
  /// `root` as Sampler has it; the files are made if they are not there.
  explicit Recorder(const std::string& path, const std::string& root = "");

  /// Takes a sample. In the first call of a minute the one before is written, with services and the
  /// space of local disks as they are now; a clock that was set begins another minute like any
  /// other.
  Sample look(Now now);

  /// Ok, or why there is no history, or not all of it, for the time being.
  const Status& state() const;

 private:
  void end_minute(const Sample& sample);
  void add_disks(MinuteValues& values, MinuteValues& inodes);

  Sampler sampler_;
  HistoryWriter writer_;
  HistoryWriter inodes_;
  ServiceHistory services_;
  MinuteMean mean_;
  std::uint32_t minute_ = 0;
};

}  // namespace mainstay::agent
