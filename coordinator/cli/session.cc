#include "coordinator/cli/session.h"

#include "common/core/escape.h"

namespace mainstay::cli {

Result<Verdict> show(Session& session, View view, const std::string& argument,
                     const std::function<std::string(const Answer&)>& render) {
  TRY(const Bytes data, session.centre.read(view, argument));
  if (session.call.wants_json()) {
    TRY(const std::string json, tidy_json(as_text(data)));
    session.screen.print(json);
    return Verdict::Done;
  }
  TRY(const Answer answer, Answer::parse(as_text(data)));
  session.screen.print(render(answer));
  return Verdict::Done;
}

Verdict say_done(Session& session, std::string_view text, const ActFields& fields) {
  session.screen.print(session.call.wants_json() ? act_json(text, fields)
                                                 : escape_for_terminal(text) + "\n");
  return Verdict::Done;
}

Result<Verdict> act(Session& session, RequestAct change, std::string_view done,
                    const ActFields& fields) {
  TRY(const Reply reply, session.centre.change(std::move(change)));
  return say_done(session, reply.text.empty() ? done : std::string_view(reply.text), fields);
}

Result<HostId> host_argument(const Session& session) {
  const std::string name = session.call.text("HOST");
  const auto host = HostId::parse(name);
  if (!host) {
    return fail(Fault::Malformed, "`" + escape_for_terminal(name) +
                                      "` is no host id (1 to 63 of a-z, 0-9, '.', '-'); see: "
                                      "mainstay host list");
  }
  return *host;
}

}  // namespace mainstay::cli
