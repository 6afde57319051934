// A plan as a page for a change record: what a reader who does not have the command must know.
#include <algorithm>

#include "coordinator/cli/picture.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

/// What hosts and people wrote stays text: no emphasis, link, formula or cell of its own. Line ends
/// and control characters were escaped when the answer was read.
std::string plain(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_[]<>|&#~$@";
  std::string escaped;
  for (const char each : text) {
    if (kMarkup.contains(each)) escaped += '\\';
    escaped += each;
  }
  return escaped;
}

std::string row(std::string_view name, const std::string& text) {
  return text.empty() ? "" : "| " + std::string(name) + " | " + text + " |\n";
}

/// "3 silent (web-1)<br>1 held", of several.
std::string lines(const std::vector<std::string>& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : "<br>") + plain(text);
  return all;
}

std::string hosts_text(const PlanPicture& picture) {
  return std::to_string(picture.matched) + " match: " + std::to_string(picture.in) + " in, " +
         std::to_string(picture.matched - std::min(picture.in, picture.matched)) + " out";
}

std::string packages_text(const PlanPicture& picture) {
  if (picture.packages.empty()) return "";
  std::string text = "\n## Packages\n\n| System | Hosts | Packages |\n| --- | ---: | --- |\n";
  for (const auto& each : picture.packages) {
    text += "| " + plain(each.os) + " | " + std::to_string(each.hosts) + " | " +
            lines(each.packages) + " |\n";
  }
  return text;
}

std::string regions_text(const PlanPicture& picture) {
  std::string text = "\n## Order\n\n| Region | Hosts | Waves |\n| --- | ---: | --- |\n";
  for (const auto& each : picture.regions) {
    std::string waves;
    for (const auto wave : each.waves) waves += (waves.empty() ? "" : ", ") + std::to_string(wave);
    text += "| " + (each.region.empty() ? "(none)" : plain(each.region)) + " | " +
            std::to_string(each.hosts) + " | " + waves + " |\n";
  }
  return text + count_warning(picture);
}

}  // namespace

std::string plan_markdown(const PlanPicture& picture) {
  std::string text =
      "# " + plain(picture.id) + " " + plain(picture.name) + "\n\n| | |\n| --- | --- |\n";
  text += row("State", plain(picture.phase));
  text += row("Change", plain(picture.change)) + row("Reason", plain(picture.reason));
  text += row("Targets", plain(picture.targets)) + row("Hosts", hosts_text(picture));
  text += row("Left out", lines(picture.out)) + row("Impact", plain(picture.impact));
  text += row("Risk", plain(failures_text(picture))) + row("Budgets", lines(picture.budgets));
  text += row("Valid until", plain(picture.good_until)) + row("Warnings", lines(picture.warnings));
  if (picture.signatures_need > 0) {
    text += row("Signatures", std::to_string(picture.signatures_have) + " of " +
                                  std::to_string(picture.signatures_need));
  }
  text += "\n## Steps\n\n";
  for (const auto& step : picture.steps) text += "1. " + plain(step) + "\n";
  return text + packages_text(picture) + regions_text(picture);
}

}  // namespace mainstay::cli
