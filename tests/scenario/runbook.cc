#include "tests/scenario/runbook.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "coordinator/core/rollout/hold.h"
#include "coordinator/core/view.h"

namespace mainstay::scenario {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view kRule = "----";

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(by), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::uint32_t number_in(std::string_view text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::unexpected<Error> wrong(std::string what) {
  return fail(Fault::Malformed, std::move(what));
}

/// "total 6 = 4 succeeded + 1 failed + 1 waiting"
std::string totals_text(const coordinator::Totals& totals) {
  std::string text;
  const auto add = [&text](std::uint32_t count, std::string_view word) {
    if (count == 0) return;
    text += (text.empty() ? " = " : " + ") + std::to_string(count) + " " + std::string(word);
  };
  for (std::size_t i = 0; i < totals.ended.size(); ++i) {
    add(totals.ended.at(i), name_of(static_cast<OutcomeKind>(i)));
  }
  add(totals.working, "working");
  add(totals.waiting, "waiting");
  return "total " + std::to_string(totals.sum()) + text + "\n";
}

Labels labels_in(const std::string& text) {
  Labels labels;
  for (const auto& word : split(text, ',')) {
    const auto equal = std::min(word.find('='), word.size());
    labels[word.substr(0, equal)] = word.substr(std::min(equal + 1, word.size()));
  }
  return labels;
}

}  // namespace

std::vector<Block> parse(std::string_view text) {
  std::vector<Block> blocks;
  std::istringstream lines{std::string(text)};
  Block block;
  bool seen = false;
  for (std::string line; std::getline(lines, line);) {
    if (!seen && line == kRule) {
      seen = true;
    } else if (!seen) {
      block.commands.push_back(line);
    } else if (line.empty()) {
      blocks.push_back(std::move(block));
      block = {};
      seen = false;
    } else {
      block.transcript += line + "\n";
    }
  }
  if (seen) blocks.push_back(std::move(block));
  return blocks;
}

std::string write(const std::vector<Block>& blocks) {
  std::string text;
  for (const auto& block : blocks) {
    if (!text.empty()) text += "\n";
    for (const auto& line : block.commands) text += line + "\n";
    text += std::string(kRule) + "\n" + block.transcript;
  }
  return text;
}

Result<std::string> Runbook::run(const std::string& command) {
  const Words words = split(command.substr(0, command.find('#')), ' ');
  if (words.empty()) return std::string();
  if (words[0] == "hosts") {
    TRY_STATUS(make_world(words));
    return std::string();
  }
  if (world_ == nullptr) return wrong("a runbook begins with: hosts N regions A,B");
  return run_words(words);
}

Result<std::string> Runbook::run_words(const Words& words) {
  const std::string& verb = words[0];
  if (verb == "show") return show();
  if (verb == "out") return out();
  if (verb == "explain" && words.size() == 2) return explain(words[1]);
  if (verb == "plan") {
    TRY_STATUS(draft(words));
  } else if (verb == "approve") {
    world_->approve(plan_);
  } else if (verb == "start") {
    world_->start(plan_);
  } else if (verb == "run" && words.size() == 2) {
    world_->run_for(Duration(1000) * number_in(words[1]));
  } else if (verb == "pause" || verb == "resume") {
    world_->steer(plan_, verb == "pause" ? RolloutAct::Pause : RolloutAct::Resume);
  } else if (verb == "abort") {
    const coordinator::Rollout* rollout = world_->find_rollout(plan_);
    if (rollout == nullptr) return wrong("no rollout");
    world_->add_control(AbortPlan{.plan = rollout->row.plan, .reason = "a story"});
  } else if (verb == "stop" || verb == "lift") {
    world_->stop(verb == "stop");
  } else if (verb == "kill" && words.size() == 3) {
    if (words[2] != "after-grant") {
      world_->kill_centre(Duration(1000) * number_in(words[2]));
    } else {
      TRY_STATUS(kill_after_grant());
    }
  } else {
    TRY_STATUS(act_on_host(words));
  }
  if (verb != "run") world_->run_for(1s);  // time for the answer
  if (!world_->is_sound()) return wrong("a checker complains: " + news());
  return news();
}

Status Runbook::make_world(const Words& words) {
  const bool has_other = words.size() == 7 && words[4] == "also";
  if ((words.size() != 4 && !has_other) || words[2] != "regions") {
    return wrong("hosts N regions A,B [also HOST LABEL=VALUE,...]");
  }
  sim::Options options;
  options.hosts = number_in(words[1]);
  options.regions = static_cast<std::uint32_t>(split(words[3], ',').size());
  world_ = std::make_unique<sim::World>(1, options);
  if (has_other) world_->add_host(words[5], labels_in(words[6]));
  world_->begin();
  told_ = world_->timeline.story().size();
  return {};
}

Status Runbook::draft(const Words& words) {
  if (words.size() < 2) return wrong("plan NAME [waves=1,rest] [failures=N] [per=LABEL:N]");
  plan_ = words[1];
  PlanHead head = world_->plan(plan_);
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string& word = words[i];
    const std::string value = word.substr(std::min(word.find('=') + 1, word.size()));
    if (word.starts_with("waves=")) {
      head.order.waves.clear();
      for (const auto& wave : split(value, ',')) {
        const bool rest = wave == "rest";
        head.order.waves.push_back({.kind = rest ? WaveSpec::Kind::Rest : WaveSpec::Kind::Count,
                                    .amount = rest ? 0 : number_in(wave)});
      }
    } else if (word.starts_with("failures=")) {
      head.advance.failures = number_in(value);
    } else if (word.starts_with("per=")) {
      const auto parts = split(value, ':');
      if (parts.size() != 2) return wrong("per=LABEL:N");
      head.budgets = {
          {.per = {parts[0]}, .kind = Budget::Kind::Unavailable, .amount = number_in(parts[1])}};
    } else if (word.starts_with("targets=")) {
      head.targets = value;
      while (++i < words.size()) head.targets += " " + words[i];
    } else {
      return wrong("plan does not know " + word);
    }
  }
  world_->draft(head);
  world_->run_for(3s);
  return {};
}

