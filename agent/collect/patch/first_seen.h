// Since when this host knows of each security update that it lacks. The age counts from the first
// update that the installed version lacked: a newer one that comes on top does not make the hole
// any younger.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::agent {

inline constexpr std::size_t kFirstSeenMax = 4'000;               // packages
inline constexpr std::size_t kFirstSeenBytesMax = 1024UL * 1024;  // of the file

class FirstSeen {
 public:
  /// Of the file's whole text; Malformed for anything that `text` does not make.
  static Result<FirstSeen> parse(std::string_view text);

  /// Starts a round of looking: what is not asked for until `finish` is forgotten.
  void start();
  /// Known since, and from now on if it was not; nothing if no more can be kept.
  std::optional<WallTime> seen(const std::string& package, const std::string& installed,
                               WallTime now);
  void finish();

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::int64_t since = 0;  // seconds since 1970
    bool is_open = false;    // asked for in this round
  };
  std::map<std::string, Entry> entries_;  // by "name:arch version"
};

}  // namespace mainstay::agent
