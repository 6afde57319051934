// What hosts found in themselves: of one host everything, of one source all hosts.
#include <algorithm>
#include <array>

#include "coordinator/shell/json.h"
#include "coordinator/shell/rows.h"

namespace mainstay::coordinator {

namespace {

constexpr std::array kAllSources = {Source::Resource,    Source::Patch,   Source::Backup,
                                    Source::Certificate, Source::Service, Source::Usage};
static_assert(kAllSources.size() == kSourceCount);
// A reply has room for some fifty thousand findings.
constexpr std::size_t kFindingsShownMax = 50'000;

Json finding_json(const ViewContext& context, const Finding& finding) {
  Json readings = Json::object();
  for (const Reading& reading : finding.readings) {
    readings[std::string(name_of(reading.measure))] = reading.value;
  }
  return {{"topic", name_of(finding.topic)}, {"judgement", name_of(finding.judgement)},
          {"subject", finding.subject},      {"text", finding.text},
          {"at", instant_json(finding.at)},  {"age_seconds", age_seconds(context, finding.at)},
          {"readings", std::move(readings)}};
}

Json row_json(const ViewContext& context, const FindingsRow& row) {
  Json findings = Json::array();
  for (const Finding& finding : row.findings) findings.push_back(finding_json(context, finding));
  return {{"source", name_of(row.source)},
          {"at", instant_json(row.at)},
          {"age_seconds", age_seconds(context, row.at)},
          {"omitted", row.omitted},
          {"findings", std::move(findings)}};
}

std::optional<Source> source_named(const std::string& word) {
  for (const Source source : kAllSources) {
    if (name_of(source) == word) return source;
  }
  return std::nullopt;
}

}  // namespace

Json findings_json(const ViewContext& context, const HostId& host) {
  Json list = Json::array();
  for (const FindingsRow& row : load_findings(context.records, host, kAllSources)) {
    list.push_back(row_json(context, row));
  }
  return list;
}

Reply findings_view(const ViewContext& context, const std::string& argument) {
  const std::size_t space = std::min(argument.find(' '), argument.size());
  const auto source = source_named(argument.substr(0, space));
  if (!source) return no_such("no such source: " + shown(argument.substr(0, space)));
  const std::string text = argument.substr(std::min(space + 1, argument.size()));
  const auto parsed = selector_of(text);
  if (!parsed) return no_such(parsed.error().detail);
  const std::optional<Selector>& selector = *parsed;
  Json hosts = Json::array();
  Json unknown = Json::array();
  std::size_t total = 0;
  std::size_t undecided = 0;
  std::size_t findings = 0;
  bool is_cut = false;
  const std::array wanted = {*source};
  for (const auto& [id, host] : context.state.hosts) {
    if (!is_enrolled(host)) continue;
    const HostSubject subject(host, context.limits, context.now);
    const Truth truth = selector ? selector->evaluate(subject) : Truth::True;
    if (truth == Truth::Undecided) undecided += 1;
    if (truth != Truth::True) continue;
    total += 1;
    is_cut = is_cut || findings >= kFindingsShownMax;
    if (is_cut) continue;
    const auto rows = load_findings(context.records, id, wanted);
    if (rows.empty()) {
      unknown.push_back(id.text());
      continue;
    }
    findings += rows.front().findings.size();
    Json entry = {{"host", id.text()}, {"state", state_of(context, host)}};
    entry["owner"] = label_of(host, "owner");
    entry.update(row_json(context, rows.front()));
    hosts.push_back(std::move(entry));
  }
  return reply_of({{"source", name_of(*source)},
                   {"at", instant_json(context.now.wall)},
                   {"hosts", std::move(hosts)},
                   {"not_known", std::move(unknown)},
                   {"undecided", undecided},
                   {"cut", is_cut},
                   {"total", total}});
}

Json proved_json(const ViewContext& context) {
  struct Tally {
    std::uint32_t known = 0;
    std::uint32_t proved = 0;
  };
  Tally patch;
  Tally backup;
  Tally certificate;
  const auto add = [&](Tally& tally, const Host& host, Fact fact, auto is_good) {
    const auto value = fact_now(host.sight.row, fact, context.now.wall);
    if (!value) return;
    tally.known += 1;
    if (is_good(*value)) tally.proved += 1;
  };
  const auto none = [](std::int64_t count) { return count == 0; };
  for (const auto& [id, host] : context.state.hosts) {
    // What a silent host told once proves nothing of now.
    if (!is_enrolled(host)) continue;
    if (liveness_of(host, context.limits, context.now) != Liveness::Live) continue;
    add(patch, host, Fact::PatchSecurity, none);
    // Where a set's age is not known, not even the count of those in time proves anything.
    const bool has_age = fact_now(host.sight.row, Fact::BackupAge, context.now.wall).has_value();
    add(backup, host, Fact::BackupRefuted,
        [&](std::int64_t count) { return count == 0 && has_age; });
    add(certificate, host, Fact::CertificateLeft, [](std::int64_t left) { return left > 0; });
  }
  const auto json = [](const Tally& tally) -> Json {
    return {{"hosts", tally.known}, {"proved", tally.proved}};
  };
  return {{"patch", json(patch)}, {"backup", json(backup)}, {"certificate", json(certificate)}};
}

}  // namespace mainstay::coordinator
