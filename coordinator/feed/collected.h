// What an importer has found so far, within bounds, and what it left out and why.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/time.h"
#include "coordinator/core/vulnerability/feed.h"

namespace mainstay::coordinator {

class Collected {
 public:
  /// Its text is cut to what can be shown. Nothing is taken once there is too much.
  void add(Vulnerability vulnerability);
  /// `why` is the end of "left out: ...".
  void leave_out(std::string_view why, std::size_t count = 1);
  /// The newest of all counts.
  void dated(WallTime at);

  /// The list is not taken as a whole: a part of it would call hosts not affected that are.
  [[nodiscard]] bool is_full() const { return bytes_ > kBytesMax; }
  [[nodiscard]] WallTime at() const { return at_; }
  [[nodiscard]] const std::set<std::string>& releases() const { return releases_; }
  [[nodiscard]] const std::map<std::string, std::size_t, std::less<>>& left_out() const {
    return left_out_;
  }
  [[nodiscard]] std::vector<Vulnerability> take() { return std::move(list_); }

 private:
  // Of memory, by a rough count. A text of kFeedBytesMax takes a third of it.
  static constexpr std::size_t kBytesMax = 1024UL * 1024 * 1024;

  std::vector<Vulnerability> list_;
  std::size_t bytes_ = 0;
  WallTime at_{};
  std::set<std::string> releases_;
  std::map<std::string, std::size_t, std::less<>> left_out_;
};

}  // namespace mainstay::coordinator
