#include "agent/collect/zypper/zypper_findings.h"

#include <algorithm>

#include "agent/collect/patch/published.h"
#include "common/core/span_text.h"

namespace mainstay::agent {
namespace {

constexpr std::size_t kNamedMax = 5;
constexpr std::size_t kPatchesFindingsMax = 80;

struct NeededPatch {
  const ZypperUpdate* patch;
  bool is_kept_out;
  std::optional<WallTime> since;
};

std::vector<NeededPatch> needed_patches(const ZypperState& state, FirstSeen* seen, WallTime now) {
  std::vector<NeededPatch> needed;
  std::set<std::pair<std::string_view, std::string_view>> met;
  if (seen != nullptr) seen->start();
  for (const ZypperUpdate& patch : state.patches) {
    const bool is_locked = patch.status == "unwanted";
    if (patch.kind != "patch" || patch.category != "security") continue;
    if (patch.status != "needed" && !is_locked) continue;
    // Once for each repository that has it.
    if (!met.emplace(patch.name, patch.edition).second) continue;
    needed.push_back({.patch = &patch,
                      .is_kept_out = is_locked || state.kept_out.contains(patch.name),
                      .since = std::nullopt});
    if (seen != nullptr) needed.back().since = seen->seen(patch.name, patch.edition, now);
  }
  if (seen != nullptr) seen->finish();
  std::ranges::stable_sort(
      needed, {}, [](const NeededPatch& one) { return one.since.value_or(WallTime::max()); });
  return needed;
}

template <class List, class Name>
std::string first_of(const List& list, Name name) {
  std::string text;
  for (std::size_t at = 0; at < std::min(list.size(), kNamedMax); ++at) {
    text += (at == 0 ? "" : ", ") + name(list[at]);
  }
  if (list.size() > kNamedMax) text += " and " + std::to_string(list.size() - kNamedMax) + " more";
  return text;
}

std::string doubt_about(const ZypperState& state, WallTime now) {
  if (state.fetched <= WallTime{}) return "lists of repositories were never fetched";
  if (!state.unfetched.empty()) {
    return "lists of repository " + state.unfetched + " were never fetched";
  }
  if (!state.complaint.empty()) return "zypper complains: " + state.complaint;
  if (now - state.fetched > kZypperListsAgeMax) {
    return "a repository's lists were fetched " + age_text(now - state.fetched);
  }
  return state.knows_patches ? "" : "no repository publishes patches";
}

Finding about_all(const ZypperState& state, const std::vector<NeededPatch>& needed, WallTime now) {
  Finding finding{
      .topic = Topic::Patch, .subject = "zypper", .text = {}, .at = now, .readings = {}};
  if (state.fetched > WallTime{}) {
    finding.at = std::min(now, state.fetched);
    finding.readings.push_back(
        {.measure = Measure::CheckAgeSeconds, .value = (to_ms(now) - to_ms(finding.at)) / 1000});
  }
  finding.readings.push_back(
      {.measure = Measure::Count, .value = static_cast<std::int64_t>(needed.size())});
  const std::string doubt = doubt_about(state, now);
  if (needed.empty() && doubt.empty()) {
    finding.judgement = Judgement::Proved;
    finding.text =
        "no security patch needed; " + std::to_string(state.packages.size()) + " other updates";
  } else if (needed.empty()) {
    finding.text = doubt;
  } else {
    finding.judgement = Judgement::Refuted;
    finding.text = std::to_string(needed.size()) +
                   (needed.size() == 1 ? " security patch needed" : " security patches needed");
    if (needed[0].since) {
      finding.text += ", the oldest known for " + span_text(now - *needed[0].since);
      finding.readings.push_back(
          {.measure = Measure::AgeSeconds, .value = (to_ms(now) - to_ms(*needed[0].since)) / 1000});
    }
    finding.text += ": " + first_of(needed, [](const NeededPatch& one) { return one.patch->name; });
    if (!doubt.empty()) finding.text += "; " + doubt;
  }
  return finding;
}

Finding about_patch(const NeededPatch& one, const Finding& all, WallTime now) {
  const ZypperUpdate& patch = *one.patch;
  Finding finding{.topic = Topic::Patch,
                  .judgement = Judgement::Refuted,
                  .subject = patch.name,
                  .text = "security patch",
                  .at = all.at,
                  .readings = {}};
  if (!patch.severity.empty()) finding.text += ", " + patch.severity;
  tell_published(finding, patch.published, now);
  if (patch.needs_reboot) finding.text += ", needs a reboot";
  if (one.is_kept_out) finding.text += "; kept out by this host's locks";
  if (!patch.cves.empty()) {
    finding.text += "; " + first_of(patch.cves, [](const std::string& cve) { return cve; });
  }
  if (one.since) {
    finding.readings.push_back(
        {.measure = Measure::AgeSeconds, .value = (to_ms(now) - to_ms(*one.since)) / 1000});
  }
  return finding;
}

}  // namespace

void judge_zypper(const ZypperState& state, FirstSeen* seen, SourceReport& report) {
  const std::vector<NeededPatch> needed = needed_patches(state, seen, report.at);
  const Finding all = about_all(state, needed, report.at);
  report.findings.push_back(all);
  const std::size_t count = std::min(needed.size(), kPatchesFindingsMax);
  for (std::size_t at = 0; at < count; ++at) {
    report.findings.push_back(about_patch(needed[at], all, report.at));
  }
  report.omitted += static_cast<std::uint32_t>(needed.size() - count);
  const auto kept_out = std::ranges::count_if(needed, &NeededPatch::is_kept_out);
  report.facts.push_back(
      {.fact = Fact::PatchSecurity, .value = static_cast<std::int64_t>(needed.size()) - kept_out});
  report.facts.push_back(
      {.fact = Fact::PatchTotal, .value = static_cast<std::int64_t>(state.packages.size())});
  report.facts.push_back({.fact = Fact::PatchHeld, .value = kept_out});
  if (const auto age = reading_of(all, Measure::CheckAgeSeconds)) {
    report.facts.push_back({.fact = Fact::PatchListsAge, .value = *age});
  }
}

std::vector<RpmPackage> upgrades_of(const ZypperState& state) {
  std::vector<RpmPackage> upgrades;
  for (const ZypperUpdate& update : state.packages) {
    // Products and patterns are no packages.
    if (update.kind != "package" || update.arch.empty()) continue;
    std::string_view edition = update.edition;
    if (edition.starts_with("0:")) edition.remove_prefix(2);
    upgrades.push_back({.name = update.name + "." + update.arch, .evr = std::string(edition)});
  }
  return upgrades;
}

}  // namespace mainstay::agent
