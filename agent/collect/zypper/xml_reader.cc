#include "agent/collect/zypper/xml_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace mainstay::agent {
namespace {

constexpr std::size_t kDepthMax = 16;
constexpr std::size_t kAttributesMax = 32;
constexpr std::size_t kNameBytesMax = 64;
constexpr std::string_view kBlanks = " \t\r\n";

std::unexpected<Error> malformed(std::string_view what) {
  return fail(Fault::Malformed, "XML: " + std::string(what));
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameBytesMax && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == ':';
  });
}

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
}

/// Of "#65" or "amp"; nothing for others.
std::optional<char> entity(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> kEntities = {
      {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}}};
  for (const auto& [known, value] : kEntities) {
    if (name == known) return value;
  }
  if (!name.starts_with('#')) return std::nullopt;
  const bool is_hex = name.starts_with("#x");
  name.remove_prefix(is_hex ? 2 : 1);
  unsigned code = 0;
  const auto [end, bad] =
      std::from_chars(name.data(), name.data() + name.size(), code, is_hex ? 16 : 10);
  if (bad != std::errc() || end != name.data() + name.size() || code > 0x10FFFF) {
    return std::nullopt;
  }
  // Nothing that is read here has characters beyond; a mark says that there was one.
  return code >= ' ' && code <= '~' ? static_cast<char>(code) : '?';
}

Result<std::string> decoded(std::string_view raw) {
  std::string text;
  while (!raw.empty()) {
    const std::size_t mark = std::min(raw.find('&'), raw.size());
    text += raw.substr(0, mark);
    raw.remove_prefix(mark);
    if (raw.empty()) break;
    const std::size_t end = raw.find(';');
    const auto value = end == raw.npos ? std::nullopt : entity(raw.substr(1, end - 1));
    if (!value) return malformed("an entity that is none");
    text.push_back(*value);
    raw.remove_prefix(end + 1);
  }
  return text;
}

}  // namespace

std::string_view XmlPiece::attribute(std::string_view wanted) const {
  for (const XmlAttribute& one : attributes) {
    if (one.name == wanted) return one.value;
  }
  return {};
}

Result<XmlPiece> XmlReader::close(std::string_view name) {
  if (open_.empty() || open_.back() != name) return malformed("a tag that closes nothing");
  open_.pop_back();
  return XmlPiece{.kind = XmlPiece::Kind::Close, .name = name, .attributes = {}, .text = {}};
}

Result<XmlPiece> XmlReader::next() {
  if (!empty_.empty()) return close(std::exchange(empty_, {}));
  if (open_.empty()) {
    skip_blanks(rest_);
    if (!has_root_ && rest_.starts_with("<?xml ")) {
      const std::size_t end = rest_.find("?>");
      if (end == rest_.npos) return malformed("it was cut");
      rest_.remove_prefix(end + 2);
      skip_blanks(rest_);
    }
    if (rest_.empty()) return has_root_ ? Result<XmlPiece>(XmlPiece()) : malformed("nothing");
    if (has_root_ || !rest_.starts_with('<')) return malformed("more than one element");
  }
  if (rest_.starts_with('<')) return take_tag();
  const std::size_t end = rest_.find('<');
  if (end == rest_.npos) return malformed("it was cut");
  TRY(std::string text, decoded(rest_.substr(0, end)));
  rest_.remove_prefix(end);
  return XmlPiece{
      .kind = XmlPiece::Kind::Text, .name = {}, .attributes = {}, .text = std::move(text)};
}

Result<XmlPiece> XmlReader::take_tag() {
  // A greater-than sign may stand in a value, between quotes.
  std::size_t end = 1;
  for (char quote = '\0'; end < rest_.size() && (quote != '\0' || rest_[end] != '>'); ++end) {
    const char c = rest_[end];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    }
  }
  if (end >= rest_.size()) return malformed("it was cut");
  std::string_view inside = rest_.substr(1, end - 1);
  rest_.remove_prefix(end + 1);
  if (inside.starts_with('/')) return close(inside.substr(1));
  const bool is_empty = inside.ends_with('/');
  if (is_empty) inside.remove_suffix(1);
  const std::string_view name = inside.substr(0, inside.find_first_of(kBlanks));
  if (!is_name(name)) return malformed("a tag that is none");
  if (open_.size() == kDepthMax) return malformed("too deep");
  XmlPiece piece{.kind = XmlPiece::Kind::Open, .name = name, .attributes = {}, .text = {}};
  TRY_STATUS(take_attributes(piece, inside.substr(name.size())));
  has_root_ = true;
  open_.push_back(name);
  if (is_empty) empty_ = name;
  return piece;
}

Status XmlReader::take_attributes(XmlPiece& piece, std::string_view inside) {
  for (skip_blanks(inside); !inside.empty(); skip_blanks(inside)) {
    const std::size_t equals = inside.find('=');
    if (equals == inside.npos || equals + 1 >= inside.size()) return malformed("an odd attribute");
    const std::string_view name = inside.substr(0, equals);
    const char quote = inside[equals + 1];
    if (!is_name(name) || (quote != '"' && quote != '\'')) return malformed("an odd attribute");
    inside.remove_prefix(equals + 2);
    const std::size_t end = inside.find(quote);
    if (end == inside.npos) return malformed("a value without end");
    if (!piece.attribute(name).empty() || piece.attributes.size() == kAttributesMax) {
      return malformed("too many attributes");
    }
    TRY(std::string value, decoded(inside.substr(0, end)));
    piece.attributes.push_back({.name = name, .value = std::move(value)});
    inside.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace mainstay::agent
