// Judges of the whole world, outside the code under test and with books of their own: what
// operators approved, what left the coordinator, what began and ended on the hosts, and what became
// durable. They never ask a core for its opinion.
//
// I01 approval, I02 audience, I03 freshness, I04 once, I05 term, I06 one reign, I07 budgets, I08
// regions, I09 waves, I10 rate, I12 STOP, I13 last good document, I19 loss of the centre, I20
// records, I21 own records only, I22 revocation, I24 audit first, I25 unknown features, I26 bounds,
// I27 clocks of deadlines.
// What each takes as proof stands at its function.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>

#include "common/plan/attempt.h"
#include "common/plan/gate_message.h"
#include "common/row/coordinator_row.h"
#include "common/row/host_row.h"
#include "tests/simulation/edges_taken.h"
#include "tests/simulation/timeline.h"

namespace mainstay::sim {

struct Violation {
  std::string invariant;
  std::string text;
};

/// What is held, and how much of it may be.
struct Holding {
  std::string_view what;
  std::size_t size = 0;
  std::size_t most = 0;
};

class Checkers {
 public:
  explicit Checkers(Timeline& timeline) : timeline_(timeline) {}

  EdgesTaken edges;
  std::function<void(const TargetRow&)> on_target;  // who watches, once it is durable
  std::uint32_t starts_per_minute = 20;
  Duration beacon_age_max = 90s;
  std::uint32_t gate_starts_per_minute = 600;
  Duration list_age_max = 5min;
  std::uint32_t pace = 1;

  // ---- what operators do
  void host_labelled(const HostId& host, const Labels& labels) { labels_[host] = labels; }
  void plan_approved(const PlanId& plan, const PlanHead& head, const std::vector<Leaf>& leaves,
                     const PublicKey& by);
  void retry_asked(const PlanId& plan, const HostId& host);
  /// A person says that the host is well enough, or out of the fleet for good.
  void host_excused(const HostId& host) { hurt_.erase(host); }
  void host_gone(const HostId& host);
  [[nodiscard]] bool is_gone(const HostId& host) const { return gone_.contains(host); }

  // ---- what a thief does
  /// A document that asks for a feature nobody has; `digest` of its envelope.
  void unknown_made(const Digest& digest) { unknown_.insert(digest); }

  // ---- what the coordinator does
  void centre_starts();
  /// A kill within the minute then forgets starts (I10): the gate, which is not here, counts on.
  void centre_clock_jumps() { left_at_.clear(); }
  void row_durable(const CoordinatorRow& row);
  /// All rows of one step are: what it granted is judged by what was known to it.
  void step_durable();
  void dispatch_left(const AttemptId& attempt, const std::optional<Permit>& permit,
                     const AuditHead& audit);
  void acknowledgement_left(const AttemptId& attempt, const Digest& record);

  // ---- what gates do
  void gate_starts(const std::string& gate);
  /// All of it in one part, signed with the dispatch key.
  void list_came(const std::string& gate, const Part& part);
  void list_stored(const std::string& gate);
  void works_by(const std::string& gate, std::uint64_t number);
  void let_in(const std::string& gate, const LinkKey& link);
  void passed_on(const std::string& gate, const LinkKey& link);
  void sent_out(const std::string& gate, const ToHosts& order);

  // ---- what happens on a host
  void permit_came(const HostId& host, const Permit& permit, Term term_durable);
  void beacon_came(const HostId& host) { beacon_at_[host] = timeline_.now(); }
  void host_state_durable(const HostId& host, const HostStateRow& row);
  /// The order to start reaches the machine.
  void task_launched(const HostId& machine, const AttemptId& attempt, const BootId& boot,
                     Instant boottime);
  /// The task begins, proven by its file.
  void task_began(const HostId& machine, const AttemptId& attempt);
  void task_ended(const HostId& machine, const AttemptId& attempt, bool host_is_well);
  void record_durable_on_host(const HostId& machine, const AttemptId& attempt,
                              const Digest& record);
  /// By the coordinator, in a greeting or a report.
  void boot_heard(const HostId& host, const BootId& boot);
  void host_cloned(const HostId& host) { twins_[host].cloned = true; }
  [[nodiscard]] bool is_cloned(const HostId& host) const;
  /// A record of this plan is stored that another machine with the host's keys may have signed.
  [[nodiscard]] bool twin_ended(const HostId& host, const PlanId& plan) const;

