#include "common/plan/attempt.h"

#include "common/wire/decode.h"
#include "common/wire/message.h"
#include "common/wire/shared.h"

namespace mainstay {

void write(schema::AttemptId::Builder to, const AttemptId& from) {
  to.setPlan(data_of(from.plan));
  to.setHost(text_of(from.host));
  to.setStep(from.step);
  to.setNumber(from.number);
}

AttemptId read(schema::AttemptId::Reader from, Complaint& complaint) {
  return {.plan = read_id<PlanId>(from.getPlan(), "plan", complaint),
          .step = from.getStep(),
          .host = read_host(from.getHost(), complaint),
          .number = from.getNumber()};
}

void write(schema::AuditHead::Builder to, const AuditHead& from) {
  to.setNumber(from.number);
  to.setDigest(data_of(from.digest));
}

AuditHead read(schema::AuditHead::Reader from, Complaint& complaint) {
  return {.number = from.getNumber(),
          .digest = read_id<Digest>(from.getDigest(), "audit digest", complaint)};
}

void write(schema::MerkleProof::Builder to, const MerkleProof& from) {
  to.setIndex(from.index);
  to.setCount(from.count);
  to.setPath(data_of(ByteView(joined(from.path))));
}

MerkleProof read(schema::MerkleProof::Reader from, Complaint& complaint) {
  return {.index = from.getIndex(),
          .count = from.getCount(),
          .path = read_ids<Digest>(from.getPath(), {"proof", kProofDigestsMax}, complaint)};
}

void write(schema::Permit::Builder to, const Permit& from) {
  write(to.initAttempt(), from.attempt);
  to.setTerm(from.term.value);
  to.setBoot(data_of(from.boot));
  to.setNotAfterBootMs(ms_of(from.not_after));
}

Permit read(schema::Permit::Reader from, Complaint& complaint) {
  return {.attempt = read(from.getAttempt(), complaint),
          .term = {from.getTerm()},
          .boot = read_id<BootId>(from.getBoot(), "boot", complaint),
          .not_after = read_instant(from.getNotAfterBootMs(), "not after", complaint)};
}

void write(schema::PermitBatch::Builder to, const PermitBatch& from) {
  write(to.initHeader(), from.header);
  to.setTerm(from.term.value);
  to.setRoot(data_of(from.root));
  write(to.initAudit(), from.audit);
}

PermitBatch read(schema::PermitBatch::Reader from, Complaint& complaint) {
  return {.header = read(from.getHeader(), complaint),
          .term = {from.getTerm()},
          .root = read_id<Digest>(from.getRoot(), "root", complaint),
          .audit = read(from.getAudit(), complaint)};
}

void write(schema::Beacon::Builder to, const Beacon& from) {
  write(to.initHeader(), from.header);
  to.setTerm(from.term.value);
  to.setSequence(from.sequence);
  to.setWallMs(ms_of(from.wall));
  to.setRoster(from.roster.value);
  to.setControlNumber(from.control_number.value);
  to.setControlHead(data_of(from.control_head));
  write(to.initAudit(), from.audit);
}

Beacon read(schema::Beacon::Reader from, Complaint& complaint) {
  return {.header = read(from.getHeader(), complaint),
          .term = {from.getTerm()},
          .sequence = from.getSequence(),
          .wall = read_wall(from.getWallMs(), "wall time", complaint),
          .roster = {from.getRoster()},
          .control_number = {from.getControlNumber()},
          .control_head = read_id<Digest>(from.getControlHead(), "control head", complaint),
          .audit = read(from.getAudit(), complaint)};
}

void write(schema::PermitSlip::Builder to, const PermitSlip& from) {
  to.setBatch(data_of(ByteView(from.batch)));
  to.setPermit(data_of(ByteView(from.permit)));
  write(to.initProof(), from.proof);
}

PermitSlip read(schema::PermitSlip::Reader from, Complaint& complaint) {
  return {.batch = read_signed(from.getBatch(), complaint),
          .permit = read_bytes(from.getPermit(), {"permit", kSmallBytesMax}, complaint),
          .proof = read(from.getProof(), complaint)};
}

void write(schema::Dispatch::Builder to, const Dispatch& from) {
  write(to.initAttempt(), from.attempt);
  to.setHead(data_of(ByteView(from.head)));
  to.setLeaf(data_of(ByteView(from.leaf)));
  write(to.initProof(), from.proof);
  if (from.permit) write(to.initPermit(), *from.permit);
}

Dispatch read(schema::Dispatch::Reader from, Complaint& complaint) {
  Dispatch dispatch{.attempt = read(from.getAttempt(), complaint),
                    .head = read_signed(from.getHead(), complaint),
                    .leaf = read_bytes(from.getLeaf(), {"leaf", kLeafBytesMax}, complaint),
                    .proof = read(from.getProof(), complaint),
                    .permit = {}};
  if (from.hasPermit()) dispatch.permit = read(from.getPermit(), complaint);
  return dispatch;
}

void write(schema::Outcome::Builder to, const Outcome& from) {
  write(to.initHeader(), from.header);
  write(to.initAttempt(), from.attempt);
  to.setKind(enum_to<schema::OutcomeKind>(from.kind));
  to.setReason(line_of(from.reason).c_str());
  to.setStartedAtMs(ms_of(from.started_at));
  to.setFinishedAtMs(ms_of(from.finished_at));
  to.setBoot(data_of(from.boot));
  to.setFinishedBootMs(ms_of(from.finished_boottime));
  to.setOutputDigest(data_of(from.output_digest));
  to.setOutputBytes(from.output_bytes);
  to.setOutputTail(data_of(ByteView(from.output_tail)));
  write_list(to.initInstalled(count_of(from.installed)), from.installed);
  write(to.initAudit(), from.audit);
}

Outcome read(schema::Outcome::Reader from, Complaint& complaint) {
  return {
      .header = read(from.getHeader(), complaint),
      .attempt = read(from.getAttempt(), complaint),
      .kind = read_enum(from.getKind(), OutcomeKind::NotStarted, "outcome", complaint),
      .reason = read_line(from.getReason(), "reason", complaint),
      .started_at = read_wall(from.getStartedAtMs(), "started at", complaint),
      .finished_at = read_wall(from.getFinishedAtMs(), "finished at", complaint),
      .boot = read_id<BootId>(from.getBoot(), "boot", complaint),
      .finished_boottime = read_instant(from.getFinishedBootMs(), "finished at", complaint),
      .output_digest = read_id<Digest>(from.getOutputDigest(), "output digest", complaint),
      .output_bytes = from.getOutputBytes(),
      .output_tail = read_bytes(from.getOutputTail(), {"output tail", kTailBytesMax}, complaint),
      .installed =
          read_list<PackageVersion>(from.getInstalled(), {"installed", kPackagesMax}, complaint),
      .audit = read(from.getAudit(), complaint),
  };
}

void write(schema::ClosedRecord::Builder to, const ClosedRecord& from) {
  write(to.initHeader(), from.header);
  write(to.initAttempt(), from.attempt);
  to.setKind(enum_to<schema::OutcomeKind>(from.kind));
  to.setReason(line_of(from.reason).c_str());
  to.setClosedAtMs(ms_of(from.closed_at));
  write(to.initAudit(), from.audit);
}

ClosedRecord read(schema::ClosedRecord::Reader from, Complaint& complaint) {
  ClosedRecord record{
      .header = read(from.getHeader(), complaint),
      .attempt = read(from.getAttempt(), complaint),
      .kind = read_enum(from.getKind(), OutcomeKind::NotStarted, "outcome", complaint),
      .reason = read_line(from.getReason(), "reason", complaint),
      .closed_at = read_wall(from.getClosedAtMs(), "closed at", complaint),
      .audit = read(from.getAudit(), complaint),
  };
  if (record.kind != OutcomeKind::Refused && record.kind != OutcomeKind::Expired) {
    complaint.add("outcome", "of a closed record is neither refused nor expired");
  }
  return record;
}

void write(schema::Acknowledgement::Builder to, const Acknowledgement& from) {
  write(to.initHeader(), from.header);
  write(to.initAttempt(), from.attempt);
  to.setRecord(data_of(from.record));
  to.setTerm(from.term.value);
}

Acknowledgement read(schema::Acknowledgement::Reader from, Complaint& complaint) {
  return {.header = read(from.getHeader(), complaint),
          .attempt = read(from.getAttempt(), complaint),
          .record = read_id<Digest>(from.getRecord(), "record", complaint),
          .term = {from.getTerm()}};
}

Bytes encode(const Permit& value) {
  return encode_message<schema::Permit>(value);
}
Bytes encode(const PermitBatch& value) {
  return encode_message<schema::PermitBatch>(value);
}
Bytes encode(const Beacon& value) {
  return encode_message<schema::Beacon>(value);
}
Bytes encode(const Dispatch& value) {
  return encode_message<schema::Dispatch>(value);
}
Bytes encode(const Outcome& value) {
  return encode_message<schema::Outcome>(value);
}
Bytes encode(const ClosedRecord& value) {
  return encode_message<schema::ClosedRecord>(value);
}
Bytes encode(const Acknowledgement& value) {
  return encode_message<schema::Acknowledgement>(value);
}

template <>
Result<Permit> decode(ByteView bytes) {
  return decode_message<schema::Permit, Permit>(bytes, signed_shape(kSmallBytesMax));
}
template <>
Result<PermitBatch> decode(ByteView bytes) {
  return decode_message<schema::PermitBatch, PermitBatch>(bytes, signed_shape(kSmallBytesMax));
}
template <>
Result<Beacon> decode(ByteView bytes) {
  return decode_message<schema::Beacon, Beacon>(bytes, signed_shape(kSmallBytesMax));
}
template <>
Result<Dispatch> decode(ByteView bytes) {
  return decode_message<schema::Dispatch, Dispatch>(bytes, frame_shape(kHostFrameBytesMax));
}
template <>
Result<Outcome> decode(ByteView bytes) {
  return decode_message<schema::Outcome, Outcome>(bytes, signed_shape(kOutcomeBytesMax));
}
template <>
Result<ClosedRecord> decode(ByteView bytes) {
  return decode_message<schema::ClosedRecord, ClosedRecord>(bytes, signed_shape(kSmallBytesMax));
}
template <>
Result<Acknowledgement> decode(ByteView bytes) {
  return decode_message<schema::Acknowledgement, Acknowledgement>(bytes,
                                                                  signed_shape(kSmallBytesMax));
}

}  // namespace mainstay
