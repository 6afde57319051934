// Reading a map key by key: each key asked for is ticked off, and `finish` complains about any
// other with the nearest valid word.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/core/time.h"
#include "common/document/node.h"

namespace mainstay::document {

// What every reader of a plan takes too (common/wire/sizes.h, which this folder may not see): the
// fuzz target plan_fuzz holds the two together.
inline constexpr std::size_t kTextBytesMax = 4096;
inline constexpr std::size_t kLineBytesMax = 512;  // change, reason
inline constexpr std::size_t kLabelBytesMax = 64;
inline constexpr std::size_t kBudgetLabelsMax = 8;
inline constexpr Duration kDurationMax = std::chrono::hours(24 * 365);

class Fields {
 public:
  /// Borrows both for its lifetime. Malformed unless the node is a map of these keys only.
  /// `later` are keys of the language that this version does not support yet.
  static Result<Fields> open(const Node& node, const std::string& file,
                             std::span<const std::string_view> keys,
                             std::span<const std::string_view> later = {});

  /// Absent: nullptr.
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Result<const Node*> need(std::string_view key) const;
  /// Text of a required or optional key; empty when it is absent.
  [[nodiscard]] Result<std::string> text(std::string_view key,
                                         std::size_t bytes_max = kTextBytesMax) const;
  [[nodiscard]] Result<std::string> needed_text(std::string_view key) const;
  [[nodiscard]] const std::string& file() const { return *file_; }

 private:
  Fields(const Node& node, const std::string& file) : node_(&node), file_(&file) {}
  const Node* node_;
  const std::string* file_;
};

/// Each complains with the place of the node.
Result<std::string> read_text(const Node& node, const std::string& file,
                              std::size_t bytes_max = kTextBytesMax);
Result<std::uint32_t> read_count(const Node& node, const std::string& file);
Result<Duration> read_duration(const Node& node, const std::string& file);
Result<std::vector<std::string>> read_words(const Node& node, const std::string& file,
                                            std::size_t bytes_max = kTextBytesMax);

struct CountOrPercent {
  std::uint32_t amount = 0;
  bool is_percent = false;
};
Result<CountOrPercent> read_count_or_percent(const Node& node, const std::string& file);

}  // namespace mainstay::document
