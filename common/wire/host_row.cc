#include "common/row/host_row.h"

#include "common/wire/row_field.h"

namespace mainstay {

void write(schema::AbortedUntil::Builder to, const AbortedPlan& from) {
  to.setPlan(data_of(from.plan));
  to.setUntilMs(ms_of(from.until));
}

AbortedPlan read(schema::AbortedUntil::Reader from, Complaint& complaint) {
  return {.plan = read_id<PlanId>(from.getPlan(), "plan", complaint),
          .until = read_wall(from.getUntilMs(), "until", complaint)};
}

namespace {

/// Empty until the host is bound.
HostId read_bound_host(capnp::Text::Reader from, Complaint& complaint) {
  return from.size() == 0 ? HostId() : read_host(from, complaint);
}

}  // namespace

void write(schema::HostStateRow::Builder to, const HostStateRow& from) {
  to.setHost(text_of(from.host));
  to.setBinding(data_of(ByteView(from.binding)));
  to.setLabels(data_of(ByteView(from.labels)));
  to.setRoster(data_of(ByteView(from.roster)));
  to.setTermSeen(from.term_seen.value);
  to.setControlNumber(from.control_number.value);
  to.setControlHead(data_of(from.control_head));
  to.setStopped(from.stopped);
  to.setRevoked(from.revoked);
  write_list(to.initAborted(count_of(from.aborted)), from.aborted);
  write(to.initAudit(), from.audit);
  to.setControlAtMs(ms_of(from.control_at));
}

HostStateRow read(schema::HostStateRow::Reader from, Complaint& complaint) {
  return {
      .host = read_bound_host(from.getHost(), complaint),
      .binding = read_stored_bytes(from.getBinding(), complaint),
      .labels = read_stored_bytes(from.getLabels(), complaint),
      .roster = read_stored_bytes(from.getRoster(), complaint),
      .term_seen = {from.getTermSeen()},
      .control_number = {from.getControlNumber()},
      .control_head = read_id<Digest>(from.getControlHead(), "control head", complaint),
      .stopped = from.getStopped(),
      .revoked = from.getRevoked(),
      .aborted = read_list<AbortedPlan>(from.getAborted(), {"aborted", kRowListMax}, complaint),
      .audit = read(from.getAudit(), complaint),
      .control_at = read_wall(from.getControlAtMs(), "control time", complaint),
  };
}

void write(schema::AttemptRow::Builder to, const AttemptRow& from) {
  write(to.initAttempt(), from.attempt);
  to.setPhase(enum_to<schema::AttemptPhase>(from.phase));
  write(to.initStep(), from.step);
  write_list(to.initPackages(count_of(from.packages)), from.packages);
  to.setPlanName(text_of(from.plan_name));
  to.setChange(text_of(from.change));
  to.setPlanNotAfterMs(ms_of(from.plan_not_after));
  to.setBoot(data_of(from.boot));
  to.setPermitUntilBootMs(ms_of(from.permit_until));
  to.setIntendedAtMs(ms_of(from.intended_at));
  to.setRecordDigest(data_of(from.record_digest));
  to.setRecord(data_of(ByteView(from.record)));
  to.setSucceeded(from.succeeded);
}

AttemptRow read(schema::AttemptRow::Reader from, Complaint& complaint) {
  return {
      .attempt = read(from.getAttempt(), complaint),
      .phase = read_enum(from.getPhase(), AttemptPhase::Closed, "phase", complaint),
      .step = read(from.getStep(), complaint),
      .packages =
          read_list<PackageVersion>(from.getPackages(), {"packages", kRowListMax}, complaint),
      .plan_name = read_stored_text(from.getPlanName()),
      .change = read_stored_text(from.getChange()),
      .plan_not_after = read_wall(from.getPlanNotAfterMs(), "plan's not after", complaint),
      .boot = read_id<BootId>(from.getBoot(), "boot", complaint),
      .permit_until = read_instant(from.getPermitUntilBootMs(), "permit until", complaint),
      .intended_at = read_wall(from.getIntendedAtMs(), "intended at", complaint),
      .record_digest = read_id<Digest>(from.getRecordDigest(), "record digest", complaint),
      .record = read_stored_bytes(from.getRecord(), complaint),
      .succeeded = from.getSucceeded(),
  };
}

void write(schema::SpoolRow::Builder to, const SpoolRow& from) {
  to.setRecordDigest(data_of(from.record_digest));
  to.setRecord(data_of(ByteView(from.record)));
}

SpoolRow read(schema::SpoolRow::Reader from, Complaint& complaint) {
  return {.record_digest = read_id<Digest>(from.getRecordDigest(), "record digest", complaint),
          .record = read_stored_bytes(from.getRecord(), complaint)};
}

void write(schema::AgentRow::Builder to, const AgentRow& from) {
  to.setHost(text_of(from.host));
  to.setBinding(data_of(ByteView(from.binding)));
  to.setLabels(data_of(ByteView(from.labels)));
}

AgentRow read(schema::AgentRow::Reader from, Complaint& complaint) {
  return {.host = read_bound_host(from.getHost(), complaint),
          .binding = read_stored_bytes(from.getBinding(), complaint),
          .labels = read_stored_bytes(from.getLabels(), complaint)};
}

Bytes encode_row(const HostStateRow& row) {
  return encode_message<schema::HostStateRow>(row);
}
Bytes encode_row(const AttemptRow& row) {
  return encode_message<schema::AttemptRow>(row);
}
Bytes encode_row(const SpoolRow& row) {
  return encode_message<schema::SpoolRow>(row);
}
Bytes encode_row(const AgentRow& row) {
  return encode_message<schema::AgentRow>(row);
}

template <>
Result<HostStateRow> decode_row(ByteView bytes) {
  return decode_stored<schema::HostStateRow, HostStateRow>(bytes);
}
template <>
Result<AttemptRow> decode_row(ByteView bytes) {
  return decode_stored<schema::AttemptRow, AttemptRow>(bytes);
}
template <>
Result<SpoolRow> decode_row(ByteView bytes) {
  return decode_stored<schema::SpoolRow, SpoolRow>(bytes);
}
template <>
Result<AgentRow> decode_row(ByteView bytes) {
  return decode_stored<schema::AgentRow, AgentRow>(bytes);
}

}  // namespace mainstay
