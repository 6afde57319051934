#include "agent/collect/backup/turns.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "agent/collect/backup/look.h"
#include "agent/collect/backup/overrun.h"
#include "agent/collect/backup/tool_call.h"
#include "common/core/digest.h"
#include "common/loop/boot_id.h"
#include "common/loop/clock.h"

namespace mainstay::agent::backup {
namespace {

struct Turn {
  const BackupSet& set;
  OverrunPlace place;
  std::vector<std::string> places;
  Overrun overrun;  // before this look
  Observed& seen;
};

/// A digest of all that a look's time depends on.
std::string definition_of(const BackupSet& set) {
  std::string words = set.where() + '\n' + set.pattern + '\n' + set.password.name;
  for (const auto* some : {&set.paths, &set.newest}) {
    for (const std::string& word : *some) words.append(1, '\n').append(word);
  }
  return to_hex(sha256(as_bytes(words)).view());
}

/// Who never overran first, and of those who did the one that was longest not asked: files before
/// tools, and a site's own command, of which nothing is known, last.
bool goes_first(const Turn& left, const Turn& right) {
  return std::tuple(left.overrun.at, left.set.tool != BackupTool::Files, left.set.tool) <
         std::tuple(right.overrun.at, right.set.tool != BackupTool::Files, right.set.tool);
}

/// True if it ran out of time. It is noted before: one that is killed can note nothing. The first
/// that did not end may have been ended by anything, as a restart, so it has no pause: the set
/// comes last.
bool look_in_turn(Turn& turn, const LookOrder& order) {
  const Instant began = loop::boottime_now();
  const bool is_first = turn.overrun.at == WallTime{};
  Overrun overrun{.count = is_first ? 0 : turn.overrun.count + 1, .at = order.now, .group = 0};
  note_overrun(turn.place, overrun);
  turn.seen = look_at_set(turn.set, order);
  overrun.count = turn.overrun.count + 1;
  overrun.group = turn.seen.group_killed;
  if (overrun.group == 0 && loop::boottime_now() - began < kLookTimeMax) {
    forget_overrun(turn.place);
    return false;
  }
  // What told of its newest backup all the same is asked each time, but after all others.
  if (turn.seen.trouble.empty()) overrun.count = 0;
  note_overrun(turn.place, overrun);
  if (overrun.count > 0 && !turn.place.folder.empty()) {
    turn.seen.trouble += "; " + asked_again_text(overrun);
  }
  return true;
}

}  // namespace

std::vector<Observed> look_at_sets(const std::vector<BackupSet>& sets, const LookOrder& order) {
  std::vector<Observed> seen(sets.size());
  std::vector<Turn> turns;
  std::vector<std::string> places;
  const auto boot_id = loop::boot_id();
  const std::string boot = boot_id.has_value() ? to_hex(boot_id->view()) : "";
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const OverrunPlace place{.folder = order.state,
                             .set = sets[i].name,
                             .boot = boot,
                             .definition = definition_of(sets[i])};
    turns.push_back({sets[i], place, places_of(sets[i]), overrun_of(place, order.now), seen[i]});
    places.insert(places.end(), turns[i].places.begin(), turns[i].places.end());
  }
  std::vector<std::size_t> by_turn(sets.size());
  std::iota(by_turn.begin(), by_turn.end(), std::size_t{0});
  std::ranges::stable_sort(by_turn, [&](std::size_t left, std::size_t right) {
    return goes_first(turns[left], turns[right]);
  });
  Answering answering(order.state);
  answering.ask(std::move(places));
  bool has_overrun = false;
  for (const std::size_t i : by_turn) {
    Turn& turn = turns[i];
    std::string why = silence_of(turn.places, answering);
    if (why.empty()) why = why_not_asked(turn.overrun, order.now);
    if (why.empty() && has_overrun) why = "was not asked: another set took too long";
    if (why.empty()) {
      has_overrun = look_in_turn(turn, order);
    } else {
      turn.seen = in_trouble(why);
    }
  }
  return seen;
}

}  // namespace mainstay::agent::backup
