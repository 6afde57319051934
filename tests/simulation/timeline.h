// Virtual time: a queue of what is to happen, the one source of chance, and the trace of what did.
// Time jumps from one event to the next. The digest covers every event, so that two runs of one
// seed can be compared; the story holds only what a person would want to read.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "common/core/rng.h"
#include "common/core/time.h"

namespace mainstay::sim {

using namespace std::chrono_literals;

class Timeline {
 public:
  explicit Timeline(std::uint64_t seed) : rng(seed) {}
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  Rng rng;

  /// Since the simulation began.
  [[nodiscard]] Duration now() const { return now_; }
  [[nodiscard]] WallTime wall() const;
  void after(Duration delay, std::move_only_function<void()> action);
  /// At some millisecond of the span that begins now.
  void within(Duration span, std::move_only_function<void()> action);
  /// Runs the next event. False when there is none, or none before `end`.
  bool run_one(Duration end);
  [[nodiscard]] std::uint64_t events() const { return events_; }

  /// Even in [from, to], in milliseconds.
  Duration between(Duration from, Duration to);

  void mix(std::string_view what, std::uint64_t number = 0);
  void tell(std::string line);
  [[nodiscard]] std::uint64_t digest() const { return digest_; }
  [[nodiscard]] const std::vector<std::string>& story() const { return story_; }

 private:
  Duration now_{};
  std::uint64_t events_ = 0;
  std::uint64_t digest_ = 14695981039346656037ULL;  // FNV-1a, 64 bits: offset basis
  std::map<std::pair<Duration, std::uint64_t>, std::move_only_function<void()>> queue_;
  std::uint64_t sequence_ = 0;
  std::vector<std::string> story_;
};

}  // namespace mainstay::sim
