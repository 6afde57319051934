#include <algorithm>
#include <array>
#include <bitset>

#include "common/core/check.h"
#include "common/select/selector.h"

namespace mainstay {

Truth Selector::evaluate(const Subject& subject) const {
  CHECK(!nodes_.empty());
  CHECK(nodes_.size() <= kSelectorNodesMax);
  std::array<Truth, kSelectorNodesMax> stack;  // left unset: each slot is written before it is read
  std::size_t top = 0;
  for (const Node& node : nodes_) {
    if (is_leaf(node)) {
      stack[top++] = leaf(node, subject);
    } else if (node.operation == Operation::Not) {
      stack[top - 1] = negation(stack[top - 1]);
    } else {
      --top;
      stack[top - 1] = node.operation == Operation::And ? both(stack[top - 1], stack[top])
                                                        : either(stack[top - 1], stack[top]);
    }
  }
  CHECK(top == 1);
  return stack[0];
}

std::vector<Doubt> Selector::undecided_because(const Subject& subject) const {
  // Beside each truth goes the set of leaves it hangs on: a part that was decided whatever its
  // doubtful leaves say drops them, so that nobody is sent after a value that changes nothing.
  struct Entry {
    Truth truth;
    std::bitset<kSelectorNodesMax> leaves;
  };
  std::vector<Entry> stack;
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    const Node& node = nodes_[at];
    if (is_leaf(node)) {
      stack.push_back({leaf(node, subject), {}});
      if (stack.back().truth == Truth::Undecided) stack.back().leaves.set(at);
    } else if (node.operation == Operation::Not) {
      stack.back().truth = negation(stack.back().truth);
    } else {
      const Entry right = stack.back();
      stack.pop_back();
      Entry& left = stack.back();
      left.truth = node.operation == Operation::And ? both(left.truth, right.truth)
                                                    : either(left.truth, right.truth);
      left.leaves |= right.leaves;
      if (left.truth != Truth::Undecided) left.leaves.reset();
    }
  }
  CHECK(stack.size() == 1);
  std::vector<Doubt> doubts;
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    if (!stack[0].leaves.test(at)) continue;
    const Name& name = names_[nodes_[at].name];
    Doubt doubt{name.text, presence_of(name, subject)};
    if (std::ranges::find(doubts, doubt) == doubts.end()) doubts.push_back(std::move(doubt));
  }
  return doubts;
}

Presence Selector::presence_of(const Name& name, const Subject& subject) const {
  if (name.fact) return subject.fact(*name.fact).presence;
  return subject.label(name.text) ? Presence::Known : Presence::Missing;
}

Truth Selector::leaf(const Node& node, const Subject& subject) const {
  if (node.operation == Operation::All) return Truth::True;
  const Name& name = names_[node.name];
  if (node.operation == Operation::Exists) {
    const Presence presence = presence_of(name, subject);
    // A stale fact was there once; whether it still is, nobody knows.
    return presence == Presence::Stale ? Truth::Undecided : truth_of(presence == Presence::Known);
  }
  if (!name.fact) {
    const std::optional<std::string_view> label = subject.label(name.text);
    return label ? word_among(node, *label) : Truth::Undecided;
  }
  const FactValue value = subject.fact(*name.fact);
  if (value.presence != Presence::Known) return Truth::Undecided;
  if (name.type == FactType::Word) return word_among(node, value.word);
  return number_compares(node, value.number);
}

Truth Selector::word_among(const Node& node, std::string_view word) const {
  const auto first = words_.begin() + node.value_first;
  const bool found = std::binary_search(first, first + node.value_count, word);
  return truth_of(found == (node.sense == Sense::Plain));
}

Truth Selector::number_compares(const Node& node, std::int64_t number) const {
  if (node.operation == Operation::Flag) return truth_of(number != 0);
  const auto first = numbers_.begin() + node.value_first;
  switch (node.operation) {
    case Operation::Among: {
      const bool found = std::binary_search(first, first + node.value_count, number);
      return truth_of(found == (node.sense == Sense::Plain));
    }
    case Operation::Less:
      return truth_of(number < *first);
    case Operation::LessOrEqual:
      return truth_of(number <= *first);
    case Operation::Greater:
      return truth_of(number > *first);
    case Operation::GreaterOrEqual:
      return truth_of(number >= *first);
    case Operation::All:
    case Operation::Exists:
    case Operation::Flag:
    case Operation::Not:
    case Operation::And:
    case Operation::Or:
      break;
  }
  CHECK(!"no operation on numbers");
  return Truth::Undecided;
}

bool Selector::labels_only() const {
  return std::ranges::none_of(names_, [](const Name& name) { return name.fact.has_value(); });
}

std::vector<std::string> Selector::names() const {
  std::vector<std::string> names;
  for (const Name& name : names_) names.push_back(name.text);
  std::ranges::sort(names);
  return names;
}

}  // namespace mainstay
