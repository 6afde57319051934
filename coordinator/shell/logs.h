// Task output that operators ask for: fetched from the host, put together from parts, given to all
// who asked. Bounded in number, size and time.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "common/plan/host_message.h"
#include "coordinator/shell/replies.h"

namespace mainstay::coordinator {

inline constexpr std::size_t kFetchesMax = 32;
inline constexpr std::size_t kFetchAskersMax = 16;
inline constexpr Duration kFetchPatience = std::chrono::seconds(10);
inline constexpr std::size_t kLogBytesMax = 2 * kOutputBytesMax;  // both streams, at most

class Logs {
 public:
  struct Finished {
    AttemptId attempt;
    std::vector<Asker> askers;
    std::optional<Bytes> log;  // nothing: the host did not answer in time, or sent nonsense
  };

  /// False if too much is asked at once. The caller then sends SendLog, each time.
  bool ask(const AttemptId& attempt, const Asker& asker, Now now);
  std::optional<Finished> add(LogPart part);
  std::vector<Finished> expire(Now now);

 private:
  struct Fetch {
    Assembler assembler{kLogBytesMax};
    std::vector<Asker> askers;
    Instant since{};
  };
  std::map<AttemptId, Fetch> fetches_;
};

}  // namespace mainstay::coordinator
