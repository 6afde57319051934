#include "common/core/check.h"
#include "common/select/selector.h"
#include "common/select/token.h"
#include "common/select/value.h"

namespace mainstay {

std::string Selector::value_text(const Node& node, std::size_t at) const {
  const std::size_t index = node.value_first + at;
  switch (names_[node.name].type) {
    case FactType::Word:
      return is_plain_word(words_[index]) ? words_[index] : quote(words_[index]);
    case FactType::Integer:
      return std::to_string(numbers_[index]);
    case FactType::TimeSpan:
      return duration_text(Duration(numbers_[index]));
    case FactType::ByteSize:
      return byte_count_text(numbers_[index]);
    case FactType::Flag:
      break;
  }
  CHECK(!"a flag has no value");
  return {};
}

std::string Selector::leaf_text(const Node& node) const {
  if (node.operation == Operation::All) return "all";
  const std::string& name = names_[node.name].text;
  if (node.operation == Operation::Exists) return "exists " + name;
  if (node.operation == Operation::Flag) return name;
  if (node.operation == Operation::Less) return name + " < " + value_text(node, 0);
  if (node.operation == Operation::LessOrEqual) return name + " <= " + value_text(node, 0);
  if (node.operation == Operation::Greater) return name + " > " + value_text(node, 0);
  if (node.operation == Operation::GreaterOrEqual) return name + " >= " + value_text(node, 0);
  CHECK(node.operation == Operation::Among);
  const bool plain = node.sense == Sense::Plain;
  if (node.value_count == 1) return name + (plain ? " = " : " != ") + value_text(node, 0);
  std::string text = name + (plain ? " in (" : " not in (");
  for (std::size_t at = 0; at < node.value_count; ++at) {
    if (at > 0) text += ", ";
    text += value_text(node, at);
  }
  return text + ')';
}

std::string Selector::to_text() const {
  // Binding from loose to tight: or, and, and everything else. An operand that binds looser than
  // its operator needs parentheses; one that binds alike does not, as both operators associate.
  enum class Binding : std::uint8_t { Or, And, Tight };
  struct Part {
    std::string text;
    Binding binding;
  };
  const auto within = [](const Part& part, Binding binding) {
    return part.binding < binding ? '(' + part.text + ')' : part.text;
  };
  std::vector<Part> stack;
  for (const Node& node : nodes_) {
    if (is_leaf(node)) {
      stack.push_back({leaf_text(node), Binding::Tight});
    } else if (node.operation == Operation::Not) {
      stack.back() = {"not " + within(stack.back(), Binding::Tight), Binding::Tight};
    } else {
      const Part right = std::move(stack.back());
      stack.pop_back();
      const bool is_and = node.operation == Operation::And;
      const Binding binding = is_and ? Binding::And : Binding::Or;
      stack.back() = {
          within(stack.back(), binding) + (is_and ? " and " : " or ") + within(right, binding),
          binding};
    }
  }
  CHECK(stack.size() == 1);
  return std::move(stack.back().text);
}

}  // namespace mainstay
