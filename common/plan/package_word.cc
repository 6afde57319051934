#include "common/plan/package_word.h"

#include <algorithm>

namespace mainstay {
namespace {

constexpr bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_package_word(std::string_view text, std::string_view more) {
  return !text.empty() && text.size() <= kPackageWordBytesMax && is_alnum(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return is_alnum(c) || more.contains(c); });
}

bool is_package_name(std::string_view text) {
  return is_package_word(text, "+-._");
}

bool is_package_version(std::string_view text) {
  return is_package_word(text, "+-._:~^");
}

bool is_package_release(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos || !is_package_word(text.substr(0, colon), "-._")) return false;
  return colon + 1 == text.size() || is_package_word(text.substr(colon + 1), "-._");
}

std::string_view take_word(std::string_view& line) {
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(line.size(), word.size() + 1));
  return word;
}

}  // namespace mainstay
