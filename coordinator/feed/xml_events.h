// An XML document as it goes by. What could make much of little (document types, entities, depth)
// is refused.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/core/result.h"

namespace mainstay::coordinator {

/// Names and values in turn, as long as the call lasts.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}
  /// Empty if it is not there.
  [[nodiscard]] std::string_view get(std::string_view name) const;

 private:
  const char* const* pairs_;
};

/// Names come without what is in front of a colon: each publisher has prefixes of its own.
class XmlListener {
 public:
  XmlListener() = default;
  XmlListener(const XmlListener&) = delete;
  XmlListener& operator=(const XmlListener&) = delete;
  virtual ~XmlListener() = default;

  virtual void on_open(std::string_view name, const XmlAttributes& attributes) = 0;
  /// A text may come in pieces.
  virtual void on_text(std::string_view text) = 0;
  virtual void on_close(std::string_view name) = 0;
  /// False ends the reading, as if the document did.
  [[nodiscard]] virtual bool wants_more() const = 0;
};

/// Malformed, beginning with line and column.
Status read_xml(std::string_view text, XmlListener& listener);

}  // namespace mainstay::coordinator
