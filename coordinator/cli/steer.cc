// pause, resume, abort, retry, skip, stop.
#include "common/core/escape.h"
#include "common/loop/clock.h"
#include "common/wire/encode.h"
#include "coordinator/cli/control.h"
#include "coordinator/cli/cosign.h"
#include "coordinator/cli/dispatch.h"

namespace mainstay::cli {

namespace {

Result<RolloutId> rollout_id(Session& session, const Answer& rollout) {
  const std::string name = rollout.raw("rollout");
  const Invocation number{
      .command = {}, .values = {{"rollout", {name.substr(std::min<std::size_t>(2, name.size()))}}}};
  TRY(const auto value, number.count("rollout"));
  if (!value || *value > 0xffffffffU) {
    return fail(Fault::Corrupt, "the centre named no rollout for " + session.call.text("ROLLOUT"));
  }
  return RolloutId{static_cast<std::uint32_t>(*value)};
}

Result<Answer> rollout_of(Session& session) {
  return session.centre.look(View::Rollout, session.call.text("ROLLOUT"));
}

Result<Verdict> steer(Session& session, RolloutAct how, std::string_view done) {
  TRY(const Answer rollout, rollout_of(session));
  TRY(const RolloutId id, rollout_id(session, rollout));
  const std::string reason = session.call.text("reason");
  return act(session, SteerRollout{.rollout = id, .act = how, .reason = reason},
             short_name(id) + " " + std::string(done),
             {{"rollout", short_name(id)}, {"plan", rollout.raw("plan")}, {"reason", reason}});
}

}  // namespace

Result<Verdict> pause(Session& session) {
  return steer(session, RolloutAct::Pause, "is paused; go on with: mainstay resume");
}

Result<Verdict> resume(Session& session) {
  return steer(session, RolloutAct::Resume, "goes on");
}

Result<Verdict> abort_rollout(Session& session) {
  TRY(const Answer rollout, rollout_of(session));
  if (const std::string phase = rollout.text("phase"); phase == "finished" || phase == "aborted") {
    return fail(Fault::Malformed,
                rollout.text("rollout") + " is " + phase + " already: there is nothing to abort");
  }
  TRY(const Answer plan, session.centre.look(View::Plan, rollout.raw("plan")));
  const auto id = from_hex(plan.raw("id"));
  const auto digest = id ? PlanId::from(*id) : std::nullopt;
  if (!digest) return fail(Fault::Corrupt, "the centre did not name the plan of the rollout");
  const std::string reason = session.call.text("reason");
  return add_control(
      session, AbortPlan{.plan = *digest, .reason = reason},
      rollout.text("rollout") + " aborted: running steps finish, nothing new starts",
      {{"rollout", rollout.raw("rollout")}, {"plan", rollout.raw("plan")}, {"reason", reason}});
}

Result<Verdict> set_concurrency(Session& session) {
  const auto hosts = session.call.count("HOSTS");
  if (!hosts || !*hosts || **hosts > 0xffffffffU) {
    return fail(Fault::Malformed, "expected a number of hosts, found `" +
                                      escape_for_terminal(session.call.text("HOSTS")) + "`");
  }
  TRY(const Answer rollout, rollout_of(session));
  TRY(const RolloutId id, rollout_id(session, rollout));
  return act(session, SetConcurrency{.rollout = id, .hosts = static_cast<std::uint32_t>(**hosts)},
             short_name(id) + " works on " + std::to_string(**hosts) + " at once", {});
}

Result<Verdict> retry(Session& session) {
  TRY(const HostId host, host_argument(session));
  TRY(const Answer rollout, rollout_of(session));
  TRY(const RolloutId id, rollout_id(session, rollout));
  return act(session, RetryHost{.rollout = id, .host = host},
             host.text() + " gets another attempt in " + short_name(id),
             {{"rollout", short_name(id)}, {"plan", rollout.raw("plan")}, {"host", host.text()}});
}

Result<Verdict> skip(Session& session) {
  TRY(const HostId host, host_argument(session));
  TRY(const Answer rollout, rollout_of(session));
  TRY(const RolloutId id, rollout_id(session, rollout));
  const std::string reason = session.call.text("reason");
  return act(session, SkipHost{.rollout = id, .host = host, .reason = reason},
             host.text() + " is left out of " + short_name(id),
             {{"rollout", short_name(id)},
              {"plan", rollout.raw("plan")},
              {"host", host.text()},
              {"reason", reason}});
}

Result<Verdict> stop(Session& session) {
  const bool fleet = session.call.has("fleet");
  const bool lift = session.call.has("lift");
  const std::string reason = session.call.text("reason");
  if (fleet == lift || reason.empty()) {
    return fail(Fault::Malformed,
                "`stop` ends all starts on all hosts: `mainstay stop --fleet --reason TEXT`, and "
                "`mainstay stop --lift --reason TEXT` ends that. One rollout: `mainstay abort "
                "R-1`");
  }
  if (lift) {
    TRY(const Answer control, session.centre.look(View::Control));
    if (!control.flag("stop")) return fail(Fault::Malformed, "no STOP is in force");
    TRY(const auto waiting, waiting_statement(session));
    if (waiting && std::holds_alternative<LiftStop>(waiting->statement->act)) {
      session.screen.note(text_of(*waiting));
      return cosign(session, *waiting);
    }
  }
  const ActFields fields = {{"stop", fleet}, {"reason", reason}};
  if (lift) return add_control(session, LiftStop{.reason = reason}, "STOP is lifted", fields);
  return add_control(session, StopFleet{.reason = reason},
                     "STOP: nothing new starts on any host; who has not confirmed: mainstay status",
                     fields);
}

}  // namespace mainstay::cli
