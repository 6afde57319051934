// What all screens share.
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "common/core/span_text.h"
#include "common/core/text_table.h"
#include "common/core/utf8.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string local_text(std::time_t at, const char* form) {
  std::tm parts{};
  ::localtime_r(&at, &parts);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), form, &parts);
  return {text.data(), length};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string_view colour_of(std::string_view line) {
  const std::size_t start = std::min(line.find_first_not_of(' '), line.size());
  const std::string_view head = line.substr(start);
  if (head.starts_with("!!") || line.find(" !! ") != line.npos) return kRed;
  if (head.starts_with("! ") || line.find("  !  ") != line.npos) return kYellow;
  if (head.starts_with("NEEDS") || head.starts_with("RUNNING") || head.starts_with("WORKING") ||
      head.starts_with("WAITING") || head.starts_with("HOST") || head.starts_with("REGION")) {
    return kBold;
  }
  return {};
}

}  // namespace

std::string moment_text(std::string_view iso) {
  std::tm parts{};
  std::string text(iso);
  if (::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return text;
  const std::time_t at = ::timegm(&parts);
  // With the year where it is another one: a token may outlive this.
  const bool is_near = std::abs(std::difftime(at, std::time(nullptr))) < 180.0 * 86400;
  return local_text(at, is_near ? "%a %-d %b %H:%M %Z" : "%a %-d %b %Y %H:%M %Z");
}

std::string clock_text(WallTime at) {
  return local_text(static_cast<std::time_t>(to_ms(at) / 1000), "%H:%M:%S");
}

std::string instant_text(WallTime at) {
  return local_text(static_cast<std::time_t>(to_ms(at) / 1000), "%Y-%m-%d %H:%M:%S %Z");
}

std::string folded(const std::vector<Answer>& hosts) {
  constexpr std::size_t kNamedMax = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(hosts.size(), kNamedMax); ++i) {
    text += (i == 0 ? "" : ", ") + hosts[i].text();
  }
  if (hosts.size() > kNamedMax)
    text += " and " + plural(static_cast<std::int64_t>(hosts.size() - kNamedMax), "more host");
  return text;
}

std::string seen_text(const Answer& host) {
  return host.has("seen_seconds") ? age_text(std::chrono::seconds(host.number("seen_seconds")))
                                  : "never";
}

std::string labels_text(const Answer& labels) {
  std::string text;
  for (const auto& [name, value] : labels.members()) {
    if (!text.empty()) text += ' ';
    text += name + "=" + value->text();
  }
  return text;
}

std::string coloured(std::string_view text) {
  std::string all;
  for (const std::string_view line : lines_of(text)) {
    const std::string_view colour = colour_of(line);
    all += colour.empty() ? std::string(line)
                          : std::string(colour) + std::string(line) + std::string(kPlain);
    all += '\n';
  }
  return all;
}

std::string fit_to(std::string_view text, std::size_t columns, std::size_t rows) {
  const auto lines = lines_of(text);
  const bool all = rows == 0 || lines.size() < rows;
  const std::size_t head = all ? lines.size() : std::max<std::size_t>(rows, 3) - 3;
  std::string fitted;
  for (std::size_t i = 0; i < head; ++i) {
    fitted += (columns == 0 ? std::string(lines[i]) : cut_to_width(lines[i], columns)) + "\n";
  }
  if (all) return fitted;
  fitted += "... " + std::to_string(lines.size() - head - 1) + " more lines\n";
  return fitted + (columns == 0 ? std::string(lines.back()) : cut_to_width(lines.back(), columns)) +
         "\n";
}

std::string beside(std::string_view left, std::string_view right, std::size_t gap) {
  const auto a = lines_of(left);
  const auto b = lines_of(right);
  std::size_t wide = 0;
  for (const auto& line : a) wide = std::max(wide, display_width(line));
  std::string all;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    std::string line(i < a.size() ? a[i] : "");
    if (i < b.size() && !b[i].empty()) {
      line.append(wide + gap - display_width(line), ' ');
      line += b[i];
    }
    all += line + "\n";
  }
  return all;
}

Duration span_of(std::int64_t seconds) {
  constexpr std::int64_t kSecondsMax = 1'000'000'000'000;
  return std::chrono::seconds(std::clamp(seconds, -kSecondsMax, kSecondsMax));
}

std::string why_text(const Answer& answer) {
  std::string text;
  for (const Answer& one : answer.items("why_not_known")) {
    text += (text.empty() ? "" : ", ") + count_text(one.number("hosts")) + " " + one.text("why");
  }
  return text.empty() ? "" : " (" + text + ")";
}

std::string plural(std::int64_t count, std::string_view noun) {
  std::string text = count_text(count) + " " + std::string(noun);
  if (count == 1) return text;
  // "vulnerabilities"; none that is used here ends in a vowel and a y.
  if (!text.ends_with('y')) return text + "s";
  text.pop_back();
  return text + "ies";
}

}  // namespace mainstay::cli
