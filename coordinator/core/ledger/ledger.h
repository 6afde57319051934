// The ledger: who is out of service, in every budget group of every plan under way. Built anew from
// slots and liveness for each pass, so that it cannot drift from what it counts.
//
// 1. Out are: hosts with a slot, hosts not heard, duplicates; parked ones too where the budget is
//    absolute. Parked hosts leave both sides of a percentage.
// 2. A slot is granted only if every group of every budget that concerns the host stays within its
//    limit, the host counted. A host that is out already adds nothing, but gets nothing either
//    while its group is over the limit: who fails by himself may bring it there.
// 3. But a plan may start with a limit below what others have out by then. A host between two steps
//    goes on if those that are out in earnest (failed, silent, at work) stay within the limit, the
//    host counted: no other that is between two steps is hurt by it, and waiting for each other
//    would bring none of them back. If it is the only one, it goes on even where the limit has
//    fallen to 0, since hosts of its group were removed: it is out until it has ended.
// 4. Percentages round down, at least 1 unless 0 is written.
#pragma once

#include "coordinator/core/fleet/fleet.h"

namespace mainstay::coordinator {

/// "cluster=web-1" or "service=web,zone=a"; nothing if the host lacks one of the labels.
std::optional<std::string> group_of(const Labels& labels, const std::vector<std::string>& per);

struct GroupCount {
  std::uint32_t members = 0;
  std::uint32_t parked = 0;
  std::set<HostId> out;         // parked hosts only if they hold a slot
  std::set<HostId> parked_out;  // parked hosts without a slot
  std::set<HostId> between;     // of `out`: well, and between two steps of a rollout
};
/// How many hosts of the group may be out at once.
std::uint32_t allowed_out(const Budget& budget, const GroupCount& count);
/// How many are, as this budget counts.
std::uint32_t counted_out(const Budget& budget, const GroupCount& count);

struct LedgerLine {
  RolloutId rollout;
  Budget budget;
  std::string group;
  GroupCount count;
};
/// Whether the host is between two steps and goes on, by rule 3.
bool goes_on(const LedgerLine& line, const HostId& host);

/// Why a host may not be taken out of service now.
struct Shortage {
  RolloutId rollout;
  std::string budget;
  std::string group;
  std::uint32_t out = 0;
  std::uint32_t allowed = 0;
  HostId blocking;  // of those it waits for the worst; empty if the host has no such group
};

class Ledger {
 public:
  Ledger(const State& state, const Limits& limits, Now now);
  std::optional<Shortage> shortage(const State& state, const Host& host, RolloutId rollout) const;
  /// The host holds a slot from now on, and is at work.
  void book(const Host& host);
  [[nodiscard]] const std::vector<LedgerLine>& lines() const { return lines_; }

 private:
  /// The lines of one budget of one rollout, by group: a host is in one of them at most.
  struct Section {
    std::vector<std::string> per;
    std::map<std::string, std::size_t> lines;  // index
  };

  void add_budget(const State& state, const Rollout& rollout, const Budget& budget);
  [[nodiscard]] static std::optional<std::size_t> line_of(const Section& section,
                                                          const Labels& labels);
  std::vector<LedgerLine> lines_;
  std::vector<Section> sections_;
  const Limits& limits_;
  Now now_;
};

/// Takes a slot for the host, or keeps the one it has.
SlotRow& book_slot(Turn& turn, const Host& host, RolloutId rollout);
void release_slot(Turn& turn, const HostId& host, const std::string& why);
/// Only if the rollout holds it: a host that one rollout left hurt may be asked by another.
void release_slot(Turn& turn, const HostId& host, RolloutId of, const std::string& why);
/// Only proven health gives this slot back.
void taint_slot(Turn& turn, const HostId& host, RolloutId of, const std::string& reason);
/// "2 broken packages, 0 before"
std::string worse_text(const Health& now, const Health& before);

}  // namespace mainstay::coordinator
