// A JSON document as it goes by: a value at a time, with the way to it. A list of vulnerabilities
// as a tree would take ten times its size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/core/result.h"

namespace mainstay::coordinator {

/// The names of members on the way to a value; an element of a list has the empty one.
using JsonPath = std::span<const std::string>;

enum class JsonKind : std::uint8_t { Object, List };

class JsonListener {
 public:
  JsonListener() = default;
  JsonListener(const JsonListener&) = delete;
  JsonListener& operator=(const JsonListener&) = delete;
  virtual ~JsonListener() = default;

  /// A text; or a number, true, false or null, as a text.
  virtual void on_value(JsonPath path, std::string_view value) = 0;
  virtual void on_open(JsonPath /*path*/, JsonKind /*kind*/) {}
  virtual void on_close(JsonPath /*path*/) {}
  /// False ends the reading, as if the document did.
  [[nodiscard]] virtual bool wants_more() const { return true; }
};

/// Malformed, beginning with line and column, for what is no JSON or nested too deep.
Status read_json(std::string_view text, JsonListener& listener);

}  // namespace mainstay::coordinator
