// A YAML document as a tree that remembers where each value stood. Strict on purpose: no anchors,
// no aliases, no tags, no duplicate keys, bounded in size and depth; a scalar is its text and
// nothing else, so that `yes`, `010` and `1e3` never turn into something the writer did not mean.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/core/result.h"

namespace mainstay::document {

inline constexpr std::size_t kDocumentBytesMax = 256 * 1024;
inline constexpr std::size_t kNodesMax = 4096;
inline constexpr std::size_t kDepthMax = 16;

struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};

struct Node {
  enum class Kind { Scalar, List, Map };
  Kind kind = Kind::Scalar;
  Place place;
  std::string text = {};                            // of a scalar
  std::optional<Place> verbatim = {};               // where `text` stands letter for letter
  std::vector<Node> items = {};                     // of a list
  std::vector<std::pair<Node, Node>> entries = {};  // of a map, in the order written
};

/// Malformed, with `file:line:column`, on anything the rules above forbid.
Result<Node> parse_yaml(std::string_view text, const std::string& file);

/// `file:line:column: words`.
std::unexpected<Error> complain(const std::string& file, Place place, const std::string& words);

}  // namespace mainstay::document
