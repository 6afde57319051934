// Rows of comma-separated values, as RFC 4180 has them; a semicolon or tab separates as well, if
// the first row has no comma outside of quotes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"

namespace mainstay::coordinator {

class CsvRows {
 public:
  explicit CsvRows(std::string_view text);
  [[nodiscard]] bool at_end() const { return text_.empty(); }
  /// Malformed, with the line, for a quote that does not end or too many cells. Blank lines are a
  /// row of one empty cell.
  Result<std::vector<std::string>> next();
  /// Of the row that was read last.
  [[nodiscard]] std::size_t line() const { return line_; }

 private:
  Result<std::string> next_cell();
  [[nodiscard]] bool at_row_end() const;

  std::string_view text_;
  char separator_;
  std::size_t line_ = 0;   // where the row begins
  std::size_t lines_ = 1;  // begun so far
};

}  // namespace mainstay::coordinator
