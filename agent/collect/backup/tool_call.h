// A backup tool, called: found, given the home folder it would have for the user who calls it (for
// its ssh keys and its cache), our own TMPDIR, a secret by the environment only, and its words kept
// in bounds.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/backup/text/check_text.h"
#include "agent/collect/tool/tool.h"
#include "common/loop/clock.h"

namespace mainstay::agent::backup {

// A list of snapshots over a slow line; a repository that needs longer counts as not reachable.
inline constexpr Duration kLookTimeMax = std::chrono::seconds(30);
// A check that reads terabytes works through a night and a day.
inline constexpr Duration kCheckTimeMax = std::chrono::hours(24);

struct CallTime {
  Duration max = kLookTimeMax;
  pid_t* group_killed = nullptr;  // ToolOrder's
};

/// The calls of one look at a set have that time together: each has what those before it left.
class LookTime {
 public:
  /// None after a call that did not end in time.
  [[nodiscard]] CallTime left() {
    return {.max = group_killed_ == 0 ? end_ - loop::boottime_now() : Duration{},
            .group_killed = &group_killed_};
  }
  /// Of a program that did not end in time; 0: all did.
  [[nodiscard]] pid_t group_killed() const { return group_killed_; }

 private:
  Instant end_ = loop::boottime_now() + kLookTimeMax;
  pid_t group_killed_ = 0;
};

struct ToolCall {
  std::string tool;  // a name to be found, or an absolute path
  std::vector<std::string> words;
  std::vector<std::string> environment = {};
  std::size_t output_bytes_max = 1024UL * 1024;
  CallTime time = {};
};
/// Unavailable if it is not installed, did not end in time, or said more than was asked for; with
/// no time left it is not started.
Result<ToolAnswer> call_tool(const ToolCall& call);

ToolWords words_of(const ToolAnswer& answer);

/// Where a tool says its cause: restic first, with advice behind it, most others last.
enum class CauseLine { First, Last };

/// That line, for people, unless the secret is in it.
std::string trouble_of(const ToolAnswer& answer, const std::string& secret,
                       CauseLine cause = CauseLine::Last);
/// The same line, told as a want of rights where it is one.
std::string as_trouble(const std::string& line);

}  // namespace mainstay::agent::backup
