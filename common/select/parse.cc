#include <algorithm>

#include "common/core/check.h"
#include "common/core/nearest.h"
#include "common/select/selector.h"
#include "common/select/token.h"
#include "common/select/value.h"

namespace mainstay {

// Recursive descent, one function a level of binding; each emits the postfix program as it goes.
// The first complaint wins and stops everything: a function returns false after complain().
class SelectorParser {
 public:
  SelectorParser(std::string_view text, std::span<const FactKind> facts)
      : reader_(text), facts_(facts) {}

  std::expected<Selector, Complaint> run();

 private:
  using Operation = Selector::Operation;

  bool disjunction();
  bool conjunction();
  bool term();
  bool nested();
  bool leaf();
  bool existence();
  bool comparison();
  bool operator_after(const Token& name_token, Selector::Node& node);
  bool single_value(Selector::Node& node);
  bool value_list(Selector::Node& node);
  bool value();
  bool number(FactType type);
  void close_values(Selector::Node& node);

  bool name(std::uint16_t& index);
  bool unknown_fact();
  bool emit(Selector::Node node);

  bool take();
  bool at_word(std::string_view word) const {
    return token_.kind == TokenKind::Word && token_.text == word;
  }
  bool at_value() const {
    return token_.kind == TokenKind::Quoted ||
           (token_.kind == TokenKind::Word && !is_keyword(token_.text));
  }
  bool expected(std::string_view what, std::string_view meant = {});
  bool complain(std::size_t column, std::string text);

