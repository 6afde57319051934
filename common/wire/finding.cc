#include "common/wire/finding.h"

#include <utility>

#include "common/wire/shared.h"

namespace mainstay {

namespace {

template <class E>
constexpr std::uint8_t number_of(E value) {
  return std::to_underlying(value);
}

std::vector<Reading> read_readings(capnp::List<schema::Reading>::Reader from,
                                   Complaint& complaint) {
  std::vector<Reading> readings;
  if (from.size() > kReadingsMax) {
    complaint.add("readings", "are too many");
    return readings;
  }
  for (auto item : from) {
    if (item.getMeasure() >= kMeasureCount) continue;
    readings.push_back(
        {.measure = static_cast<Measure>(item.getMeasure()), .value = item.getValue()});
  }
  return readings;
}

}  // namespace

void write(schema::FactReading::Builder to, const FactReading& from) {
  to.setFact(enum_to<schema::Fact>(from.fact));
  to.setValue(from.value);
}

std::vector<FactReading> read_facts(capnp::List<schema::FactReading>::Reader from,
                                    Complaint& complaint) {
  std::vector<FactReading> facts;
  if (from.size() > kFactsReadMax) {
    complaint.add("facts", "are too many");
    return facts;
  }
  for (auto item : from) {
    const auto number = static_cast<std::uint16_t>(item.getFact());
    if (number >= kFactCount || facts.size() == kFactCount) continue;
    facts.push_back({.fact = static_cast<Fact>(number), .value = item.getValue()});
  }
  return facts;
}

std::vector<Fact> read_lost(capnp::List<schema::Fact>::Reader from, Complaint& complaint) {
  std::vector<Fact> lost;
  if (from.size() > kFactsReadMax) {
    complaint.add("lost", "has too many entries");
    return lost;
  }
  for (const schema::Fact item : from) {
    const auto number = static_cast<std::uint16_t>(item);
    if (number >= kFactCount || lost.size() == kFactCount) continue;
    lost.push_back(static_cast<Fact>(number));
  }
  return lost;
}

void write(schema::Finding::Builder to, const Finding& from) {
  to.setTopic(number_of(from.topic));
  to.setJudgement(number_of(from.judgement));
  to.setSubject(text_of(from.subject));
  to.setText(text_of(from.text));
  to.setAtMs(ms_of(from.at));
  auto readings = to.initReadings(count_of(from.readings));
  for (unsigned place = 0; place < readings.size(); ++place) {
    readings[place].setMeasure(number_of(from.readings[place].measure));
    readings[place].setValue(from.readings[place].value);
  }
}

std::vector<Finding> read_finding_list(capnp::List<schema::Finding>::Reader from,
                                       Complaint& complaint) {
  std::vector<Finding> findings;
  if (from.size() > kFindingsMax) {
    complaint.add("findings", "are too many");
    return findings;
  }
  for (auto item : from) {
    Finding finding{
        .topic = Topic::Source,
        .judgement = Judgement::NotProved,
        .subject = read_text(item.getSubject(), {"subject", kSubjectBytesMax}, complaint),
        .text = read_text(item.getText(), {"text", kFindingTextBytesMax}, complaint),
        .at = read_wall(item.getAtMs(), "at", complaint),
        .readings = read_readings(item.getReadings(), complaint)};
    if (item.getTopic() >= kTopicCount || item.getJudgement() >= kJudgementCount) continue;
    finding.topic = static_cast<Topic>(item.getTopic());
    finding.judgement = static_cast<Judgement>(item.getJudgement());
    findings.push_back(std::move(finding));
  }
  return findings;
}

Source read_source(schema::Source from, Complaint& complaint) {
  static_assert(kSourceCount == static_cast<std::size_t>(Source::Usage) + 1);
  return read_enum(from, Source::Usage, "source", complaint);
}

Source read_any_source(schema::Source from) {
  const auto number = static_cast<std::uint16_t>(from);
  return number < kSourceCount ? static_cast<Source>(number) : kUnknownSource;
}

}  // namespace mainstay
