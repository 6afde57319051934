#include "coordinator/feed/csv.h"

#include <algorithm>
#include <utility>

namespace mainstay::coordinator {
namespace {

// The widest report of a scanner has a hundred columns.
constexpr std::size_t kCellsMax = 512;

char separator_of(std::string_view row) {
  bool quoted = false;
  char found = ',';
  for (const char c : row) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == ',' || c == '\n') break;
    if (c == ';' || c == '\t') found = c;
  }
  return row.substr(0, row.find('\n')).find(',') == row.npos ? found : ',';
}

}  // namespace

CsvRows::CsvRows(std::string_view text) : text_(text), separator_(separator_of(text)) {}

bool CsvRows::at_row_end() const {
  return text_.empty() || text_[0] == '\n' || text_.starts_with("\r\n");
}

Result<std::string> CsvRows::next_cell() {
  std::string cell;
  if (!text_.starts_with('"')) {
    const auto end =
        std::ranges::find_if(text_, [&](char c) { return c == separator_ || c == '\n'; });
    cell = std::string(text_.begin(), end);
    text_.remove_prefix(cell.size());
    if (text_.starts_with('\n') && cell.ends_with('\r')) cell.pop_back();
    return cell;
  }
  text_.remove_prefix(1);
  while (!text_.empty()) {
    const char c = text_[0];
    text_.remove_prefix(1);
    if (c == '"' && !text_.starts_with('"')) return cell;
    if (c == '"') text_.remove_prefix(1);
    lines_ += c == '\n' ? 1 : 0;
    cell += c;
  }
  return fail(Fault::Malformed, std::to_string(line_) + ": a quote that does not end");
}

Result<std::vector<std::string>> CsvRows::next() {
  line_ = lines_;
  std::vector<std::string> cells;
  while (true) {
    if (cells.size() == kCellsMax) {
      return fail(Fault::Malformed, std::to_string(line_) + ": too many columns");
    }
    TRY(std::string cell, next_cell());
    cells.push_back(std::move(cell));
    if (!text_.starts_with(separator_)) break;
    text_.remove_prefix(1);
  }
  if (!at_row_end()) {
    return fail(Fault::Malformed, std::to_string(line_) + ": something behind a quoted cell");
  }
  text_.remove_prefix(text_.starts_with('\r') ? 2 : text_.empty() ? 0 : 1);
  ++lines_;
  return cells;
}

}  // namespace mainstay::coordinator
