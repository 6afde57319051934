#include "tests/simulation/checkers.h"

#include <algorithm>

#include "common/core/digest.h"

namespace mainstay::sim {

namespace {

// Between deciding a start and carrying it out lies one commit.
constexpr Duration kCommitSlack = 500ms;

// By hand: the checker must not share the code it judges.
Digest digest_of(const AuditRow& row) {
  Bytes bytes(row.previous.value.begin(), row.previous.value.end());
  const auto add = [&bytes](std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<std::byte>((number >> static_cast<unsigned>(shift)) & 0xffU));
    }
  };
  add(row.number);
  add(static_cast<std::uint64_t>(to_ms(row.at)));
  const ByteView text = as_bytes(row.text);
  bytes.insert(bytes.end(), text.begin(), text.end());
  return sha256(bytes);
}

bool is_bad(OutcomeKind kind) {
  return kind == OutcomeKind::Failed || kind == OutcomeKind::Unreachable ||
         kind == OutcomeKind::Unknown;
}

std::string group_of(const Labels& labels, const std::vector<std::string>& per) {
  std::string group;
  for (const auto& name : per) {
    const auto found = labels.find(name);
    group += (found == labels.end() ? "" : found->second) + "/";
  }
  return group;
}

}  // namespace

void Checkers::complain(std::string_view invariant, std::string text) {
  timeline_.tell("VIOLATION " + std::string(invariant) + " " + text);
  violations_.push_back({.invariant = std::string(invariant), .text = std::move(text)});
}

void Checkers::plan_approved(const PlanId& plan, const PlanHead& head,
                             const std::vector<Leaf>& leaves, const PublicKey& by) {
  if (leaves.empty()) complain("I02", "a plan of no hosts was approved");
  Approved& approved = approved_[plan];
  approved.by.insert(by);
  approved.head = head;
  for (const auto& leaf : leaves) approved.leaves[leaf.host] = leaf;
}

void Checkers::retry_asked(const PlanId& plan, const HostId& host) {
  retried_.insert({plan, host});
}

// ---- the coordinator

void Checkers::row_durable(const CoordinatorRow& row) {
  if (const auto* rollout = std::get_if<RolloutRow>(&row)) {
    rollouts_[rollout->rollout] = rollout->plan;
  } else if (const auto* target = std::get_if<TargetRow>(&row)) {
    edges.target(*target);
    if (on_target) on_target(*target);
    const auto rollout_at = rollouts_.find(target->rollout);
    if (rollout_at != rollouts_.end()) take_target(rollout_at->second, *target);
  } else if (const auto* record = std::get_if<RecordRow>(&row)) {
    take_record(*record);
  } else if (const auto* reign = std::get_if<ReignRow>(&row)) {
    take_reign(*reign);
  } else if (const auto* roster = std::get_if<RosterRow>(&row)) {
    take_roster(*roster);
  } else if (const auto* control = std::get_if<ControlRow>(&row)) {
    take_control(*control);
  } else if (const auto* host = std::get_if<HostRow>(&row)) {
    if (host->removed || host->revoked) host_gone(host->host);
  } else if (const auto* exposure = std::get_if<ExposureRow>(&row)) {
    take_exposure(*exposure);
  } else if (const auto* plan = std::get_if<PlanRow>(&row)) {
    edges.plan(*plan);
  } else if (const auto* audit = std::get_if<AuditRow>(&row)) {
    edges.audited(audit->text);
    check_audit(*audit);
  }
}

/// I27: whoever could move it would win time. Nothing here lasts the month after which one that is
/// gone is forgotten.
void Checkers::take_exposure(const ExposureRow& row) {
  const std::string name = row.vulnerability + " in " + row.release;
  const auto [clock, is_new] = clocks_.try_emplace(name, row.fix_at);
  if (clock->second == WallTime{}) clock->second = row.fix_at;
  if (clock->second != row.fix_at) complain("I27", "the clock of " + name + " was moved");
  if (row.seen_at == WallTime{}) complain("I27", name + " was seen at no time");
}

