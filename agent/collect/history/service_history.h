// All that the agent does for services: one reading a minute, and the history of those that matter.
#pragma once

#include <string>

#include "agent/collect/history/service_places.h"
#include "agent/collect/history/writer.h"
#include "agent/collect/resource/service_groups.h"
#include "agent/collect/resource/service_shares.h"

namespace mainstay::agent {

class ServiceHistory {
 public:
  /// `root` as ServiceGroups has it; the file is made if it is not there.
  ServiceHistory(const std::string& path, const std::string& root);

  struct MinuteEnd {
    std::uint32_t minute = 0;  // that has ended; 0: none has, this only begins
    Instant at{};
    std::uint64_t memory_bytes = 0;  // of the machine; 0: not known
    ClockState clock = ClockState::NotKnown;
  };
  /// Shares are of the time since the call before.
  void end_minute(const MinuteEnd& end);

  const Status& state() const { return writer_.state(); }

 private:
  ServiceGroups groups_;
  ServiceShares shares_;
  ServicePlaces places_;
  HistoryWriter writer_;
};

}  // namespace mainstay::agent
