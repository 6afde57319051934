#include "common/plan/finding.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/core/escape.h"

namespace mainstay {

namespace {

/// Escaped, and cut where it must be: never within an escape or a character.
void make_fit(std::string& text, std::size_t bytes_max) {
  static constexpr std::string_view kCut = "...";
  std::string made;
  // An escape makes at most four bytes of one, and what comes after the limit is not needed.
  text.resize(std::min(text.size(), bytes_max + 1));
  const std::string escaped = escape_for_terminal(text);
  if (escaped.size() <= bytes_max) {
    text = escaped;
    return;
  }
  std::size_t end = bytes_max - kCut.size();
  while (end > 0 && (static_cast<unsigned char>(escaped[end]) & 0xc0U) == 0x80U) --end;
  const std::size_t escape = escaped.rfind('\\', end);
  if (escape != std::string::npos && end - escape < 4 && end != escape) end = escape;
  made = escaped.substr(0, end);
  text = made.append(kCut);
}

constexpr int rank_of(Judgement judgement) {
  if (judgement == Judgement::Refuted) return 0;
  return judgement == Judgement::NotProved ? 1 : 2;
}

}  // namespace

std::string_view name_of(Source source) {
  static constexpr std::array<std::string_view, kSourceCount> kNames = {
      "resource", "patch", "backup", "certificate", "service", "usage"};
  const std::size_t place = std::to_underlying(source);
  return place < kSourceCount ? kNames[place] : "unknown";
}

std::string_view name_of(Topic topic) {
  static constexpr std::array<std::string_view, kTopicCount> kNames = {
      "source", "patch",  "reboot",      "updaters", "service",  "disk",   "memory",
      "clock",  "backup", "certificate", "usage",    "database", "machine"};
  return kNames[std::to_underlying(topic)];
}

std::string_view name_of(Judgement judgement) {
  static constexpr std::array<std::string_view, kJudgementCount> kNames = {"not proved", "proved",
                                                                           "refuted"};
  return kNames[std::to_underlying(judgement)];
}

std::string_view name_of(Measure measure) {
  static constexpr std::array<std::string_view, kMeasureCount> kNames = {"age_seconds",
                                                                         "limit_seconds",
                                                                         "size_bytes",
                                                                         "size_before_bytes",
                                                                         "proved_bytes",
                                                                         "count",
                                                                         "count_before",
                                                                         "check_age_seconds",
                                                                         "proof_age_seconds",
                                                                         "proof_limit_seconds",
                                                                         "expires_at_seconds",
                                                                         "used_percent",
                                                                         "inodes_used_percent",
                                                                         "full_in_seconds",
                                                                         "full_in_min_seconds",
                                                                         "full_in_max_seconds",
                                                                         "span_seconds",
                                                                         "key_bits",
                                                                         "pid",
                                                                         "deadline_seconds",
                                                                         "port",
                                                                         "published_at_seconds"};
  return kNames[std::to_underlying(measure)];
}

std::optional<std::int64_t> reading_of(const Finding& finding, Measure measure) {
  const auto found = std::ranges::find(finding.readings, measure, &Reading::measure);
  if (found == finding.readings.end()) return std::nullopt;
  return found->value;
}

std::optional<std::chrono::seconds> span_of(const Finding& finding, Measure measure) {
  constexpr std::int64_t kSecondsMax = 100LL * 366 * 24 * 3600;
  const auto told = reading_of(finding, measure);
  if (!told) return std::nullopt;
  return std::chrono::seconds(std::clamp(*told, -kSecondsMax, kSecondsMax));
}

void tidy(SourceReport& report) {
  std::ranges::stable_sort(report.findings, {}, [](const Finding& finding) {
    return std::pair(rank_of(finding.judgement), finding.topic);
  });
  std::size_t room = kFindingsBytesMax;
  std::size_t kept = 0;
  for (Finding& finding : report.findings) {
    make_fit(finding.subject, kSubjectBytesMax);
    make_fit(finding.text, kFindingTextBytesMax);
    if (finding.readings.size() > kReadingsMax) finding.readings.resize(kReadingsMax);
    const std::size_t size = bytes_of(finding);
    if (kept == kFindingsMax || size > room) break;
    room -= size;
    ++kept;
  }
  report.omitted += static_cast<std::uint32_t>(report.findings.size() - kept);
  report.findings.resize(kept);
}

}  // namespace mainstay