void Checkers::take_target(const PlanId& plan, const TargetRow& row) {
  if (row.phase == TargetPhase::Ended) {
    bool& unreachable = ended_[{plan, row.host}];
    unreachable = unreachable || row.kind == OutcomeKind::Unreachable;
  } else if (row.phase == TargetPhase::Working) {
    const AttemptId attempt{.plan = plan, .step = row.step, .host = row.host, .number = row.number};
    if (granted_.insert(attempt).second) granted_now_.push_back(attempt);
  }
  targets_[{plan, row.host}] = row;
}

void Checkers::step_durable() {
  for (const auto& attempt : granted_now_) {
    const auto plan = approved_.find(attempt.plan);
    if (plan == approved_.end()) {
      complain("I01", short_name(attempt) + " was granted without approval");
    } else {
      check_order(attempt, plan->second);
      check_twins(attempt);
    }
  }
  granted_now_.clear();
}

/// I24: the chain has no gap, no fork and no rewritten link.
void Checkers::check_audit(const AuditRow& row) {
  if (row.number != audit_.number + 1 || row.previous != audit_.digest ||
      row.digest != digest_of(row)) {
    complain("I24", "audit record " + std::to_string(row.number) + " does not follow " +
                        std::to_string(audit_.number));
  }
  audit_ = {.number = row.number, .digest = row.digest};
  const std::string act = row.text.substr(0, row.text.find(" rollout="));
  audit_texts_.insert(act);
  constexpr std::string_view kHost = " host=";
  if (const auto host = row.text.find(kHost);
      act.starts_with("target ") && host != std::string::npos) {
    const auto begin = host + kHost.size();
    audit_texts_.insert(act + " " + row.text.substr(begin, row.text.find(' ', begin) - begin));
  }
}

void Checkers::dispatch_left(const AttemptId& attempt, const std::optional<Permit>& permit,
                             const AuditHead& audit) {
  if (!permit) return;
  if (!reign_known_ || permit->term != reign_) {  // I06
    complain("I06", short_name(attempt) + " left in term " + std::to_string(permit->term.value) +
                        ", durable is " + std::to_string(reign_.value));
  }
  // What is to close an attempt can start nothing: it follows on the end of its target, which may
  // have been given up between two steps, before it was granted the second.
  const bool closes = permit->not_after == kPermitToClose;
  if (!audit_texts_.contains(closes ? "target unreachable " + attempt.host.text()
                                    : "attempt granted " + short_name(attempt))) {
    complain("I24", short_name(attempt) + " left before its audit record was durable");
  }
  if (audit.number > audit_.number) complain("I24", "a batch names an audit record not durable");
  const auto plan = approved_.find(attempt.plan);
  if (plan == approved_.end()) {
    complain("I01", short_name(attempt) + " was permitted without approval");
    return;
  }
  check_twins(attempt);
  if (!left_.insert(attempt).second) return;
  check_rate(attempt);
}

/// I10: attempts that left for the first time within the last minute.
void Checkers::check_rate(const AttemptId& attempt) {
  while (!left_at_.empty() && timeline_.now() - left_at_.front() >= 60s - kCommitSlack) {
    left_at_.pop_front();
  }
  left_at_.push_back(timeline_.now());
  if (left_at_.size() > starts_per_minute) {
    complain("I10", short_name(attempt) + " is start " + std::to_string(left_at_.size()) +
                        " within a minute");
  }
}

const TargetRow* Checkers::target_of(const PlanId& plan, const HostId& host) const {
  const auto found = targets_.find({plan, host});
  return found == targets_.end() ? nullptr : &found->second;
}

/// The coordinator said so durably, and the host runs nothing for it (unless it could not be
/// heard).
bool Checkers::is_over(const PlanId& plan, const HostId& host) const {
  if (is_gone(host)) return true;
  const auto ended = ended_.find({plan, host});
  if (ended == ended_.end()) return false;
  const auto running = running_.find(host);
  return running == running_.end() || running->second.plan != plan || ended->second ||
         twin_ended(host, plan);
}

