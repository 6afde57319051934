#include "common/plan/request.h"

#include "common/wire/decode.h"
#include "common/wire/message.h"
#include "common/wire/shared.h"

namespace mainstay {

void write(schema::SnoozeNeed::Builder to, const SnoozeNeed& from) {
  to.setCause(text_of(from.cause));
  to.setUntilMs(ms_of(from.until));
  to.setReason(text_of(from.reason));
  to.setSize(from.size);
  to.setUrgency(from.urgency);
  auto hosts = to.initHosts(count_of(from.hosts));
  for (unsigned place = 0; place < hosts.size(); ++place) {
    hosts.set(place, text_of(from.hosts[place]));
  }
}

SnoozeNeed read(schema::SnoozeNeed::Reader from, Complaint& complaint) {
  std::vector<HostId> hosts;
  if (from.getHosts().size() > kSnoozedHostsMax) complaint.add("hosts", "are too many");
  if (complaint.empty()) {
    for (const auto host : from.getHosts()) hosts.push_back(read_host(host, complaint));
  }
  return {.cause = read_line(from.getCause(), "cause", complaint),
          .until = read_wall(from.getUntilMs(), "until", complaint),
          .reason = read_line(from.getReason(), "reason", complaint),
          .size = from.getSize(),
          .urgency = from.getUrgency(),
          .hosts = std::move(hosts)};
}

namespace {

using Act = schema::OperatorRequest::Act;

void write_act(Act::Builder to, const DraftPlan& from) {
  write(to.initDraftPlan(), from.head);
}
void write_act(Act::Builder to, const ApprovePlan& from) {
  to.setApprovePlan(data_of(ByteView(from.head)));
}
void write_act(Act::Builder to, const StartPlan& from) {
  to.setStartPlan(data_of(from.plan));
}
void write_act(Act::Builder to, const SteerRollout& from) {
  auto steer = to.initSteerRollout();
  steer.setRollout(from.rollout.value);
  steer.setAct(enum_to<schema::RolloutAct>(from.act));
  steer.setReason(text_of(from.reason));
}
void write_act(Act::Builder to, const RetryHost& from) {
  auto retry = to.initRetryHost();
  retry.setRollout(from.rollout.value);
  retry.setHost(text_of(from.host));
}
void write_act(Act::Builder to, const SkipHost& from) {
  auto skip = to.initSkipHost();
  skip.setRollout(from.rollout.value);
  skip.setHost(text_of(from.host));
  skip.setReason(text_of(from.reason));
}
void write_act(Act::Builder to, const SetConcurrency& from) {
  auto concurrency = to.initSetConcurrency();
  concurrency.setRollout(from.rollout.value);
  concurrency.setHosts(from.hosts);
}
void write_act(Act::Builder to, const AddToken& from) {
  to.setAddToken(data_of(ByteView(from.token)));
}
void write_act(Act::Builder to, const SetLabels& from) {
  to.setSetLabels(data_of(ByteView(from.certificate)));
}
void write_act(Act::Builder to, const AddControl& from) {
  to.setAddControl(data_of(ByteView(from.statement)));
}
void write_act(Act::Builder to, const ParkHost& from) {
  auto park = to.initParkHost();
  park.setHost(text_of(from.host));
  park.setUntilMs(ms_of(from.until));
  park.setReason(text_of(from.reason));
}
void write_act(Act::Builder to, const RecheckHost& from) {
  to.setRecheckHost(text_of(from.host));
}
void write_act(Act::Builder to, const RemoveHost& from) {
  auto remove = to.initRemoveHost();
  remove.setHost(text_of(from.host));
  remove.setReason(text_of(from.reason));
}
void write_act(Act::Builder to, const ReleaseSlot& from) {
  auto release = to.initReleaseSlot();
  release.setHost(text_of(from.host));
  release.setReason(text_of(from.reason));
}
void write_act(Act::Builder to, const SnoozeNeed& from) {
  write(to.initSnoozeNeed(), from);
}

void write_act(Act::Builder to, const ImportFeed& from) {
  auto feed = to.initImportFeed();
  feed.setDigest(data_of(from.digest));
  feed.setBytes(from.bytes);
}

void write_act(Act::Builder to, const RemoveFeed& from) {
  to.setRemoveFeed(text_of(from.name));
}

SteerRollout read_steer(schema::SteerRollout::Reader from, Complaint& complaint) {
  return {.rollout = {from.getRollout()},
          .act = read_enum(from.getAct(), RolloutAct::Resume, "act", complaint),
          .reason = read_line(from.getReason(), "reason", complaint)};
}

SkipHost read_rollout_host(schema::RolloutHost::Reader from, Complaint& complaint) {
  return {.rollout = {from.getRollout()},
          .host = read_host(from.getHost(), complaint),
          .reason = read_line(from.getReason(), "reason", complaint)};
}

RetryHost read_retry(schema::RolloutHost::Reader from, Complaint& complaint) {
  SkipHost named = read_rollout_host(from, complaint);
  return {.rollout = named.rollout, .host = std::move(named.host)};
}

ParkHost read_park(schema::ParkHost::Reader from, Complaint& complaint) {
  return {.host = read_host(from.getHost(), complaint),
          .until = read_wall(from.getUntilMs(), "until", complaint),
          .reason = read_line(from.getReason(), "reason", complaint)};
}

template <class T>
T read_host_reason(schema::HostReason::Reader from, Complaint& complaint) {
  return {.host = read_host(from.getHost(), complaint),
          .reason = read_line(from.getReason(), "reason", complaint)};
}

RequestAct read_act(Act::Reader from, Complaint& complaint) {
  switch (from.which()) {
    case Act::DRAFT_PLAN:
      return DraftPlan{read(from.getDraftPlan(), complaint)};
    case Act::APPROVE_PLAN:
      return ApprovePlan{read_signed(from.getApprovePlan(), complaint)};
    case Act::START_PLAN:
      return StartPlan{read_id<PlanId>(from.getStartPlan(), "plan", complaint)};
    case Act::STEER_ROLLOUT:
      return read_steer(from.getSteerRollout(), complaint);
    case Act::RETRY_HOST:
      return read_retry(from.getRetryHost(), complaint);
    case Act::SKIP_HOST:
      return read_rollout_host(from.getSkipHost(), complaint);
    case Act::ADD_TOKEN:
      return AddToken{read_signed(from.getAddToken(), complaint)};
    case Act::SET_LABELS:
      return SetLabels{read_signed(from.getSetLabels(), complaint)};
    case Act::ADD_CONTROL:
      return AddControl{read_signed(from.getAddControl(), complaint)};
    case Act::PARK_HOST:
      return read_park(from.getParkHost(), complaint);
    case Act::RECHECK_HOST:
      return RecheckHost{read_host(from.getRecheckHost(), complaint)};
    case Act::REMOVE_HOST:
      return read_host_reason<RemoveHost>(from.getRemoveHost(), complaint);
    case Act::RELEASE_SLOT:
      return read_host_reason<ReleaseSlot>(from.getReleaseSlot(), complaint);
    case Act::SET_CONCURRENCY:
      return SetConcurrency{.rollout = {from.getSetConcurrency().getRollout()},
                            .hosts = from.getSetConcurrency().getHosts()};
    case Act::SNOOZE_NEED:
      return read(from.getSnoozeNeed(), complaint);
    case Act::IMPORT_FEED:
      return ImportFeed{
          .digest = read_id<Digest>(from.getImportFeed().getDigest(), "digest", complaint),
          .bytes = from.getImportFeed().getBytes()};
    case Act::REMOVE_FEED:
      return RemoveFeed{read_name(from.getRemoveFeed(), "name", complaint)};
    case Act::UNSET:
      break;
  }
  refuse_member("act", complaint);
  return {};
}

void write_body(schema::OperatorMessage::Body::Builder to, const ReadRequest& from) {
  auto request = to.initRead();
  request.setView(enum_to<schema::View>(from.view));
  request.setArgument(text_of(from.argument));
}
void write_body(schema::OperatorMessage::Body::Builder to, const ChangeRequest& from) {
  to.setChange(data_of(ByteView(from.request)));
}
void write_body(schema::OperatorMessage::Body::Builder to, const UploadRequest& from) {
  write(to.initUpload(), from.part);
}

ReadRequest read_request(schema::ReadRequest::Reader from, Complaint& complaint) {
  return {.view = read_enum(from.getView(), View::Feeds, "view", complaint),
          .argument = read_text(from.getArgument(), {"argument", kSelectorTextMax}, complaint)};
}

OperatorMessage::Body read_body(schema::OperatorMessage::Body::Reader from, Complaint& complaint) {
  switch (from.which()) {
    case schema::OperatorMessage::Body::READ:
      return read_request(from.getRead(), complaint);
    case schema::OperatorMessage::Body::CHANGE:
      return ChangeRequest{read_signed(from.getChange(), complaint)};
    case schema::OperatorMessage::Body::UPLOAD:
      return UploadRequest{read(from.getUpload(), complaint)};
    case schema::OperatorMessage::Body::UNSET:
      break;
  }
  refuse_member("operator message", complaint);
  return {};
}

}  // namespace

void write(schema::OperatorRequest::Builder to, const OperatorRequest& from) {
  write(to.initHeader(), from.header);
  to.setNonce(data_of(from.nonce));
  auto act = to.initAct();
  std::visit([&](const auto& what) { write_act(act, what); }, from.act);
}

OperatorRequest read(schema::OperatorRequest::Reader from, Complaint& complaint) {
  return {.header = read(from.getHeader(), complaint),
          .nonce = read_id<Nonce>(from.getNonce(), "nonce", complaint),
          .act = read_act(from.getAct(), complaint)};
}

void write(schema::OperatorMessage::Builder to, const OperatorMessage& from) {
  to.setId(from.id);
  auto body = to.initBody();
  std::visit([&](const auto& what) { write_body(body, what); }, from.body);
}

OperatorMessage read(schema::OperatorMessage::Reader from, Complaint& complaint) {
  return {.id = from.getId(), .body = read_body(from.getBody(), complaint)};
}

void write(schema::OperatorReply::Builder to, const OperatorReply& from) {
  to.setId(from.id);
  to.setVerdict(enum_to<schema::Verdict>(from.verdict));
  to.setText(line_of(from.text, kAnswerBytesMax).c_str());
  write(to.initPart(), from.part);
}

OperatorReply read(schema::OperatorReply::Reader from, Complaint& complaint) {
  return {.id = from.getId(),
          .verdict = read_enum(from.getVerdict(), Verdict::Unreachable, "verdict", complaint),
          .text = read_text(from.getText(), {"text", kAnswerBytesMax}, complaint),
          .part = read(from.getPart(), complaint)};
}

Bytes encode(const OperatorRequest& value) {
  return encode_message<schema::OperatorRequest>(value);
}
Bytes encode(const OperatorMessage& value) {
  return encode_message<schema::OperatorMessage>(value);
}
Bytes encode(const OperatorReply& value) {
  return encode_message<schema::OperatorReply>(value);
}

template <>
Result<OperatorRequest> decode(ByteView bytes) {
  return decode_message<schema::OperatorRequest, OperatorRequest>(bytes,
                                                                  signed_shape(kRequestBytesMax));
}
template <>
Result<OperatorMessage> decode(ByteView bytes) {
  return decode_message<schema::OperatorMessage, OperatorMessage>(bytes,
                                                                  frame_shape(kFrameBytesMax));
}
template <>
Result<OperatorReply> decode(ByteView bytes) {
  return decode_message<schema::OperatorReply, OperatorReply>(bytes, frame_shape(kFrameBytesMax));
}

}  // namespace mainstay
