#include "agent/apt/complaint.h"

#include <algorithm>

namespace mainstay::apt {
namespace {

constexpr std::string_view kMark = "dpkg: error processing ";

std::string_view line_at(std::string_view text, std::size_t begin) {
  text = text.substr(std::min(begin, text.size()));
  return text.substr(0, text.find_first_of("\r\n"));
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n:") - first + 1);
}

/// "package webd" or "archive /var/cache/apt/archives/webd_2.0_amd64.deb"
std::string_view subject_of(std::string_view line) {
  line = line.substr(0, line.find(" (--"));
  line = trimmed(line);
  const auto space = line.find(' ');
  if (line.starts_with("package ")) return line.substr(space + 1);
  if (line.starts_with("archive ")) return line.substr(line.rfind('/') + 1);
  return line;
}

}  // namespace

std::string dpkg_complaint(std::string_view output) {
  const auto found = output.rfind(kMark);
  if (found == std::string_view::npos) return {};
  const std::string_view line = line_at(output, found + kMark.size());
  // The reason stands in the next line, indented.
  const auto next = output.find('\n', found);
  if (next == std::string_view::npos) return {};
  const std::string_view reason = trimmed(line_at(output, next + 1));
  if (reason.empty()) return {};
  return std::string(subject_of(line)) + ": " + std::string(reason);
}

}  // namespace mainstay::apt
