#include "agent/collect/updates/support.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "common/core/iso_text.h"

namespace mainstay::agent {
namespace {

constexpr std::size_t kReleasesBytesMax = 64UL * 1024;  // both of today's together have 9 KiB
constexpr std::size_t kColumnsMax = 16;

struct Row {
  std::string_view os;
  std::string_view version;  // the whole, or what comes before a dot
  std::string_view until;
  std::string_view long_until = {};  // sold apart, except where is_free says otherwise
  std::string_view long_name = {};
  bool is_long_free = false;
};

// Debian and Ubuntu: distro-info-data 0.58+deb12u6. Red Hat and its rebuilds: "Red Hat Enterprise
// Linux Life Cycle" (access.redhat.com), "Rocky Linux Release and Version Guide" and AlmaLinux's
// "Release Notes". As of November 2026.
constexpr std::array<Row, 17> kKnown = {{
    {"debian", "11", "2024-08-14", "2026-08-31", "LTS", true},
    {"debian", "12", "2026-07-11", "2028-06-30", "LTS", true},
    {"debian", "13", "2028-08-09", "2030-06-30", "LTS", true},
    {"ubuntu", "20.04", "2025-05-29", "2030-04-23", "ESM"},
    {"ubuntu", "22.04", "2027-06-01", "2032-04-21", "ESM"},
    {"ubuntu", "24.04", "2029-05-31", "2034-04-25", "ESM"},
    {"ubuntu", "26.04", "2031-05-29", "2036-04-23", "ESM"},
    {"rhel", "7", "2024-06-30", "2028-06-30", "ELS"},
    {"rhel", "8", "2029-05-31", "2032-05-31", "ELS"},
    {"rhel", "9", "2032-05-31", "2035-05-31", "ELS"},
    {"rhel", "10", "2035-05-31"},
    {"centos", "7", "2024-06-30"},
    {"centos", "8", "2021-12-31"},
    {"rocky", "8", "2029-05-31"},
    {"rocky", "9", "2032-05-31"},
    {"almalinux", "8", "2029-03-01"},
    {"almalinux", "9", "2032-05-31"},
}};

/// "2026-07-11": the end of that day.
std::optional<WallTime> end_of_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t length) {
    int value = -1;
    const auto [end, bad] = std::from_chars(text.data() + at, text.data() + at + length, value);
    return bad == std::errc() && end == text.data() + at + length ? value : -1;
  };
  const int month = number(5, 2);
  const int day = number(8, 2);
  if (number(0, 4) < 1970 || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return std::nullopt;
  const auto next = std::chrono::sys_days(date) + std::chrono::days(1);
  return WallTime(std::chrono::duration_cast<Duration>(next.time_since_epoch()));
}

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  while (columns.size() < kColumnsMax) {
    const std::size_t comma = line.find(',');
    columns.push_back(line.substr(0, comma));
    if (comma == line.npos) break;
    line.remove_prefix(comma + 1);
  }
  return columns;
}

/// The column's name as people say it; nothing for one that is no end of support.
std::optional<SupportSpan> span_of(std::string_view column) {
  if (column == "eol") return SupportSpan{.name = ""};
  if (column == "eol-lts") return SupportSpan{.name = "LTS"};
  if (column == "eol-elts") return SupportSpan{.name = "ELTS", .is_free = false};
  if (column == "eol-esm") return SupportSpan{.name = "ESM", .is_free = false};
  if (column == "eol-legacy") return SupportSpan{.name = "legacy add-on", .is_free = false};
  return std::nullopt;
}

void add(Support& support, SupportSpan span, std::string_view until) {
  const auto end = end_of_day(until);
  if (!end || (!support.empty() && *end <= support.back().until)) return;
  span.until = *end;
  support.push_back(std::move(span));
}

/// The last day that counts.
std::string day_text(WallTime until) {
  return iso_text(until - std::chrono::seconds(1)).substr(0, 10);
}

}  // namespace

Result<Support> support_in_table(std::string_view table, std::string_view version) {
  const auto malformed = fail(Fault::Malformed, "the table of releases is none");
  if (table.size() > kReleasesBytesMax || !table.starts_with("version,")) return malformed;
  const std::vector<std::string_view> names = columns_of(table.substr(0, table.find('\n')));
  while (!table.empty()) {
    const std::string_view line = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(table.size(), line.size() + 1));
    const std::vector<std::string_view> columns = columns_of(line);
    // "22.04 LTS" is called 22.04 in os-release.
    if (version.empty() || columns[0].substr(0, columns[0].find(' ')) != version) continue;
    Support support;
    for (std::size_t at = 0; at < std::min(names.size(), columns.size()); ++at) {
      if (auto span = span_of(names[at])) add(support, std::move(*span), columns[at]);
    }
    return support;
  }
  return Support();
}

Support support_known(std::string_view os_id, std::string_view version) {
  for (const Row& row : kKnown) {
    const bool is_major = version.substr(0, version.find('.')) == row.version;
    if (row.os != os_id || (version != row.version && !is_major)) continue;
    Support support;
    add(support, {.name = ""}, row.until);
    add(support, {.name = std::string(row.long_name), .is_free = row.is_long_free}, row.long_until);
    return support;
  }
  return {};
}

Release read_release(std::string_view text) {
  constexpr std::size_t kValueBytesMax = 64;
  Release release;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t equals = line.find('=');
    if (equals == line.npos || line.size() > kValueBytesMax) continue;
    std::string value(line.substr(equals + 1));
    std::erase_if(value, [](char c) { return c == '"' || c == '\''; });
    if (line.starts_with("ID=")) release.os_id = value;
    if (line.starts_with("VERSION_ID=")) release.version = value;
  }
  return release;
}

Finding judge_support(const std::string& subject, const Support& support, WallTime now) {
  Finding finding{.topic = Topic::Patch, .subject = subject, .text = {}, .at = now, .readings = {}};
  const auto current =
      std::ranges::find_if(support, [&](const SupportSpan& span) { return now < span.until; });
  if (support.empty()) {
    finding.text = "no table here knows until when this release gets security updates";
    return finding;
  }
  const SupportSpan& span = current == support.end() ? support.back() : *current;
  finding.readings.push_back(
      {.measure = Measure::DeadlineSeconds, .value = to_ms(span.until) / 1000});
  const std::string own = "its own support ended " + day_text(support.front().until);
  if (current == support.end()) {
    finding.judgement = Judgement::Refuted;
    finding.text = "no security updates since " + day_text(support.back().until);
  } else if (!span.is_free) {
    // Whether this host has the subscription is not for a table to say.
    finding.text = "security updates only by " + span.name + ", which is sold, until " +
                   day_text(span.until) + "; " + own;
  } else {
    finding.judgement = Judgement::Proved;
    finding.text = "security updates until " + day_text(span.until);
    if (!span.name.empty()) finding.text += " by " + span.name + "; " + own;
  }
  return finding;
}

}  // namespace mainstay::agent