  // ---- now and then
  void holds(const Holding& holding);

  // ---- once all is quiet
  void at_end();

  [[nodiscard]] const std::vector<Violation>& violations() const { return violations_; }
  [[nodiscard]] std::size_t begun() const { return begun_.size(); }

 private:
  struct Approved {
    std::set<PublicKey> by;
    PlanHead head;
    std::map<HostId, Leaf> leaves;
  };
  using PlanHost = std::pair<PlanId, HostId>;
  struct ListSeen {
    std::uint64_t number = 0;
    std::set<LinkKey> links;
    std::optional<Duration> came;  // in this life of the gate
    WallTime until{};
  };
  struct GateBook {
    ListSeen newest;
    ListSeen stored;
    std::deque<Duration> starts;
    std::map<LinkKey, std::deque<Duration>> frames;
  };

  /// Two boots that take turns under one key, as far as this coordinator process has heard.
  struct Twins {
    bool cloned = false;
    BootId boot;
    BootId before;
    std::uint32_t returns = 0;
    std::optional<Duration> at;
    std::optional<Duration> known;  // since when there were two returns
  };
  void check_twins(const AttemptId& attempt);
  void complain(std::string_view invariant, std::string text);
  const ListSeen* read_list(const Part& part);
  void take_target(const PlanId& plan, const TargetRow& row);
  void take_record(const RecordRow& row);
  void take_reign(const ReignRow& row);
  void take_exposure(const ExposureRow& row);
  void take_roster(const RosterRow& row);
  void take_control(const ControlRow& row);
  void check_authority(const HostId& machine, const AttemptId& attempt, const Approved& plan);
  void check_audit(const AuditRow& row);
  void check_order(const AttemptId& attempt, const Approved& plan);
  void check_rate(const AttemptId& attempt);
  void check_budgets(const AttemptId& attempt, const Approved& plan);
  [[nodiscard]] bool is_over(const PlanId& plan, const HostId& host) const;
  [[nodiscard]] std::uint32_t failures_of(const PlanId& plan, const Approved& approved) const;
  [[nodiscard]] const TargetRow* target_of(const PlanId& plan, const HostId& host) const;

  Timeline& timeline_;
  std::vector<Violation> violations_;
  std::map<HostId, Labels> labels_;
  std::map<PlanId, Approved> approved_;
  std::set<PlanHost> retried_;

  // The coordinator's store, as it became durable.
  std::map<RolloutId, PlanId> rollouts_;
  std::map<PlanHost, TargetRow> targets_;
  std::map<AttemptId, RecordRow> records_;
  std::set<std::string> audit_texts_;
  AuditHead audit_;
  Term reign_;
  bool reign_known_ = false;  // since the coordinator started
  std::set<HostId> gone_;
  std::set<PublicKey> operators_;
  std::map<PublicKey, Duration> dismissed_;  // when that became durable
  std::set<Digest> unknown_;
  std::map<AttemptId, Digest> acknowledged_;

  std::map<PlanHost, bool> ended_;  // at least once; true: as unreachable
  std::vector<AttemptId> granted_now_;
  std::set<AttemptId> granted_;
  std::set<AttemptId> left_;
  std::deque<Duration> left_at_;
  std::map<AttemptId, std::vector<Permit>> permits_;
  struct Obeyed {
    Term term;
    ControlNumber control;
    Digest control_head;
    RosterNumber roster;
    std::uint32_t label_serial = 0;
  };
  void check_obeyed(const HostId& host, const Obeyed& last, const Obeyed& now);
  std::map<HostId, Obeyed> obeyed_;  // as it became durable
  std::map<HostId, Duration> beacon_at_;
  std::map<HostId, Duration> stopped_;  // since when, durably
  std::map<std::string, GateBook> gates_;
  Digest list_read_;
  ListSeen list_;
  std::map<HostId, Twins> twins_;
  std::map<std::string, WallTime> clocks_;  // by row: since when a fix is known, once durable
  std::set<AttemptId> begun_;
  std::set<std::pair<HostId, AttemptId>> begun_on_;  // by machine
  std::map<HostId, AttemptId> running_;              // disruptive ones
  std::map<HostId, PlanId> hurt_;                    // by whose task
  std::map<AttemptId, Digest> made_;                 // records durable on their host
};

}  // namespace mainstay::sim
