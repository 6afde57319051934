#include "coordinator/cli/control.h"

#include "common/loop/clock.h"
#include "common/wire/encode.h"

namespace mainstay::cli {

namespace {

struct ChainEnd {
  std::uint32_t number = 0;
  Digest head;
};

Result<ChainEnd> chain_end(Session& session) {
  TRY(const Answer control, session.centre.look(View::Control));
  ChainEnd end;
  end.number = static_cast<std::uint32_t>(control.number("number"));
  const auto bytes = from_hex(control.raw("head"));
  const auto head = bytes ? Digest::from(*bytes) : std::nullopt;
  if (!head && end.number != 0) {
    return fail(Fault::Corrupt, "the centre does not tell the end of the control chain");
  }
  if (head) end.head = *head;
  return end;
}

Result<Reply> add_once(Session& session, const ControlAct& what, const ChainEnd& end) {
  ControlStatement statement;
  // As long as a plan may live: a host that comes back must still take an abort.
  statement.header.not_after = loop::walltime_now() + kPlanLifetimeMax;
  statement.number = {end.number + 1};
  statement.previous = end.head;
  statement.act = what;
  statement.signed_at = loop::walltime_now();
  TRY(Bytes envelope, session.centre.sign(context::kControl, encode(statement)));
  return session.centre.change(AddControl{std::move(envelope)});
}

}  // namespace

Result<Verdict> add_control(Session& session, const ControlAct& act, std::string_view done,
                            ActFields fields) {
  TRY(ChainEnd end, chain_end(session));
  auto reply = add_once(session, act, end);
  if (!reply) {
    TRY(const ChainEnd later, chain_end(session));
    if (later.number == end.number) return std::unexpected(reply.error());
    end = later;
    reply = add_once(session, act, end);
    if (!reply) return std::unexpected(reply.error());
  }
  fields.emplace_back("control_number", std::int64_t{end.number} + 1);
  return say_done(session, done, fields);
}

}  // namespace mainstay::cli
