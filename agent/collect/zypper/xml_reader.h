// The next piece of an XML text: a tag with its attributes, or the text between two. Not a parser
// of XML in general: what could make a short text long or reach elsewhere (document types, entities
// of its own, CDATA) is an error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"

namespace mainstay::agent {

struct XmlAttribute {
  std::string_view name;
  std::string value;
};

struct XmlPiece {
  enum class Kind { Open, Close, Text, End };
  Kind kind = Kind::End;
  std::string_view name;  // of a tag
  std::vector<XmlAttribute> attributes;
  std::string text;

  /// Empty if there is none.
  [[nodiscard]] std::string_view attribute(std::string_view wanted) const;
};

/// Checks that tags match, and that there is one outermost element. An empty element is an opening
/// and a closing piece.
class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : rest_(text) {}
  Result<XmlPiece> next();

 private:
  Result<XmlPiece> take_tag();
  Result<XmlPiece> close(std::string_view name);
  Status take_attributes(XmlPiece& piece, std::string_view inside);

  std::string_view rest_;
  std::vector<std::string_view> open_;
  std::string_view empty_;  // an empty element, which is closed by the next piece
  bool has_root_ = false;
};

}  // namespace mainstay::agent
