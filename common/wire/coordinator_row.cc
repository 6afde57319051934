#include "common/row/coordinator_row.h"

#include "common/wire/row_parts.h"

namespace mainstay {

void write(schema::RequestRow::Builder to, const RequestRow& from) {
  to.setNonce(data_of(from.nonce));
  to.setNotAfterMs(ms_of(from.not_after));
  to.setVerdict(enum_to<schema::Verdict>(from.verdict));
  to.setText(text_of(from.text));
}

RequestRow read(schema::RequestRow::Reader from, Complaint& complaint) {
  return {.nonce = read_id<Nonce>(from.getNonce(), "nonce", complaint),
          .not_after = read_wall(from.getNotAfterMs(), "not after", complaint),
          .verdict = read_enum(from.getVerdict(), Verdict::Unreachable, "verdict", complaint),
          .text = read_stored_text(from.getText())};
}

void write(schema::AuditRow::Builder to, const AuditRow& from) {
  to.setNumber(from.number);
  to.setPrevious(data_of(from.previous));
  to.setAtMs(ms_of(from.at));
  to.setText(text_of(from.text));
  to.setDigest(data_of(from.digest));
}

AuditRow read(schema::AuditRow::Reader from, Complaint& complaint) {
  return {.number = from.getNumber(),
          .previous = read_id<Digest>(from.getPrevious(), "previous", complaint),
          .at = read_wall(from.getAtMs(), "at", complaint),
          .text = read_stored_text(from.getText()),
          .digest = read_id<Digest>(from.getDigest(), "digest", complaint)};
}

void write(schema::SnoozeRow::Builder to, const SnoozeRow& from) {
  write(to.initNeed(), from.need);
  to.setBy(text_of(from.by));
  to.setAtMs(ms_of(from.at));
}

SnoozeRow read(schema::SnoozeRow::Reader from, Complaint& complaint) {
  return {.need = read(from.getNeed(), complaint),
          .by = read_stored_text(from.getBy()),
          .at = read_wall(from.getAtMs(), "at", complaint)};
}

namespace {

using Builder = schema::CoordinatorRow::Builder;

void write_member(Builder to, const ReignRow& from) {
  write(to.initReign(), from);
}
void write_member(Builder to, const HostRow& from) {
  write(to.initHost(), from);
}
void write_member(Builder to, const SightRow& from) {
  write(to.initSight(), from);
}
void write_member(Builder to, const TokenRow& from) {
  write(to.initToken(), from);
}
void write_member(Builder to, const ControlRow& from) {
  write(to.initControl(), from);
}
void write_member(Builder to, const ControlPendingRow& from) {
  write(to.initControlPending(), from.row);
}
void write_member(Builder to, const PlanRow& from) {
  write(to.initPlan(), from);
}
void write_member(Builder to, const LeafRow& from) {
  write(to.initLeaf(), from);
}
void write_member(Builder to, const RolloutRow& from) {
  write(to.initRollout(), from);
}
void write_member(Builder to, const TargetRow& from) {
  write(to.initTarget(), from);
}
void write_member(Builder to, const SlotRow& from) {
  write(to.initSlot(), from);
}
void write_member(Builder to, const RecordRow& from) {
  write(to.initRecord(), from);
}
void write_member(Builder to, const RequestRow& from) {
  write(to.initRequest(), from);
}
void write_member(Builder to, const AuditRow& from) {
  write(to.initAudit(), from);
}
void write_member(Builder to, const FindingsRow& from) {
  write(to.initFindings(), from);
}
void write_member(Builder to, const SnoozeRow& from) {
  write(to.initSnooze(), from);
}
void write_member(Builder to, const PackagesRow& from) {
  write(to.initPackages(), from);
}
void write_member(Builder to, const FeedRow& from) {
  write(to.initFeed(), from);
}
void write_member(Builder to, const ExposureRow& from) {
  write(to.initExposure(), from);
}
void write_member(Builder to, const RosterRow& from) {
  to.setRoster(data_of(ByteView(from.document)));
}

}  // namespace

void write(schema::CoordinatorRow::Builder to, const CoordinatorRow& from) {
  std::visit([&](const auto& member) { write_member(to, member); }, from);
}

CoordinatorRow read(schema::CoordinatorRow::Reader from, Complaint& complaint) {
  switch (from.which()) {
    case schema::CoordinatorRow::REIGN:
      return read(from.getReign(), complaint);
    case schema::CoordinatorRow::HOST:
      return read(from.getHost(), complaint);
    case schema::CoordinatorRow::SIGHT:
      return read(from.getSight(), complaint);
    case schema::CoordinatorRow::TOKEN:
      return read(from.getToken(), complaint);
    case schema::CoordinatorRow::ROSTER:
      return read_roster_row(from.getRoster(), complaint);
    case schema::CoordinatorRow::CONTROL:
      return read(from.getControl(), complaint);
    case schema::CoordinatorRow::CONTROL_PENDING:
      return ControlPendingRow{read(from.getControlPending(), complaint)};
    case schema::CoordinatorRow::PLAN:
      return read(from.getPlan(), complaint);
    case schema::CoordinatorRow::LEAF:
      return read(from.getLeaf(), complaint);
    case schema::CoordinatorRow::ROLLOUT:
      return read(from.getRollout(), complaint);
    case schema::CoordinatorRow::TARGET:
      return read(from.getTarget(), complaint);
    case schema::CoordinatorRow::SLOT:
      return read(from.getSlot(), complaint);
    case schema::CoordinatorRow::RECORD:
      return read(from.getRecord(), complaint);
    case schema::CoordinatorRow::REQUEST:
      return read(from.getRequest(), complaint);
    case schema::CoordinatorRow::AUDIT:
      return read(from.getAudit(), complaint);
    case schema::CoordinatorRow::FINDINGS:
      return read(from.getFindings(), complaint);
    case schema::CoordinatorRow::SNOOZE:
      return read(from.getSnooze(), complaint);
    case schema::CoordinatorRow::PACKAGES:
      return read(from.getPackages(), complaint);
    case schema::CoordinatorRow::EXPOSURE:
      return read(from.getExposure(), complaint);
    case schema::CoordinatorRow::FEED:
      return read(from.getFeed(), complaint);
    case schema::CoordinatorRow::UNSET:
      break;
  }
  refuse_member("row", complaint);
  return {};
}

Bytes encode_row(const CoordinatorRow& row) {
  return encode_message<schema::CoordinatorRow>(row);
}

template <>
Result<CoordinatorRow> decode_row(ByteView bytes) {
  return decode_stored<schema::CoordinatorRow, CoordinatorRow>(bytes);
}

}  // namespace mainstay