std::uint32_t Checkers::failures_of(const PlanId& plan, const Approved& approved) const {
  std::uint32_t failures = 0;
  for (const auto& [host, leaf] : approved.leaves) {
    const TargetRow* target = target_of(plan, host);
    if (target != nullptr && target->phase == TargetPhase::Ended && is_bad(target->kind)) {
      failures += 1;
    }
  }
  return failures;
}

/// I08 and I09, when a target's first attempt is granted: what must be over is over, and well.
void Checkers::check_order(const AttemptId& attempt, const Approved& plan) {
  const bool first = attempt.number == 1 && attempt.step == 0;
  if (!first || retried_.contains({attempt.plan, attempt.host})) return;
  const auto own = plan.leaves.find(attempt.host);
  if (own == plan.leaves.end()) {
    complain("I02", attempt.host.text() + " is not in the plan");
    return;
  }
  if (impact_of(plan.head.steps) < Impact::Disruptive) return;  // read-only work keeps no order
  if (failures_of(attempt.plan, plan) > failure_limit(plan.head.advance, plan.head.host_count)) {
    complain("I09", short_name(attempt) + " was granted after more failures than allowed");
  }
  std::set<std::string> touched;
  for (const auto& other : granted_) {
    // Who is retried waits for no region, and opens none.
    if (other.plan != attempt.plan || retried_.contains({other.plan, other.host})) continue;
    touched.insert(plan.leaves.at(other.host).region);
  }
  std::set<std::string> open = {own->second.region};
  for (const auto& [host, leaf] : plan.leaves) {
    const bool over = is_over(attempt.plan, host);
    if (leaf.region != own->second.region) {
      if (touched.contains(leaf.region) && !over && !retried_.contains({attempt.plan, host})) {
        open.insert(leaf.region);
      }
      continue;
    }
    if (leaf.wave >= own->second.wave || retried_.contains({attempt.plan, host})) continue;
    if (!over)
      complain("I09", short_name(attempt) + " was granted before " + host.text() + " was done");
    const TargetRow* target = target_of(attempt.plan, host);
    const auto hurt = hurt_.find(host);
    if (over && target != nullptr && target->kind == OutcomeKind::Succeeded &&
        hurt != hurt_.end() && hurt->second == attempt.plan) {
      complain("I09",
               short_name(attempt) + " was granted although " + host.text() + " is not well");
    }
  }
  if (open.size() > plan.head.order.regions_at_once) {
    complain("I08",
             short_name(attempt) + " is in region " + std::to_string(open.size()) + " at once");
  }
}

/// I20: the record is durable here before the host may forget it.
void Checkers::acknowledgement_left(const AttemptId& attempt, const Digest& record) {
  const auto stored = records_.find(attempt);
  if (stored == records_.end() || stored->second.digest != record ||
      sha256(stored->second.envelope) != record) {
    complain("I20", short_name(attempt) + " was acknowledged and is not in the store");
  }
  acknowledged_[attempt] = record;
}

// ---- the hosts

void Checkers::permit_came(const HostId& host, const Permit& permit, Term term_durable) {
  if (permit.attempt.host != host || permit.term < term_durable) return;  // must not be used
  permits_[permit.attempt].push_back(permit);
}

void Checkers::task_launched(const HostId& machine, const AttemptId& attempt, const BootId& boot,
                             Instant boottime) {
  const auto plan = approved_.find(attempt.plan);
  if (plan == approved_.end()) {  // I01: no operator signed it
    complain("I01", short_name(attempt) + " starts and nobody approved it");
    return;
  }
  if (!plan->second.leaves.contains(attempt.host)) {  // I02
    complain("I02", short_name(attempt) + " starts on a host that the plan does not name");
  }
  // I12: STOP was durable on this host, and not by the very commit that made the intent so.
  const auto stopped = stopped_.find(machine);
  if (stopped != stopped_.end() && stopped->second < timeline_.now()) {
    complain("I12", short_name(attempt) + " starts after STOP");
  }
  const Step& step = plan->second.head.steps.at(attempt.step);
  if (impact_of(kind_of(step)) < Impact::Disruptive) return;
  // I03: by the host's own clock and boot, a permit that came here still holds.
  const auto& came = permits_[attempt];
  const bool fresh = std::ranges::any_of(came, [&](const Permit& permit) {
    return permit.boot == boot && boottime < permit.not_after + kCommitSlack;
  });
  if (!fresh) complain("I03", short_name(attempt) + " starts without a permit that holds");
  check_authority(machine, attempt, plan->second);
}

