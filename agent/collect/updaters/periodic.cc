#include "agent/collect/updaters/periodic.h"

#include <algorithm>
#include <string>

namespace mainstay::agent {
namespace {

/// The next line, without blanks around it.
std::string_view take_line(std::string_view& text) {
  std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
  return line;
}

bool is_same(std::string_view one, std::string_view other) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(one, other, {}, lower, lower);
}

/// As apt.systemd.daily reads an interval: nothing or 0 is never.
bool is_interval(std::string_view value) {
  return !value.empty() && value != "0" && value != "false" && value != "no";
}

}  // namespace

Result<bool> upgrades_unattended(std::string_view dump) {
  const auto malformed = fail(Fault::Malformed, "apt-config: not a dump of its settings");
  // Each dump names where apt lives; without that it is none, or was cut before.
  if (dump.size() > kAptConfigBytesMax || !dump.contains("Dir \"")) return malformed;
  bool is_on = true;
  bool upgrades = false;
  while (!dump.empty()) {
    const std::string_view line = take_line(dump);
    const std::size_t blank = line.find(' ');
    if (!line.starts_with("A") && !line.starts_with("a")) continue;
    const bool is_enable = is_same(line.substr(0, blank), "APT::Periodic::Enable");
    const bool is_upgrade = is_same(line.substr(0, blank), "APT::Periodic::Unattended-Upgrade");
    if (!is_enable && !is_upgrade) continue;
    std::string_view value = blank == line.npos ? "" : line.substr(blank + 1);
    if (value.size() < 3 || !value.starts_with('"') || !value.ends_with("\";")) return malformed;
    value = value.substr(1, value.size() - 3);
    if (is_enable) is_on = is_interval(value);
    if (is_upgrade) upgrades = is_interval(value);
  }
  return is_on && upgrades;
}

bool applies_updates(std::string_view settings) {
  bool applies = false;
  while (!settings.empty()) {
    const std::string_view line = take_line(settings);
    const std::size_t equals = line.find_first_of("=:");
    if (equals == line.npos) continue;
    std::string_view name = line.substr(0, equals);
    std::string_view value = line.substr(equals + 1);
    if (take_line(name) != "apply_updates") continue;
    value = take_line(value);
    applies =
        is_same(value, "yes") || is_same(value, "true") || is_same(value, "on") || value == "1";
  }
  return applies;
}

}  // namespace mainstay::agent
