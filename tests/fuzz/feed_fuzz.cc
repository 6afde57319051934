// A feed's text is refused, or is exactly what is written of what was read from it. And versions,
// which hosts and lists name, have one order.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/check.h"
#include "coordinator/core/vulnerability/feed.h"
#include "coordinator/core/vulnerability/version_order.h"

using namespace mainstay;
using namespace mainstay::coordinator;

namespace {

void try_about(const Feed& feed, const Vulnerability& one) {
  for (const Statement& statement : one.statements) {
    bool found = false;
    for (const Said& said : feed.about(statement.release, statement.package)) {
      found = found || (said.id == one.id && said.statement == statement);
    }
    CHECK(found);
  }
}

void try_feed(std::string_view text) {
  const auto feed = Feed::read(std::string(text));
  if (!feed) {
    CHECK(feed.error().fault == Fault::Malformed);
    CHECK(feed.error().detail.size() < 256);
    return;
  }
  std::vector<Vulnerability> list;
  for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1)) {
    if (!rest.starts_with("CVE-")) continue;
    const auto one = feed->find(rest.substr(0, rest.find(' ')));
    CHECK(one.has_value());
    try_about(*feed, *one);
    const auto line = feed->find_line(one->id);
    CHECK(line.has_value());
    CHECK(line->severity == one->severity);
    list.push_back(*one);
  }
  CHECK(list.size() == feed->count());
  std::size_t omitted = 1;
  CHECK(feed_text(feed->head(), list, &omitted) == text);
  CHECK(omitted == 0);
}

void try_order(std::string_view left, std::string_view right, std::string_view third) {
  for (const auto compare : {compare_dpkg, compare_rpm}) {
    CHECK(compare(left, left) == 0);
    CHECK(compare(left, right) == (0 <=> compare(right, left)));
    const bool goes_round =
        compare(left, right) < 0 && compare(right, third) < 0 && compare(third, left) < 0;
    CHECK(!goes_round);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_feed(text);
  const std::size_t one = text.find('\n');
  if (one == text.npos) return 0;
  const std::string_view rest = text.substr(one + 1);
  const std::size_t two = rest.find('\n');
  try_order(text.substr(0, one), rest.substr(0, two),
            two == rest.npos ? std::string_view{} : rest.substr(two + 1));
  return 0;
}
