#include "tests/property/action.h"

#include <algorithm>

#include "common/core/digest.h"
#include "tests/property/books.h"

namespace mainstay::model {

namespace {

using Kind = Action::Kind;

template <class Container>
const auto& nth(const Container& container, std::size_t index) {
  return *std::next(container.begin(), static_cast<std::ptrdiff_t>(index));
}

class Lister {
 public:
  Lister(const World& world, const Purse& most) : world_(world), most_(most) {}

  std::vector<Action> list() {
    const Purse& spent = world_.spent;
    for (std::size_t i = 0; i < world_.network.size(); ++i) {
      add(Kind::Deliver, world_.network[i]->host, i);
      if (spent.repeats < most_.repeats) add(Kind::Repeat, world_.network[i]->host, i);
    }
    for (std::size_t place = 0; place < kHosts; ++place) list_host(place);
    add(Kind::CentreTicks);
    if (spent.crashes < most_.crashes) add(Kind::CentreRestarts);
    if (spent.ticks < most_.ticks) {
      add(Kind::TimePasses);
      if (spent.late < most_.late) add(Kind::TimePassesWithout);
    }
    if (spent.acts < most_.acts) list_acts();
    return std::move(actions_);
  }

 private:
  void add(Kind kind, std::size_t place = 0, std::size_t index = 0) {
    actions_.push_back({.kind = kind,
                        .place = static_cast<std::uint8_t>(place),
                        .index = static_cast<std::uint8_t>(index),
                        .dies_at = 0});
  }

  void list_host(std::size_t place) {
    const Host& host = *world_.hosts.at(place);
    for (std::size_t i = 0; i < host.launched.size(); ++i) add(Kind::Begin, place, i);
    std::size_t index = 0;
    for (const auto& [attempt, folder] : host.folders) {
      if (folder.alive) {
        add(Kind::EndWell, place, index);
        if (world_.spent.bad < most_.bad) add(Kind::EndBadly, place, index);
      }
      ++index;
    }
    add(Kind::Report, place);
    if (world_.spent.late < most_.late) {
      add(Kind::ReportLate, place);
      if (world_.spent.ticks < most_.ticks) add(Kind::TimePassesDeaf, place);
    }
    if (!host.journal.attempts.empty()) add(Kind::HostTicks, place);
    if (world_.spent.crashes >= most_.crashes) return;
    add(Kind::HostRestarts, place);
    add(Kind::MachineBoots, place);
  }

  void list_acts() {
    const coordinator::State& state = world_.centre->state;
    for (std::size_t place = 0; place < kHosts; ++place) {
      const HostId& id = world_.hosts.at(place)->journal.host.host;
      for (const auto& [number, rollout] : state.rollouts) {
        const auto target = rollout.targets.find(id);
        if (target != rollout.targets.end() && target->second.row.phase == TargetPhase::Ended &&
            target->second.row.kind != OutcomeKind::Succeeded) {
          add(Kind::Retry, place, number.value);
        }
      }
      if (!state.slots.contains(id)) continue;
      add(Kind::Recheck, place);
      add(Kind::Release, place);
      add(Kind::Remove, place);
    }
  }

