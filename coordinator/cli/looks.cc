// status, explain, logs, ledger.
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

Result<Verdict> status(Session& session) {
  TRY(const Answer fleet, session.centre.look(View::Fleet));
  const bool open = !fleet.items("needs").empty();
  TRY(const Verdict shown, show(session, View::Fleet, {}, [&](const Answer& answer) {
        const std::string text = render_status(answer);
        return session.screen.has_colour() ? coloured(text) : text;
      }));
  return open && session.call.has("check") ? Verdict::Halted : shown;
}

Result<Verdict> explain(Session& session) {
  TRY(const HostId host, host_argument(session));
  return show(session, View::Explain, host.text(), render_explain);
}

Result<Verdict> logs(Session& session) {
  session.screen.progress("asking the host");
  auto verdict = show(session, View::Log, session.call.text("WHAT"), [](const Answer& log) {
    std::string text;
    for (const auto& line : log.lines("text")) text += line + "\n";
    if (text.empty()) text = log.text("attempt") + " printed nothing\n";
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
  return act(session, ReleaseSlot{.host = host, .reason = session.call.text("reason")},
             "the slot of " + host.text() + " is given back");
}

}  // namespace mainstay::cli
