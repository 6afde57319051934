#include <algorithm>

#include "common/core/span_text.h"
#include "common/core/text_table.h"
#include "coordinator/cli/picture.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

using Align = TextTable::Align;

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string all;
  for (const auto& text : texts) {
    if (!all.empty()) all += between;
    all += text;
  }
  return all;
}

std::string packages_text(const PlanPicture& picture) {
  constexpr std::size_t kShownMax = 8;  // of one set; `plan show -o json` has all
  if (picture.packages.empty()) return "";
  TextTable table({Align::Left, Align::Right, Align::Left});
  table.add_row({"PACKAGES", "hosts", "set"});
  for (const PackagesPicture& each : picture.packages) {
    const auto shown = std::min(each.packages.size(), kShownMax);
    std::string set = plural(static_cast<std::int64_t>(each.packages.size()), "package");
    for (std::size_t i = 0; i < shown; ++i) set += ", " + each.packages[i];
    if (shown < each.packages.size()) set += ", ...";
    table.add_row({each.os, std::to_string(each.hosts), set});
  }
  return table.to_text() + "\n";
}

std::string regions_text(const PlanPicture& picture) {
  std::size_t waves = 0;
  for (const auto& region : picture.regions) waves = std::max(waves, region.waves.size());
  std::vector<Align> columns(2 + waves, Align::Right);
  columns[0] = Align::Left;
  TextTable table(columns);
  std::vector<std::string> titles(columns.size());
  titles[0] = "REGION";
  titles[1] = "hosts";
  if (waves > 0) titles[2] = "waves";
  table.add_row(titles);
  for (const auto& region : picture.regions) {
    std::vector<std::string> row = {region.region.empty() ? "(none)" : region.region,
                                    std::to_string(region.hosts)};
    for (const auto wave : region.waves) row.push_back(std::to_string(wave));
    table.add_row(row);
  }
  return table.to_text() + count_warning(picture);
}

std::string risk_text(const PlanPicture& picture) {
  std::string text = "RISK    " + failures_text(picture) + "\n";
  if (!picture.budgets.empty()) {
    text += "        budget " + joined(picture.budgets, " · ") + "\n";
  }
  if (!picture.good_until.empty()) {
    text += "        nothing of it starts after " + picture.good_until + "\n";
  }
  for (const auto& warning : picture.warnings) text += "        warning: " + warning + "\n";
  return text;
}

std::string next_text(const PlanPicture& picture) {
  if (picture.phase == "running" || picture.phase == "ended") {
    return "NEXT    mainstay watch " + picture.name + "\n";
  }
  if (picture.phase == "approved") return "NEXT    mainstay start " + picture.id + "\n";
  return "NEXT    mainstay approve " + picture.id + " --start      asks you to type " +
         std::to_string(picture.in) + "\n        mainstay plan show " + picture.id +
         " -o markdown    for the change record\n";
}

}  // namespace

std::string count_warning(const PlanPicture& picture) {
  std::uint64_t sum = 0;
  for (const auto& region : picture.regions) sum += region.hosts;
  if (sum == picture.in) return "";
  return "these are " + std::to_string(sum) + " hosts, not " + std::to_string(picture.in) +
         ": do not sign\n";
}

std::string failures_text(const PlanPicture& picture) {
  std::string text = "halts at failure " + std::to_string(picture.failure_limit + 1);
  if (!picture.failure_limit_of.empty()) text += " (" + picture.failure_limit_of + ")";
  if (picture.has_canary) text += ", at the first in a canary wave";
  return text + "; with " + std::to_string(picture.concurrency) + " at once at most " +
         plural(static_cast<std::int64_t>(picture.failures_max), "host") + " can have failed";
}

std::string out_line(const PlanPicture& picture) {
  return picture.out.empty() ? "" : "OUT     " + joined(picture.out, "   ") + "\n";
}

std::string render_plan(const PlanPicture& picture) {
  std::string text = picture.id + "   " + picture.name;
  if (!picture.change.empty()) text += "   " + picture.change;
  const auto out =
      static_cast<std::int64_t>(picture.matched) - static_cast<std::int64_t>(picture.in);
  text += "      " + plural(static_cast<std::int64_t>(picture.matched), "host") +
          " match: " + count_text(static_cast<std::int64_t>(picture.in)) + " in, " +
          count_text(out) + " out\n";
  text += out_line(picture);
  if (!picture.reason.empty()) text += "WHY     " + picture.reason + "\n";
  text += "TARGETS " + picture.targets + "\n";
  for (std::size_t i = 0; i < picture.steps.size(); ++i) {
    text += (i == 0 ? "STEPS   " : "        ") + picture.steps[i] + "\n";
  }
  text += "\n" + packages_text(picture) + regions_text(picture) + "\n" + risk_text(picture);
  if (picture.signatures_need > 0) {
    text += "NEEDS   " + plural(static_cast<std::int64_t>(picture.signatures_need), "signature") +
            " (" + picture.impact + ") by a role >= operator whose scope covers " +
            (picture.in == 1 ? "it" : "all " + count_text(static_cast<std::int64_t>(picture.in)));
    if (picture.signatures_have > 0) text += ", has " + std::to_string(picture.signatures_have);
    text += "\n";
  } else {
    text += "IMPACT  " + picture.impact + "\n";
  }
  return picture.phase.empty() ? text : text + next_text(picture);
}

}  // namespace mainstay::cli
