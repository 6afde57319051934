// Events as lines of text, safe to show on a terminal and easy to grep:
//   2026-11-23T04:05:06Z info permit.refused host=h17 reason=window_closed
// Any thread. An event costs one write; a failed write is dropped, as there is nobody to tell.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "common/core/time.h"
#include "common/observe/flight_recorder.h"
#include "common/ports/log.h"

namespace mainstay::observe {

inline constexpr std::size_t kValueBytesMax = 256;  // of a field, before escapes
inline constexpr std::size_t kLineBytesMax = 4096;  // so that one write to a pipe is not torn

using Sink = std::function<void(std::string_view line)>;
using WallReader = std::function<WallTime()>;

/// Writes to descriptor 2.
Sink standard_error();
/// The machine's clock.
WallTime wall_now();

/// One line with its end; also for tests and the replay of a recording.
std::string format_event(WallTime at, Level level, std::string_view name,
                         std::initializer_list<Field> fields);

class TextLog : public Log {
 public:
  struct Settings {
    Level level_min = Level::Info;
    Sink sink = standard_error();
    WallReader wall = wall_now;
    FlightRecorder* recorder = nullptr;  // gets events of every level; outlives the log
  };
  TextLog() : TextLog(Settings{}) {}
  explicit TextLog(Settings settings) : settings_(std::move(settings)) {}

  void event(Level level, std::string_view name, std::initializer_list<Field> fields) override;

  [[nodiscard]] std::uint64_t warnings() const { return warnings_; }
  [[nodiscard]] std::uint64_t errors() const { return errors_; }

 private:
  const Settings settings_;
  std::mutex writing_;  // lines of two threads do not mix
  std::atomic<std::uint64_t> warnings_ = 0;
  std::atomic<std::uint64_t> errors_ = 0;
};

/// "debug", "info", "warn", "error".
std::string_view level_name(Level level);

}  // namespace mainstay::observe
