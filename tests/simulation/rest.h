// Whether the fleet has come to rest: every rollout is over, or each host that waits in one does so
// for a person. A model of its own, of what is durable at the coordinator: plans, targets, slots,
// the roster. It asks no core, least of all hold_of(), which is what it judges.
//
// A host may wait for a person if nobody of today has signed its plan; if its slot is another
// rollout's, or a budget is full, and one of those who are in the way needs a person; or if it is
// not its turn, because such a host is before it. Whatever ends by itself (a bake, a silence, the
// start rate) is no rest, only not the end yet.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/row/coordinator_row.h"

namespace mainstay::sim {

class Rest {
 public:
  using Rows = std::vector<const CoordinatorRow*>;
  /// In any order; they outlive it.
  explicit Rest(const Rows& durable);
  [[nodiscard]] bool is_paused(const std::string& plan) const;
  /// Of the plan of that name. Empty if it is at rest.
  [[nodiscard]] std::string why_goes_on(const std::string& plan) const;

 private:
  struct Goal {
    const Leaf* leaf = nullptr;
    TargetPhase phase = TargetPhase::Waiting;
    OutcomeKind kind = OutcomeKind::NotStarted;
    std::uint16_t step = 0;
    bool retried = false;
    [[nodiscard]] bool is_begun() const { return retried || step > 0; }
  };
  struct Course {  // of a rollout; one that is paused waits for a person, whatever its hosts do
    const RolloutRow* row = nullptr;
    const PlanRow* plan = nullptr;
    std::map<HostId, Goal> goals;
    [[nodiscard]] bool disrupts() const;
  };
  /// One after the other, as rollouts that wait for each other are followed.
  struct Asked {
    const Course& course;
    int links = 0;
  };

  [[nodiscard]] const Course* find(const std::string& plan) const;
  void read_courses(const Rows& durable);
  void read_hosts(const Rows& durable);
  [[nodiscard]] std::string why_goes_on(const Asked& asked) const;
  [[nodiscard]] bool may_start(const Course& course, const Goal& goal) const;
  [[nodiscard]] bool is_active(const Course& course) const;
  [[nodiscard]] bool waits_for_person(const Asked& asked, const HostId& host) const;
  [[nodiscard]] bool needs_person(const Asked& asked, const SlotRow& slot) const;
  [[nodiscard]] bool is_full(const Asked& asked, const Budget& budget, const HostId& host) const;
  [[nodiscard]] bool is_between_steps(const HostId& host) const;
  [[nodiscard]] bool waits_its_turn(const Course& course, const HostId& host) const;
  [[nodiscard]] bool is_unwell(const HostId& host, const Goal& goal) const;
  [[nodiscard]] std::string group_of(const HostId& host, const Budget& budget) const;
  [[nodiscard]] const SlotRow* slot_of(const HostId& host) const;

  std::map<RolloutId, Course> courses_;
  std::map<HostId, const SlotRow*> slots_;
  std::map<HostId, const Labels*> labels_;
  std::set<HostId> revoked_;
  std::set<PublicKey> operators_;  // whose signature counts
  /// Whether a rollout rests, asked after so many links: of 200 hosts each would ask again.
  mutable std::map<std::pair<RolloutId, int>, bool> rests_;
};

}  // namespace mainstay::sim
