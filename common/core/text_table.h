// A table for a terminal: columns padded to the widest cell as displayed, numbers to the right, no
// trailing spaces, and never wider than told. Control characters in cells become '?': a host's text
// must not steer the terminal of the operator who reads it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mainstay {

class TextTable {
 public:
  enum class Align : unsigned char { Left, Right };

  /// One alignment a column; their number is the number of columns.
  explicit TextTable(std::vector<Align> columns) : columns_(std::move(columns)) {}

  /// Missing cells are empty; more cells than columns are a bug.
  void add_row(std::vector<std::string> cells);
  /// Every row ends with a newline. Lines longer than `width_max` columns are cut with an ellipsis;
  /// 0 means no limit.
  std::string to_text(std::size_t width_max = 0) const;

 private:
  std::vector<Align> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// At most `width_max` columns of the text, the last of them an ellipsis if something was cut.
std::string cut_to_width(std::string_view text, std::size_t width_max);
/// Control characters and invalid UTF-8 as '?'.
std::string printable(std::string_view text);

}  // namespace mainstay