  TokenReader reader_;
  std::span<const FactKind> facts_;
  Token token_{TokenKind::End, 1, ""};
  std::size_t depth_ = 0;
  Selector selector_;
  std::vector<std::string> list_words_;
  std::vector<std::int64_t> list_numbers_;
  FactType list_type_ = FactType::Word;
  Complaint complaint_{1, ""};
};

std::expected<Selector, Complaint> SelectorParser::run() {
  if (!take()) return std::unexpected(complaint_);
  if (token_.kind == TokenKind::End) {
    complain(token_.column, "expected a selector, found nothing; every host is written: all");
    return std::unexpected(complaint_);
  }
  if (!disjunction()) return std::unexpected(complaint_);
  if (token_.kind != TokenKind::End) {
    constexpr std::string_view kJoins[] = {"and", "or"};
    expected("and, or or the end", nearest(token_.text, kJoins).value_or(""));
    return std::unexpected(complaint_);
  }
  // The canonical text has more spaces than what was written, and must be readable again.
  if (selector_.to_text().size() > kSelectorBytesMax) {
    complain(1, "expected a selector of at most 4096 bytes with a space after each comma");
    return std::unexpected(complaint_);
  }
  return std::move(selector_);
}

bool SelectorParser::disjunction() {
  if (!conjunction()) return false;
  while (at_word("or")) {
    if (!take() || !conjunction() || !emit({.operation = Operation::Or})) return false;
  }
  return true;
}

bool SelectorParser::conjunction() {
  if (!term()) return false;
  while (at_word("and")) {
    if (!take() || !term() || !emit({.operation = Operation::And})) return false;
  }
  return true;
}

bool SelectorParser::term() {
  if (token_.kind != TokenKind::Open && !at_word("not")) return leaf();
  if (depth_ == kSelectorDepthMax) {
    return complain(token_.column, "expected at most 32 levels of parentheses and not");
  }
  ++depth_;
  const bool done = nested();
  --depth_;
  return done;
}

bool SelectorParser::nested() {
  if (at_word("not")) return take() && term() && emit({.operation = Operation::Not});
  if (!take() || !disjunction()) return false;
  if (token_.kind != TokenKind::Close) return expected("and, or or )");
  return take();
}

bool SelectorParser::leaf() {
  if (at_word("all")) return take() && emit({.operation = Operation::All});
  if (at_word("exists")) return existence();
  return comparison();
}

bool SelectorParser::existence() {
  Selector::Node node{.operation = Operation::Exists};
  return take() && name(node.name) && take() && emit(node);
}

bool SelectorParser::comparison() {
  Selector::Node node{.operation = Operation::Flag};
  const Token name_token = token_;
  if (!name(node.name) || !take()) return false;
  if (selector_.names_[node.name].type == FactType::Flag) {
    if (token_.kind >= TokenKind::Equal || at_word("in")) {
      return expected("no operator after the flag " + name_token.text + ", which stands alone");
    }
    return emit(node);
  }
  return operator_after(name_token, node) && emit(node);
}

bool SelectorParser::operator_after(const Token& name_token, Selector::Node& node) {
  const auto& subject = selector_.names_[node.name];
  list_type_ = subject.type;
  const Token sign = token_;
  if (at_word("not")) {
    if (!take()) return false;
    if (!at_word("in")) return expected("in after not");
    node.sense = Selector::Sense::Negated;
  }
  if (at_word("in")) {
    node.operation = Operation::Among;
    return value_list(node);
  }
  if (token_.kind < TokenKind::Equal) {
    std::vector<std::string_view> flags;
    for (const FactKind& fact : facts_) {
      if (fact.type == FactType::Flag) flags.push_back(fact.name);
    }
    const auto meant = subject.fact ? std::nullopt : nearest(name_token.text, flags);
    return expected("an operator after " + name_token.text, meant.value_or(""));
  }
  if (sign.kind >= TokenKind::Less && list_type_ == FactType::Word) {
    return complain(sign.column, "expected =, != or in after " + name_token.text +
                                     ", which has no order, found " + sign.text);
  }
  if (sign.kind == TokenKind::NotEqual) node.sense = Selector::Sense::Negated;
  if (sign.kind <= TokenKind::NotEqual) node.operation = Operation::Among;
  if (sign.kind == TokenKind::Less) node.operation = Operation::Less;
  if (sign.kind == TokenKind::LessOrEqual) node.operation = Operation::LessOrEqual;
  if (sign.kind == TokenKind::Greater) node.operation = Operation::Greater;
  if (sign.kind == TokenKind::GreaterOrEqual) node.operation = Operation::GreaterOrEqual;
  return take() && single_value(node);
}

bool SelectorParser::single_value(Selector::Node& node) {
  if (!value()) return false;
  close_values(node);
  return true;
}

bool SelectorParser::value_list(Selector::Node& node) {
  if (!take()) return false;
  if (token_.kind != TokenKind::Open) return expected("( after in");
  do {
    if (list_words_.size() + list_numbers_.size() == kSelectorValuesMax) {
      return complain(token_.column, "expected at most 256 values in a list");
    }
    if (!take() || !value()) return false;
  } while (token_.kind == TokenKind::Comma);
  if (token_.kind != TokenKind::Close) return expected("a comma or )");
  close_values(node);
  return take();
}

bool SelectorParser::value() {
  if (!at_value()) {
    if (token_.kind == TokenKind::Word) return expected("a value, in quotes if it is a keyword");
    return expected(value_example(list_type_));
  }
  if (list_type_ != FactType::Word) return number(list_type_) && take();
  list_words_.push_back(token_.text);
  return take();
}

bool SelectorParser::number(FactType type) {
  std::optional<std::int64_t> number;
  if (token_.kind == TokenKind::Word) {
    if (type == FactType::Integer) number = parse_integer(token_.text);
    if (type == FactType::ByteSize) number = parse_byte_count(token_.text);
    if (type == FactType::TimeSpan) {
      if (const auto duration = parse_duration(token_.text)) number = duration->count();
    }
  }
  if (!number) return expected(value_example(type));
  list_numbers_.push_back(*number);
  return true;
}

// Sorted for binary search, and so that equal sets have one spelling.
void SelectorParser::close_values(Selector::Node& node) {
  const auto close = [&node](auto& list, auto& all) {
    std::ranges::sort(list);
    list.erase(std::ranges::unique(list).begin(), list.end());
    node.value_first = static_cast<std::uint16_t>(all.size());
    node.value_count = static_cast<std::uint16_t>(list.size());
    all.insert(all.end(), list.begin(), list.end());
    list.clear();
  };
  // The text is at most 4 KiB, so that neither table can outgrow its 16-bit indices.
  static_assert(kSelectorBytesMax <= 0xffff);
  if (list_type_ == FactType::Word) {
    close(list_words_, selector_.words_);
  } else {
    close(list_numbers_, selector_.numbers_);
  }
  CHECK(node.value_count > 0);
}

bool SelectorParser::name(std::uint16_t& index) {
  if (token_.kind != TokenKind::Word || is_keyword(token_.text)) return expected("a name");
  const std::string& text = token_.text;
  Selector::Name found{.text = text, .fact = {}, .type = FactType::Word};
  const auto fact = std::ranges::find(facts_, text, &FactKind::name);
  if (fact != facts_.end()) {
    found.fact = static_cast<std::size_t>(fact - facts_.begin());
    found.type = fact->type;
  } else if (text.find('.') != std::string::npos) {
    return unknown_fact();
  } else if (text[0] < 'a' || text[0] > 'z' ||
             text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos) {
    return expected("a name of lower-case letters, digits and _");
  }
  const auto known = std::ranges::find(selector_.names_, text, &Selector::Name::text);
  index = static_cast<std::uint16_t>(known - selector_.names_.begin());
  if (known == selector_.names_.end()) selector_.names_.push_back(std::move(found));
  return true;
}

bool SelectorParser::unknown_fact() {
  std::vector<std::string_view> names;
  for (const FactKind& fact : facts_) names.push_back(fact.name);
  return expected("a known fact", nearest(token_.text, names).value_or(""));
}

bool SelectorParser::emit(Selector::Node node) {
  if (selector_.nodes_.size() == kSelectorNodesMax) {
    return complain(token_.column, "expected at most 256 terms and operators");
  }
  selector_.nodes_.push_back(node);
  return true;
}

bool SelectorParser::take() {
  auto next = reader_.next();
  if (!next.has_value()) return complain(next.error().column, std::move(next.error().text));
  token_ = std::move(*next);
  return true;
}

bool SelectorParser::expected(std::string_view what, std::string_view meant) {
  constexpr std::size_t kShownMax = 40;  // enough to recognise it, and it still fits a line
  std::string text = "expected " + std::string(what) + ", found ";
  if (token_.kind == TokenKind::End) {
    text += "the end";
  } else if (token_.kind == TokenKind::Quoted) {
    text += "a quoted string";
  } else {
    text += token_.text.substr(0, kShownMax);
    if (token_.text.size() > kShownMax) text += "...";
  }
  if (!meant.empty()) text += "; did you mean " + std::string(meant) + "?";
  return complain(token_.column, std::move(text));
}

bool SelectorParser::complain(std::size_t column, std::string text) {
  complaint_ = {column, std::move(text)};
  return false;
}

std::expected<Selector, Complaint> read_selector(std::string_view text,
                                                 std::span<const FactKind> facts) {
  if (text.size() > kSelectorBytesMax) {
    return std::unexpected(Complaint{kSelectorBytesMax + 1, "expected at most 4096 bytes"});
  }
  return SelectorParser(text, facts).run();
}

Result<Selector> parse_selector(std::string_view text, std::span<const FactKind> facts) {
  auto selector = read_selector(text, facts);
  if (selector.has_value()) return std::move(*selector);
  const Complaint& complaint = selector.error();
  return fail(Fault::Malformed,
              "column " + std::to_string(complaint.column) + ": " + complaint.text);
}

}  // namespace mainstay
