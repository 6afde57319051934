// Slots change hands here and nowhere else.
#include "common/core/check.h"
#include "coordinator/core/ledger/ledger.h"

namespace mainstay::coordinator {

SlotRow& book_slot(Turn& turn, const Host& host, RolloutId rollout) {
  auto [at, fresh] = turn.state.slots.try_emplace(host.row.host);
  SlotRow& slot = at->second;
  if (fresh) {
    slot.host = host.row.host;
    slot.since = turn.now.wall;
    slot.snapshot = host.sight.row.health;
    slot.rollout = rollout;
  }
  CHECK(slot.rollout == rollout);
  slot.reason = "working in " + short_name(rollout);
  turn.touch_slot(slot.host);
  return slot;
}

void release_slot(Turn& turn, const HostId& host, RolloutId of, const std::string& why) {
  const auto slot = turn.state.slots.find(host);
  if (slot != turn.state.slots.end() && slot->second.rollout == of) release_slot(turn, host, why);
}

void release_slot(Turn& turn, const HostId& host, const std::string& why) {
  const auto slot = turn.state.slots.find(host);
  if (slot == turn.state.slots.end()) return;
  turn.audit("slot released host=" + host.text() + " of " + short_name(slot->second.rollout) +
             ": " + why);
  turn.state.slots.erase(slot);
  turn.touch_slot(host);
  turn.stirred = true;
}

void taint_slot(Turn& turn, const HostId& host, RolloutId of, const std::string& reason) {
  const auto slot = turn.state.slots.find(host);
  // Absent after an operator released it; read-only work never had one.
  if (slot == turn.state.slots.end() || slot->second.rollout != of) return;
  slot->second.tainted = true;
  slot->second.reason = reason;
  turn.touch_slot(host);
}

std::string worse_text(const Health& now, const Health& before) {
  std::string text;
  const auto add = [&text](std::uint32_t is, std::uint32_t was, const char* what) {
    if (is <= was) return;
    if (!text.empty()) text += ", ";
    text += std::to_string(is) + " " + what + ", " + std::to_string(was) + " before";
  };
  add(now.broken_packages, before.broken_packages, "broken packages");
  add(now.failed_units, before.failed_units, "failed units");
  return text.empty() ? "no worse than before" : text;
}

}  // namespace mainstay::coordinator
