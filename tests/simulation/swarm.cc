#include "tests/simulation/swarm.h"

#include <algorithm>
#include <utility>

#include "tests/simulation/faults.h"
#include "tests/simulation/people.h"
#include "tests/simulation/rest.h"
#include "tests/simulation/thief.h"

namespace mainstay::sim {

namespace {

// One host after the other, where a plan says so.
Duration liveness_max(const Options& options) {
  return (40min + 2min * options.hosts) * options.pace;
}

/// Empty if the centre knows what is installed, and keeps each list once for those that have it.
std::string why_packages_not_known(const coordinator::State& centre, const Digest& told,
                                   const agent::AgentState& agent) {
  if (told != agent.packages.digest) return "told of packages, and the centre knows others";
  if (told.is_zero()) return "";
  const auto known = centre.packages.find(told);
  if (known == centre.packages.end()) return "has a list of packages that the centre forgot";
  return known->second.stored ? "" : "has a list of packages that nobody asked for";
}

/// Empty if the centre knows what the host's agent knows: changes alone are told, and each gap in
/// them must have been noticed.
std::string why_not_known(const World& world, const Host& host) {
  const agent::AgentState* agent = host.agent();
  const auto& known = world.centre.state().hosts;
  const auto row = known.find(host.id());
  if (agent == nullptr || row == known.end()) return "has no agent";
  const agent::Watch& watch = agent->watches[std::to_underlying(Source::Backup)];
  const coordinator::Sight& sight = row->second.sight;
  const Fact fact = Fact::BackupRefuted;
  const auto told = sight.row.facts[std::to_underlying(fact)];
  const bool has_fact = !watch.report.facts.empty();
  if (told.has_value() != has_fact) return "told of backups, and the centre knows otherwise";
  if (has_fact && *told != watch.report.facts[0].value) return "told of backups, and was not heard";
  const auto bad = static_cast<std::size_t>(
      std::ranges::count_if(watch.report.findings, [](const Finding& finding) {
        return finding.topic == Topic::Source || finding.judgement == Judgement::Refuted;
      }));
  if (sight.troubles.size() != bad) return "found what the centre does not know";
  return why_packages_not_known(world.centre.state(), sight.row.packages, *agent);
}

/// Empty once every rollout is over or waits for a person, and every record has come home.
std::string why_no_rest(World& world, const std::vector<std::string>& plans) {
  if (!world.centre.is_up()) return "the coordinator is down";
  if (world.centre.state().stopped) return "STOP is in force";
  Rest::Rows rows;
  for (const auto& [key, row] : world.centre.disk().rows()) rows.push_back(&row);
  const Rest rest(rows);
  for (const std::string& plan : plans) {
    if (rest.is_paused(plan)) return plan + " is paused, and somebody is on the way";
    if (std::string why = rest.why_goes_on(plan); !why.empty()) return plan + ": " + why;
  }
  for (const auto& host : world.hosts) {
    if (host->is_clone()) continue;
    if (!world.checkers.is_gone(host->id()) && !host->is_drained()) {
      return host->id().text() + " has records that nobody took";
    }
    if (!world.checkers.is_gone(host->id()) && !world.is_joined(*host)) {
      return host->id().text() + " is not let in";
    }
    if (world.checkers.is_gone(host->id())) continue;
    if (std::string why = why_not_known(world, *host); !why.empty()) {
      return host->id().text() + " " + why;
    }
  }
  return "";
}

}  // namespace

Verdict run_seed(std::uint64_t seed, const Options& options) {
  World world(seed, options);
  Faults faults(world);
  People people(world);
  Thief thief(world);
  const Duration round = kRound * options.pace;
  faults.begin();
  world.begin();
  people.begin();
  while (world.is_sound() && world.timeline.now() < options.faults_for) {
    faults.round();
    people.round();
    thief.round();
    world.run_for(round);
  }
  faults.heal();
  const Duration end = world.timeline.now() + liveness_max(options);
  std::string unrest = "not looked at";
  while (world.is_sound() && !unrest.empty() && world.timeline.now() < end) {
    world.run_for(round);
    people.keep_going();
    unrest = why_no_rest(world, people.plans());
  }
  if (world.is_sound() && unrest.empty()) world.checkers.at_end();
  Verdict verdict{.digest = world.timeline.digest(),
                  .events = world.timeline.events(),
                  .tasks = world.checkers.begun(),
                  .edges = world.checkers.edges,
                  .violations = world.checkers.violations(),
                  .story = world.timeline.story()};
  if (verdict.violations.empty() && !unrest.empty()) {
    verdict.violations.push_back({.invariant = "liveness", .text = unrest});
  }
  return verdict;
}

}  // namespace mainstay::sim
