// Screens as text, from what the centre answered. Pure: same answer, same text; `zone` and width
// aside nothing of the machine goes in. All lines end with a newline; totals add up or say that
// they do not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/time.h"
#include "coordinator/cli/answer.h"

namespace mainstay::cli {

std::string render_status(const Answer& fleet);
/// What was put off.
std::string render_snoozed(const Answer& fleet);
/// What is shown of each host, and in which order; both may be empty.
struct ListForm {
  std::vector<std::string> columns;  // labels and facts
  std::string sort;                  // one of them; "-" before it: the greatest first
};
/// Of the form those that are no fact and no label of any host listed, each with what was meant, if
/// something is near; none where no host is listed.
std::vector<std::string> unknown_names(const Answer& hosts, const ListForm& form);
std::string render_hosts(const Answer& hosts, std::string_view selector, const ListForm& form);
/// Of one host's answer what it found in itself; empty if nothing is known.
std::string render_findings(const Answer& host);
std::string render_report(const Answer& report);
std::string render_vulnerability(const Answer& answer, bool with_hosts);
/// All vulnerabilities that a host is open to.
std::string render_exposures(const Answer& answer);
/// "9 d of 30 d: CVE-2026-18822 nginx (fix 1.22.1-9+deb12u4)": what must go first on a host.
std::string first_open_text(const Answer& first);
/// "in 20 h", "2 h over", "full in 9 d", a date: by when, as the centre reckons it, or, if
/// that is an older one, by a finding's readings; "-": nothing is; "not known": there was no room
/// for its clock.
std::string deadline_text(const Answer& from);
/// What a scanner names and no host is called, with the line's end; empty: nothing.
std::string strangers_text(const Answer& list);
/// Lists of vulnerabilities.
std::string render_feeds(const Answer& answer);
std::string render_host(const Answer& host);
std::string render_explain(const Answer& explanation);
std::string render_need(const Answer& need);
std::string render_ledger(const Answer& ledger);
std::string render_tokens(const Answer& tokens);
std::string render_plans(const Answer& plans);
std::string render_audit(const Answer& records);
/// The live screen; `clock` is the time to show.
std::string render_rollout(const Answer& rollout, std::string_view clock);
/// "total 6 = 4 succeeded + 1 failed + 1 waiting".
std::string totals_text(const Answer& totals);
/// "R-1  6 hosts = ..." with what to do next.
std::string render_rollout_end(const Answer& rollout);

/// The first few and how many more: there may be thousands.
std::string folded(const std::vector<Answer>& hosts);
/// When a host was last heard: "4 s ago", "never".
std::string seen_text(const Answer& host);
/// Several "name=value" in alphabetical order.
std::string labels_text(const Answer& labels);
/// "Wed 25 Nov 05:12 CET" of an ISO instant; the text itself if it is none.
std::string moment_text(std::string_view iso);
std::string clock_text(WallTime at);    // 05:12:08, local
std::string instant_text(WallTime at);  // 2026-11-25 05:12:08 CET
/// Lines that begin with "!!" or speak of failure in red, and so on. Only for terminals.
std::string coloured(std::string_view text);
/// Lines cut to `columns`; of more than `rows` - 1, those in the middle give way to a count, so
/// that the last one, which says what to do, stays. 0: no limit.
std::string fit_to(std::string_view text, std::size_t columns, std::size_t rows);
/// Two blocks of lines side by side.
std::string beside(std::string_view left, std::string_view right, std::size_t gap);
/// Seconds that somebody said, held to what can be reckoned with; those below zero too.
Duration span_of(std::int64_t seconds);
/// " (9 silent, 5 parked)", of the member why_not_known; empty if there is none.
std::string why_text(const Answer& answer);
/// "1 host", "2 hosts".
std::string plural(std::int64_t count, std::string_view noun);

}  // namespace mainstay::cli
