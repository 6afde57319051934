#include "coordinator/cli/watch.h"

#include "common/loop/clock.h"
#include "coordinator/cli/dispatch.h"
#include "coordinator/cli/planning.h"
#include "coordinator/cli/render.h"

namespace mainstay::cli {

namespace {

constexpr Duration kRedrawInterval = std::chrono::milliseconds(1000);
// A centre that restarts is back within this; hosts go on meanwhile.
constexpr int kMissesMax = 60;

std::string target_words(const Answer& target, std::string_view phase) {
  std::string words = phase.empty() ? target.text("state") : std::string(phase);
  const auto& attempts = target.items("attempts");
  if (attempts.empty()) return words;
  const Answer& last = attempts.back();
  const bool over = !last.text("outcome").empty();
  words += ", attempt " + last.text("number") + " " + last.text("task");
  if (over) words += " " + last.text("outcome");
  if (over && !last.text("reason").empty()) words += ": " + last.text("reason");
  return words;
}

constexpr std::string_view kCommandKeys = "pace";  // beside q
constexpr std::string_view kKeys =
    "p pause · a abort · c concurrency · e explain · q leave (it goes on without you)\n";

/// A command of its own, about the rollout or a host of it.
Result<Verdict> command_of_key(Session& session, char key, const Answer& rollout) {
  const auto call_of = [&](Command command,
                           std::map<std::string, std::vector<std::string>> values) {
    const Invocation call{.command = {}, .values = std::move(values)};
    Session inner{
        .call = call, .config = session.config, .centre = session.centre, .screen = session.screen};
    return command(inner);
  };
  const std::string id = rollout.text("rollout");
  if (key == 'p') return call_of(pause, {{"ROLLOUT", {id}}});
  if (key == 'a') {
    TRY(const std::string typed,
        session.screen.ask("Abort " + id + "? What runs finishes, nothing new starts [y/n] "));
    if (typed != "y") return fail(Fault::Denied, id + " is not aborted");
    return call_of(abort_rollout, {{"ROLLOUT", {id}}});
  }
  if (key == 'c') {
    if (!rollout.has("concurrency_signed")) {
      return fail(Fault::Denied, "this centre is of a version that cannot change it");
    }
    TRY(const std::string hosts,
        session.screen.ask("Hosts at once, 1 to " + rollout.text("concurrency_signed") + " [" +
                           rollout.text("concurrency") + "] "));
    if (hosts.empty()) return Verdict::Done;
    return call_of(set_concurrency, {{"ROLLOUT", {id}}, {"HOSTS", {hosts}}});
  }
  const auto& waiting = rollout.items("waiting");
  if (waiting.empty()) return fail(Fault::Denied, "no host of " + id + " waits");
  TRY(const Verdict shown, call_of(explain, {{"HOST", {waiting.front().raw("first")}}}));
  TRY_STATUS(session.screen.ask("Return goes back to " + id + ": "));
  return shown;
}

/// Lets time pass, and does what a key asks for. What went wrong with it is to be shown, and is no
/// reason to leave.
struct Waited {
  bool leaves = false;
  std::string trouble = {};
};
Waited wait_for_key(Session& session, const Answer& rollout) {
  const char key = session.screen.wait(kRedrawInterval);
  if (key == 'q') return {.leaves = true};
  if (!kCommandKeys.contains(key)) return {};
  const auto done = command_of_key(session, key, rollout);
  return done ? Waited{} : Waited{.trouble = done.error().detail};
}

}  // namespace

std::string RolloutLines::news(const Answer& rollout, std::string_view clock) {
  std::string lines;
  const auto say = [&](const std::string& about, const std::string& words, bool first_counts) {
    auto [known, added] = seen_.try_emplace(about);
    if (known->second == words) return;
    known->second = words;
    if (added && !first_counts) return;
    lines += std::string(clock) + "  " + about + (about.empty() ? "" : "  ") + words + "\n";
  };
  const std::string id = rollout.text("rollout");
  say(id, rollout.text("phase"), true);
  for (const Answer& region : rollout.items("regions")) {
    const std::string phase = region.text("phase");
    say("region " + region.text("region"),
        phase == "open" ? "wave " + region.text("wave") + " of " + region.text("waves") : phase,
        phase == "open");
  }
  std::map<std::string, std::string> phases;
  for (const Answer& each : rollout.items("working"))
    phases[each.text("host")] = each.text("phase");
  for (const Answer& target : rollout.items("targets")) {
    const std::string host = target.text("host");
    const auto phase = phases.find(host);
    say(host, target_words(target, phase == phases.end() ? "" : phase->second),
        target.text("state") != "waiting");
  }
  for (const Answer& cause : rollout.items("waiting")) {
    if (cause.text("next").empty()) continue;
    say("waiting for " + cause.text("for"),
        plural(cause.number("hosts"), "host") + "  " + cause.text("next"), true);
  }
  if (!lines.empty()) lines += std::string(clock) + "  " + totals_text(rollout.at("totals")) + "\n";
  return lines;
}

bool is_over(const Answer& rollout) {
  const std::string phase = rollout.text("phase");
  if (rollout.at("totals").number("working") > 0) return false;  // they finish, and will be told
  return phase == "finished" || phase == "halted" || phase == "aborted" || phase == "attention";
}

Verdict verdict_of_rollout(const Answer& rollout) {
  const std::string phase = rollout.text("phase");
  if (phase == "halted" || phase == "aborted" || phase == "attention") return Verdict::Halted;
  const Answer& totals = rollout.at("totals");
  const bool all = totals.number("succeeded") == totals.number("hosts");
  return phase == "finished" && !all ? Verdict::HostFailed : Verdict::Done;
}

Result<Verdict> watch_rollout(Session& session, const std::string& rollout) {
  Screen& screen = session.screen;
  const bool once = session.call.has("once");
  const bool live = screen.is_terminal() && !session.call.wants_json() && !once;
  RolloutLines lines;
  int misses = 0;
  bool seen = false;
  std::string trouble;  // of the key pressed last
  while (true) {
    const auto data = session.centre.read(View::Rollout, rollout);
    const bool gone = !data && data.error().fault == Fault::Unavailable;
    if (!data && (!gone || !seen || once || ++misses > kMissesMax)) {
      return std::unexpected(data.error());
    }
    if (gone) {
      if (misses == 1) screen.note("the centre does not answer; the rollout goes on, trying again");
      if (screen.wait(kRedrawInterval) == 'q') return Verdict::Done;
      continue;
    }
    misses = 0;
    seen = true;
    TRY(const Answer answer, Answer::parse(as_text(*data)));
    const std::string clock = clock_text(loop::walltime_now());
    if (live) {
      screen.redraw(render_rollout(answer, clock) + "\n" +
                    (trouble.empty() ? "" : "!!  " + trouble + "\n") + std::string(kKeys));
    } else if (!session.call.wants_json() && !once) {
      screen.print(lines.news(answer, clock));
    }
    if (once || is_over(answer)) {
      if (session.call.wants_json()) {
        TRY(const std::string json, tidy_json(as_text(*data)));
        screen.print(json);
      } else {
        if (live) screen.redraw(render_rollout(answer, clock));  // no key does anything any more
        screen.print(once ? render_rollout(answer, clock) : render_rollout_end(answer));
      }
      return verdict_of_rollout(answer);
    }
    const Waited waited = wait_for_key(session, answer);
    if (waited.leaves) {
      screen.redraw(render_rollout(answer, clock));
      return Verdict::Done;
    }
    trouble = waited.trouble;
  }
}

Result<Verdict> watch(Session& session) {
  return watch_rollout(session, session.call.text("ROLLOUT"));
}

}  // namespace mainstay::cli
