// audit verify, audit show.
#include "coordinator/cli/chain.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

Result<Verdict> audit_verify(Session& session) {
  ChainCheck check;
  while (true) {
    session.screen.progress("checked " + std::to_string(check.records()) + " records");
    TRY(const Answer page, session.centre.look(View::Audit, std::to_string(check.next())));
    if (page.items("records").empty()) {
      TRY_STATUS(check.finish(page));
      break;
    }
    TRY_STATUS(check.add(page));
  }
  session.screen.progress("");
  const std::string text = plural(static_cast<std::int64_t>(check.records()), "record") +
                           " hold, each follows on the one before; " +
                           plural(static_cast<std::int64_t>(check.witnesses()), "host") +
                           " saw the same chain";
  session.screen.print(session.call.wants_json() ? act_json(text) : text + "\n");
  return Verdict::Done;
}

Result<Verdict> audit_show(Session& session) {
  TRY(const auto from, session.call.count("from"));
  const std::uint64_t first = from.value_or(1);
  if (session.call.wants_json()) {
    return show(session, View::Audit, std::to_string(first), render_audit);
  }
  std::uint64_t next = std::max<std::uint64_t>(first, 1);
  while (true) {
    TRY(const Answer page, session.centre.look(View::Audit, std::to_string(next)));
    const auto& records = page.items("records");
    if (records.empty() && next == first && first > 1) {
      session.screen.note("the chain has " + page.at("head").text("number") + " records");
    }
    if (records.empty()) return Verdict::Done;
    session.screen.print(render_audit(page));
    next = static_cast<std::uint64_t>(records.back().number("number")) + 1;
  }
}

}  // namespace mainstay::cli
