// What hosts found in themselves: of one host everything, of one source all hosts.
#include <algorithm>
#include <array>

#include "coordinator/shell/findings_report.h"
#include "coordinator/shell/json.h"
#include "coordinator/shell/rows.h"

namespace mainstay::coordinator {

namespace {

constexpr std::array kAllSources = {Source::Resource,    Source::Patch,   Source::Backup,
                                    Source::Certificate, Source::Service, Source::Usage};
static_assert(kAllSources.size() == kSourceCount);
// A reply has room for some fifty thousand findings.
constexpr std::size_t kFindingsShownMax = 50'000;
// Of one piece, each some ten milliseconds of work: hosts that a selector is asked about, rows that
// are read from the cache, findings that are written.
constexpr std::size_t kPieceHostsMax = 5'000;
constexpr std::size_t kPieceRowsMax = 500;
constexpr std::size_t kPieceFindingsMax = 1'000;

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

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void append(std::string& list, const Json& item) {
  if (!list.empty()) list += ',';
  list += text_of(item);
}

}  // namespace

Json findings_json(const ViewContext& context, const HostId& host) {
  Json list = Json::array();
  for (const FindingsRow& row : load_findings(context.records, host, kAllSources)) {
    list.push_back(row_json(context, row));
  }
  return list;
}

Result<FindingsReport> FindingsReport::begin(const std::string& argument) {
  const Question question = question_of(argument);
  const auto source = source_named(question.word);
  if (!source) return fail(Fault::Malformed, "no such source: " + shown(question.word));
  TRY(auto selector, selector_of(question.selector));
  return FindingsReport(*source, std::move(selector));
}

bool FindingsReport::go_on(const ViewContext& context) {
  const auto& hosts = context.state.hosts;
  const std::size_t findings_before = findings_;
  std::size_t rows = 0;
  std::size_t looked_at = 0;
  auto at = last_ ? hosts.upper_bound(*last_) : hosts.begin();
  for (; at != hosts.end(); ++at) {
    const bool is_enough = looked_at == kPieceHostsMax || rows == kPieceRowsMax ||
                           findings_ - findings_before >= kPieceFindingsMax;
    if (is_enough) return false;
    looked_at += 1;
    last_ = at->first;
    if (add(context, at->first, at->second)) rows += 1;
  }
  return true;
}

bool FindingsReport::add(const ViewContext& context, const HostId& id, const Host& host) {
  if (!is_enrolled(host)) return false;
  const HostSubject subject(host, context.limits, context.now);
  const Truth truth = selector_ ? selector_->evaluate(subject) : Truth::True;
  if (truth == Truth::Undecided) undecided_ += 1;
  if (truth != Truth::True) return false;
  total_ += 1;
  is_cut_ = is_cut_ || findings_ >= kFindingsShownMax;
  if (is_cut_) return false;
  const std::array wanted = {source_};
  const auto rows = load_findings(context.records, id, wanted);
  if (rows.empty()) {
    append(unknown_, id.text());
    return true;
  }
  findings_ += rows.front().findings.size();
  Json entry = {{"host", id.text()}, {"state", state_of(context, host)}};
  entry["owner"] = label_of(host, "owner");
  entry.update(row_json(context, rows.front()));
  append(hosts_, entry);
  return true;
}

Reply FindingsReport::end(const ViewContext& context) const {
  const std::string text =
      R"({"source":)" + text_of(name_of(source_)) + R"(,"at":)" +
      text_of(instant_json(context.now.wall)) + R"(,"hosts":[)" + hosts_ + R"(],"not_known":[)" +
      unknown_ + R"(],"undecided":)" + std::to_string(undecided_) + R"(,"cut":)" +
      (is_cut_ ? "true" : "false") + R"(,"total":)" + std::to_string(total_) + "}";
  return {.verdict = Verdict::Done, .text = "", .data = to_bytes(text)};
}

Reply findings_view(const ViewContext& context, const std::string& argument) {
  auto report = FindingsReport::begin(argument);
  if (!report) return no_such(report.error().detail);
  while (!report->go_on(context)) {
  }
  return report->end(context);
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
