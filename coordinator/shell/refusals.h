// What was refused, counted by kind. A peer that sends nonsense at full speed costs one line of log
// in ten seconds a kind, not one a frame.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/core/time.h"
#include "common/ports/log.h"

namespace mainstay::coordinator {

class Refusals {
 public:
  explicit Refusals(Log& log) : log_(log) {}

  /// `kind` is one of few constant names, as "frame.malformed".
  void note(std::string_view kind, const std::string& reason, Now now, Level level = Level::Warn);
  [[nodiscard]] std::uint64_t count(std::string_view kind) const;

 private:
  struct Kind {
    std::uint64_t count = 0;
    std::optional<Instant> said_at;
  };
  Log& log_;
  std::map<std::string, Kind, std::less<>> kinds_;
};

}  // namespace mainstay::coordinator
