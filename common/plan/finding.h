// What a host knows of itself, beyond scalars: one report for each source, made of findings. A
// finding is evidence with the time it was last known, and a judgement of three values; every text
// in it is a host's own word, escaped before it was put here and bounded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/time.h"
#include "common/plan/fact.h"
#include "common/plan/package_list.h"

namespace mainstay {

enum class Source : std::uint8_t {  // stored; never renumber
  Resource = 0,
  Patch = 1,
  Backup = 2,
  Certificate = 3,
  Service = 4,
  Usage = 5,
};
inline constexpr std::size_t kSourceCount = 6;
/// One that only a newer version knows.
inline constexpr Source kUnknownSource = static_cast<Source>(kSourceCount);
std::string_view name_of(Source source);

enum class Topic : std::uint8_t {  // stored; never renumber
  Source = 0,                      // the source itself: absent, resting, overrun
  Patch = 1,
  Reboot = 2,
  Updaters = 3,  // who else can change this host
  Service = 4,
  Disk = 5,
  Memory = 6,
  Clock = 7,
  Backup = 8,
  Certificate = 9,
  Usage = 10,
  Database = 11,
  Machine = 12,
};
inline constexpr std::size_t kTopicCount = 13;
std::string_view name_of(Topic topic);

enum class Judgement : std::uint8_t { NotProved = 0, Proved = 1, Refuted = 2 };  // stored
inline constexpr std::size_t kJudgementCount = 3;
std::string_view name_of(Judgement judgement);

/// A number of a finding; its unit is in the name.
enum class Measure : std::uint8_t {  // stored; never renumber
  AgeSeconds = 0,
  LimitSeconds = 1,  // what an objective allows for the age
  SizeBytes = 2,
  SizeBeforeBytes = 3,  // the same a while ago
  ProvedBytes = 4,      // read again and found whole
  Count = 5,
  CountBefore = 6,
  CheckAgeSeconds = 7,  // of the tool's own last check
  ProofAgeSeconds = 8,  // of the last restore that was checked
  ProofLimitSeconds = 9,
  ExpiresAtSeconds = 10,  // since 1970
  UsedPercent = 11,
  InodesUsedPercent = 12,
  FullInSeconds = 13,
  FullInMinSeconds = 14,  // the early end of what is likely
  FullInMaxSeconds = 15,
  SpanSeconds = 16,  // of the history that was looked at
  KeyBits = 17,
  Pid = 18,
  DeadlineSeconds = 19,  // since 1970
  Port = 20,
  PublishedAtSeconds = 21,  // since 1970: an update, by the word of who publishes it
};
inline constexpr std::size_t kMeasureCount = 22;
std::string_view name_of(Measure measure);  // age_seconds, ...

struct Reading {
  Measure measure = Measure::Count;
  std::int64_t value = 0;
  auto operator<=>(const Reading&) const = default;
};

inline constexpr std::size_t kSubjectBytesMax = 128;
inline constexpr std::size_t kFindingTextBytesMax = 256;
inline constexpr std::size_t kReadingsMax = 12;
inline constexpr std::size_t kFindingsMax = 128;
// All of a report's findings together, so that it fits one frame.
inline constexpr std::size_t kFindingsBytesMax = 40UL * 1024;

struct Finding {
  Topic topic = Topic::Source;
  Judgement judgement = Judgement::NotProved;
  std::string subject;  // what it is about: "orders-db", "/var", "nginx.service"
  std::string text;     // one line for people, not naming the subject again
  WallTime at{};        // when it was last known
  std::vector<Reading> readings;
};

/// What one source found at one look.
struct SourceReport {
  Source source = Source::Resource;
  WallTime at{};
  std::vector<FactReading> facts;
  std::vector<Finding> findings;  // refuted first, then not proved, then proved
  std::uint32_t omitted = 0;      // findings that did not fit
  std::string packages = {};      // of Patch: the text of the host's list (package_list.h), or none
};

/// What a look may print: each byte of a text may take six as JSON has it, and of a list of
/// packages the ends of lines take two; findings and list are bounded themselves.
inline constexpr std::size_t kReportJsonBytesMax = 256UL * 1024 + 2 * kPackageListBytesMax;

/// What it takes on the wire, not less.
constexpr std::size_t bytes_of(const Finding& finding) {
  return 64 + finding.subject.size() + finding.text.size() + 16 * finding.readings.size();
}

std::optional<std::int64_t> reading_of(const Finding& finding, Measure measure);
/// A reading in seconds. What a host says may be any number: held to a century either way.
std::optional<std::chrono::seconds> span_of(const Finding& finding, Measure measure);

/// Puts the findings in their order, escapes and cuts their texts, drops what does not fit and
/// counts it. Whatever has passed here is within the bounds above.
void tidy(SourceReport& report);

}  // namespace mainstay
