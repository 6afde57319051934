// What the source `patch` reads of others is refused or becomes values within their limits: the
// package helper's listing, needrestart, the file of first sightings, tables of releases,
// crontabs, settings of apt and dnf, and what dnf, rpm (of packages and of files) and zypper print.
#include <algorithm>
#include <cstdint>

#include "agent/collect/dnf/dnf_findings.h"
#include "agent/collect/reboot/judge.h"
#include "agent/collect/reboot/rpm_owners.h"
#include "agent/collect/updaters/command.h"
#include "agent/collect/updaters/periodic.h"
#include "agent/collect/updates/apt_findings.h"
#include "agent/collect/updates/support.h"
#include "agent/collect/zypper/zypper_findings.h"
#include "agent/collect/zypper/zypper_names.h"
#include "common/core/check.h"

namespace {

using namespace mainstay;

constexpr WallTime kDay = wall_from_ms(1'795'651'200'000);

void try_listing(std::string_view text) {
  const auto listing = agent::read_apt_listing(text);
  if (!listing.has_value()) return;
  agent::FirstSeen seen;
  SourceReport report;
  report.findings = agent::judge_apt(*listing, kDay, &seen);
  CHECK(!report.findings.empty());
  // Proved is never said of a host with an open update.
  const bool is_open =
      std::ranges::any_of(listing->updates, [](const auto& update) { return update.security; });
  CHECK(!is_open || report.findings[0].judgement == Judgement::Refuted);
  CHECK(agent::FirstSeen::parse(seen.text()).has_value());
  tidy(report);
  CHECK(report.findings.size() <= kFindingsMax);
}

void try_needrestart(std::string_view text) {
  const auto word = agent::read_needrestart(text);
  if (!word.has_value()) return;
  agent::RebootEvidence evidence;
  evidence.sees_all = true;
  evidence.needrestart = *word;
  SourceReport report;
  agent::judge_reboot(evidence, report);
  // Our reading finds nothing here: whatever the other says beyond that is not proved.
  const bool is_contradicted = word->kernel > agent::Needrestart::State::Current ||
                               word->is_microcode_pending || !word->services.empty();
  CHECK(is_contradicted == std::ranges::any_of(report.findings, [](const Finding& finding) {
          return finding.judgement == Judgement::NotProved;
        }));
  tidy(report);
}

void try_dnf(std::string_view text) {
  agent::DnfState state;
  state.fetched = kDay;
  state.has_advisories = true;
  if (auto packages = agent::read_rpm_packages(text); packages.has_value()) {
    for (const auto& package : *packages) CHECK(package.name.contains('.') && !package.evr.empty());
    state.packages.installed = state.packages.upgrades = std::move(*packages);
  }
  if (auto advisories = agent::read_dnf_advisories(text); advisories.has_value()) {
    state.advisories = state.cves = std::move(*advisories);
  }
  const auto repositories = agent::read_dnf_repositories(text);
  CHECK(!repositories.has_value() || std::ranges::none_of(*repositories, [](const auto& name) {
    return name.empty() || name.contains('/');
  }));
  SourceReport report;
  report.at = kDay;
  agent::FirstSeen seen;
  agent::judge_dnf(state, &seen, report);
  CHECK(state.advisories.empty() == (report.findings[0].judgement == Judgement::Proved));
  CHECK(agent::FirstSeen::parse(seen.text()).has_value());
}

void try_owners(std::string_view text) {
  const std::vector<std::string> files = {"/usr/lib64/libssl.so.3", "/opt/own"};
  const auto owners = agent::read_rpm_owners(text, files);
  if (!owners.has_value()) return;
  CHECK(owners->size() <= files.size());
  for (const auto& [file, package] : *owners) {
    CHECK(std::ranges::find(files, file) != files.end());
    CHECK(!package.empty() && !package.contains(' '));
  }
}

void try_dates(std::string_view text) {
  for (const auto& one : agent::read_dnf_dates(text)) CHECK(!one.first.empty());
}

void try_zypper_names(std::string_view text) {
  for (const auto& names : {agent::read_zypper_repositories(text), agent::read_zypper_locked(text),
                            agent::read_zypper_found(text)}) {
    if (!names.has_value()) continue;
    for (const auto& name : *names) CHECK(!name.empty() && name.size() <= text.size());
  }
}

void try_zypper(std::string_view text) {
  auto list = agent::read_zypper_updates(text);
  if (!list.has_value()) return;
  for (const auto& update : list->updates) CHECK(!update.name.empty() && !update.kind.empty());
  SourceReport report;
  report.at = kDay;
  agent::FirstSeen seen;
  agent::judge_zypper({.patches = list->updates,
                       .packages = list->updates,
                       .complaint = list->complaint,
                       .unfetched = {},
                       .knows_patches = list->knows_patches,
                       .kept_out = {},
                       .fetched = kDay},
                      &seen, report);
  agent::ZypperState state;
  state.packages = list->updates;
  CHECK(agent::upgrades_of(state).size() <= list->updates.size());
  CHECK(list->complaint.empty() || report.findings[0].judgement != Judgement::Proved);
  CHECK(agent::FirstSeen::parse(seen.text()).has_value());
  tidy(report);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_listing(text);
  try_needrestart(text);
  try_dnf(text);
  try_owners(text);
  try_zypper(text);
  try_zypper_names(text);
  try_dates(text);
  if (const auto line = agent::first_changing_line(text)) CHECK(line->number <= size);
  (void)agent::upgrades_unattended(text);
  (void)agent::applies_updates(text);
  const agent::Release release = agent::read_release(text);
  CHECK(release.os_id.size() + release.version.size() <= size);
  if (const auto seen = agent::FirstSeen::parse(text); seen.has_value()) {
    CHECK(agent::FirstSeen::parse(seen->text()).has_value());
  }
  if (const auto support = agent::support_in_table(text, "12"); support.has_value()) {
    CHECK(std::ranges::is_sorted(*support, {}, &agent::SupportSpan::until));
    CHECK(!agent::judge_support("debian 12", *support, kDay).text.empty());
  }
  return 0;
}
