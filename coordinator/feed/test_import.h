// For tests of importers: a file's text in, its vulnerabilities out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "coordinator/feed/import.h"

namespace mainstay::coordinator {

inline ImportedFeed imported(std::string_view bytes) {
  auto feed = import_feed(bytes, "list");
  if (!feed) ADD_FAILURE() << feed.error().detail;
  return feed ? *feed : ImportedFeed{};
}

/// What the list says of one vulnerability, by way of the text that is kept.
inline Vulnerability found(const ImportedFeed& imported, std::string_view id) {
  const auto feed = Feed::read(imported.text);
  if (!feed) {
    ADD_FAILURE() << feed.error().detail;
    return {};
  }
  auto one = feed->find(id);
  if (!one) ADD_FAILURE() << id << " is not in\n" << imported.text;
  return one.value_or(Vulnerability{});
}

/// The complaint about a file that is not read.
inline std::string refused(std::string_view bytes) {
  const auto feed = import_feed(bytes, "list");
  if (feed) {
    ADD_FAILURE() << "was read:\n" << feed->text;
    return {};
  }
  EXPECT_EQ(feed.error().fault, Fault::Malformed);
  return feed.error().detail;
}

/// The text behind the head.
inline std::string body_of(const ImportedFeed& feed) {
  return feed.text.substr(feed.text.find('\n') + 1);
}

inline std::size_t left_out_of(const ImportedFeed& feed, std::string_view why) {
  for (const LeftOut& left : feed.left_out) {
    if (left.why.starts_with(why)) return left.count;
  }
  return 0;
}

}  // namespace mainstay::coordinator
