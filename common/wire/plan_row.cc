// Rows about plans, rollouts and their attempts.
#include "common/wire/row_field.h"
#include "common/wire/row_parts.h"

namespace mainstay {

void write(schema::Approval::Builder to, const Approval& from) {
  to.setKey(data_of(from.key));
  to.setName(text_of(from.name));
  to.setAtMs(ms_of(from.at));
  to.setDocument(data_of(ByteView(from.document)));
}

Approval read(schema::Approval::Reader from, Complaint& complaint) {
  return {.key = read_id<PublicKey>(from.getKey(), "key", complaint),
          .name = read_stored_text(from.getName()),
          .at = read_wall(from.getAtMs(), "at", complaint),
          .document = read_stored_bytes(from.getDocument(), complaint)};
}

void write(schema::Excluded::Builder to, const Excluded& from) {
  to.setHost(text_of(from.host));
  to.setReason(text_of(from.reason));
}

Excluded read(schema::Excluded::Reader from, Complaint& complaint) {
  return {.host = read_host(from.getHost(), complaint),
          .reason = read_stored_text(from.getReason())};
}

void write(schema::PlanRow::Builder to, const PlanRow& from) {
  to.setPlan(data_of(from.plan));
  to.setHead(data_of(ByteView(from.head_payload)));
  to.setPhase(enum_to<schema::PlanPhase>(from.phase));
  to.setDraftedBy(text_of(from.drafted_by));
  to.setDraftedAtMs(ms_of(from.drafted_at));
  write_list(to.initApprovals(count_of(from.approvals)), from.approvals);
  write_list(to.initExcluded(count_of(from.excluded)), from.excluded);
  to.setExcludedCount(from.excluded_count);
}

PlanRow read(schema::PlanRow::Reader from, Complaint& complaint) {
  PlanRow row{
      .plan = read_id<PlanId>(from.getPlan(), "plan", complaint),
      .head = {},
      .head_payload = read_stored_bytes(from.getHead(), complaint),
      .phase = read_enum(from.getPhase(), PlanPhase::Started, "phase", complaint),
      .drafted_by = read_stored_text(from.getDraftedBy()),
      .drafted_at = read_wall(from.getDraftedAtMs(), "drafted at", complaint),
      .approvals = read_list<Approval>(from.getApprovals(), {"approvals", kRowListMax}, complaint),
      .excluded = read_list<Excluded>(from.getExcluded(), {"excluded", kRowListMax}, complaint),
      .excluded_count = from.getExcludedCount(),
  };
  row.head = value_in<PlanHead>(row.head_payload, "plan head", complaint);
  return row;
}

void write(schema::LeafRow::Builder to, const LeafRow& from) {
  to.setPlan(data_of(from.plan));
  to.setIndex(from.index);
  to.setLeaf(data_of(ByteView(from.bytes)));
}

LeafRow read(schema::LeafRow::Reader from, Complaint& complaint) {
  LeafRow row{.plan = read_id<PlanId>(from.getPlan(), "plan", complaint),
              .index = from.getIndex(),
              .leaf = {},
              .bytes = read_stored_bytes(from.getLeaf(), complaint)};
  row.leaf = value_in<Leaf>(row.bytes, "leaf", complaint);
  return row;
}

void write(schema::RegionState::Builder to, const RegionState& from) {
  to.setName(text_of(from.name));
  to.setPhase(enum_to<schema::RegionPhase>(from.phase));
  to.setWave(from.wave);
  to.setSinceMs(ms_of(from.since));
}

RegionState read(schema::RegionState::Reader from, Complaint& complaint) {
  return {.name = read_stored_text(from.getName()),
          .phase = read_enum(from.getPhase(), RegionPhase::Done, "phase", complaint),
          .wave = from.getWave(),
          .since = read_wall(from.getSinceMs(), "since", complaint)};
}

void write(schema::RolloutRow::Builder to, const RolloutRow& from) {
  to.setRollout(from.rollout.value);
  to.setPlan(data_of(from.plan));
  to.setPhase(enum_to<schema::RolloutPhase>(from.phase));
  to.setReason(text_of(from.reason));
  to.setStartedBy(text_of(from.started_by));
  to.setStartedAtMs(ms_of(from.started_at));
  to.setPhaseSinceMs(ms_of(from.phase_since));
  write_list(to.initRegions(count_of(from.regions)), from.regions);
  to.setConcurrency(from.concurrency);
}

RolloutRow read(schema::RolloutRow::Reader from, Complaint& complaint) {
  return {.rollout = {from.getRollout()},
          .plan = read_id<PlanId>(from.getPlan(), "plan", complaint),
          .phase = read_enum(from.getPhase(), RolloutPhase::Aborted, "phase", complaint),
          .reason = read_stored_text(from.getReason()),
          .started_by = read_stored_text(from.getStartedBy()),
          .started_at = read_wall(from.getStartedAtMs(), "started at", complaint),
          .phase_since = read_wall(from.getPhaseSinceMs(), "phase since", complaint),
          .regions = read_list<RegionState>(from.getRegions(), {"regions", kRowListMax}, complaint),
          .concurrency = from.getConcurrency()};
}

void write(schema::AttemptEntry::Builder to, const AttemptEntry& from) {
  to.setStep(from.step);
  to.setNumber(from.number);
  to.setKind(enum_to<schema::OutcomeKind>(from.kind));
  to.setReason(text_of(from.reason));
  to.setStartedAtMs(ms_of(from.started_at));
  to.setFinishedAtMs(ms_of(from.finished_at));
}

AttemptEntry read(schema::AttemptEntry::Reader from, Complaint& complaint) {
  return {.step = from.getStep(),
          .number = from.getNumber(),
          .kind = read_enum(from.getKind(), OutcomeKind::NotStarted, "outcome", complaint),
          .reason = read_stored_text(from.getReason()),
          .started_at = read_wall(from.getStartedAtMs(), "started at", complaint),
          .finished_at = read_wall(from.getFinishedAtMs(), "finished at", complaint)};
}

void write(schema::TargetRow::Builder to, const TargetRow& from) {
  to.setRollout(from.rollout.value);
  to.setHost(text_of(from.host));
  to.setLeaf(from.leaf);
  to.setPhase(enum_to<schema::TargetPhase>(from.phase));
  to.setKind(enum_to<schema::OutcomeKind>(from.kind));
  to.setReason(text_of(from.reason));
  to.setStep(from.step);
  to.setNumber(from.number);
  to.setRetried(from.retried);
  write(to.initSnapshot(), from.snapshot);
  to.setGrantedAtMs(ms_of(from.granted_at));
  to.setPhaseSinceMs(ms_of(from.phase_since));
  to.setFinishedAtMs(ms_of(from.finished_at));
  write_list(to.initHistory(count_of(from.history)), from.history);
}

TargetRow read(schema::TargetRow::Reader from, Complaint& complaint) {
  return {
      .rollout = {from.getRollout()},
      .host = read_host(from.getHost(), complaint),
      .leaf = from.getLeaf(),
      .phase = read_enum(from.getPhase(), TargetPhase::Ended, "phase", complaint),
      .kind = read_enum(from.getKind(), OutcomeKind::NotStarted, "outcome", complaint),
      .reason = read_stored_text(from.getReason()),
      .step = from.getStep(),
      .number = from.getNumber(),
      .retried = from.getRetried(),
      .snapshot = read(from.getSnapshot(), complaint),
      .granted_at = read_wall(from.getGrantedAtMs(), "granted at", complaint),
      .phase_since = read_wall(from.getPhaseSinceMs(), "phase since", complaint),
      .finished_at = read_wall(from.getFinishedAtMs(), "finished at", complaint),
      .history = read_list<AttemptEntry>(from.getHistory(), {"history", kRowListMax}, complaint),
  };
}

void write(schema::SlotRow::Builder to, const SlotRow& from) {
  to.setHost(text_of(from.host));
  to.setRollout(from.rollout.value);
  to.setSinceMs(ms_of(from.since));
  to.setReason(text_of(from.reason));
  to.setTainted(from.tainted);
  write(to.initSnapshot(), from.snapshot);
}

SlotRow read(schema::SlotRow::Reader from, Complaint& complaint) {
  return {.host = read_host(from.getHost(), complaint),
          .rollout = {from.getRollout()},
          .since = read_wall(from.getSinceMs(), "since", complaint),
          .reason = read_stored_text(from.getReason()),
          .tainted = from.getTainted(),
          .snapshot = read(from.getSnapshot(), complaint)};
}

void write(schema::RecordRow::Builder to, const RecordRow& from) {
  write(to.initAttempt(), from.attempt);
  to.setDigest(data_of(from.digest));
  to.setEnvelope(data_of(ByteView(from.envelope)));
  to.setOutputTail(data_of(ByteView(from.output_tail)));
  to.setAtMs(ms_of(from.at));
}

RecordRow read(schema::RecordRow::Reader from, Complaint& complaint) {
  return {.attempt = read(from.getAttempt(), complaint),
          .digest = read_id<Digest>(from.getDigest(), "digest", complaint),
          .envelope = read_stored_bytes(from.getEnvelope(), complaint),
          .output_tail = read_stored_bytes(from.getOutputTail(), complaint),
          .at = read_wall(from.getAtMs(), "at", complaint)};
}

}  // namespace mainstay
