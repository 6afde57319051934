// A scanner's findings as CSV. Columns are known by their names, in any order; others are not read.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "common/core/id.h"
#include "coordinator/feed/csv.h"
#include "coordinator/feed/readers.h"
#include "coordinator/feed/words.h"

namespace mainstay::coordinator {
namespace {

enum Column : std::size_t { Host, Cve, Package, Version, Fixed, SeverityWord };
constexpr std::size_t kColumns = SeverityWord + 1;

struct ColumnName {
  std::string_view name;  // small letters and digits alone
  Column column;
};

// As Nessus, Qualys, OpenVAS, Trivy, Grype and Wazuh write them, among others.
constexpr std::array<ColumnName, 40> kColumnNames = {{
    {"host", Host},
    {"hostname", Host},
    {"asset", Host},
    {"assetname", Host},
    {"dns", Host},
    {"dnsname", Host},
    {"fqdn", Host},
    {"machine", Host},
    {"agentname", Host},
    {"server", Host},
    {"target", Host},
    {"cve", Cve},
    {"cves", Cve},
    {"cveid", Cve},
    {"cveids", Cve},
    {"vulnerability", Cve},
    {"vulnerabilityid", Cve},
    {"package", Package},
    {"packagename", Package},
    {"pkg", Package},
    {"pkgname", Package},
    {"component", Package},
    {"software", Package},
    {"product", Package},
    {"version", Version},
    {"installed", Version},
    {"installedversion", Version},
    {"packageversion", Version},
    {"currentversion", Version},
    {"fixed", Fixed},
    {"fixedin", Fixed},
    {"fixedversion", Fixed},
    {"fixversion", Fixed},
    {"patchedversion", Fixed},
    {"severity", SeverityWord},
    {"risk", SeverityWord},
    {"risklevel", SeverityWord},
    {"priority", SeverityWord},
    {"threat", SeverityWord},
    {"criticality", SeverityWord},
}};

/// Where each column is in a row; nothing: it is not there.
using Layout = std::array<std::optional<std::size_t>, kColumns>;

std::string letters_of(std::string_view cell) {
  std::string letters = lower_case(cell);
  std::erase_if(letters, [](char c) { return (c < 'a' || c > 'z') && (c < '0' || c > '9'); });
  return letters;
}

Layout layout_of(const std::vector<std::string>& names) {
  Layout layout;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto* known = std::ranges::find(kColumnNames, letters_of(names[i]), &ColumnName::name);
    if (known == kColumnNames.end()) continue;
    auto& place = layout.at(known->column);
    if (!place) place = i;
  }
  return layout;
}

Status check_layout(const Layout& layout) {
  std::string missing;
  if (!layout[Host]) missing += " host";
  if (!layout[Cve]) missing += " cve";
  if (!layout[Package]) missing += " package";
  if (missing.empty()) return {};
  return fail(Fault::Malformed, "1: the first row must name the columns; missing:" + missing);
}

std::string_view cell_of(const std::vector<std::string>& row, const Layout& layout, Column column) {
  const auto place = layout.at(column);
  return place && *place < row.size() ? trimmed(row[*place]) : std::string_view{};
}

/// Scanners put several ids into a cell, between blanks, commas or line ends.
std::vector<std::string_view> ids_of(std::string_view cell) {
  std::vector<std::string_view> ids;
  while (true) {
    const std::size_t start = cell.find("CVE-");
    if (start == cell.npos) return ids;
    cell.remove_prefix(start);
    const std::string_view id = id_in(cell);
    if (!id.empty()) ids.push_back(id);
    cell.remove_prefix(std::max<std::size_t>(id.size(), 4));
  }
}

void add_row(const std::vector<std::string>& row, const Layout& layout, Collected& to) {
  const Claim claim{.host = lower_case(cell_of(row, layout, Host)),
                    .package = std::string(cell_of(row, layout, Package)),
                    .version = std::string(cell_of(row, layout, Version)),
                    .fixed = std::string(cell_of(row, layout, Fixed))};
  const auto ids = ids_of(cell_of(row, layout, Cve));
  if (!HostId::parse(claim.host)) return to.leave_out("rows without a host's name");
  if (ids.empty()) return to.leave_out("rows without a CVE id");
  if (!is_feed_package(claim.package)) return to.leave_out("rows without a package's name");
  for (const std::string_view id : ids) {
    Vulnerability one;
    one.id = id;
    one.severity = severity_of(cell_of(row, layout, SeverityWord));
    one.claims = {claim};
    to.add(std::move(one));
  }
}

}  // namespace

Status read_findings(std::string_view text, Collected& to) {
  CsvRows rows(text);
  TRY(const std::vector<std::string> names, rows.next());
  const Layout layout = layout_of(names);
  TRY_STATUS(check_layout(layout));
  while (!rows.at_end() && !to.is_full()) {
    TRY(const std::vector<std::string> row, rows.next());
    if (row.size() > 1 || !trimmed(row[0]).empty()) add_row(row, layout, to);
  }
  return {};
}

}  // namespace mainstay::coordinator
