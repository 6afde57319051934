// `explain`: the answer of hold_of(), in words, with what would free the host.
#include "common/core/span_text.h"
#include "coordinator/core/rollout/hold.h"
#include "coordinator/core/view.h"

namespace mainstay::coordinator {

namespace {

std::string where(const Rollout& rollout, const Leaf& leaf) {
  return short_name(rollout.row.rollout) + ", region " + leaf.region + ", wave " +
         std::to_string(leaf.wave + 1);
}

// The checks before the one that binds, in the order in which hold_of() asks them.
std::vector<std::string> passed_before(Bind bind) {
  static constexpr std::pair<Bind, std::string_view> kChecks[] = {
      {Bind::Paused, "rollout running"}, {Bind::Signatures, "signatures"},
      {Bind::Stopped, "no STOP"},        {Bind::Validity, "plan valid"},
      {Bind::Host, "host live"},         {Bind::Region, "region open"},
      {Bind::Wave, "wave open"},         {Bind::Slot, "slot free"},
      {Bind::Budget, "budget"},          {Bind::Concurrency, "concurrency"},
      {Bind::SlowStart, "slow start"},
  };
  std::vector<std::string> passed;
  for (const auto& [check, word] : kChecks) {
    if (check >= bind) break;
    passed.emplace_back(word);
  }
  return passed;
}

void add_budget_advice(const State& state, const Outlook& outlook, const Hold& hold,
                       const Rollout& rollout, Explanation& out) {
  const HostId& other = hold.blocking;
  const std::string self = out.host.text();
  if (!other.empty()) {
    const auto slot = state.slots.find(other);
    if (slot != state.slots.end()) {
      out.blocked_by = slot->second.reason + " since " +
                       age_text(outlook.now.wall - slot->second.since) + ", its slot is booked";
      const auto failed = rollout.targets.find(other);
      if (slot->second.tainted && failed != rollout.targets.end()) {
        out.frees.push_back("a retry of " + other.text() + " that succeeds");
        out.commands.push_back("mainstay retry " + short_name(rollout.row.rollout) + " " +
                               other.text());
      }
    } else {
      const Host* host = find_host(state, other);
      out.blocked_by =
          std::string(host == nullptr ? "gone" : state_of(*host, outlook.limits, outlook.now)) +
          ", booked by no rollout: it simply is not there";
    }
    out.frees.push_back(other.text() + " seen healthy");
    out.frees.emplace_back("removed from the inventory");
    out.frees.emplace_back("its slot released by an approver");
    out.commands.push_back("mainstay host recheck " + other.text());
    out.commands.push_back("mainstay host remove " + other.text() + " --reason TEXT");
    if (slot != state.slots.end()) {
      out.commands.push_back("mainstay ledger release " + other.text() + " --reason TEXT");
    }
  }
  out.commands.push_back("mainstay skip " + short_name(rollout.row.rollout) + " " + self +
                         " --reason TEXT");
}

void add_advice(const Hold& hold, const Rollout& rollout, Explanation& out) {
  const std::string name = short_name(rollout.row.rollout);
  if (hold.bind == Bind::Paused) {
    out.frees.emplace_back("an operator resumes the rollout");
    out.commands.push_back("mainstay resume " + name);
  } else if (hold.bind == Bind::Signatures) {
    out.frees.emplace_back("an operator of today approves the plan");
    out.commands.push_back("mainstay approve " + short_name(rollout.row.plan));
  } else if (hold.bind == Bind::Stopped) {
    out.frees.emplace_back("the STOP is lifted");
    out.commands.emplace_back("mainstay stop --lift --reason TEXT");
  } else if (hold.bind == Bind::Host) {
    out.frees.emplace_back("the host is heard again");
    out.commands.push_back("mainstay host show " + out.host.text());
  } else if (hold.bind == Bind::Slot) {
    out.frees.emplace_back("its slot is given back");
    out.commands.push_back("mainstay host recheck " + out.host.text());
  } else {
    out.frees.emplace_back("the hosts before it get on");
    out.commands.push_back("mainstay watch " + name);
  }
}

void explain_target(const State& state, const Rollout& rollout, const Target& target,
                    const Outlook& outlook, Explanation& out) {
  const std::string place = where(rollout, leaf_of(state, rollout, target));
  out.rollout = rollout.row.rollout;
  out.since =
      target.row.phase_since == WallTime{} ? rollout.row.started_at : target.row.phase_since;
  if (target.row.phase == TargetPhase::Waiting) {
    out.state = "waits in " + place;
    const auto hold = hold_of(outlook, rollout, target);
    if (!hold) {
      out.binds = "nothing: it starts within a second";
      return;
    }
    out.binds = hold->text;
    out.blocking = hold->blocking;
    out.group = hold->group;
    out.passed = passed_before(hold->bind);
    if (hold->bind == Bind::Budget) {
      add_budget_advice(state, outlook, *hold, rollout, out);
    } else {
      add_advice(*hold, rollout, out);
    }
    return;
  }
  const std::string attempt = ", attempt " + std::to_string(target.row.number);
  if (target.row.phase == TargetPhase::Working) {
    out.state = "is being worked on in " + place + attempt;
    if (!target.rejection.empty()) out.binds = "its executor rejects it: " + target.rejection;
    return;
  }
  if (target.row.phase == TargetPhase::Verifying) {
    out.state = "succeeded in " + place + attempt + "; a fresh look at its health is awaited";
    return;
  }
  out.state = std::string(mainstay::name_of(target.row.kind)) + " in " + place + attempt;
  out.binds = target.row.reason;
  if (is_failure(target.row.kind)) {
    out.commands.push_back("mainstay retry " + short_name(rollout.row.rollout) + " " +
                           out.host.text());
    out.commands.push_back("mainstay host recheck " + out.host.text());
  }
}

}  // namespace

std::optional<Explanation> explain(const State& state, const HostId& id, const Limits& limits,
                                   Now now) {
  const Host* host = find_host(state, id);
  if (host == nullptr || !is_enrolled(*host)) return std::nullopt;
  Explanation out;
  out.host = id;
  out.state = "takes part in no rollout; it is " + std::string(state_of(*host, limits, now));
  out.since = host->row.enrolled_at;
  const Rollout* chosen = nullptr;
  const Target* target = nullptr;
  for (const auto& [number, rollout] : state.rollouts) {
    const auto found = rollout.targets.find(id);
    if (found == rollout.targets.end()) continue;
    // The newest that is still under way, else the newest.
    if (chosen != nullptr && is_active(*chosen) && !is_active(rollout)) continue;
    chosen = &rollout;
    target = &found->second;
  }
  if (chosen != nullptr) {
    explain_target(state, *chosen, *target, Outlook(state, limits, now), out);
  }
  return out;
}

}  // namespace mainstay::coordinator