void Checkers::task_began(const HostId& machine, const AttemptId& attempt) {
  // I04, on each machine: what two copies of one disk do, no disk can tell.
  if (!begun_on_.insert({machine, attempt}).second) {
    complain("I04", short_name(attempt) + " started twice");
  }
  begun_.insert(attempt);
  const auto plan = approved_.find(attempt.plan);
  if (plan == approved_.end()) return;
  if (impact_of(kind_of(plan->second.head.steps.at(attempt.step))) < Impact::Disruptive) return;
  if (machine != attempt.host) return;  // what is out of service is counted by the host itself
  running_[attempt.host] = attempt;
  check_budgets(attempt, plan->second);
}

/// I07: hosts that run a task, or were left hurt by one, in each group of the plan's budgets.
void Checkers::check_budgets(const AttemptId& attempt, const Approved& plan) {
  for (const auto& budget : plan.head.budgets) {
    if (budget.kind != Budget::Kind::Unavailable) continue;
    const std::string group = group_of(labels_[attempt.host], budget.per);
    std::set<HostId> out;
    for (const auto& [host, by] : hurt_) {
      if (!twin_ended(host, by)) out.insert(host);
    }
    for (const auto& [host, task] : running_) {
      if (!twin_ended(host, task.plan)) out.insert(host);
    }
    std::erase_if(out, [&](const HostId& host) {
      return is_gone(host) || group_of(labels_[host], budget.per) != group;
    });
    if (out.size() <= budget.amount) continue;
    std::string names;
    for (const auto& host : out) names += " " + host.text();
    complain("I07", group + " has " + std::to_string(out.size()) + " hosts out at once:" + names);
  }
}

void Checkers::task_ended(const HostId& machine, const AttemptId& attempt, bool host_is_well) {
  if (machine != attempt.host) return;
  const auto running = running_.find(attempt.host);
  if (running != running_.end() && running->second == attempt) running_.erase(running);
  if (host_is_well) {
    hurt_.erase(attempt.host);
  } else {
    hurt_.try_emplace(attempt.host, attempt.plan);  // whoever hurt it first
  }
}

void Checkers::record_durable_on_host(const HostId& machine, const AttemptId& attempt,
                                      const Digest& record) {
  if (machine != attempt.host) return;
  const auto [known, fresh] = made_.try_emplace(attempt, record);
  if (!fresh && known->second != record) {
    complain("I20", short_name(attempt) + " has two different records");
  }
}

/// I20: every record made is stored once, and every target is counted once, by its last record.
void Checkers::at_end() {
  for (const auto& [attempt, digest] : made_) {
    if (is_gone(attempt.host) || is_cloned(attempt.host)) continue;
    const auto stored = records_.find(attempt);
    if (stored == records_.end() || stored->second.digest != digest) {
      complain("I20", short_name(attempt) + " has a record that never came");
    }
  }
  for (const auto& attempt : begun_) {
    if (is_gone(attempt.host) || is_cloned(attempt.host)) continue;
    if (approved_.contains(attempt.plan) && !made_.contains(attempt)) {
      complain("I20", short_name(attempt) + " began and has no record");
    }
  }
  for (const auto& [key, target] : targets_) {
    if (target.phase != TargetPhase::Ended || target.kind != OutcomeKind::Succeeded) continue;
    if (is_cloned(key.second)) continue;
    const bool proven = std::ranges::any_of(made_, [&](const auto& item) {
      return item.first.plan == key.first && item.first.host == key.second;
    });
    if (!proven) complain("I20", key.second.text() + " counts as succeeded without a record");
  }
}

}  // namespace mainstay::sim
