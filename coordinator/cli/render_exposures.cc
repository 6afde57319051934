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
  if (one.number("hosts") == 0) return "?";
  if (one.number("late") > 0) return "!!";
  return one.flag("exploited") || one.text("severity") == "critical" ? "!" : ".";
}

std::string fix_text(const Answer& one) {
  const std::int64_t fixable = one.number("with_fix");
  if (one.number("hosts") == 0) return "-";
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
  if (!answer.flag("current")) text += "; still being looked at: ask again in a moment";
  return text + "\n";
}

/// How far the line is a scanner's word alone.
std::string scanner_text(const Answer& one) {
  const std::int64_t claimed = one.number("claimed");
  const std::int64_t disputed = one.number("disputed");
  std::string text;
  if (claimed > 0) text = claimed == one.number("hosts") ? "all" : count_text(claimed);
  if (disputed > 0) text += (claimed > 0 ? ", " : "") + count_text(disputed) + " not proved";
  return text;
}

/// With what only scanners say, if there is any of it.
std::string exposure_table(const std::vector<Answer>& all) {
  const std::size_t shown = std::min(all.size(), kLinesMax);
  const auto begin = all.begin();
  const bool by_scanners =
      std::any_of(begin, begin + static_cast<std::ptrdiff_t>(shown),
                  [](const Answer& one) { return !scanner_text(one).empty(); });
  std::vector<Align> columns = {Align::Left,  Align::Left,  Align::Left, Align::Right, Align::Right,
                                Align::Right, Align::Right, Align::Left, Align::Left};
  std::vector<std::string> names = {"",     "CVE",   "SEVERITY", "HOSTS", "FIX FOR",
                                    "LATE", "SINCE", "DEADLINE", "WHAT"};
  if (by_scanners) {
    columns.push_back(Align::Left);
    names.insert(names.end() - 1, "BY SCANNERS ALONE");
  }
  TextTable table(std::move(columns));
  table.add_row(std::move(names));
  for (std::size_t i = 0; i < shown; ++i) {
    const Answer& one = all[i];
    const std::string severity =
        one.text("severity") + (one.flag("exploited") ? ", exploited" : "");
    std::vector<std::string> row = {
        exposure_mark(one),
        one.text("id"),
        severity,
        count_text(one.number("hosts")),
        fix_text(one),
        count_text(one.number("late")),
        one.has("since") ? span_text(span_of(one.number("since_seconds"))) : "-",
        deadline_text(one),
        one.text("text")};
    if (by_scanners) row.insert(row.end() - 1, scanner_text(one));
    table.add_row(std::move(row));
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
  if (first.flag("by_scanner")) text += ", by a scanner's word";
  return text + (first.flag("exploited") ? ", exploited)" : ")");
}

std::string render_exposures(const Answer& answer) {
  const auto& all = answer.items("vulnerabilities");
  std::string text = all.empty() ? "" : exposure_table(all) + "\n";
  text += count_text(answer.number("exploited")) + " exploited, " +
          count_text(answer.number("critical")) + " critical, " +
          plural(answer.number("other"), "other") + " that a host is vulnerable to";
  if (const std::int64_t disputed = answer.number("disputed"); disputed > 0) {
    text += "; " + count_text(disputed) + " more by a scanner's word, not proved";
  }
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
