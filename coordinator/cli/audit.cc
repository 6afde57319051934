// audit verify, audit show.
#include <algorithm>

#include "coordinator/cli/chain.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/json_text.h"
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
  const auto records = static_cast<std::int64_t>(check.records());
  const auto witnesses = static_cast<std::int64_t>(check.witnesses());
  return say_done(session,
                  plural(records, "record") +
                      (records == 1 ? " holds; " : " hold, each follows on the one before; ") +
                      plural(witnesses, "host") + " saw the same chain",
                  {{"records", records}, {"witnesses", witnesses}});
}

Result<Verdict> audit_show(Session& session) {
  TRY(const auto from, session.call.count("from"));
  const std::uint64_t first = std::max<std::uint64_t>(from.value_or(1), 1);
  std::vector<Bytes> pages;  // in JSON they become one document
  for (std::uint64_t next = first;;) {
    TRY(Bytes data, session.centre.read(View::Audit, std::to_string(next)));
    TRY(const Answer page, Answer::parse(as_text(data)));
    const auto& records = page.items("records");
    if (session.call.wants_json()) {
      pages.push_back(std::move(data));
    } else if (!records.empty()) {
      session.screen.print(render_audit(page));
    } else if (next == first && first > 1) {
      session.screen.note("the chain has " + page.at("head").text("number") + " records");
    }
    if (records.empty()) break;
    next = static_cast<std::uint64_t>(records.back().number("number")) + 1;
  }
  if (session.call.wants_json()) {
    TRY(const std::string json, joined_json(pages, "records"));
    session.screen.print(json);
  }
  return Verdict::Done;
}

}  // namespace mainstay::cli
