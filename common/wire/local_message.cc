#include "common/plan/local_message.h"

#include "common/wire/decode.h"
#include "common/wire/finding.h"
#include "common/wire/message.h"
#include "common/wire/shared.h"

namespace mainstay {
namespace {

void write_member(schema::ExecutorRequest::Builder to, const OfferDispatch& from) {
  write(to.initDispatch(), from.dispatch);
}
void write_member(schema::ExecutorRequest::Builder to, const OfferBeacon& from) {
  to.setBeacon(data_of(ByteView(from.beacon)));
}
void write_member(schema::ExecutorRequest::Builder to, const OfferControl& from) {
  to.setControl(data_of(ByteView(from.statement)));
}
void write_member(schema::ExecutorRequest::Builder to, const OfferLabels& from) {
  to.setLabels(data_of(ByteView(from.certificate)));
}
void write_member(schema::ExecutorRequest::Builder to, const OfferAcknowledgement& from) {
  to.setAcknowledgement(data_of(ByteView(from.acknowledgement)));
}
void write_member(schema::ExecutorRequest::Builder to, const OfferBinding& from) {
  to.setBinding(data_of(ByteView(from.binding)));
}
void write_member(schema::ExecutorRequest::Builder to, const AskState&) {
  to.setAskState();
}
void write_member(schema::ExecutorRequest::Builder to, const AskRefresh&) {
  to.setAskRefresh();
}
void write_member(schema::ExecutorRequest::Builder to, const AskLog& from) {
  write(to.initAskLog(), from.attempt);
}
void write_member(schema::ExecutorRequest::Builder to, const AskProbe& from) {
  to.setAskProbe(enum_to<schema::Source>(from.source));
}

void write_member(schema::ExecutorMessage::Builder to, const ExecutorState& from) {
  auto state = to.initState();
  state.setRecordKey(data_of(from.record_key));
  state.setTermSeen(from.term_seen.value);
  state.setControlSeen(from.control_seen.value);
  state.setRosterSeen(from.roster_seen.value);
  state.setLabelSerialSeen(from.label_serial_seen);
  write_list(state.initOpen(count_of(from.open)), from.open);
}
void write_member(schema::ExecutorMessage::Builder to, const RecordMessage& from) {
  to.setRecord(data_of(ByteView(from.record)));
}
void write_member(schema::ExecutorMessage::Builder to, const Rejection& from) {
  write(to.initRejection(), from);
}
void write_member(schema::ExecutorMessage::Builder to, const LogPart& from) {
  write(to.initLogPart(), from);
}
void write_member(schema::ExecutorMessage::Builder to, const Refreshed& from) {
  to.setRefreshed(line_of(from.refusal).c_str());
}
void write_member(schema::ExecutorMessage::Builder to, const Resting& /*from*/) {
  to.setResting();
}
void write_member(schema::ExecutorMessage::Builder to, const PackageRoot& from) {
  to.setPackageRoot(line_of(from.path).c_str());
}

void write_member(schema::ExecutorMessage::Builder to, const Probed& from) {
  auto probed = to.initProbed();
  probed.setSource(enum_to<schema::Source>(from.source));
  probed.setRefusal(line_of(from.refusal).c_str());
  write(probed.initPart(), from.part);
}

Probed read_probed(schema::Probed::Reader from, Complaint& complaint) {
  return {.source = read_source(from.getSource(), complaint),
          .refusal = read_line(from.getRefusal(), "refusal", complaint),
          .part = read(from.getPart(), complaint)};
}

ExecutorState read_state(schema::ExecutorState::Reader from, Complaint& complaint) {
  return {.record_key = read_id<PublicKey>(from.getRecordKey(), "record key", complaint),
          .term_seen = {from.getTermSeen()},
          .control_seen = {from.getControlSeen()},
          .roster_seen = {from.getRosterSeen()},
          .label_serial_seen = from.getLabelSerialSeen(),
          .open = read_list<AttemptState>(from.getOpen(), {"open", kOpenAttemptsMax}, complaint)};
}

}  // namespace

void write(schema::ExecutorRequest::Builder to, const ExecutorRequest& from) {
  std::visit([&](const auto& member) { write_member(to, member); }, from);
}

ExecutorRequest read(schema::ExecutorRequest::Reader from, Complaint& complaint) {
  switch (from.which()) {
    case schema::ExecutorRequest::DISPATCH:
      return OfferDispatch{read(from.getDispatch(), complaint)};
    case schema::ExecutorRequest::BEACON:
      return OfferBeacon{read_signed(from.getBeacon(), complaint)};
    case schema::ExecutorRequest::CONTROL:
      return OfferControl{read_signed(from.getControl(), complaint)};
    case schema::ExecutorRequest::LABELS:
      return OfferLabels{read_signed(from.getLabels(), complaint)};
    case schema::ExecutorRequest::ACKNOWLEDGEMENT:
      return OfferAcknowledgement{read_signed(from.getAcknowledgement(), complaint)};
    case schema::ExecutorRequest::BINDING:
      return OfferBinding{read_signed(from.getBinding(), complaint)};
    case schema::ExecutorRequest::ASK_STATE:
      return AskState{};
    case schema::ExecutorRequest::ASK_REFRESH:
      return AskRefresh{};
    case schema::ExecutorRequest::ASK_LOG:
      return AskLog{read(from.getAskLog(), complaint)};
    case schema::ExecutorRequest::ASK_PROBE:
      return AskProbe{read_source(from.getAskProbe(), complaint)};
    case schema::ExecutorRequest::UNSET:
      break;
  }
  refuse_member("executor request", complaint);
  return {};
}

void write(schema::ExecutorMessage::Builder to, const ExecutorMessage& from) {
  std::visit([&](const auto& member) { write_member(to, member); }, from);
}

ExecutorMessage read(schema::ExecutorMessage::Reader from, Complaint& complaint) {
  switch (from.which()) {
    case schema::ExecutorMessage::STATE:
      return read_state(from.getState(), complaint);
    case schema::ExecutorMessage::RECORD:
      return RecordMessage{read_signed(from.getRecord(), complaint)};
    case schema::ExecutorMessage::REJECTION:
      return read(from.getRejection(), complaint);
    case schema::ExecutorMessage::LOG_PART:
      return read(from.getLogPart(), complaint);
    case schema::ExecutorMessage::REFRESHED:
      return Refreshed{read_line(from.getRefreshed(), "refusal", complaint)};
    case schema::ExecutorMessage::PACKAGE_ROOT:
      return PackageRoot{read_line(from.getPackageRoot(), "package root", complaint)};
    case schema::ExecutorMessage::RESTING:
      return Resting{};
    case schema::ExecutorMessage::PROBED:
      return read_probed(from.getProbed(), complaint);
    case schema::ExecutorMessage::UNSET:
      break;
  }
  refuse_member("executor message", complaint);
  return {};
}

Bytes encode(const ExecutorRequest& value) {
  return encode_message<schema::ExecutorRequest>(value);
}
Bytes encode(const ExecutorMessage& value) {
  return encode_message<schema::ExecutorMessage>(value);
}

template <>
Result<ExecutorRequest> decode(ByteView bytes) {
  return decode_message<schema::ExecutorRequest, ExecutorRequest>(bytes,
                                                                  frame_shape(kFrameBytesMax));
}
template <>
Result<ExecutorMessage> decode(ByteView bytes) {
  return decode_message<schema::ExecutorMessage, ExecutorMessage>(bytes,
                                                                  frame_shape(kFrameBytesMax));
}

}  // namespace mainstay
