#include "common/select/asked.h"

#include "common/select/token.h"

namespace mainstay {

namespace {

std::vector<Token> tokens_of(std::string_view selector) {
  std::vector<Token> tokens;
  TokenReader reader(selector);
  for (auto token = reader.next(); token && token->kind != TokenKind::End; token = reader.next()) {
    tokens.push_back(std::move(*token));
  }
  return tokens;
}

bool is_word(const Token& token, std::string_view word) {
  return token.kind == TokenKind::Word && token.text == word;
}

}  // namespace

std::vector<AskedWord> asked_words(std::string_view selector) {
  const std::vector<Token> tokens = tokens_of(selector);
  std::vector<AskedWord> asked;
  for (std::size_t at = 1; at + 1 < tokens.size(); ++at) {
    const std::string& name = tokens[at - 1].text;
    if (tokens[at].kind == TokenKind::Equal) {
      asked.push_back({.name = name, .word = tokens[at + 1].text});
    }
    // `x not in (...)`: the word before `in` is no name.
    if (!is_word(tokens[at], "in") || is_word(tokens[at - 1], "not")) continue;
    for (std::size_t value = at + 2; value < tokens.size(); ++value) {
      if (tokens[value].kind == TokenKind::Close) break;
      if (tokens[value].kind == TokenKind::Comma) continue;
      asked.push_back({.name = name, .word = tokens[value].text});
    }
  }
  return asked;
}

}  // namespace mainstay
