// The tokens of the selector language. Words, numbers, durations and sizes are all one kind of
// token here: which of them a word is depends on the type of what it is compared with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "common/select/selector.h"

namespace mainstay {

enum class TokenKind : std::uint8_t {
  End,
  Word,
  Quoted,
  Open,
  Close,
  Comma,
  Equal,
  NotEqual,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
};

struct Token {
  TokenKind kind;
  std::size_t column;
  std::string text;  // of a quoted string what is between the quotes, escapes undone
};

/// Hands out the tokens of a text one by one; the text must outlive it.
class TokenReader {
 public:
  explicit TokenReader(std::string_view text) : text_(text) {}
  /// After the last token, End for ever.
  [[nodiscard]] std::expected<Token, Complaint> next();

 private:
  std::expected<Token, Complaint> quoted(std::size_t column);
  Token advance(TokenKind kind, std::size_t length, std::size_t column);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t column_ = 1;
};

/// and, or, not, in, exists, all: a value spelled so must be quoted.
bool is_keyword(std::string_view word);
/// Can stand without quotes.
bool is_plain_word(std::string_view text);
std::string quote(std::string_view text);

}  // namespace mainstay
