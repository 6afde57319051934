#include "common/select/token.h"

#include <algorithm>
#include <array>

#include "common/core/utf8.h"

namespace mainstay {
namespace {

constexpr std::array<std::string_view, 6> kKeywords = {"all", "and", "exists", "in", "not", "or"};

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '@' || c == ':' || c == '/' || c == '-';
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::unexpected<Complaint> complain(std::size_t column, std::string text) {
  return std::unexpected(Complaint{column, std::move(text)});
}

}  // namespace

Token TokenReader::advance(TokenKind kind, std::size_t length, std::size_t column) {
  Token token{kind, column, std::string(text_.substr(at_, length))};
  at_ += length;
  column_ += length;
  return token;
}

std::expected<Token, Complaint> TokenReader::next() {
  while (at_ < text_.size() && is_space(text_[at_])) {
    ++at_;
    ++column_;
  }
  const std::size_t column = column_;
  if (at_ == text_.size()) return Token{TokenKind::End, column, ""};
  const char c = text_[at_];
  const bool equal_follows = at_ + 1 < text_.size() && text_[at_ + 1] == '=';
  switch (c) {
    case '(':
      return advance(TokenKind::Open, 1, column);
    case ')':
      return advance(TokenKind::Close, 1, column);
    case ',':
      return advance(TokenKind::Comma, 1, column);
    case '=':
      if (equal_follows) return complain(column, "expected =, found ==");
      return advance(TokenKind::Equal, 1, column);
    case '!':
      if (!equal_follows) return complain(column, "expected != or not, found !");
      return advance(TokenKind::NotEqual, 2, column);
    case '<':
      return equal_follows ? advance(TokenKind::LessOrEqual, 2, column)
                           : advance(TokenKind::Less, 1, column);
    case '>':
      return equal_follows ? advance(TokenKind::GreaterOrEqual, 2, column)
                           : advance(TokenKind::Greater, 1, column);
    case '"':
      return quoted(column);
    default:
      break;
  }
  std::size_t length = 0;
  while (at_ + length < text_.size() && is_word_character(text_[at_ + length])) ++length;
  if (length > 0) return advance(TokenKind::Word, length, column);
  if (c == '%') return complain(column, "expected a bare number for a percentage, found %");
  if (c > ' ' && c <= '~') {
    return complain(column, std::string("expected a name, a value or an operator, found ") + c);
  }
  // The byte itself is not repeated: it may be half a character or steer a terminal.
  return complain(column, "expected plain text, found a character that must be quoted or left out");
}

std::expected<Token, Complaint> TokenReader::quoted(std::size_t column) {
  Token token{TokenKind::Quoted, column, ""};
  ++at_;
  ++column_;
  while (at_ < text_.size()) {
    char c = text_[at_];
    if (c == '"') {
      ++at_;
      ++column_;
      return token;
    }
    if (c == '\\') {
      ++at_;
      ++column_;
      c = at_ < text_.size() ? text_[at_] : '\0';
      if (c != '"' && c != '\\')
        return complain(column_, "expected \\\" or \\\\ after a backslash");
    }
    const Utf8Character character = first_character(text_.substr(at_));
    if (!character.valid || is_control(character.code)) {
      return complain(column_, "expected printable UTF-8 in a quoted string, found another byte");
    }
    token.text += text_.substr(at_, character.length);
    at_ += character.length;
    ++column_;
  }
  return complain(column, "expected a closing quote, found the end");
}

bool is_keyword(std::string_view word) {
  return std::ranges::find(kKeywords, word) != kKeywords.end();
}

bool is_plain_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_word_character) && !is_keyword(text);
}

std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace mainstay
