// What the centre answered, as a tree of values. Texts in it come from hosts and other people, so
// `text` gives them made harmless for a terminal; there is no way to get at the raw ones but
// `raw`, whose result must never be printed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/core/bytes.h"
#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::cli {

class Answer {
 public:
  /// Malformed unless it is JSON, at most 32 levels deep.
  static Result<Answer> parse(std::string_view json);

  [[nodiscard]] bool is_null() const { return kind_ == Kind::Null; }
  [[nodiscard]] bool has(std::string_view key) const { return !at(key).is_null(); }
  /// A null where there is no such key: an older centre may not send all of them.
  [[nodiscard]] const Answer& at(std::string_view key) const;
  [[nodiscard]] const std::vector<Answer>& items(std::string_view key) const {
    return at(key).items_;
  }
  [[nodiscard]] const std::vector<Answer>& items() const { return items_; }
  /// Of an object, in alphabetical order; the names are escaped.
  [[nodiscard]] std::vector<std::pair<std::string, const Answer*>> members() const;

  /// Numbers and booleans as words too; empty for null.
  [[nodiscard]] std::string text(std::string_view key) const { return at(key).text(); }
  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::int64_t number(std::string_view key) const { return at(key).number_; }
  [[nodiscard]] std::int64_t number() const { return number_; }
  [[nodiscard]] bool flag(std::string_view key) const { return at(key).number_ != 0; }
  [[nodiscard]] std::string raw(std::string_view key) const { return at(key).text_; }
  /// The lines of a longer text, each escaped.
  [[nodiscard]] std::vector<std::string> lines(std::string_view key) const;
  /// As a document of its own, in the form of tidy_json.
  [[nodiscard]] std::string json() const;
  /// Joined by ", ".
  [[nodiscard]] std::string joined(std::string_view key, std::string_view by = ", ") const;

 private:
  friend struct AnswerReader;
  enum class Kind : unsigned char { Null, Text, Number, Flag, List, Object };
  Kind kind_ = Kind::Null;
  std::int64_t number_ = 0;
  std::string text_;
  std::vector<Answer> items_;
  std::vector<std::string> names_;  // of an object, beside items_
};

/// JSON from the centre in a form that a terminal can show: indented, all but ASCII escaped.
Result<std::string> tidy_json(std::string_view json);

}  // namespace mainstay::cli
