#include "coordinator/feed/format.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "coordinator/feed/json_events.h"
#include "coordinator/feed/words.h"

namespace mainstay::coordinator {
namespace {

constexpr std::string_view kWhatIsRead =
    "not a list of vulnerabilities that is read here: Debian's security tracker, OSV (JSON), "
    "OVAL (XML), the list of exploited ones (JSON, or CVE ids), a scanner's findings (CSV)";

// What is packed, by its first bytes.
constexpr std::array<std::string_view, 5> kPacked = {"\x1f\x8b", "BZh", "PK\x03\x04",
                                                     "\xfd"
                                                     "7zXZ",
                                                     "\x28\xb5\x2f\xfd"};

/// Reads until the names of the first members tell.
class Sniffer final : public JsonListener {
 public:
  void on_value(JsonPath path, std::string_view /*value*/) override {
    if (path.size() != 1) return;
    // Only OSV and the catalogue have plain values at the top.
    constexpr std::array<std::string_view, 4> kCatalogue = {"title", "catalogVersion",
                                                            "dateReleased", "count"};
    const bool is_catalogue = std::ranges::find(kCatalogue, path[0]) != kCatalogue.end();
    found = is_catalogue ? FeedFormat::Exploited : FeedFormat::Osv;
  }
  void on_open(JsonPath path, JsonKind kind) override {
    if (path.empty() && kind == JsonKind::List) found = FeedFormat::Osv;
    if (path.size() == 1 && kind == JsonKind::List) {
      found = path[0] == "vulnerabilities" ? FeedFormat::Exploited : FeedFormat::Osv;
    }
    const bool is_entry = path.size() == 2 && kind == JsonKind::Object;
    // Debian names what has no CVE id yet TEMP-, and a number.
    if (is_entry && (path[1].starts_with("CVE-") || path[1].starts_with("TEMP-"))) {
      found = FeedFormat::Tracker;
    }
  }
  [[nodiscard]] bool wants_more() const override { return !found; }

  std::optional<FeedFormat> found;
};

Result<FeedFormat> json_format_of(std::string_view bytes) {
  Sniffer sniffer;
  const Status read = read_json(bytes, sniffer);
  if (sniffer.found) return *sniffer.found;
  if (!read) return std::unexpected(read.error());
  return fail(Fault::Malformed, std::string(kWhatIsRead));
}

}  // namespace

Result<FeedFormat> format_of(std::string_view bytes) {
  const bool is_packed = std::ranges::any_of(
      kPacked, [&](std::string_view start) { return bytes.starts_with(start); });
  if (is_packed) return fail(Fault::Malformed, "it is packed: unpack it first");
  bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
  if (bytes.starts_with('{') || bytes.starts_with('[')) return json_format_of(bytes);
  if (bytes.starts_with('<')) return FeedFormat::Oval;
  const std::string first = lower_case(bytes.substr(0, bytes.find('\n')));
  if (first.starts_with('#') || is_vulnerability_id(trimmed(bytes.substr(0, first.size())))) {
    return FeedFormat::ExploitedLines;
  }
  const bool has_columns = first.find_first_of(",;\t") != std::string::npos;
  const bool has_ids = first.contains("cve") || first.contains("vulnerab");
  if (has_columns && has_ids) return FeedFormat::Findings;
  return fail(Fault::Malformed, std::string(kWhatIsRead));
}

}  // namespace mainstay::coordinator
