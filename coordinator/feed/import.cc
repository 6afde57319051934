#include "coordinator/feed/import.h"

#include <algorithm>
#include <utility>

#include "common/core/escape.h"
#include "coordinator/feed/collected.h"
#include "coordinator/feed/format.h"
#include "coordinator/feed/readers.h"

namespace mainstay::coordinator {
namespace {

Status read_as(FeedFormat format, std::string_view bytes, Collected& to) {
  switch (format) {
    case FeedFormat::Tracker:
      return read_tracker(bytes, to);
    case FeedFormat::Osv:
      return read_osv(bytes, to);
    case FeedFormat::Oval:
      return read_oval(bytes, to);
    case FeedFormat::Exploited:
      return read_exploited(bytes, to);
    case FeedFormat::ExploitedLines:
      return read_exploited_lines(bytes, to);
    case FeedFormat::Findings:
      return read_findings(bytes, to);
  }
  return fail(Fault::Malformed, "no format");
}

/// "debian" of "debian:12" and "debian:13"; empty if there are several, or none.
std::string distribution_of(const std::set<std::string>& releases) {
  if (releases.empty()) return {};
  const std::string first = releases.begin()->substr(0, releases.begin()->find(':'));
  const std::string last = releases.rbegin()->substr(0, releases.rbegin()->find(':'));
  return first == last ? first : std::string();
}

/// A newer list takes the place of the one of the same name. So the name says what the file is a
/// part of: OVAL is published by release, OSV by distribution.
std::string scoped_name(std::string_view format, std::string scope) {
  std::ranges::replace(scope, ':', '-');
  const std::string name = std::string(format) + "-" + scope;
  return !scope.empty() && is_feed_name(name) ? name : std::string(format);
}

std::string name_of(FeedFormat format, const std::set<std::string>& releases) {
  switch (format) {
    case FeedFormat::Tracker:
      return "debian-tracker";
    case FeedFormat::Osv:
      return scoped_name("osv", distribution_of(releases));
    case FeedFormat::Oval:
      return scoped_name("oval",
                         releases.size() == 1 ? *releases.begin() : distribution_of(releases));
    case FeedFormat::Exploited:
    case FeedFormat::ExploitedLines:
      return "exploited";
    case FeedFormat::Findings:
      return "scanner";
  }
  return "unknown";
}

/// How many lines of a kind the vulnerability has that is being counted, and how many it may have.
struct Tally {
  std::string_view what;
  std::size_t max = 0;
  std::size_t count = 0;
};

/// Counts what is there in the end: parts were joined, and what did not fit was left out. A feed of
/// which one vulnerability has too much could not be read.
Status count(ImportedFeed& feed) {
  Tally statements{.what = "statements", .max = kStatementsMax};
  Tally claims{.what = "claims", .max = kClaimsMax};
  std::string_view id;
  std::string_view text = feed.text;
  for (text.remove_prefix(text.find('\n') + 1); !text.empty();
       text.remove_prefix(text.find('\n') + 1)) {
    if (text[0] != ' ' && text[0] != '!') {
      ++feed.vulnerabilities;
      id = text.substr(0, text.find(' '));
      statements.count = claims.count = 0;
      continue;
    }
    ++(text[0] == ' ' ? feed.statements : feed.claims);
    Tally& tally = text[0] == ' ' ? statements : claims;
    if (++tally.count <= tally.max) continue;
    return fail(Fault::Malformed, std::string(id) + " has more than " + std::to_string(tally.max) +
                                      " " + std::string(tally.what));
  }
  return {};
}

/// What nothing came of, and why, is the best hint at what is wrong with a file.
std::string left_out_text(const ImportedFeed& feed) {
  std::string text;
  for (const auto& entry : feed.left_out) {
    text += (text.empty() ? "; left out: " : ", ") + entry.why + ": " + std::to_string(entry.count);
  }
  return text;
}

Result<ImportedFeed> import_bytes(std::string_view bytes) {
  if (bytes.size() > kImportBytesMax) {
    return fail(Fault::Malformed, "larger than any list that is published");
  }
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  TRY(const FeedFormat format, format_of(bytes));
  Collected collected;
  TRY_STATUS(read_as(format, bytes, collected));
  ImportedFeed feed;
  feed.head = {.name = name_of(format, collected.releases()), .at = collected.at()};
  std::size_t unfit = 0;
  const bool is_full = collected.is_full();
  if (!is_full) feed.text = feed_text(feed.head, collected.take(), &unfit);
  if (is_full || feed.text.size() > kFeedBytesMax) {
    return fail(Fault::Malformed, "more than can be kept as one list: import it by release");
  }
  if (unfit > 0) collected.leave_out("names and versions that are none", unfit);
  for (const auto& [why, times] : collected.left_out()) {
    feed.left_out.push_back({.why = why, .count = times});
  }
  TRY_STATUS(count(feed));
  if (feed.vulnerabilities == 0) {
    return fail(Fault::Malformed, "there is no vulnerability in it" + left_out_text(feed));
  }
  return feed;
}

}  // namespace

Result<ImportedFeed> import_feed(std::string_view bytes, std::string_view path_name) {
  auto feed = import_bytes(bytes);
  if (feed) return feed;
  return fail(feed.error().fault,
              escape_for_terminal(path_name) + ":" +
                  (feed.error().detail[0] >= '0' && feed.error().detail[0] <= '9' ? "" : " ") +
                  feed.error().detail);
}

}  // namespace mainstay::coordinator
