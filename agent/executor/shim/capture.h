// The bounded memory of a task's output: the beginning and the very end, whatever was between.
#pragma once

#include <algorithm>

#include "common/core/bytes.h"
#include "common/plan/attempt.h"

namespace mainstay {

class Capture {
 public:
  void add(ByteView bytes) {
    total_ += bytes.size();
    const std::size_t room = std::min(kHeadMax - head_.size(), bytes.size());
    head_.insert(head_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(room));
    const ByteView rest = bytes.subspan(room);
    tail_.insert(tail_.end(), rest.begin(), rest.end());
    // Trimmed only at twice the size, so that each byte is moved once.
    if (tail_.size() > 2 * kTailBytesMax) trim();
  }

  [[nodiscard]] std::uint64_t total() const { return total_; }

  /// At most kOutputBytesMax bytes; a line in the middle says what is missing.
  [[nodiscard]] Bytes kept() {
    trim();
    Bytes all = head_;
    const std::uint64_t lost = total_ - head_.size() - tail_.size();
    if (lost > 0) {
      const Bytes mark = to_bytes("\n[" + std::to_string(lost) + " bytes were not kept]\n");
      all.insert(all.end(), mark.begin(), mark.end());
    }
    all.insert(all.end(), tail_.begin(), tail_.end());
    return all;
  }

 private:
  static constexpr std::size_t kMarkMax = 64;
  static constexpr std::size_t kHeadMax = kOutputBytesMax - kTailBytesMax - kMarkMax;

  void trim() {
    if (tail_.size() <= kTailBytesMax) return;
    tail_.erase(tail_.begin(), tail_.end() - static_cast<std::ptrdiff_t>(kTailBytesMax));
  }

  Bytes head_;
  Bytes tail_;
  std::uint64_t total_ = 0;
};

}  // namespace mainstay
