#include "common/core/text_table.h"

#include <algorithm>

#include "common/core/check.h"
#include "common/core/utf8.h"

namespace mainstay {
namespace {

constexpr std::size_t kGap = 2;  // columns between columns

}  // namespace

void TextTable::add_row(std::vector<std::string> cells) {
  CHECK(cells.size() <= columns_.size());
  for (std::string& cell : cells) cell = printable(cell);
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::string TextTable::to_text(std::size_t width_max) const {
  std::vector<std::size_t> widths(columns_.size());
  for (const auto& row : rows_) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      widths[at] = std::max(widths[at], display_width(row[at]));
    }
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t at = 0; at < row.size(); ++at) {
      const std::string padding(widths[at] - display_width(row[at]), ' ');
      if (at > 0) line.append(kGap, ' ');
      line += columns_[at] == Align::Right ? padding + row[at] : row[at] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);  // npos + 1 is 0: a blank line is empty
    text += (width_max == 0 ? line : cut_to_width(line, width_max)) + '\n';
  }
  return text;
}

std::string cut_to_width(std::string_view text, std::size_t width_max) {
  if (display_width(text) <= width_max) return std::string(text);
  if (width_max == 0) return {};
  std::size_t width = 0;
  std::size_t length = 0;
  while (length < text.size()) {
    const Utf8Character character = first_character(text.substr(length));
    width += display_width(character.code);
    if (width > width_max - 1) break;
    length += character.length;
  }
  return std::string(text.substr(0, length)) + "\u2026";
}

std::string printable(std::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    const bool shown = character.valid && !is_control(character.code);
    clean += shown ? text.substr(0, character.length) : "?";
    text.remove_prefix(character.length);
  }
  return clean;
}

}  // namespace mainstay
