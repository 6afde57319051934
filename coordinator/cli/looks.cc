// status, explain, logs, ledger.
#include "common/core/span_text.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/fold.h"
#include "coordinator/cli/need_name.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

Result<Verdict> explain_need(Session& session, const std::string& name) {
  TRY(const Answer fleet, session.centre.look(View::Fleet));
  TRY(const Answer* const need, find_need(fleet, name));
  session.screen.print(session.call.wants_json() ? need->json() : render_need(*need));
  return Verdict::Done;
}

}  // namespace

std::string doubt_of(const Answer& log) {
  if (log.has("signed") && !log.flag("signed")) {
    return "!! this is not the output that " + log.text("attempt") +
           " ended with: its executor signed another";
  }
  if (log.number("bytes_total") <= log.number("bytes_shown")) return {};
  return "only " + count_text(log.number("bytes_shown")) + " of " +
         count_text(log.number("bytes_total")) + " bytes were kept";
}

Result<Verdict> status(Session& session) {
  TRY(const Answer fleet, session.centre.look(View::Fleet));
  const bool open = !fleet.items("needs").empty();
  const bool snoozed = session.call.has("snoozed");
  TRY(const Verdict shown, show(session, View::Fleet, {}, [&](const Answer& answer) {
        const std::string text = snoozed ? render_snoozed(answer) : render_status(answer);
        return session.screen.has_colour() ? coloured(text) : text;
      }));
  return open && session.call.has("check") ? Verdict::Halted : shown;
}

Result<Verdict> explain(Session& session) {
  if (const std::string name = session.call.text("HOST"); name.starts_with("N-")) {
    return explain_need(session, name);
  }
  TRY(const HostId host, host_argument(session));
  return show(session, View::Explain, host.text(), render_explain);
}

Result<Verdict> logs(Session& session) {
  session.screen.progress("asking the host");
  auto verdict = show(session, View::Log, session.call.text("WHAT"), [&](const Answer& log) {
    std::string text;
    for (const auto& line : log.lines("text")) text += line + "\n";
    if (text.empty()) text = log.text("attempt") + " printed nothing\n";
    if (const std::string doubt = doubt_of(log); !doubt.empty()) session.screen.note(doubt);
    return text;
  });
  session.screen.progress("");
  return verdict;
}

Result<Verdict> ledger(Session& session) {
  return show(session, View::Ledger, {}, render_ledger);
}

Result<Verdict> ledger_release(Session& session) {
  TRY(const HostId host, host_argument(session));
  const std::string reason = session.call.text("reason");
  return act(session, ReleaseSlot{.host = host, .reason = reason},
             "the slot of " + host.text() + " is given back",
             {{"host", host.text()}, {"reason", reason}});
}

}  // namespace mainstay::cli
