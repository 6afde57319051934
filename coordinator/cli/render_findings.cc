// What hosts found in themselves: of one host, and of one source over the fleet.
#include <algorithm>

#include "common/core/span_text.h"
#include "common/core/text_table.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

using Align = TextTable::Align;

constexpr std::size_t kFindingsOfSourceMax = 6;  // of a source of one host: the worst come first

std::string mark_of(const Answer& finding) {
  const std::string judgement = finding.text("judgement");
  if (judgement == "proved") return "ok";
  if (judgement != "refuted") return ".";
  return finding.text("topic") == "backup" ? "!!" : "!";
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  });
  return text;
}

/// A table leaves out the blanks at the end of its lines, and an empty cell would be one.
std::string subject_of(const Answer& finding) {
  const std::string subject = finding.text("subject");
  return subject.empty() ? "-" : subject;
}

struct Tally {
  std::size_t refuted = 0;
  std::size_t not_proved = 0;
  std::size_t proved = 0;

  void add(const Answer& finding) {
    const std::string judgement = finding.text("judgement");
    if (judgement == "proved") {
      proved += 1;
    } else if (judgement == "refuted") {
      refuted += 1;
    } else {
      not_proved += 1;
    }
  }
};

int rank_of(const Answer& finding) {
  const std::string judgement = finding.text("judgement");
  if (judgement == "refuted") return 0;
  return judgement == "proved" ? 2 : 1;
}

struct Line {
  const Answer* host;
  const Answer* finding;
};

/// Of a patch report what must go first on the host, on the line that speaks of all its updates.
std::string first_of(const Answer& host, const Answer& finding) {
  if (!host.has("vulnerabilities") || !finding.at("readings").has("count")) return "-";
  const Answer& open = host.at("vulnerabilities");
  return open.has("first") ? first_open_text(open.at("first")) : "-";
}

std::string table_of(const std::vector<Line>& lines, bool is_patch) {
  TextTable table({Align::Left, Align::Left, Align::Left, Align::Left, Align::Left, Align::Left,
                   Align::Right, Align::Left});
  table.add_row({"", "HOST", "SUBJECT", "FOUND", "DEADLINE", "OWNER", "KNOWN",
                 is_patch ? "FIRST TO MEND" : ""});
  for (const Line& line : lines) {
    table.add_row({mark_of(*line.finding), line.host->text("host"), subject_of(*line.finding),
                   line.finding->text("text"), deadline_text(*line.finding),
                   line.host->text("owner"), age_text(span_of(line.finding->number("age_seconds"))),
                   is_patch ? first_of(*line.host, *line.finding) : ""});
  }
  return table.to_text();
}

}  // namespace

std::string render_findings(const Answer& host) {
  TextTable table(std::vector<Align>(4, Align::Left));
  bool any = false;
  for (const Answer& source : host.items("findings")) {
    const auto& findings = source.items("findings");
    for (std::size_t i = 0; i < std::min(findings.size(), kFindingsOfSourceMax); ++i) {
      const Answer& finding = findings[i];
      table.add_row({mark_of(finding), upper(finding.text("topic")), finding.text("judgement"),
                     subject_of(finding) + "  " + finding.text("text") + "  (" +
                         age_text(span_of(finding.number("age_seconds"))) + ")"});
      any = true;
    }
    const auto rest = static_cast<std::int64_t>(findings.size()) + source.number("omitted") -
                      static_cast<std::int64_t>(kFindingsOfSourceMax);
    if (rest > 0) {
      table.add_row({"", "", "",
                     count_text(rest) + " more of " + source.text("source") +
                         ": mainstay host show " + host.text("host") + " -o json"});
    }
  }
  return any ? table.to_text() : "";
}

std::string render_report(const Answer& report) {
  std::vector<Line> lines;
  Tally tally;
  for (const Answer& host : report.items("hosts")) {
    for (const Answer& finding : host.items("findings")) {
      tally.add(finding);
      lines.push_back({.host = &host, .finding = &finding});
    }
  }
  std::ranges::stable_sort(lines, {}, [](const Line& line) { return rank_of(*line.finding); });
  std::string text = lines.empty() ? "" : table_of(lines, report.text("source") == "patch") + "\n";
  const auto heard = static_cast<std::int64_t>(report.items("hosts").size());
  const auto unheard = static_cast<std::int64_t>(report.items("not_known").size());
  text += report.text("source") + ": " + std::to_string(tally.refuted) + " refuted, " +
          std::to_string(tally.not_proved) + " not proved, " + std::to_string(tally.proved) +
          " proved\n" + plural(report.number("total"), "host") + " = " + count_text(heard) +
          " told of it + " + count_text(unheard) + " did not";
  if (report.number("undecided") > 0) {
    text += ", " + count_text(report.number("undecided")) + " more undecided by the selector";
  }
  if (report.flag("cut")) text += "; the list was cut: name fewer hosts with --where";
  return text + "\n";
}

}  // namespace mainstay::cli