Status Runbook::act_on_host(const Words& words) {
  sim::Host* host = words.size() == 2 ? world_->host(words[1]) : nullptr;
  if (host == nullptr) return wrong("not a command or not a host: " + words[0]);
  if (words[0] == "fail") {
    host->fail = 1000;
  } else if (words[0] == "drift") {
    host->drift = 1000;
  } else if (words[0] == "repair") {
    host->fail = host->drift = 0;
    host->repair();
  } else if (words[0] == "cut") {
    world_->cut(*host);
  } else if (words[0] == "mend") {
    world_->mend(*host);
  } else if (words[0] == "unplug") {
    host->lose_power("");
  } else if (words[0] == "plug") {
    host->boot();
  } else if (words[0] == "retry") {
    world_->retry(plan_, host->id());
  } else if (words[0] == "park") {
    world_->centre.ask(ParkHost{.host = host->id(),
                                .until = world_->centre.now().wall + std::chrono::hours(4),
                                .reason = "disk change"});
  } else if (words[0] == "remove") {
    world_->centre.ask(RemoveHost{.host = host->id(), .reason = "scrapped"});
  } else if (words[0] == "recheck") {
    world_->centre.ask(RecheckHost{host->id()});
  } else {
    return wrong("no such command: " + words[0]);
  }
  return {};
}

// The next grant is durable, and its permit never leaves.
Status Runbook::kill_after_grant() {
  auto& disk = world_->centre.disk();
  const auto granted = std::make_shared<bool>(false);
  disk.on_durable = [before = disk.on_durable, granted](const CoordinatorRow& row) {
    before(row);
    const auto* target = std::get_if<TargetRow>(&row);
    if (target != nullptr && target->phase == TargetPhase::Working) *granted = true;
  };
  disk.crashes_here = [this, granted, done = false]() mutable {
    if (done || !*granted) return false;
    done = true;
    world_->kill_centre(5s);
    return true;
  };
  return {};
}

Result<std::string> Runbook::explain(const std::string& name) {
  const coordinator::Rollout* rollout = world_->find_rollout(plan_);
  const auto id = HostId::parse(name);
  if (rollout == nullptr || !id || !rollout->targets.contains(*id)) {
    return wrong("no such target: " + name);
  }
  const coordinator::Target& target = rollout->targets.at(*id);
  if (target.row.phase != TargetPhase::Waiting)
    return name + ": " + std::string(coordinator::word_of(*rollout, target)) + "\n";
  const coordinator::Outlook outlook(world_->centre.state(), world_->centre.limits,
                                     world_->centre.now());
  const auto hold = coordinator::hold_of(outlook, *rollout, target);
  if (!hold) return name + " may start\n";
  const std::string by = hold->blocking.empty() ? "" : ", because of " + hold->blocking.text();
  return name + " waits: " + hold->text + by + "\n";
}

Result<std::string> Runbook::out() {
  const coordinator::Plan* plan = nullptr;
  for (const auto& [id, each] : world_->centre.state().plans) {
    if (each.row.head.name == plan_) plan = &each;
  }
  if (plan == nullptr) return std::string("no such plan was made\n");
  std::string text = std::to_string(plan->leaves.size()) + " in\n";
  for (const auto& each : plan->row.excluded) {
    text += each.host.text() + " is out: " + each.reason + "\n";
  }
  return text;
}

Result<std::string> Runbook::show() {
  const coordinator::Rollout* rollout = world_->find_rollout(plan_);
  if (rollout == nullptr) return std::string("no rollout\n");
  static constexpr std::array<std::string_view, 5> kPhases = {"running", "paused", "halted",
                                                              "finished", "aborted"};
  std::string text = short_name(rollout->row.rollout) + " " +
                     std::string(kPhases[static_cast<std::size_t>(rollout->row.phase)]);
  if (!rollout->row.reason.empty()) text += ": " + rollout->row.reason;
  text += "\n";
  for (const auto& [id, target] : rollout->targets) {
    text += "  " + id.text() + "  " + std::string(coordinator::word_of(*rollout, target));
    if (!target.row.reason.empty()) text += ": " + target.row.reason;
    if (world_->centre.state().slots.contains(id)) text += "  [slot]";
    text += "\n";
  }
  return text + totals_text(coordinator::totals_of(*rollout));
}

std::string Runbook::news() {
  std::string text;
  const auto& story = world_->timeline.story();
  for (; told_ < story.size(); ++told_) text += story[told_].substr(11) + "\n";
  // Digests change with every change of a format; names do not.
  for (std::size_t at = text.find("P-"); at != std::string::npos; at = text.find("P-", at + 1)) {
    if (at + 8 > text.size()) break;
    for (const auto& [id, plan] : world_->centre.state().plans) {
      if (text.compare(at, 8, short_name(id)) != 0) continue;
      text.replace(at, 8, plan.row.head.name);
      break;
    }
  }
  return text;
}

}  // namespace mainstay::scenario
