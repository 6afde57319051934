#include "coordinator/cli/picture.h"

#include <algorithm>
#include <map>

#include "common/core/escape.h"
#include "common/core/span_text.h"
#include "common/plan/head_text.h"
#include "common/plan/step_text.h"

namespace mainstay::cli {

namespace {

/// "3 silent (web-1, web-2, ...)": a line a cause, as a person acts on causes.
std::vector<std::string> causes_of(const std::vector<Answer>& out) {
  constexpr std::size_t kNamesMax = 3;
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const Answer& host : out) by_reason[host.text("reason")].push_back(host.text("host"));
  std::vector<std::pair<std::string, std::vector<std::string>>> most(by_reason.begin(),
                                                                     by_reason.end());
  std::ranges::stable_sort(most, std::greater(),
                           [](const auto& each) { return each.second.size(); });
  std::vector<std::string> causes;
  for (auto& [reason, hosts] : most) {
    std::ranges::sort(hosts);
    std::string names;
    for (std::size_t i = 0; i < std::min(hosts.size(), kNamesMax); ++i) {
      names += (i == 0 ? "" : ", ") + hosts[i];
    }
    if (hosts.size() > kNamesMax) names += ", ...";
    causes.push_back(std::to_string(hosts.size()) + " " + reason + " (" + names + ")");
  }
  return causes;
}

/// An ISO instant as utc_text has it, so that what is shown from the centre's answer compares with
/// what is shown from the head.
std::string utc_of(std::string iso) {
  if (iso.size() != std::string_view("2026-11-23T20:00:00Z").size()) return iso;
  iso.replace(10, 1, " ");
  return iso.replace(19, 1, " UTC");
}

void add_leaf(PlanPicture& picture, const Leaf& leaf) {
  auto region = std::ranges::find(picture.regions, leaf.region, &RegionPicture::region);
  if (region == picture.regions.end()) {
    picture.regions.push_back({.region = leaf.region, .hosts = 0, .waves = {}});
    region = std::prev(picture.regions.end());
  }
  region->hosts += 1;
  if (region->waves.size() <= leaf.wave) region->waves.resize(leaf.wave + 1);
  region->waves[leaf.wave] += 1;
  if (leaf.packages.empty()) return;
  std::vector<std::string> set;
  for (const auto& each : leaf.packages) {
    set.push_back(escape_for_terminal(each.name + "=" + each.version));
  }
  auto same = std::ranges::find(picture.packages, set, &PackagesPicture::packages);
  if (same == picture.packages.end()) {
    picture.packages.push_back({.hosts = 1, .os = {}, .packages = std::move(set)});
  } else {
    same->hosts += 1;
  }
}

}  // namespace

PlanPicture picture_of(const Proposal& proposal) {
  const PlanHead& head = proposal.head;
  PlanPicture picture;
  picture.id = short_name(proposal.id);
  picture.name = escape_for_terminal(head.name);
  picture.change = escape_for_terminal(head.change);
  picture.reason = escape_for_terminal(head.reason);
  picture.targets = escape_for_terminal(head.targets);
  picture.impact = name_of(impact_of(head.steps));
  for (const Step& step : head.steps) {
    picture.steps.push_back(escape_for_terminal(step_text(step)));
  }
  picture.in = proposal.leaves.size();
  picture.matched = picture.in;
  for (const Leaf& leaf : proposal.leaves) add_leaf(picture, leaf);
  for (auto& region : picture.regions) region.region = escape_for_terminal(region.region);
  // The order in which they come, unless the head says several at once.
  std::ranges::sort(picture.regions, [](const RegionPicture& a, const RegionPicture& b) {
    return std::pair(a.hosts, a.region) < std::pair(b.hosts, b.region);
  });
  for (const Budget& budget : head.budgets) {
    picture.budgets.push_back(escape_for_terminal(text_of(budget)));
  }
  picture.failure_limit = failure_limit(head.advance, head.host_count);
  picture.failure_limit_of = failure_limit_text(head.advance, head.host_count);
  picture.concurrency = head.order.concurrency;
  for (const RegionPicture& region : picture.regions) {
    const auto last = static_cast<std::uint32_t>(region.waves.size() - 1);
    picture.has_canary = picture.has_canary || is_canary(head.advance, 0, last);
  }
  picture.good_until = utc_text(head.header.not_after);
  picture.failures_max =
      std::min<std::uint64_t>(picture.in, picture.failure_limit + head.order.concurrency);
  return picture;
}

PlanPicture picture_of(const Answer& plan) {
  const auto count = [](const Answer& from, std::string_view key) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, from.number(key)));
  };
  PlanPicture picture;
  picture.id = plan.text("plan");
  picture.name = plan.text("name");
  picture.change = plan.text("change");
  picture.reason = plan.text("reason");
  picture.targets = plan.text("targets");
  picture.impact = plan.text("impact");
  for (const Answer& step : plan.items("steps")) picture.steps.push_back(step.text("text"));
  if (plan.has("not_after")) picture.good_until = utc_of(plan.text("not_after"));
  picture.in = count(plan, "in");
  for (const Answer& each : plan.items("regions")) {
    RegionPicture& region = picture.regions.emplace_back();
    region.region = each.text("region");
    region.hosts = count(each, "hosts");
    for (const Answer& wave : each.items("waves")) {
      region.waves.push_back(static_cast<std::uint64_t>(wave.number()));
    }
  }
  for (const Answer& each : plan.items("packages")) {
    PackagesPicture& packages = picture.packages.emplace_back();
    packages.hosts = count(each, "hosts");
    packages.os = each.text("os");
    for (const Answer& one : each.items("set")) {
      packages.packages.push_back(one.text("name") + "=" + one.text("version"));
    }
  }
  for (const Answer& budget : plan.items("budgets")) picture.budgets.push_back(budget.text());
  picture.failure_limit = count(plan, "failure_limit");
  picture.failure_limit_of = plan.text("failure_limit_of");
  picture.concurrency = count(plan, "concurrency");
  picture.has_canary = plan.flag("has_canary");
  picture.failures_max = count(plan, "failures_max");
  add_surroundings(picture, plan);
  return picture;
}

void add_surroundings(PlanPicture& picture, const Answer& plan) {
  const auto& out = plan.items("out");
  const auto known = static_cast<std::int64_t>(out.size());
  const std::int64_t all = plan.has("out_count") ? plan.number("out_count") : known;
  picture.matched = picture.in + static_cast<std::uint64_t>(std::max(known, all));
  picture.out = causes_of(out);
  if (all > known) picture.out.push_back(std::to_string(all - known) + " more");
  picture.warnings.clear();
  for (const Answer& warning : plan.items("warnings")) picture.warnings.push_back(warning.text());
  const Answer& signatures = plan.at("signatures");
  picture.signatures_have = static_cast<std::uint64_t>(signatures.number("have"));
  picture.signatures_need = static_cast<std::uint64_t>(signatures.number("need"));
  picture.phase = plan.text("phase");
}

}  // namespace mainstay::cli
