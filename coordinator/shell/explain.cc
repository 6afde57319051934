// Why a host waits, in the order in which the core asks: what binds, who is to blame, what frees
// it, what was passed on the way, and what a person may do.
#include <algorithm>

#include "common/core/span_text.h"
#include "coordinator/shell/json.h"

namespace mainstay::coordinator {

namespace {

struct Case {
  const ViewContext& context;
  const Rollout& rollout;
  const Target& target;
  const Hold& hold;
  const Leaf& leaf;
  std::string name;  // of the rollout
  std::string host;
  std::optional<Stuck> stuck;  // who keeps the rollout from going on
};

Json command(std::string what, std::string why) {
  return {{"command", std::move(what)}, {"why", std::move(why)}};
}

/// Everybody who is out in the group that is full.
Json blocking_json(const Case& what) {
  Json list = Json::array();
  if (what.hold.bind != Bind::Budget) {
    if (!what.hold.blocking.empty()) {
      list.push_back({{"host", what.hold.blocking.text()},
                      {"why", why_out(what.context, what.hold.blocking)}});
    }
    return list;
  }
  std::set<HostId> out;
  if (!what.hold.blocking.empty()) out.insert(what.hold.blocking);
  const Ledger ledger(what.context.state, what.context.limits, what.context.now);
  for (const LedgerLine& line : ledger.lines()) {
    if (line.group == what.hold.group) out.insert(line.count.out.begin(), line.count.out.end());
  }
  for (const HostId& id : out) {
    list.push_back({{"host", id.text()}, {"why", why_out(what.context, id)}});
  }
  return list;
}

Json frees_json(const Case& what) {
  const std::string blocking = what.hold.blocking.text();
  switch (what.hold.bind) {
    case Bind::Budget:
      if (blocking.empty()) return {"the host's labels name its group"};
      return {blocking + " seen healthy", "removed from the inventory",
              "its slot released by an approver"};
    case Bind::Slot:
      return {what.host + " seen healthy by the rollout that booked it",
              "its slot released by an approver"};
    case Bind::Paused:
      return {"somebody resumes it"};
    case Bind::Signatures:
      return {"an operator of today approves it: mainstay approve " +
              short_name(what.rollout.row.plan)};
    case Bind::Stopped:
      return {"an admin lifts STOP"};
    case Bind::Host:
      return {"the host is heard again", "it is unparked"};
    case Bind::Region:
    case Bind::Wave:
      return {"the waves before it end well, and the bake time is over"};
    case Bind::Over:
      return {"nothing: a new plan is needed"};
    case Bind::Concurrency:
      if (what.rollout.row.concurrency == 0) return {"time alone"};
      return {"time alone", "an operator allows more at once: c in mainstay watch"};
    case Bind::Listening:
    case Bind::Validity:
    case Bind::SlowStart:
    case Bind::StartRate:
      return {"time alone"};
  }
  return Json::array();
}

std::string not_before_text(const Case& what) {
  const PlanHead& head = head_of(what.context.state, what.rollout);
  if (head.not_before <= what.context.now.wall) return "never: plan again";
  return "in " + span_text(head.not_before - what.context.now.wall);
}

std::string earliest_text(const Case& what) {
  const auto slot = what.context.state.slots.find(what.hold.blocking.empty() ? what.target.row.host
                                                                             : what.hold.blocking);
  const bool tainted = slot != what.context.state.slots.end() && slot->second.tainted;
  switch (what.hold.bind) {
    case Bind::Budget:
    case Bind::Slot:
      return tainted ? "unknown (depends on a person)" : "when the hosts being worked on are done";
    case Bind::Host:
    case Bind::Paused:
    case Bind::Signatures:
    case Bind::Stopped:
      return "unknown (depends on a person)";
    case Bind::Over:
      return "never";
    case Bind::StartRate:
      return "within a minute";
    case Bind::Listening:
      return "within seconds";
    case Bind::Region:
    case Bind::Wave:
      if (what.stuck) return "unknown (depends on a person)";
      return "by itself, when the waves before it are done";
    case Bind::Validity:
      return not_before_text(what);
    case Bind::Concurrency:
    case Bind::SlowStart:
      return "by itself, when enough of those worked on are done";
  }
  return "";
}

Json passed_json(const Case& what) {
  Json list = Json::array();
  const auto plan = what.context.state.plans.find(what.rollout.row.plan);
  if (plan != what.context.state.plans.end() && what.hold.bind != Bind::Signatures) {
    for (const Approval& approval : plan->second.row.approvals) {
      list.push_back("signature " + approval.name);
    }
  }
  const auto add_if_before = [&](Bind bind, std::string text) {
    if (bind < what.hold.bind) list.push_back(std::move(text));
  };
  add_if_before(Bind::Stopped, "no STOP");
  add_if_before(Bind::Validity, "plan valid");
  add_if_before(Bind::Host, "host live");
  add_if_before(Bind::Region, "region " + what.leaf.region + " open");
  add_if_before(Bind::Wave, "wave " + std::to_string(what.leaf.wave + 1) + " open");
  return list;
}

void add_for_slot(const State& state, const std::string& host, Json& list) {
  const auto parsed = HostId::parse(host);
  const auto slot = parsed ? state.slots.find(*parsed) : state.slots.end();
  if (slot != state.slots.end() && slot->second.tainted) {
    list.push_back(command("mainstay retry " + short_name(slot->second.rollout) + " " + host,
                           "you repaired it: try again"));
  }
  list.push_back(
      command("mainstay host recheck " + host, "you repaired it: look again, no approval needed"));
  list.push_back(
      command("mainstay host remove " + host + " --reason TEXT", "it will not come back"));
  if (slot != state.slots.end()) {
    list.push_back(command("mainstay ledger release " + host + " --reason TEXT",
                           "accept that it is out of service (approver)"));
  }
}

Json do_json(const Case& what) {
  Json list = Json::array();
  switch (what.hold.bind) {
    case Bind::Budget:
      if (!what.hold.blocking.empty())
        add_for_slot(what.context.state, what.hold.blocking.text(), list);
      break;
    case Bind::Slot:
    case Bind::Host:
      add_for_slot(what.context.state, what.host, list);
      break;
    case Bind::Paused:
      list.push_back(command("mainstay resume " + what.name, "let the rollout go on"));
      break;
    case Bind::Stopped:
      list.push_back(command("mainstay stop --lift --reason TEXT", "let the fleet go on (admin)"));
      break;
    case Bind::Over:
      list.push_back(command("mainstay watch " + what.name, "see how it ended"));
      return list;
    case Bind::Signatures:
      list.push_back(command("mainstay approve " + short_name(what.rollout.row.plan),
                             "sign it, as an operator of today"));
      break;
    case Bind::Region:
    case Bind::Wave:
      if (!what.hold.blocking.empty()) {
        add_for_slot(what.context.state, what.hold.blocking.text(), list);
        list.push_back(command("mainstay host show " + what.hold.blocking.text(),
                               "see what is wrong with it"));
        break;
      }
      if (what.stuck) {
        list.push_back(
            command("mainstay explain " + what.stuck->host.text(),
                    "the wave before it waits for " + cause_of(what.context, what.stuck->hold)));
        break;
      }
      [[fallthrough]];
    case Bind::Listening:
    case Bind::Validity:
    case Bind::Concurrency:
    case Bind::SlowStart:
    case Bind::StartRate:
      list.push_back(command("mainstay watch " + what.name, "see it go on"));
      break;
  }
  list.push_back(command("mainstay skip " + what.name + " " + what.host + " --reason TEXT",
                         "leave this host out of this rollout"));
  return list;
}

Reply waiting_reply(const Case& what) {
  const WallTime since = what.target.row.phase_since == WallTime{} ? what.rollout.row.started_at
                                                                   : what.target.row.phase_since;
  const std::int64_t seconds = age_seconds(what.context, since);
  const std::string text = what.host + " waits in " + what.name + ", region " + what.leaf.region +
                           ", wave " + std::to_string(what.leaf.wave + 1) + ", for " +
                           span_text(std::chrono::seconds(seconds)) + ": " + what.hold.text;
  return reply_of({{"host", what.host},
                   {"waiting", true},
                   {"text", shown(text)},
                   {"rollout", what.name},
                   {"region", what.leaf.region},
                   {"wave", what.leaf.wave + 1},
                   {"since", instant_json(since)},
                   {"since_seconds", seconds},
                   {"binds", shown(what.hold.text)},
                   {"blocking", blocking_json(what)},
                   {"frees", frees_json(what)},
                   {"earliest", earliest_text(what)},
                   {"passed", passed_json(what)},
                   {"do", do_json(what)}});
}

Reply idle_reply(const HostId& host, const std::string& text, const std::string& rollout,
                 const Json& todo = Json::array()) {
  return reply_of({{"host", host.text()},
                   {"waiting", false},
                   {"text", shown(text)},
                   {"rollout", rollout},
                   {"region", ""},
                   {"wave", 0},
                   {"since", nullptr},
                   {"since_seconds", 0},
                   {"binds", ""},
                   {"blocking", Json::array()},
                   {"frees", Json::array()},
                   {"earliest", ""},
                   {"passed", Json::array()},
                   {"do", todo}});
}

Reply explain_target(const ViewContext& context, const Rollout& rollout, const Target& target) {
  const HostId& id = target.row.host;
  const std::string name = short_name(rollout.row.rollout);
  OutcomeKind kind = OutcomeKind::NotStarted;
  const TargetShow show = show_of(rollout, target, kind);
  if (show == TargetShow::Working) {
    std::string text = "is at work in " + name;
    if (!target.rejection.empty()) text += "; its executor rejects it: " + target.rejection;
    return idle_reply(id, text, name);
  }
  if (show == TargetShow::Ended) {
    std::string text = "waits for nothing: " + std::string(name_of(kind)) + " in " + name;
    if (!target.row.reason.empty()) text += " (" + target.row.reason + ")";
    Json todo = Json::array();
    if (context.state.slots.contains(id)) {
      text += "; its slot is still booked";
      add_for_slot(context.state, id.text(), todo);
    }
    return idle_reply(id, text, name, todo);
  }
  const Outlook outlook(context.state, context.limits, context.now);
  const auto hold = hold_of(outlook, rollout, target);
  if (!hold) return idle_reply(id, id.text() + " starts any moment in " + name, name);
  return waiting_reply({.context = context,
                        .rollout = rollout,
                        .target = target,
                        .hold = *hold,
                        .leaf = leaf_of(context.state, rollout, target),
                        .name = name,
                        .host = id.text(),
                        .stuck = stuck_at(context, rollout)});
}

/// Of several rollouts the one that says most about the host: what may still disrupt it, who has
/// its slot, what reads from it, and then what is over.
int weight_of(const State& state, const Rollout& rollout, const HostId& host) {
  const bool disrupts = is_disruptive(head_of(state, rollout));
  if (is_active(rollout) && disrupts) return 4;
  const auto slot = state.slots.find(host);
  if (slot != state.slots.end() && slot->second.rollout == rollout.row.rollout) return 3;
  if (is_active(rollout)) return 2;
  return disrupts ? 1 : 0;
}

}  // namespace

Reply explain_view(const ViewContext& context, const std::string& argument) {
  const auto id = HostId::parse(argument);
  const Host* host = id ? find_host(context.state, *id) : nullptr;
  if (host == nullptr)
    return no_such("no such host: " + shown(argument) + "; see `mainstay host list`");
  const Rollout* found = nullptr;
  int weight = 0;
  for (const auto& [number, rollout] : context.state.rollouts) {
    const auto target = rollout.targets.find(*id);
    if (target == rollout.targets.end()) continue;
    const int own = weight_of(context.state, rollout, *id);
    if (found != nullptr && own < weight) continue;
    found = &rollout;
    weight = own;
  }
  if (found == nullptr) return idle_reply(*id, argument + " is in no rollout", "");
  return explain_target(context, *found, found->targets.at(*id));
}

}  // namespace mainstay::coordinator
