#include "agent/collect/patch/first_seen.h"

#include <algorithm>
#include <charconv>

namespace mainstay::agent {
namespace {

// stored; another form gets another number
constexpr std::string_view kHeader = "mainstay first seen 1\n";
constexpr std::size_t kKeyWordBytesMax = 256;

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= kKeyWordBytesMax &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

std::unexpected<Error> malformed() {
  return fail(Fault::Malformed, "the file of first sightings is damaged");
}

std::int64_t seconds_of(WallTime at) {
  return to_ms(at) / 1000;
}

}  // namespace

Result<FirstSeen> FirstSeen::parse(std::string_view text) {
  if (text.size() > kFirstSeenBytesMax || !text.starts_with(kHeader)) return malformed();
  text.remove_prefix(kHeader.size());
  FirstSeen table;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return malformed();  // cut
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == line.npos || first == last) return malformed();
    if (!is_word(line.substr(0, first)) || !is_word(line.substr(first + 1, last - first - 1))) {
      return malformed();
    }
    std::int64_t since = 0;
    const auto [stop, bad] = std::from_chars(line.data() + last + 1, line.data() + end, since);
    if (bad != std::errc() || stop != line.data() + end || since <= 0) return malformed();
    if (table.entries_.size() == kFirstSeenMax) return malformed();
    const bool is_new =
        table.entries_.emplace(line.substr(0, last), Entry{.since = since, .is_open = false})
            .second;
    if (!is_new) return malformed();
  }
  return table;
}

void FirstSeen::start() {
  for (auto& [key, entry] : entries_) entry.is_open = false;
}

std::optional<WallTime> FirstSeen::seen(const std::string& package, const std::string& installed,
                                        WallTime now) {
  if (!is_word(package) || !is_word(installed)) return std::nullopt;
  const std::string key = package + " " + installed;
  const auto known = entries_.find(key);
  if (known == entries_.end() && entries_.size() == kFirstSeenMax) return std::nullopt;
  Entry& entry = entries_[key];
  // A clock that was ahead when it was first seen, and was set back since, tells nothing.
  if (entry.since <= 0 || entry.since > seconds_of(now)) {
    entry.since = std::max<std::int64_t>(1, seconds_of(now));
  }
  entry.is_open = true;
  return wall_from_ms(entry.since * 1000);
}

void FirstSeen::finish() {
  std::erase_if(entries_, [](const auto& one) { return !one.second.is_open; });
}

std::string FirstSeen::text() const {
  std::string text(kHeader);
  for (const auto& [key, entry] : entries_) {
    text += key + " " + std::to_string(entry.since) + "\n";
  }
  return text;
}

}  // namespace mainstay::agent
