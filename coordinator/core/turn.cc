#include "coordinator/core/turn.h"

#include "common/core/check.h"
#include "coordinator/core/audit/chain.h"

namespace mainstay::coordinator {

namespace {

// Fixed fields, key and framing of a row; of an entry in a list. Room for one more entry included.
constexpr std::size_t kRowBytes = 1024;
constexpr std::size_t kEntryBytes = 128;

/// What a row takes in the store, from above: texts of hosts and documents make the difference.
struct Weigh {
  std::size_t operator()(const ReignRow&) const { return kRowBytes; }
  std::size_t operator()(const HostRow& row) const {
    return kRowBytes + row.certificate_document.size() + row.parked_reason.size();
  }
  std::size_t operator()(const SightRow&) const { return 0; }  // cache has bounds of its own
  std::size_t operator()(const TokenRow& row) const { return kRowBytes + row.document.size(); }
  std::size_t operator()(const RosterRow& row) const { return kRowBytes + row.document.size(); }
  std::size_t operator()(const ControlRow& row) const { return kRowBytes + row.document.size(); }
  std::size_t operator()(const ControlPendingRow& row) const { return (*this)(row.row); }
  std::size_t operator()(const PlanRow& row) const {
    std::size_t bytes = kRowBytes + row.head_payload.size();
    for (const auto& approval : row.approvals) bytes += kEntryBytes + approval.document.size();
    for (const auto& excluded : row.excluded) bytes += kEntryBytes + excluded.reason.size();
    return bytes;
  }
  std::size_t operator()(const LeafRow& row) const { return kRowBytes + row.bytes.size(); }
  std::size_t operator()(const RolloutRow& row) const {
    return kRowBytes + row.reason.size() + kEntryBytes * row.regions.size();
  }
  std::size_t operator()(const TargetRow& row) const {
    std::size_t bytes = kRowBytes + row.reason.size();
    for (const auto& entry : row.history) bytes += kEntryBytes + entry.reason.size();
    return bytes;
  }
  std::size_t operator()(const SlotRow& row) const { return kRowBytes + row.reason.size(); }
  std::size_t operator()(const RecordRow& row) const {
    return kRowBytes + row.envelope.size() + row.output_tail.size();
  }
  std::size_t operator()(const RequestRow& row) const { return kRowBytes + row.text.size(); }
  std::size_t operator()(const AuditRow& row) const { return kRowBytes + row.text.size(); }
  std::size_t operator()(const FindingsRow&) const { return 0; }
  std::size_t operator()(const PackagesRow&) const { return 0; }
  std::size_t operator()(const FeedRow& row) const { return kRowBytes + row.by.size(); }
  std::size_t operator()(const ExposureRow& row) const {
    return kRowBytes + row.vulnerability.size() + row.release.size();
  }
  std::size_t operator()(const SnoozeRow& row) const {
    return kRowBytes + row.need.cause.size() + row.need.reason.size();
  }
};

}  // namespace

void Turn::touch(const HostRow& row) {
  if (hosts_.insert(row.host).second) bytes_ += Weigh{}(row);
}
void Turn::touch(const PlanRow& row) {
  if (plans_.insert(row.plan).second) bytes_ += Weigh{}(row);
}
void Turn::touch(const RolloutRow& row) {
  if (rollouts_.insert(row.rollout).second) bytes_ += Weigh{}(row);
}
void Turn::touch(const TargetRow& row) {
  if (targets_.insert({row.rollout, row.host}).second) bytes_ += Weigh{}(row);
}
void Turn::touch_slot(const HostId& host) {
  if (slots_.insert(host).second) bytes_ += kRowBytes;
}

void Turn::put(CoordinatorRow row) {
  bytes_ += std::visit(Weigh{}, row);
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

void Turn::audit(std::string_view text) {
  put(append(state.audit, text, now.wall, limits));
}

bool Turn::is_full() {
  const std::size_t keys = effects_.writes.size() + hosts_.size() + slots_.size() + plans_.size() +
                           rollouts_.size() + targets_.size();
  const bool full = keys >= limits.step_keys_soft || bytes_ >= limits.step_bytes_soft;
  more_ = more_ || full;
  return full;
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
  if (more_ && !state.going_on) {
    state.going_on = true;
    order(GoOn{});
  }
  return std::move(effects_);
}

}  // namespace mainstay::coordinator
