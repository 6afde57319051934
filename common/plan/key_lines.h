// Small settings as lines of `key: value`, read strictly: the root process and the files that pin
// trust are no place for a rich format. Lines that are empty or start with '#' are skipped; an
// unknown or repeated key, or a missing one, is an error that names the line and the nearest word.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "common/core/id.h"
#include "common/core/result.h"

namespace mainstay {

inline constexpr std::size_t kKeyLinesBytesMax = 64 * 1024;

/// Which keys a file may have, and which it must have.
struct KeySet {
  std::span<const std::string_view> known;
  std::span<const std::string_view> required;
};

class KeyLines {
 public:
  struct Value {
    std::string text;
    std::size_t line;
  };

  /// `name` stands in front of every complaint: "executor.yaml:3: ...".
  static Result<KeyLines> parse(std::string_view text, std::string name, const KeySet& keys);

  [[nodiscard]] bool has(std::string_view key) const { return values_.contains(key); }
  /// Of a key that is there, or `otherwise`.
  [[nodiscard]] std::string text(std::string_view key, std::string_view otherwise = {}) const;
  /// A whole number from 0 to `max`.
  Result<std::uint64_t> number(std::string_view key, std::uint64_t max) const;
  Result<Bytes> bytes(std::string_view key) const;  // of hexadecimal
  template <class Id>
  Result<Id> id32(std::string_view key) const {
    TRY(const Bytes raw, bytes(key));
    const auto id = Id::from(raw);
    if (!id) return complain(key, "expected 64 hexadecimal digits");
    return *id;
  }
  /// Malformed, with file and line of the key.
  [[nodiscard]] std::unexpected<Error> complain(std::string_view key, std::string what) const;

 private:
  std::string name_;
  std::map<std::string, Value, std::less<>> values_;
};

}  // namespace mainstay
