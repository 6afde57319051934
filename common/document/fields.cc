#include "common/document/fields.h"

#include <algorithm>

#include "common/core/escape.h"
#include "common/core/nearest.h"
#include "common/core/utf8.h"
#include "common/select/value.h"

namespace mainstay::document {

Result<Fields> Fields::open(const Node& node, const std::string& file,
                            std::span<const std::string_view> keys,
                            std::span<const std::string_view> later) {
  if (node.kind != Node::Kind::Map) {
    return complain(
        file, node.place,
        "expected `key: value` lines, found " +
            std::string(node.kind == Node::Kind::List ? "a list" : "the word `" + node.text + "`"));
  }
  for (const auto& [key, value] : node.entries) {
    if (std::ranges::find(keys, key.text) != keys.end()) continue;
    if (std::ranges::find(later, key.text) != later.end()) {
      return complain(file, key.place, "`" + key.text + "` is not yet supported");
    }
    const auto near = nearest(key.text, keys);
    return complain(file, key.place,
                    "unknown key `" + escape_for_terminal(key.text) + "`" +
                        (near ? "; did you mean `" + std::string(*near) + "`?" : ""));
  }
  return Fields(node, file);
}

const Node* Fields::find(std::string_view key) const {
  const auto entry = std::ranges::find_if(
      node_->entries, [&](const auto& candidate) { return candidate.first.text == key; });
  return entry == node_->entries.end() ? nullptr : &entry->second;
}

Result<const Node*> Fields::need(std::string_view key) const {
  const Node* node = find(key);
  if (node == nullptr) {
    return complain(*file_, node_->place,
                    "expected the key `" + std::string(key) + "`, which is missing");
  }
  return node;
}

Result<std::string> Fields::text(std::string_view key, std::size_t bytes_max) const {
  const Node* node = find(key);
  if (node == nullptr) return std::string();
  return read_text(*node, *file_, bytes_max);
}

Result<std::string> Fields::needed_text(std::string_view key) const {
  TRY(const Node* node, need(key));
  return read_text(*node, *file_);
}

namespace {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    if (!character.valid) return false;
    text.remove_prefix(character.length);
  }
  return true;
}

}  // namespace

Result<std::string> read_text(const Node& node, const std::string& file, std::size_t bytes_max) {
  if (node.kind != Node::Kind::Scalar) return complain(file, node.place, "expected a text");
  if (node.text.empty()) return complain(file, node.place, "expected a text, found nothing");
  if (node.text.size() > bytes_max || node.text.find('\0') != std::string::npos) {
    return complain(
        file, node.place,
        "expected a text of at most " + std::to_string(bytes_max) + " bytes without NUL");
  }
  if (!is_utf8(node.text)) return complain(file, node.place, "expected a text in UTF-8");
  return node.text;
}

Result<std::uint32_t> read_count(const Node& node, const std::string& file) {
  const bool is_number = !node.text.empty() && node.text.front() >= '0' && node.text.front() <= '9';
  if (node.kind != Node::Kind::Scalar || !is_number || node.text.ends_with('%')) {
    return complain(file, node.place, "expected a number, found `" + node.text + "`");
  }
  TRY(const CountOrPercent count, read_count_or_percent(node, file));
  return count.amount;
}

Result<CountOrPercent> read_count_or_percent(const Node& node, const std::string& file) {
  std::string_view digits = node.text;
  const bool is_percent = digits.ends_with('%');
  if (is_percent) digits.remove_suffix(1);
  const bool plain = !digits.empty() && (digits.size() == 1 || digits[0] != '0') &&
                     std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (node.kind == Node::Kind::Scalar && plain && digits.size() > 7) {
    return complain(file, node.place,
                    is_percent ? "expected at most 100%"
                               : "expected at most 9999999, found `" + node.text + "`");
  }
  if (node.kind != Node::Kind::Scalar || !plain) {
    return complain(file, node.place,
                    "expected a number such as 20 or 5%, found `" + node.text + "`");
  }
  std::uint32_t amount = 0;
  for (const char c : digits) amount = amount * 10 + static_cast<std::uint32_t>(c - '0');
  if (is_percent && amount > 100) return complain(file, node.place, "expected at most 100%");
  return CountOrPercent{.amount = amount, .is_percent = is_percent};
}

Result<Duration> read_duration(const Node& node, const std::string& file) {
  const auto parsed = node.kind == Node::Kind::Scalar ? parse_duration(node.text) : std::nullopt;
  if (parsed && *parsed > kDurationMax) {
    return complain(file, node.place, "expected at most 365d, found `" + node.text + "`");
  }
  if (!parsed) {
    return complain(file, node.place,
                    "expected a duration such as 30s, 15m or 72h, found `" + node.text + "`");
  }
  return Duration(*parsed);
}

Result<std::vector<std::string>> read_words(const Node& node, const std::string& file,
                                            std::size_t bytes_max) {
  if (node.kind != Node::Kind::List || node.items.empty()) {
    return complain(file, node.place, "expected a list such as [a, b]");
  }
  std::vector<std::string> words;
  for (const Node& item : node.items) {
    TRY(std::string word, read_text(item, file, bytes_max));
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace mainstay::document
