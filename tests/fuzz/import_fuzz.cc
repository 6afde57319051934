// Whatever anybody publishes as a list of vulnerabilities is refused with a short word, or becomes
// a feed that can be read and counted.
#include <cstdint>
#include <string>
#include <string_view>

#include "common/core/check.h"
#include "common/core/escape.h"
#include "coordinator/feed/import.h"

using namespace mainstay;
using namespace mainstay::coordinator;

namespace {

void try_counts(const ImportedFeed& imported, const Feed& feed) {
  CHECK(feed.count() == imported.vulnerabilities);
  CHECK(imported.vulnerabilities > 0);
  std::size_t statements = 0;
  std::size_t claims = 0;
  for (std::string_view rest = imported.text; !rest.empty();
       rest.remove_prefix(rest.find('\n') + 1)) {
    if (!rest.starts_with("CVE-")) continue;
    const auto one = feed.find(rest.substr(0, rest.find(' ')));
    CHECK(one.has_value());
    statements += one->statements.size();
    claims += one->claims.size();
  }
  CHECK(statements == imported.statements);
  CHECK(claims == imported.claims);
  for (const LeftOut& left : imported.left_out) CHECK(left.count > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto imported = import_feed(bytes, "f");
  if (!imported) {
    CHECK(imported.error().fault == Fault::Malformed);
    CHECK(imported.error().detail.size() < 400);
    CHECK(escape_for_terminal(imported.error().detail) == imported.error().detail);
    return 0;
  }
  const auto feed = Feed::read(imported->text);
  CHECK(feed.has_value());
  CHECK(feed->head().name == imported->head.name);
  CHECK(feed->head().at == imported->head.at);
  try_counts(*imported, *feed);
  return 0;
}
