// Random but valid rows, for tests and fixtures: samples as in sample.h, and every kind of stored
// row by name, so that a new kind is in the fixtures and the fuzz corpus or in neither.
#pragma once

#include "common/wire/decode.h"
#include "common/wire/row.h"
#include "common/wire/sample.h"

namespace mainstay {

namespace sample {
template <>
inline constexpr PlanPhase kLast<PlanPhase> = PlanPhase::Started;
template <>
inline constexpr RolloutPhase kLast<RolloutPhase> = RolloutPhase::Aborted;
template <>
inline constexpr RegionPhase kLast<RegionPhase> = RegionPhase::Done;
template <>
inline constexpr TargetPhase kLast<TargetPhase> = TargetPhase::Ended;
}  // namespace sample

// The values in a row are those of its documents.
template <class T>
Bytes sealed(const T& value) {
  return encode(SignedDocument{.context = "any", .payload = encode(value), .signatures = {}});
}
inline void repair(HostRow& row) {
  row.certificate_document = sealed(row.certificate);
}
inline void repair(TokenRow& row) {
  row.token.labels = sealed(row.certificate);
  row.document = sealed(row.token);
}
inline void repair(RosterRow& row) {
  row.document = sealed(row.roster);
}
inline void repair(ControlRow& row) {
  row.document = sealed(ControlStatement{
      .header = {}, .number = row.number, .previous = {}, .act = row.act, .signed_at = {}});
}
inline void repair(PlanRow& row) {
  row.head_payload = encode(row.head);
}
inline void repair(LeafRow& row) {
  row.bytes = encode(row.leaf);
}

/// Calls `see(name, row)` with one of each kind of row, made from the seed.
template <class See>
void for_each_row_kind(std::uint64_t seed, See see) {
  const auto centre = [&]<class Row>(const char* name, Row row) {
    see(name, CoordinatorRow(std::move(row)));
  };
  centre("row_reign", sample::make<ReignRow>(seed));
  centre("row_host", sample::make<HostRow>(seed));
  centre("row_sight", sample::make<SightRow>(seed));
  centre("row_token", sample::make<TokenRow>(seed));
  centre("row_roster", sample::make<RosterRow>(seed));
  centre("row_control", sample::make<ControlRow>(seed));
  centre("row_plan", sample::make<PlanRow>(seed));
  centre("row_leaf", sample::make<LeafRow>(seed));
  centre("row_rollout", sample::make<RolloutRow>(seed));
  centre("row_target", sample::make<TargetRow>(seed));
  centre("row_slot", sample::make<SlotRow>(seed));
  centre("row_record", sample::make<RecordRow>(seed));
  centre("row_request", sample::make<RequestRow>(seed));
  centre("row_audit", sample::make<AuditRow>(seed));
  centre("row_control_pending", ControlPendingRow{sample::make<ControlRow>(seed)});
  centre("row_findings", sample::make<FindingsRow>(seed));
  centre("row_snooze", sample::make<SnoozeRow>(seed));
  centre("row_packages", sample::make<PackagesRow>(seed));
  centre("row_feed", sample::make<FeedRow>(seed));
  centre("row_exposure", sample::make<ExposureRow>(seed));
  static_assert(std::variant_size_v<CoordinatorRow> == 20, "add the new kind above");
  see("row_host_state", sample::make<HostStateRow>(seed));
  see("row_attempt", sample::make<AttemptRow>(seed));
  see("row_spool", sample::make<SpoolRow>(seed));
  see("row_agent", sample::make<AgentRow>(seed));
}

}  // namespace mainstay
