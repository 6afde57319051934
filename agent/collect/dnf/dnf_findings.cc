#include "agent/collect/dnf/dnf_findings.h"

#include <algorithm>
#include <array>
#include <map>

#include "agent/collect/patch/published.h"
#include "common/core/span_text.h"

namespace mainstay::agent {
namespace {

constexpr std::size_t kNamedMax = 8;
constexpr std::size_t kFindingsOfPackagesMax = 80;

// From the mildest.
constexpr std::array<std::string_view, 4> kSeverities = {"Low", "Moderate", "Important",
                                                         "Critical"};

struct OpenRpm {
  std::string severity;
  std::string advisory;        // the gravest
  std::int64_t published = 0;  // seconds since 1970: that advisory; 0: not known
  std::string fix;             // what the advisory names, or what would be installed
  std::vector<std::string> cves;
  std::string installed;
  bool is_kept_out = true;
  std::optional<WallTime> since;
};
using OpenRpms = std::map<std::string, OpenRpm>;

std::ptrdiff_t rank_of(const std::string& severity) {
  const auto found = std::ranges::find(kSeverities, severity);
  return found == kSeverities.end() ? -1 : found - kSeverities.begin();
}

template <class List, class Name>
std::string names_of(const List& list, Name name) {
  std::string text;
  std::size_t count = 0;
  for (const auto& one : list) {
    if (count == kNamedMax) break;
    text += (count++ == 0 ? "" : ", ") + name(one);
  }
  if (count < list.size()) text += " and " + std::to_string(list.size() - count) + " more";
  return text;
}

OpenRpms open_rpms(const DnfState& state) {
  OpenRpms open;
  for (const DnfAdvisory& advisory : state.advisories) {
    OpenRpm& rpm = open[advisory.fix.name];
    if (!rpm.advisory.empty() && rank_of(advisory.severity) <= rank_of(rpm.severity)) continue;
    rpm.severity = advisory.severity;
    rpm.advisory = advisory.id;
    rpm.fix = advisory.fix.evr;
    const auto published = state.published.find(advisory.id);
    rpm.published = published == state.published.end() ? 0 : published->second;
  }
  for (const DnfAdvisory& cve : state.cves) {
    const auto found = open.find(cve.fix.name);
    if (found != open.end()) found->second.cves.push_back(cve.id);
  }
  for (const RpmPackage& upgrade : state.packages.upgrades) {
    const auto found = open.find(upgrade.name);
    if (found == open.end()) continue;
    found->second.is_kept_out = false;
    found->second.fix = upgrade.evr;
  }
  // Of several kernels the last one read counts; which one runs is for the reboot to say.
  for (const RpmPackage& package : state.packages.installed) {
    const auto found = open.find(package.name);
    if (found != open.end()) found->second.installed = package.evr;
  }
  return open;
}

/// Oldest first.
std::vector<const OpenRpms::value_type*> by_age(OpenRpms& open, FirstSeen* seen, WallTime now) {
  if (seen != nullptr) seen->start();
  std::vector<const OpenRpms::value_type*> order;
  for (auto& one : open) {
    if (seen != nullptr) one.second.since = seen->seen(one.first, one.second.installed, now);
    order.push_back(&one);
  }
  if (seen != nullptr) seen->finish();
  std::ranges::stable_sort(order, {}, [](const auto* one) {
    return std::pair(one->second.since.value_or(WallTime::max()), -rank_of(one->second.severity));
  });
  return order;
}

std::string doubt_of(const DnfState& state, WallTime now) {
  if (state.fetched <= WallTime{}) return "lists of repositories were never fetched";
  if (now - state.fetched > kDnfListsAgeMax) {
    return "a repository's lists were fetched " + age_text(now - state.fetched);
  }
  return state.has_advisories ? "" : "no repository publishes advisories";
}

std::int64_t age_seconds(const OpenRpm& rpm, WallTime now) {
  return to_ms(now) / 1000 - to_ms(*rpm.since) / 1000;
}

Finding judge_whole(const DnfState& state, const std::vector<const OpenRpms::value_type*>& open,
                    WallTime now) {
  Finding finding{.topic = Topic::Patch, .subject = "dnf", .text = {}, .at = now, .readings = {}};
  const std::string doubt = doubt_of(state, now);
  if (state.fetched > WallTime{}) {
    finding.at = std::min(now, state.fetched);
    finding.readings.push_back(
        {.measure = Measure::CheckAgeSeconds, .value = (to_ms(now) - to_ms(finding.at)) / 1000});
  }
  finding.readings.push_back(
      {.measure = Measure::Count, .value = static_cast<std::int64_t>(open.size())});
  if (!open.empty()) {
    finding.judgement = Judgement::Refuted;
    finding.text = std::to_string(open.size()) +
                   (open.size() == 1 ? " security update open" : " security updates open");
    if (const OpenRpm& oldest = open[0]->second; oldest.since) {
      finding.text += ", the oldest known for " + span_text(now - *oldest.since);
      finding.readings.push_back(
          {.measure = Measure::AgeSeconds, .value = age_seconds(oldest, now)});
    }
    finding.text += ": " + names_of(open, [](const auto* one) {
                      return one->first.substr(0, one->first.rfind('.'));
                    });
    if (!doubt.empty()) finding.text += "; " + doubt;
  } else if (!doubt.empty()) {
    finding.text = doubt;
  } else {
    finding.judgement = Judgement::Proved;
    finding.text =
        "no security update open; " + std::to_string(state.packages.upgrades.size()) + " others";
  }
  return finding;
}

Finding judge_package(const std::string& name, const OpenRpm& rpm, const Finding& whole,
                      WallTime now) {
  Finding finding{.topic = Topic::Patch,
                  .judgement = Judgement::Refuted,
                  .subject = name,
                  .text = "fix " + rpm.fix + " (" + rpm.advisory,
                  .at = whole.at,
                  .readings = {}};
  if (!rpm.severity.empty()) finding.text += ", " + rpm.severity;
  tell_published(finding, rpm.published, now);
  finding.text += "), installed " + rpm.installed;
  if (rpm.is_kept_out) finding.text += "; kept out by this host's settings";
  if (!rpm.cves.empty()) {
    finding.text += "; " + names_of(rpm.cves, [](const std::string& cve) { return cve; });
  }
  if (rpm.since) {
    finding.readings.push_back({.measure = Measure::AgeSeconds, .value = age_seconds(rpm, now)});
  }
  return finding;
}

}  // namespace

void judge_dnf(const DnfState& state, FirstSeen* seen, SourceReport& report) {
  OpenRpms rpms = open_rpms(state);
  const auto open = by_age(rpms, seen, report.at);
  report.findings.push_back(judge_whole(state, open, report.at));
  const Finding whole = report.findings.back();
  const std::size_t count = std::min(open.size(), kFindingsOfPackagesMax);
  for (std::size_t at = 0; at < count; ++at) {
    report.findings.push_back(judge_package(open[at]->first, open[at]->second, whole, report.at));
  }
  report.omitted += static_cast<std::uint32_t>(open.size() - count);
  const auto kept_out =
      std::ranges::count_if(open, [](const auto* one) { return one->second.is_kept_out; });
  const auto all = static_cast<std::int64_t>(open.size());
  report.facts.push_back({.fact = Fact::PatchSecurity, .value = all - kept_out});
  report.facts.push_back({.fact = Fact::PatchTotal,
                          .value = static_cast<std::int64_t>(state.packages.upgrades.size())});
  report.facts.push_back({.fact = Fact::PatchHeld, .value = kept_out});
  if (const auto age = reading_of(whole, Measure::CheckAgeSeconds)) {
    report.facts.push_back({.fact = Fact::PatchListsAge, .value = *age});
  }
}

}  // namespace mainstay::agent
