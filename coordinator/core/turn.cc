#include "coordinator/core/turn.h"

#include "common/core/check.h"
#include "coordinator/core/audit/chain.h"

namespace mainstay::coordinator {

void Turn::put(CoordinatorRow row) {
  const Axis axis = axis_of(row);
  effects_.writes.push_back({.axis = axis, .row = std::move(row)});
}

void Turn::erase(CoordinatorRow row) {
  const Axis axis = axis_of(row);
  effects_.writes.push_back({.axis = axis, .row = std::move(row), .erase = true});
}

void Turn::answer(std::uint64_t request, Verdict verdict, std::string text) {
  order(Answer{.request = request, .verdict = verdict, .text = std::move(text)});
}

void Turn::audit(std::string text) {
  put(append(state.audit, std::move(text), now.wall, limits));
}

bool Turn::is_full() {
  const std::size_t keys = effects_.writes.size() + hosts_.size() + slots_.size() + plans_.size() +
                           rollouts_.size() + targets_.size();
  more_ = more_ || keys >= limits.step_keys_soft;
  return keys >= limits.step_keys_soft;
}

CoordinatorEffects Turn::finish() {
  if (reign_) put(state.reign);
  for (const auto& host : hosts_) put(state.hosts.at(host).row);
  for (const auto& host : sights_) put(state.hosts.at(host).sight.row);
  for (const auto& plan : plans_) put(state.plans.at(plan).row);
  for (const auto& rollout : rollouts_) put(state.rollouts.at(rollout).row);
  for (const auto& [rollout, host] : targets_) {
    put(state.rollouts.at(rollout).targets.at(host).row);
  }
  for (const auto& host : slots_) {
    const auto slot = state.slots.find(host);
    if (slot != state.slots.end()) {
      put(slot->second);
    } else {
      SlotRow gone;
      gone.host = host;
      erase(std::move(gone));
    }
  }
  if (more_) order(GoOn{});
  return std::move(effects_);
}

}  // namespace mainstay::coordinator