  const World& world_;
  const Purse& most_;
  std::vector<Action> actions_;
};

void ask(Work& work, const RequestAct& act) {
  work.spent().acts += 1;
  OperatorRequest request;
  request.header.not_after = now_of_centre(work.world()).wall + kRequestLifetime;
  request.nonce.value = sha256(as_bytes("act " + std::to_string(work.spent().acts))).value;
  request.act = act;
  centre_takes(work,
               coordinator::RequestArrived{.request = work.spent().acts,
                                           .operator_link = sim::link_key("ana"),
                                           .document = work.setup.signed_by(
                                               work.setup.operator_key, context::kRequest, request),
                                           .enclosed = {}});
}

void act(Work& work, const Action& action) {
  Host& host = work.host(action.place);
  const HostId id = host.journal.host.host;
  if (action.kind == Kind::Retry) {
    ask(work, RetryHost{.rollout = {action.index}, .host = id});
  } else if (action.kind == Kind::Recheck) {
    host.broken = false;
    ask(work, RecheckHost{id});
  } else if (action.kind == Kind::Release) {
    host.excused = true;
    ask(work, ReleaseSlot{.host = id, .reason = "a test"});
  } else {
    host.removed = true;
    ask(work, RemoveHost{.host = id, .reason = "a test"});
  }
}

void deliver(Work& work, const Action& action) {
  const std::shared_ptr<const Message> message = work.world().network.at(action.index);
  if (action.kind == Kind::Deliver) {
    work.take(message);
  } else {
    work.spent().repeats += 1;
  }
  if (message->to_centre) {
    centre_takes(work, *message->to_centre);
    return;
  }
  if (message->permit) permit_comes(work, message->host, *message->permit);
  executor_takes(work, message->host, *message->to_host);
}

void report(Work& work, const Action& action) {
  Message message = report_of(work, action.place);
  if (action.kind == Kind::Report) {
    centre_takes(work, *message.to_centre);
    return;
  }
  work.spent().late += 1;
  work.send(std::move(message));
}

void pass_time(Work& work, const Action& action) {
  work.spent().ticks += 1;
  work.drop_expired();
  if (action.kind != Kind::TimePasses) work.spent().late += 1;
  if (action.kind == Kind::TimePassesWithout) return;
  if (action.kind == Kind::TimePassesDeaf) work.deaf = action.place;
  for (std::size_t place = 0; place < kHosts; ++place) {
    if (work.deaf != place) centre_takes(work, *report_of(work, place).to_centre);
  }
  centre_takes(work, coordinator::Ticked{});
}

void happen(Work& work, const Action& action) {
  const std::size_t place = action.place;
  switch (action.kind) {
    case Kind::Deliver:
    case Kind::Repeat:
      return deliver(work, action);
    case Kind::Begin:
      return shim_begins(work, place, action.index);
    case Kind::EndBadly:
      work.spent().bad += 1;
      return task_ends(work, place,
                       AttemptId(nth(work.see_host(place).folders, action.index).first),
                       Ending::Badly);
    case Kind::EndWell:
      return task_ends(work, place,
                       AttemptId(nth(work.see_host(place).folders, action.index).first),
                       Ending::Well);
    case Kind::Report:
    case Kind::ReportLate:
      return report(work, action);
    case Kind::HostTicks:
      return executor_takes(work, place, executor::Ticked{});
    case Kind::HostRestarts:
      work.spent().crashes += 1;
      return start_executor(work, place);
    case Kind::MachineBoots:
      work.spent().crashes += 1;
      return boot_machine(work, place);
    case Kind::CentreTicks:
      return centre_takes(work, coordinator::Ticked{});
    case Kind::CentreRestarts:
      work.spent().crashes += 1;
      return start_centre(work);
    case Kind::TimePasses:
    case Kind::TimePassesDeaf:
    case Kind::TimePassesWithout:
      return pass_time(work, action);
    case Kind::Retry:
    case Kind::Recheck:
    case Kind::Release:
    case Kind::Remove:
      return act(work, action);
  }
}

std::string_view words_of(Kind kind) {
  static constexpr std::array<std::string_view, 19> kWords = {
      "hears",
      "hears, and will again,",
      "the shim begins:",
      "the task ends well:",
      "the task ends badly:",
      "reports",
      "reports, late",
      "the executor ticks",
      "the executor restarts",
      "the machine boots",
      "the coordinator ticks",
      "the coordinator restarts",
      "a minute passes",
      "neither reports nor hears while a minute passes",
      "a minute passes, the coordinator stands still",
      "operator: retry of",
      "operator: repaired, recheck of",
      "operator: release of",
      "operator: removal of"};
  return kWords.at(static_cast<std::size_t>(kind));
}

std::string what_of(const Setup& setup, const World& world, const Action& action) {
  const Host& host = *world.hosts.at(action.place);
  const std::string words(words_of(action.kind));
  const std::string id = setup.members.at(action.place).id.text();
  switch (action.kind) {
    case Kind::Deliver:
    case Kind::Repeat: {
      const Message& message = *world.network.at(action.index);
      return message.to_centre ? "the coordinator " + words + " " + message.text + " from " + id
                               : id + " " + words + " " + message.text;
    }
    case Kind::Begin:
      return words + " " + setup.name_of(host.launched.at(action.index).attempt);
    case Kind::EndWell:
    case Kind::EndBadly:
      return words + " " + setup.name_of(nth(host.folders, action.index).first);
    case Kind::CentreTicks:
    case Kind::CentreRestarts:
    case Kind::TimePasses:
    case Kind::TimePassesWithout:
      return words;
    case Kind::Retry:
    case Kind::Recheck:
    case Kind::Release:
    case Kind::Remove:
      return words + " " + id;
    case Kind::Report:
    case Kind::ReportLate:
    case Kind::HostTicks:
    case Kind::HostRestarts:
    case Kind::MachineBoots:
    case Kind::TimePassesDeaf:
      return id + ": " + words;
  }
  return words;
}

}  // namespace

std::vector<Action> actions_of(const World& world, const Purse& most) {
  return Lister(world, most).list();
}

std::optional<Step> carry_out(const Setup& setup, const World& world, const Action& action) {
  Work work(setup, world, action.dies_at);
  if (action.dies_at > 0) work.spent().crashes += 1;
  happen(work, action);
  if (action.dies_at > 0 && !work.has_died()) return std::nullopt;
  if (work.verdict && *work.verdict != Verdict::Done) return std::nullopt;
  Step step{.world = {}, .violations = std::move(work.violations)};
  step.world = work.finish();
  return step;
}

std::string text_of(const Setup& setup, const World& world, const Action& action) {
  const std::string what = what_of(setup, world, action);
  if (action.dies_at == 0) return what;
  return what + "; the process dies at commit " + std::to_string(action.dies_at) +
         " of that, before anybody hears";
}

World first_world(const Setup& setup) {
  World world;
  Centre centre;
  centre.disk = setup.first_disk();
  world.centre = std::make_shared<const Centre>(std::move(centre));
  for (std::size_t place = 0; place < kHosts; ++place) {
    Host host;
    HostStateRow row = setup.blank_journal(place).host;
    host.disk[std::string(kHostStateKey)] = std::move(row);
    world.hosts.at(place) = std::make_shared<const Host>(std::move(host));
  }
  Work work(setup, world, 0);
  start_centre(work);
  for (std::size_t place = 0; place < kHosts; ++place) start_executor(work, place);
  pass_time(work, {.kind = Kind::TimePasses, .place = 0, .index = 0, .dies_at = 0});
  return work.finish();
}

}  // namespace mainstay::model
