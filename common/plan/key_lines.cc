#include "common/plan/key_lines.h"

#include <algorithm>
#include <charconv>

#include "common/core/nearest.h"

namespace mainstay {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string unknown_key(std::string_view key, const KeySet& keys) {
  std::string text = "unknown key \"" + std::string(key) + "\"";
  if (const auto meant = nearest(key, keys.known)) {
    text += "; did you mean \"" + std::string(*meant) + "\"?";
  }
  return text;
}

}  // namespace

Result<KeyLines> KeyLines::parse(std::string_view text, std::string name, const KeySet& keys) {
  KeyLines lines;
  lines.name_ = std::move(name);
  if (text.size() > kKeyLinesBytesMax) return fail(Fault::Malformed, lines.name_ + ": too long");
  std::size_t number = 0;
  while (!text.empty()) {
    number += 1;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const std::string where = lines.name_ + ":" + std::to_string(number) + ": ";
    if (std::ranges::any_of(line, [](char c) { return c >= '\0' && c < ' ' && c != '\t'; })) {
      // A path that is cut at a NUL is another path.
      return fail(Fault::Malformed, where + "a control character stands in this line");
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
      return fail(Fault::Malformed, where + "expected \"key: value\"");
    }
    const std::string_view key = trimmed(line.substr(0, colon));
    if (std::ranges::find(keys.known, key) == keys.known.end()) {
      return fail(Fault::Malformed, where + unknown_key(key, keys));
    }
    const Value value{.text = std::string(trimmed(line.substr(colon + 1))), .line = number};
    if (!lines.values_.emplace(key, value).second) {
      return fail(Fault::Malformed,
                  where + "the key \"" + std::string(key) + "\" stands here twice");
    }
  }
  for (const std::string_view key : keys.required) {
    if (!lines.has(key)) {
      return fail(Fault::Malformed,
                  lines.name_ + ": the key \"" + std::string(key) + "\" is missing");
    }
  }
  return lines;
}

std::string KeyLines::text(std::string_view key, std::string_view otherwise) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::string(otherwise) : found->second.text;
}

Result<std::uint64_t> KeyLines::number(std::string_view key, std::uint64_t max) const {
  const std::string value = text(key);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc() || end != value.data() + value.size() || number > max) {
    return complain(key, "expected a whole number up to " + std::to_string(max));
  }
  return number;
}

Result<Bytes> KeyLines::bytes(std::string_view key) const {
  auto raw = from_hex(text(key));
  if (!raw) return complain(key, "expected hexadecimal digits");
  return *std::move(raw);
}

std::unexpected<Error> KeyLines::complain(std::string_view key, std::string what) const {
  const auto found = values_.find(key);
  const std::string line = found == values_.end() ? "" : ":" + std::to_string(found->second.line);
  return fail(Fault::Malformed, name_ + line + ": " + std::string(key) + ": " + std::move(what));
}

}  // namespace mainstay
