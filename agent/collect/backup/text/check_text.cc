#include "agent/collect/backup/text/check_text.h"

#include <charconv>

namespace mainstay::agent::backup {
namespace {

std::string_view trimmed(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

std::optional<std::string_view> line_with(std::string_view text, std::string_view words) {
  const auto found = text.find(words);
  if (found == std::string_view::npos) return std::nullopt;
  const auto before = text.rfind('\n', found);
  const auto begin = before == std::string_view::npos ? 0 : before + 1;
  return trimmed(text.substr(begin, text.find('\n', found) - begin));
}

std::optional<std::string_view> line_from(std::string_view text, std::string_view words) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    if (line.starts_with(words)) return line;
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::string_view first_line(std::string_view text) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    if (!line.empty() || end == std::string_view::npos) return line;
    text.remove_prefix(end + 1);
  }
  return {};
}

std::string_view last_line(std::string_view text) {
  while (!text.empty()) {
    const auto before = text.rfind('\n');
    const std::string_view line =
        trimmed(before == std::string_view::npos ? text : text.substr(before + 1));
    if (!line.empty() || before == std::string_view::npos) return line;
    text = text.substr(0, before);
  }
  return {};
}

std::optional<std::int64_t> number_after(std::string_view text, std::string_view words) {
  const auto found = text.find(words);
  if (found == std::string_view::npos) return std::nullopt;
  text.remove_prefix(found + words.size());
  if (text.empty() || text.front() == '-') return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

}  // namespace mainstay::agent::backup
