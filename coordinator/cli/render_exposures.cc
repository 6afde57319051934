// What hosts are open to: of the fleet, and of one host what must go first.
#include <algorithm>

#include "common/core/span_text.h"
#include "common/core/text_table.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

using Align = TextTable::Align;

constexpr std::size_t kLinesMax = 60;  // the rest is for who looks for it: -o json

std::string exposure_mark(const Answer& one) {
  if (one.number("late") > 0) return "!!";
  return one.flag("exploited") || one.text("severity") == "critical" ? "!" : ".";
}

std::string fix_text(const Answer& one) {
  const std::int64_t fixable = one.number("with_fix");
  if (fixable == one.number("hosts")) return "all";
  return fixable == 0 ? "none" : count_text(fixable);
}

std::string exposure_sum(const Answer& answer) {
  std::string text = plural(answer.number("total"), "host") + " = " +
                     count_text(answer.number("looked_at")) + " looked at + " +
                     count_text(answer.number("not_known")) + " not known" + why_text(answer);
  if (answer.number("undecided") > 0) {
    text += "; " + count_text(answer.number("undecided")) + " more undecided by the selector";
  }
  if (const std::int64_t named = answer.number("named_by_scanners"); named > 0) {
    text += "; scanners' words are not in this list: " + plural(named, "host") + " named";
  }
  if (!answer.flag("current")) text += "; still being looked at: ask again in a moment";
  return text + "\n";
}

std::string exposure_table(const std::vector<Answer>& all) {
  TextTable table({Align::Left, Align::Left, Align::Left, Align::Right, Align::Right, Align::Right,
                   Align::Right, Align::Left, Align::Left});
  table.add_row({"", "CVE", "SEVERITY", "HOSTS", "FIX FOR", "LATE", "SINCE", "DEADLINE", "WHAT"});
  for (std::size_t i = 0; i < std::min(all.size(), kLinesMax); ++i) {
    const Answer& one = all[i];
    const std::string severity =
        one.text("severity") + (one.flag("exploited") ? ", exploited" : "");
    table.add_row({exposure_mark(one), one.text("id"), severity, count_text(one.number("hosts")),
                   fix_text(one), count_text(one.number("late")),
                   one.has("since") ? span_text(span_of(one.number("since_seconds"))) : "-",
                   deadline_text(one), one.text("text")});
  }
  return table.to_text();
}

}  // namespace

std::string first_open_text(const Answer& first) {
  std::string text;
  if (first.has("allowed_seconds")) {
    text = span_text(span_of(first.number("since_seconds"))) + " of " +
           span_text(span_of(first.number("allowed_seconds"))) + ": ";
  } else if (first.has("clock_known") && !first.flag("clock_known")) {
    text = "for nobody knows how long: ";
  }
  text += first.text("id");
  if (!first.text("package").empty()) text += " " + first.text("package");
  const std::string fixed = first.text("fixed");
  text += fixed.empty() ? " (no fix yet" : " (fix " + fixed;
  if (first.text("remedy") == "restart") text += ", installed: old code still runs";
  return text + (first.flag("exploited") ? ", exploited)" : ")");
}

std::string render_exposures(const Answer& answer) {
  const auto& all = answer.items("vulnerabilities");
  std::string text = all.empty() ? "" : exposure_table(all) + "\n";
  text += count_text(answer.number("exploited")) + " exploited, " +
          count_text(answer.number("critical")) + " critical, " +
          plural(answer.number("other"), "other") + " that a host is vulnerable to";
  if (all.size() > kLinesMax) {
    text += "; " + std::to_string(kLinesMax) + " are shown: mainstay cve -o json";
  }
  text += "\n" + exposure_sum(answer);
  if (!all.empty()) {
    text += "NEXT   mainstay cve " + all.front().text("id") + "    who, and what would end it\n";
  }
  return text;
}

}  // namespace mainstay::cli
