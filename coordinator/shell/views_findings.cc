// What hosts found in themselves: of one host everything, of one source all hosts.
#include <algorithm>
#include <array>

#include "coordinator/shell/findings_report.h"
#include "coordinator/shell/json.h"
#include "coordinator/shell/open_json.h"
#include "coordinator/shell/rows.h"

namespace mainstay::coordinator {

namespace {

constexpr std::array kAllSources = {Source::Resource,    Source::Patch,   Source::Backup,
                                    Source::Certificate, Source::Service, Source::Usage};
static_assert(kAllSources.size() == kSourceCount);
// A reply has room for some fifty thousand findings.
constexpr std::size_t kFindingsShownMax = 50'000;
// Of one piece, each some ten milliseconds of work: rows that are read from the cache, findings
// that are written.
constexpr std::size_t kPieceRowsMax = 500;
// What must go first on a host is looked up in its list of packages; by a scanner's word for each
// host again, and of one vulnerability lists may say something of some thousand packages.
constexpr std::size_t kPatchRowCost = 5;
constexpr std::size_t kClaimedRowCost = 20;
constexpr std::size_t kPieceFindingsMax = 1'000;

Json finding_json(const ViewContext& context, const FindingsRow& row, const Finding& finding,
                  const std::optional<Deadline>& open_to) {
  Json readings = Json::object();
  for (const Reading& reading : finding.readings) {
    readings[std::string(name_of(reading.measure))] = reading.value;
  }
  Json json = {
      {"topic", name_of(finding.topic)}, {"judgement", name_of(finding.judgement)},
      {"subject", finding.subject},      {"text", finding.text},
      {"at", instant_json(finding.at)},  {"age_seconds", age_seconds(context, finding.at)}};
  put_deadline(context, deadline_of(row, finding, open_to), json);
  json["readings"] = std::move(readings);
  return json;
}

/// `open` is what the packages of its host are open to.
Json row_json(const ViewContext& context, const HostOpen& open, const FindingsRow& row) {
  std::optional<Deadline> open_to;
  if (row.source == Source::Patch) open_to = deadline_of(open);
  Json findings = Json::array();
  for (const Finding& finding : row.findings) {
    findings.push_back(finding_json(context, row, finding, open_to));
  }
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

Json findings_json(const ViewContext& context, const Host& host, const HostOpen& open) {
  Json list = Json::array();
  for (const FindingsRow& row : load_findings(context.records, host.row.host, kAllSources)) {
    list.push_back(row_json(context, open, row));
  }
  return list;
}

Result<std::unique_ptr<FleetReport>> FindingsReport::begin(const std::string& argument) {
  const Question question = question_of(argument);
  const auto source = source_named(question.word);
  if (!source) return fail(Fault::Malformed, "no such source: " + shown(question.word));
  TRY(auto selector, selector_of(question.selector));
  return std::make_unique<FindingsReport>(*source, std::move(selector));
}

bool FindingsReport::go_on(const ViewContext& context) {
  const auto& hosts = context.state.hosts;
  const std::size_t findings_before = findings_;
  std::size_t rows = 0;
  std::size_t looked_at = 0;
  auto at = last_ ? hosts.upper_bound(*last_) : hosts.begin();
  for (; at != hosts.end(); ++at) {
    const bool is_enough = looked_at == kPieceHostsMax || rows >= kPieceRowsMax ||
                           findings_ - findings_before >= kPieceFindingsMax;
    if (is_enough) return false;
    looked_at += 1;
    last_ = at->first;
    rows += add(context, at->first, at->second);
  }
  return true;
}

std::size_t FindingsReport::add(const ViewContext& context, const HostId& id, const Host& host) {
  if (!is_enrolled(host)) return 0;
  const HostSubject subject(host, context.limits, context.now);
  const Truth truth = selector_ ? selector_->evaluate(subject) : Truth::True;
  if (truth == Truth::Undecided) undecided_ += 1;
  if (truth != Truth::True) return 0;
  total_ += 1;
  is_cut_ = is_cut_ || findings_ >= kFindingsShownMax;
  if (is_cut_) return 0;
  const std::array wanted = {source_};
  const auto rows = load_findings(context.records, id, wanted);
  if (rows.empty()) {
    append_json(unknown_, id.text());
    return 1;
  }
  findings_ += rows.front().findings.size();
  Json entry = {{"host", id.text()}, {"state", state_of(context, host)}};
  entry["owner"] = label_of(host, "owner");
  HostOpen open;
  std::size_t cost = 1;
  if (source_ == Source::Patch) {
    open = open_of(context, host);
    entry["vulnerabilities"] = open_json(context, host, open, mends_);
    cost = open.first && open.first->by_scanner ? kClaimedRowCost : kPatchRowCost;
  }
  entry.update(row_json(context, open, rows.front()));
  append_json(hosts_, entry);
  return cost;
}

Reply FindingsReport::end(const ViewContext& context) const {
  const std::string text =
      R"({"source":")" + std::string(name_of(source_)) + R"(","at":)" +
      instant_json(context.now.wall).dump() + R"(,"hosts":[)" + hosts_ + R"(],"not_known":[)" +
      unknown_ + R"(],"undecided":)" + std::to_string(undecided_) + R"(,"cut":)" +
      (is_cut_ ? "true" : "false") + R"(,"total":)" + std::to_string(total_) + "}";
  return {.verdict = Verdict::Done, .text = "", .data = to_bytes(text)};
}

}  // namespace mainstay::coordinator
