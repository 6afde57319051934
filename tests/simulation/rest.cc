#include "tests/simulation/rest.h"

#include <algorithm>

#include "common/core/check.h"

namespace mainstay::sim {

namespace {

// Of rollouts that wait for each other.
constexpr int kLinksMax = 4;

template <class Row, class See>
void each(const Rest::Rows& rows, See see) {
  for (const CoordinatorRow* row : rows) {
    if (const auto* one = std::get_if<Row>(row)) see(*one);
  }
}

}  // namespace

bool Rest::Course::disrupts() const {
  return impact_of(plan->head.steps) >= Impact::Disruptive;
}

Rest::Rest(const Rows& durable) {
  read_courses(durable);
  read_hosts(durable);
}

void Rest::read_courses(const Rows& durable) {
  std::map<PlanId, const PlanRow*> plans;
  each<PlanRow>(durable, [&](const PlanRow& row) { plans[row.plan] = &row; });
  std::map<PlanId, Course*> by_plan;
  each<RolloutRow>(durable, [&](const RolloutRow& row) {
    Course& course = courses_[row.rollout];
    course.row = &row;
    course.plan = plans.at(row.plan);
    by_plan[row.plan] = &course;
  });
  each<LeafRow>(durable, [&](const LeafRow& row) {
    const auto course = by_plan.find(row.plan);
    if (course != by_plan.end()) course->second->goals[row.leaf.host].leaf = &row.leaf;
  });
  each<TargetRow>(durable, [&](const TargetRow& row) {
    Goal& goal = courses_.at(row.rollout).goals.at(row.host);
    goal.phase = row.phase;
    goal.kind = row.kind;
    goal.step = row.step;
    goal.retried = row.retried;
  });
}

void Rest::read_hosts(const Rows& durable) {
  each<SlotRow>(durable, [&](const SlotRow& row) { slots_[row.host] = &row; });
  each<HostRow>(durable, [&](const HostRow& row) {
    labels_[row.host] = &row.certificate.labels;
    if (row.revoked) revoked_.insert(row.host);
  });
  each<RosterRow>(durable, [&](const RosterRow& row) {
    for (const auto& entry : row.roster.operators) {
      if (entry.role != Role::Viewer) operators_.insert(entry.key);
    }
    for (const auto needed : row.roster.signatures_needed) CHECK(needed == 1);
  });
}

const SlotRow* Rest::slot_of(const HostId& host) const {
  const auto found = slots_.find(host);
  return found == slots_.end() ? nullptr : found->second;
}

std::string Rest::group_of(const HostId& host, const Budget& budget) const {
  std::string group;
  for (const auto& name : budget.per) group += labels_.at(host)->at(name) + "/";
  return group;
}

/// Of a goal that waits: nothing has ended its rollout for it.
bool Rest::may_start(const Course& course, const Goal& goal) const {
  if (goal.phase != TargetPhase::Waiting) return false;
  return course.row->phase == RolloutPhase::Running || goal.is_begun();
}

bool Rest::is_active(const Course& course) const {
  const RolloutPhase phase = course.row->phase;
  if (phase == RolloutPhase::Running || phase == RolloutPhase::Paused) return true;
  return std::ranges::any_of(course.goals, [&](const auto& entry) {
    const Goal& goal = entry.second;
    const bool is_open = goal.phase == TargetPhase::Working || goal.phase == TargetPhase::Verifying;
    return is_open || may_start(course, goal);
  });
}

const Rest::Course* Rest::find(const std::string& plan) const {
  const auto found = std::ranges::find_if(
      courses_, [&](const auto& entry) { return entry.second.plan->head.name == plan; });
  return found == courses_.end() ? nullptr : &found->second;
}

bool Rest::is_paused(const std::string& plan) const {
  const Course* course = find(plan);
  return course != nullptr && course->row->phase == RolloutPhase::Paused;
}

std::string Rest::why_goes_on(const std::string& plan) const {
  const Course* course = find(plan);
  return course == nullptr ? "it is not under way" : why_goes_on({.course = *course});
}

std::string Rest::why_goes_on(const Asked& asked) const {
  const Course& course = asked.course;
  std::size_t waiting = 0;
  bool needs_person = false;
  std::string why;
  for (const auto& [host, goal] : course.goals) {
    if (goal.phase == TargetPhase::Working || goal.phase == TargetPhase::Verifying) {
      return host.text() + " is worked on";
    }
    needs_person = needs_person || is_unwell(host, goal);
    if (!may_start(course, goal)) continue;
    waiting += 1;
    if (waits_for_person(asked, host)) {
      needs_person = true;
    } else if (why.empty() && !waits_its_turn(course, host)) {
      why = host.text() + " may start and does not";
    }
  }
  if (course.row->phase == RolloutPhase::Paused) return "";
  if (!why.empty()) return why;
  if (waiting == 0) {
    return course.row->phase == RolloutPhase::Running ? "nobody waits, and it does not end" : "";
  }
  return needs_person ? "" : "all of them wait for each other";
}

bool Rest::waits_for_person(const Asked& asked, const HostId& host) const {
  const auto& approvals = asked.course.plan->approvals;
  const bool is_signed = std::ranges::any_of(
      approvals, [&](const Approval& approval) { return operators_.contains(approval.key); });
  if (!is_signed) return true;
  if (!asked.course.disrupts()) return false;
  const SlotRow* slot = slot_of(host);
  if (slot != nullptr && slot->rollout != asked.course.row->rollout) {
    return needs_person(asked, *slot);
  }
  return std::ranges::any_of(courses_, [&](const auto& entry) {
    const Course& other = entry.second;
    if (!other.disrupts() || !is_active(other)) return false;
    return std::ranges::any_of(other.plan->head.budgets, [&](const Budget& budget) {
      // It says nothing about groups that its own plan has no host of.
      const std::string group = group_of(host, budget);
      const bool concerns = std::ranges::any_of(other.goals, [&](const auto& goal) {
        return labels_.contains(goal.first) && group_of(goal.first, budget) == group;
      });
      return concerns && is_full(asked, budget, host);
    });
  });
}

/// Well, and what holds its slot has steps left for it.
bool Rest::is_between_steps(const HostId& host) const {
  const SlotRow* slot = slot_of(host);
  if (slot == nullptr || slot->tainted || revoked_.contains(host)) return false;
  const Course& course = courses_.at(slot->rollout);
  const auto goal = course.goals.find(host);
  return goal != course.goals.end() && goal->second.step > 0 && may_start(course, goal->second);
}

/// And not only of those who come back by themselves. Who is between two steps waits for no other
/// that is.
bool Rest::is_full(const Asked& asked, const Budget& budget, const HostId& host) const {
  CHECK(budget.kind == Budget::Kind::Unavailable);
  const bool is_between = is_between_steps(host);
  std::size_t out = 1;  // the host itself
  bool stays = false;
  for (const auto& [other, slot] : slots_) {
    if (other == host || group_of(other, budget) != group_of(host, budget)) continue;
    if (is_between && is_between_steps(other)) continue;
    out += 1;
    stays = stays || needs_person(asked, *slot);
  }
  return out > budget.amount && stays;
}

bool Rest::needs_person(const Asked& asked, const SlotRow& slot) const {
  // No look at a revoked host counts any more.
  if (slot.tainted || revoked_.contains(slot.host)) return true;
  if (slot.rollout == asked.course.row->rollout || asked.links >= kLinksMax) return false;
  // It is another rollout's, which waits for its person; one that is over gives it back.
  const Course& other = courses_.at(slot.rollout);
  if (!is_active(other)) return false;
  const auto [answer, is_new] = rests_.try_emplace({slot.rollout, asked.links + 1}, false);
  if (is_new) answer->second = why_goes_on({.course = other, .links = asked.links + 1}).empty();
  return answer->second;
}

/// It succeeded, and was left hurt since.
bool Rest::is_unwell(const HostId& host, const Goal& goal) const {
  const SlotRow* slot = slot_of(host);
  return goal.phase == TargetPhase::Ended && goal.kind == OutcomeKind::Succeeded &&
         slot != nullptr && slot->tainted;
}

/// For what stands before it in the same rollout; that is judged on its own.
bool Rest::waits_its_turn(const Course& course, const HostId& host) const {
  const Goal& own = course.goals.at(host);
  if (!course.disrupts() || own.step > 0) return false;
  std::set<std::string> regions;
  std::size_t under_way = 0;
  for (const auto& [other, goal] : course.goals) {
    if (other == host) continue;
    const bool waits = may_start(course, goal);
    const bool is_near = goal.leaf->region == own.leaf->region;
    if (waits && goal.step > 0) {
      under_way += 1;
      if (is_near && goal.leaf->wave == own.leaf->wave && !own.retried) return true;  // slow start
    }
    if (own.retried || (!waits && !is_unwell(other, goal))) continue;
    if (is_near && goal.leaf->wave < own.leaf->wave) return true;
    if (!is_near) regions.insert(goal.leaf->region);
  }
  const PlanHead& head = course.plan->head;
  std::uint32_t at_once = std::max(1U, head.order.concurrency);
  if (course.row->concurrency > 0) at_once = std::min(at_once, course.row->concurrency);
  return under_way >= at_once || regions.size() >= std::max(1U, head.order.regions_at_once);
}

}  // namespace mainstay::sim
