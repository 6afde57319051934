#include <algorithm>
#include <set>

#include "common/core/nearest.h"
#include "common/plan/head_text.h"
#include "common/select/fleet_facts.h"
#include "coordinator/core/planner/planner.h"

namespace mainstay::coordinator {

namespace {

// Why a matching host cannot take part; empty if it can.
std::string unfit(const Host& host, const PlanHead& head, const Limits& limits, Now now) {
  const Liveness liveness = liveness_of(host, limits, now);
  if (is_parked(host, now)) return "parked: " + host.row.parked_reason;
  if (liveness == Liveness::NeverSeen) return "never seen";
  if (liveness == Liveness::Silent) return "silent";
  if (is_duplicate(host, limits, now)) return "duplicate: two machines use its key";
  // Half of an installation on disk: apt refuses to go on before a person has looked.
  const auto broken = host.sight.row.facts[static_cast<std::size_t>(Fact::PatchBroken)];
  const bool patches = std::ranges::any_of(
      head.steps, [](const Step& step) { return kind_of(step) == TaskKind::Patch; });
  if (patches && broken.value_or(0) > 0) return "dpkg half-configured";
  for (const auto& budget : head.budgets) {
    for (const auto& name : budget.per) {
      if (name != "fleet" && !host.row.certificate.labels.contains(name)) {
        return "has no label " + name + ", which a budget asks for";
      }
    }
  }
  return "";
}

/// A label that nobody has would leave every host out, and blame the targets.
Status expect_labels_known(const State& state, const PlanHead& head) {
  std::set<std::string_view> known;
  for (const auto& [id, host] : state.hosts) {
    if (!is_enrolled(host)) continue;
    for (const auto& [name, value] : host.row.certificate.labels) known.insert(name);
  }
  std::size_t number = 0;
  for (const auto& budget : head.budgets) {
    number += 1;
    for (const auto& name : budget.per) {
      if (name == "fleet" || known.contains(name)) continue;
      const std::vector<std::string_view> names(known.begin(), known.end());
      const auto meant = nearest(name, names);
      return fail(Fault::Malformed,
                  "budget " + std::to_string(number) + ": no host has the label `" + name + "`" +
                      (meant ? "; did you mean `" + std::string(*meant) + "`?" : ""));
    }
  }
  return {};
}

}  // namespace

Result<Selection> select_targets(const State& state, const PlanHead& head, const Limits& limits,
                                 Now now) {
  TRY_STATUS(expect_labels_known(state, head));
  const auto selector = parse_selector(head.targets, kFleetFacts);
  if (!selector) return fail(Fault::Malformed, "targets: " + selector.error().detail);
  Selection selection;
  bool matches = false;
  for (const auto& [id, host] : state.hosts) {
    if (!is_enrolled(host)) continue;
    const HostSubject subject(host, limits, now);
    const Truth truth = selector->evaluate(subject);
    if (truth == Truth::False) continue;
    matches = matches || truth == Truth::True;
    std::string why = unfit(host, head, limits, now);
    if (why.empty() && truth == Truth::Undecided) {
      const auto doubts = selector->undecided_because(subject);
      why = "undecided because of " + (doubts.empty() ? "its facts" : doubts.front().name);
    }
    if (why.empty()) {
      selection.in.push_back(id);
    } else {
      selection.out.push_back({.host = id, .reason = std::move(why)});
    }
  }
  if (!matches) {
    const std::string stray = stray_word(state, head.targets, *selector);
    if (!stray.empty()) return fail(Fault::Malformed, "the selector matches no host: " + stray);
  }
  if (selection.in.size() > limits.targets_max) {
    return fail(Fault::Denied, "the plan has " + std::to_string(selection.in.size()) +
                                   " hosts, at most " + std::to_string(limits.targets_max) +
                                   " are possible");
  }
  return selection;
}

namespace {

struct Place {
  const Host* host = nullptr;
  Leaf leaf;
};

// Takes this wave's share from the front of `waiting`, or what its selector matches.
Status take_wave(const WaveSpec& wave, std::uint32_t number, std::vector<Place*>& waiting,
                 std::pair<const Limits&, Now> at) {
  const auto give = [&](auto first, auto last) {
    for (auto place = first; place != last; ++place) (*place)->leaf.wave = number;
    waiting.erase(first, last);
  };
  switch (wave.kind) {
    case WaveSpec::Kind::Rest:
      give(waiting.begin(), waiting.end());
      return {};
    case WaveSpec::Kind::Count:
    case WaveSpec::Kind::Percent: {
      const auto count = std::min<std::size_t>(wave.amount, waiting.size());
      give(waiting.begin(), waiting.begin() + static_cast<std::ptrdiff_t>(count));
      return {};
    }
    case WaveSpec::Kind::Selected: {
      TRY(const Selector selector, parse_selector(wave.selector, kFleetFacts));
      const auto chosen = std::stable_partition(waiting.begin(), waiting.end(), [&](Place* place) {
        return selector.evaluate(HostSubject(*place->host, at.first, at.second)) != Truth::True;
      });
      give(chosen, waiting.end());
      return {};
    }
  }
  return {};
}

Status lay_region(std::vector<Place>& region, const Order& order, const Limits& limits, Now now) {
  std::ranges::sort(region, {},
                    [](const Place& place) { return std::pair(place.leaf.zone, place.leaf.host); });
  std::vector<Place*> waiting;
  for (auto& place : region) waiting.push_back(&place);
  std::vector<WaveSpec> waves = order.waves;
  waves.emplace_back();  // whatever the waves leave over comes last
  std::uint32_t number = 0;
  for (auto& wave : waves) {
    if (wave.kind == WaveSpec::Kind::Percent) {
      wave.amount = std::max<std::uint32_t>(
          1, static_cast<std::uint32_t>(std::uint64_t{region.size()} * wave.amount / 100));
    }
    const std::size_t before = waiting.size();
    TRY_STATUS(take_wave(wave, number, waiting, {limits, now}));
    if (waiting.size() != before) number += 1;  // a wave that nobody is in does not count
  }
  std::ranges::sort(region, {}, [](const Place& place) {
    return std::tuple(place.leaf.wave, place.leaf.zone, place.leaf.host);
  });
  return {};
}

/// A canary that is misspelt would vanish without a word.
Status expect_waves_met(const State& state, const Draft& draft, const Limits& limits, Now now) {
  std::size_t number = 0;
  for (const WaveSpec& wave : draft.head.order.waves) {
    number += 1;
    if (wave.kind != WaveSpec::Kind::Selected) continue;
    TRY(const Selector selector, parse_selector(wave.selector, kFleetFacts));
    const bool met = std::ranges::any_of(draft.hosts, [&](const HostId& id) {
      const Host* host = find_host(state, id);
      return host != nullptr && selector.evaluate(HostSubject(*host, limits, now)) == Truth::True;
    });
    if (!met) {
      return fail(Fault::Malformed, "wave " + std::to_string(number) + " `" + wave.selector +
                                        "` has no host: no target is certainly so. Which labels "
                                        "they have: mainstay host list");
    }
  }
  return {};
}

}  // namespace

Result<std::vector<Leaf>> lay_out(const State& state, const Draft& draft, const Limits& limits,
                                  Now now) {
  TRY_STATUS(expect_waves_met(state, draft, limits, now));
  std::map<std::string, std::vector<Place>> regions;
  for (const auto& id : draft.hosts) {
    const Host* host = find_host(state, id);
    if (host == nullptr || !is_enrolled(*host)) continue;
    Leaf leaf{.host = id,
              .record_key = host->row.record_key,
              .region = label_of(*host, "region"),
              .zone = label_of(*host, "zone"),
              .wave = 0,
              .packages = {}};
    if (const auto answer = draft.answers.find(id); answer != draft.answers.end()) {
      leaf.packages = answer->second.packages;
    }
    auto& region = regions[leaf.region];
    region.push_back({.host = host, .leaf = std::move(leaf)});
  }
  std::vector<std::vector<Place>*> ordered;
  for (auto& [name, region] : regions) {
    TRY_STATUS(lay_region(region, draft.head.order, limits, now));
    ordered.push_back(&region);
  }
  // The map gave them by name; the sort keeps that among regions of one size.
  std::ranges::stable_sort(ordered, {}, [](const auto* region) { return region->size(); });
  std::vector<Leaf> leaves;
  for (auto* region : ordered) {
    for (auto& place : *region) leaves.push_back(std::move(place.leaf));
  }
  return leaves;
}

Status check_budgets(const State& state, const PlanHead& head, const std::vector<HostId>& hosts) {
  if (!is_disruptive(head)) return {};
  std::size_t number = 0;
  for (const auto& budget : head.budgets) {
    number += 1;
    std::map<std::string, GroupCount> groups;
    for (const auto& id : hosts) {
      if (auto group = group_of(state.hosts.at(id).row.certificate.labels, budget.per)) {
        groups[*group];
      }
    }
    for (const auto& [id, host] : state.hosts) {
      if (!is_enrolled(host)) continue;
      const auto group = group_of(host.row.certificate.labels, budget.per);
      if (group && groups.contains(*group)) groups[*group].members += 1;
    }
    for (const auto& [group, count] : groups) {
      if (allowed_out(budget, count) > 0) continue;
      return fail(Fault::Denied,
                  "budget " + std::to_string(number) + " " + text_of(budget) +
                      "} can never be met: " + group + " has " + std::to_string(count.members) +
                      (count.members == 1 ? " host" : " hosts") + ", none of which may go");
    }
  }
  return {};
}

}  // namespace mainstay::coordinator
