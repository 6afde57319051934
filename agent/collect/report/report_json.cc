#include "agent/collect/report/report_json.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

namespace mainstay::agent {
namespace {

using Json = nlohmann::json;

constexpr int kDepthMax = 6;
constexpr std::int64_t kSchema = 1;
constexpr std::int64_t kSecondsMax = 253'402'300'799;  // the end of the year 9999

std::unexpected<Error> malformed(const std::string& what) {
  return fail(Fault::Malformed, "report: " + what);
}

Result<const Json*> member(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return malformed(std::string("no ") + key);
  return &*found;
}

Result<std::int64_t> number(const Json& value, const std::string& what) {
  if (!value.is_number_integer()) return malformed(what + " is no number");
  if (const auto* large = value.get_ptr<const Json::number_unsigned_t*>()) {
    if (*large > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
      return malformed(what + " is too large");
    }
    return static_cast<std::int64_t>(*large);
  }
  return *value.get_ptr<const Json::number_integer_t*>();
}

Result<WallTime> instant(const Json& object, const char* key) {
  TRY(const Json* const value, member(object, key));
  TRY(const std::int64_t seconds, number(*value, key));
  if (seconds < 0 || seconds > kSecondsMax) return malformed(std::string(key) + " is no instant");
  return wall_from_ms(seconds * 1000);
}

Result<std::string> text(const Json& object, const char* key, std::size_t bytes_max) {
  TRY(const Json* const value, member(object, key));
  const auto* found = value->get_ptr<const std::string*>();
  if (found == nullptr || found->size() > bytes_max) {
    return malformed(std::string(key) + " is no text, or too long");
  }
  return *found;
}

/// The place of a name in a closed list of `count`.
template <class Name>
Result<Name> choice(const std::string& word, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (name_of(static_cast<Name>(i)) == word) return static_cast<Name>(i);
  }
  return malformed("an unknown name: " + word.substr(0, 32));
}

Result<Finding> finding_of(const Json& object) {
  if (!object.is_object()) return malformed("a finding is no object");
  Finding finding;
  TRY(const std::string topic, text(object, "topic", kSubjectBytesMax));
  TRY(finding.topic, choice<Topic>(topic, kTopicCount));
  TRY(const std::string judgement, text(object, "judgement", kSubjectBytesMax));
  TRY(finding.judgement, choice<Judgement>(judgement, kJudgementCount));
  TRY(finding.subject, text(object, "subject", kSubjectBytesMax));
  TRY(finding.text, text(object, "text", kFindingTextBytesMax));
  TRY(finding.at, instant(object, "at"));
  TRY(const Json* const readings, member(object, "readings"));
  if (!readings->is_object() || readings->size() > kReadingsMax) {
    return malformed("readings are no object, or too many");
  }
  for (const auto& [key, value] : readings->items()) {
    TRY(const std::int64_t read, number(value, key));
    // Of a newer collector: a package's upgrade restarts the agent after its files are there.
    const auto measure = choice<Measure>(key, kMeasureCount);
    if (measure.has_value()) finding.readings.push_back({.measure = *measure, .value = read});
  }
  return finding;
}

Status read_facts(const Json& facts, SourceReport& report) {
  if (!facts.is_object() || facts.size() > kFactCount) return malformed("facts are no object");
  for (const auto& [key, value] : facts.items()) {
    TRY(const std::int64_t read, number(value, key));
    const auto fact = choice<Fact>(key, kFactCount);  // as with measures
    if (fact.has_value()) report.facts.push_back({.fact = *fact, .value = read});
  }
  return {};
}

Status read_packages(const Json& object, SourceReport& report) {
  if (!object.contains("packages")) return {};
  TRY(report.packages, text(object, "packages", kPackageListBytesMax));
  const auto list = read_package_list(report.packages);
  return list.has_value() ? Status() : malformed(list.error().detail);
}

Json json_of(const Finding& finding) {
  Json readings = Json::object();
  for (const Reading& reading : finding.readings) {
    readings[std::string(name_of(reading.measure))] = reading.value;
  }
  return {{"topic", name_of(finding.topic)}, {"judgement", name_of(finding.judgement)},
          {"subject", finding.subject},      {"text", finding.text},
          {"at", to_ms(finding.at) / 1000},  {"readings", std::move(readings)}};
}

}  // namespace

std::string write_report(SourceReport report) {
  tidy(report);
  Json facts = Json::object();
  for (const FactReading& reading : report.facts) {
    facts[std::string(name_of(reading.fact))] = reading.value;
  }
  Json findings = Json::array();
  for (const Finding& finding : report.findings) findings.push_back(json_of(finding));
  Json object = {{"schema", kSchema},
                 {"source", name_of(report.source)},
                 {"at", to_ms(report.at) / 1000},
                 {"omitted", report.omitted},
                 {"facts", std::move(facts)},
                 {"findings", std::move(findings)}};
  if (!report.packages.empty()) object["packages"] = std::move(report.packages);
  return object.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

Result<SourceReport> read_report(std::string_view bytes) {
  if (bytes.size() > kReportJsonBytesMax) return malformed("too much output");
  const auto shallow = [](int depth, Json::parse_event_t, Json&) { return depth <= kDepthMax; };
  const Json object = Json::parse(bytes, shallow, false);
  if (!object.is_object()) return malformed("not a JSON object");
  TRY(const Json* const schema, member(object, "schema"));
  TRY(const std::int64_t version, number(*schema, "schema"));
  if (version != kSchema) return malformed("an unknown schema");
  SourceReport report;
  TRY(const std::string source, text(object, "source", kSubjectBytesMax));
  TRY(report.source, choice<Source>(source, kSourceCount));
  TRY(report.at, instant(object, "at"));
  TRY(const Json* const omitted, member(object, "omitted"));
  TRY(const std::int64_t count, number(*omitted, "omitted"));
  if (count < 0 || count > std::numeric_limits<std::int32_t>::max()) {
    return malformed("omitted is no count");
  }
  report.omitted = static_cast<std::uint32_t>(count);
  TRY(const Json* const facts, member(object, "facts"));
  TRY_STATUS(read_facts(*facts, report));
  TRY(const Json* const findings, member(object, "findings"));
  if (!findings->is_array() || findings->size() > kFindingsMax) {
    return malformed("findings are no list, or too many");
  }
  for (const Json& entry : *findings) {
    TRY(Finding finding, finding_of(entry));
    report.findings.push_back(std::move(finding));
  }
  TRY_STATUS(read_packages(object, report));
  // Whoever printed it may have been replaced: what goes on is bounded and harmless all the same.
  tidy(report);
  return report;
}

}  // namespace mainstay::agent
