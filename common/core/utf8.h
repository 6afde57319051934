// UTF-8, as far as terminals and parsers need it: one character at a time, strictly (no overlong
// forms, no surrogates), and how many columns it takes on a screen.
#pragma once

#include <cstddef>
#include <string_view>

namespace mainstay {

/// An invalid one has length 1, so that a reader can step over it and go on.
struct Utf8Character {
  char32_t code;
  std::size_t length;
  bool valid;
};

/// The text must not be empty.
Utf8Character first_character(std::string_view text);

/// C0, delete and C1: what could steer a terminal.
constexpr bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

/// Columns on a terminal: 0 for combining marks, 2 for the wide East Asian blocks and emoji,
/// else 1. Blocks, not the full Unicode table: a table of hosts needs no more, and a miss costs
/// alignment.
std::size_t display_width(char32_t code);
/// Of a whole text; an invalid byte counts as one column.
std::size_t display_width(std::string_view text);

}  // namespace mainstay
