// report, snooze.
#include <array>
#include <chrono>
#include <cstdio>

#include "common/core/escape.h"
#include "common/core/iso_text.h"
#include "common/core/nearest.h"
#include "common/loop/clock.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/need_name.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

/// What operators call it, and the source that knows.
struct ReportKind {
  std::string_view word;
  std::string_view source;
};
constexpr std::array kReports = {ReportKind{.word = "patch", .source = "patch"},
                                 ReportKind{.word = "backup", .source = "backup"},
                                 ReportKind{.word = "certificate", .source = "certificate"},
                                 ReportKind{.word = "capacity", .source = "resource"},
                                 ReportKind{.word = "cleanup", .source = "usage"},
                                 ReportKind{.word = "service", .source = "service"}};

/// "2026-12-01", the begin of that day in UTC.
std::optional<WallTime> day_of(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int end = 0;
  if (text.size() != 10 ||
      std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &end) != 3 || end != 10) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return WallTime(
      std::chrono::duration_cast<Duration>(std::chrono::sys_days(date).time_since_epoch()));
}

Result<WallTime> until_of(const Session& session) {
  const std::string text = session.call.text("until");
  if (text == "now") return WallTime{};
  if (const auto day = day_of(text)) return *day;
  if (const auto span = parse_duration(text)) return loop::walltime_now() + *span;
  return fail(Fault::Malformed,
              "--until: expected a day such as 2026-12-01 (it ends at 00:00 UTC), a time from now "
              "such as 4h or 7d, or `now`, found `" +
                  escape_for_terminal(text) + "`");
}

std::uint8_t rank_of(const std::string& urgency) {
  if (urgency == "!!") return 0;
  return urgency == "!" ? 1 : 2;
}

Result<SnoozeNeed> need_named(Session& session, const std::string& name) {
  TRY(const Answer fleet, session.centre.look(View::Fleet));
  TRY(const Answer* const need, find_need(fleet, name));
  SnoozeNeed meant{.cause = need->raw("cause"),
                   .until = {},
                   .reason = session.call.text("reason"),
                   .size = static_cast<std::uint32_t>(need->number("hosts")),
                   .urgency = rank_of(need->text("urgency")),
                   .hosts = {}};
  for (const Answer& named : need->items("hosts_named")) {
    const auto host = HostId::parse(named.text());
    if (host && meant.hosts.size() < kSnoozedHostsMax) meant.hosts.push_back(*host);
  }
  // Of a longer list only the count is kept.
  if (meant.hosts.size() < meant.size) meant.hosts.clear();
  return meant;
}

}  // namespace

Result<Verdict> report(Session& session) {
  const std::string word = session.call.text("WHAT");
  std::vector<std::string_view> words;
  for (const ReportKind& kind : kReports) {
    words.push_back(kind.word);
    if (kind.word != word) continue;
    const std::string where = session.call.text("where");
    if (session.call.has("where") && where.empty()) {
      return fail(Fault::Malformed, "--where is empty, which means no host: leave it out for all");
    }
    std::string argument(kind.source);
    if (!where.empty()) argument += " " + where;
    return show(session, View::Findings, argument, [&](const Answer& answer) {
      const std::string text = render_report(answer);
      return session.screen.has_colour() ? coloured(text) : text;
    });
  }
  const auto meant = nearest(word, words);
  return fail(Fault::Malformed, "`" + escape_for_terminal(word) +
                                    "` is none of patch, backup, certificate, capacity, cleanup, "
                                    "service" +
                                    (meant ? "; did you mean " + std::string(*meant) + "?" : ""));
}

Result<Verdict> snooze(Session& session) {
  const std::string name = session.call.text("NEED");
  TRY(const WallTime until, until_of(session));
  TRY(SnoozeNeed need, need_named(session, name));
  need.until = until;
  const bool wakes = until == WallTime{};
  if (!wakes && need.reason.empty()) {
    return fail(Fault::Malformed, "a snooze needs --reason TEXT");
  }
  ActFields fields = {{"need", name}, {"until", nullptr}, {"reason", need.reason}};
  if (!wakes) fields[1].second = iso_text(until);
  const std::string done = wakes ? name + " is shown again"
                                 : name + " is snoozed until " + instant_text(until) +
                                       "; it wakes by itself if it grows";
  return act(session, need, done, fields);
}

}  // namespace mainstay::cli
