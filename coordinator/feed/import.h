// From a published file to the text of a feed. The format is known by what is in the file, never by
// its name. A file is read as a whole or not at all, for a part of a list would call hosts not
// affected that are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/result.h"
#include "coordinator/core/vulnerability/feed.h"

namespace mainstay::coordinator {

// Ubuntu's largest OVAL file has 290 MB (22.04, 2026), Debian's tracker 70.
inline constexpr std::size_t kImportBytesMax = 512UL * 1024 * 1024;

struct LeftOut {
  std::string why;  // the end of "left out: ..."
  std::size_t count = 0;
};

struct ImportedFeed {
  FeedHead head;
  std::string text;  // as feed_text makes it
  std::size_t vulnerabilities = 0;
  std::size_t statements = 0;
  std::size_t claims = 0;
  std::vector<LeftOut> left_out;  // ascending by why
};

/// Malformed, saying what is read and where this breaks; `path_name` is only for that.
Result<ImportedFeed> import_feed(std::string_view bytes, std::string_view path_name);

}  // namespace mainstay::coordinator
