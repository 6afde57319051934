// The selector: which hosts are meant, as a boolean expression over labels and facts.
//
// Parsed once into a flat program in postfix order; evaluating it walks the program with a fixed
// stack and allocates nothing, because a fleet asks it once a host. Invariants:
// 1. The program is never empty and leaves exactly one value: the empty text means no selector.
// 2. A missing label, and a missing or stale fact, is undecided; only `exists` turns absence into
//    an answer.
// 3. to_text() parses again, to an equal selector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"
#include "common/select/fact.h"
#include "common/select/truth.h"

namespace mainstay {

// A selector is typed by a person or kept in a signed document; the limits keep its evaluation and
// the parser's recursion small whoever wrote it.
inline constexpr std::size_t kSelectorBytesMax = 4096;
inline constexpr std::size_t kSelectorNodesMax = 256;
inline constexpr std::size_t kSelectorDepthMax = 32;
inline constexpr std::size_t kSelectorValuesMax = 256;  // in one list

/// One host as a selector sees it. What it returns is borrowed for the time of the call.
struct Subject {
  Subject() = default;
  Subject(const Subject&) = default;
  Subject& operator=(const Subject&) = default;
  virtual ~Subject() = default;
  virtual std::optional<std::string_view> label(std::string_view name) const = 0;
  /// `index` counts in the list of kinds the selector was parsed with.
  virtual FactValue fact(std::size_t index) const = 0;
};

/// Why a host is undecided: the name, and whether its value is missing or merely stale.
struct Doubt {
  std::string name;
  Presence presence;
  bool operator==(const Doubt&) const = default;
};

/// What is wrong with a text. Columns count characters from 1; the text does not repeat the column,
/// so that a reader of documents can put its own file and line in front.
struct Complaint {
  std::size_t column;
  std::string text;
};

class Selector {
 public:
  Truth evaluate(const Subject& subject) const;
  /// The names that keep an undecided subject undecided, in the order of the text; empty if
  /// decided.
  std::vector<Doubt> undecided_because(const Subject& subject) const;

  /// No fact is asked: an executor can decide it from its label certificate.
  bool labels_only() const;
  /// Every label and fact asked, once each, in alphabetical order.
  std::vector<std::string> names() const;
  /// The one spelling of this selector: lists sorted, no parenthesis too many.
  std::string to_text() const;

  /// Equal if the canonical texts are: parentheses that change nothing do not count.
  bool operator==(const Selector& other) const { return to_text() == other.to_text(); }

 private:
  friend class SelectorParser;
  Selector() = default;  // only the parser makes one

  enum class Operation : std::uint8_t {
    All,
    Exists,
    Flag,
    Among,  // one value is written with =, several with `in`
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Not,
    And,
    Or,
  };
  enum class Sense : std::uint8_t { Plain, Negated };

  struct Node {
    Operation operation;
    Sense sense = Sense::Plain;  // != and `not in`
    std::uint16_t name = 0;      // in names_
    std::uint16_t value_first = 0;
    std::uint16_t value_count = 0;  // in words_ or numbers_, by the type of the name
    bool operator==(const Node&) const = default;
  };

  struct Name {
    std::string text;
    std::optional<std::size_t> fact;  // nothing for a label
    FactType type = FactType::Word;   // labels are words
    bool operator==(const Name&) const = default;
  };

  bool is_leaf(const Node& node) const { return node.operation < Operation::Not; }
  Truth leaf(const Node& node, const Subject& subject) const;
  Truth word_among(const Node& node, std::string_view word) const;
  Truth number_compares(const Node& node, std::int64_t number) const;
  Presence presence_of(const Name& name, const Subject& subject) const;
  std::string leaf_text(const Node& node) const;
  std::string value_text(const Node& node, std::size_t at) const;

  std::vector<Node> nodes_;
  std::vector<Name> names_;
  std::vector<std::string> words_;
  std::vector<std::int64_t> numbers_;
};

/// Fails as Malformed with "column N: expected ..., found ...; did you mean ...".
Result<Selector> parse_selector(std::string_view text, std::span<const FactKind> facts);
/// The same with the column as a number, for those who place it in a document of their own.
[[nodiscard]] std::expected<Selector, Complaint> read_selector(std::string_view text,
                                                               std::span<const FactKind> facts);

}  // namespace mainstay
