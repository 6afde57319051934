#include "common/plan/gate_message.h"

#include "common/wire/decode.h"
#include "common/wire/message.h"
#include "common/wire/shared.h"

namespace mainstay {
namespace {

void write_member(schema::GateMessage::Builder to, const GateHello& from) {
  auto hello = to.initHello();
  hello.setMode(enum_to<schema::GateMode>(from.mode));
  hello.setVersion(text_of(from.version));
  hello.setAdmittedNumber(from.admitted_number);
}
void write_member(schema::GateMessage::Builder to, const FromHost& from) {
  auto host = to.initFromHost();
  host.setLink(data_of(from.link));
  host.setFrame(data_of(ByteView(from.frame)));
}

void write_member(schema::GateOrder::Builder to, const ToHosts& from) {
  auto hosts = to.initToHosts();
  hosts.setLinks(data_of(ByteView(joined(from.links))));
  hosts.setStarts(from.starts);
  hosts.setFrame(data_of(ByteView(from.frame)));
}
void write_member(schema::GateOrder::Builder to, const AdmittedPart& from) {
  write(to.initAdmittedPart(), from.part);
}

GateHello read_hello(schema::GateHello::Reader from, Complaint& complaint) {
  return {.mode = read_enum(from.getMode(), GateMode::Enrolment, "mode", complaint),
          .version = read_name(from.getVersion(), "version", complaint),
          .admitted_number = from.getAdmittedNumber()};
}

FromHost read_from_host(schema::FromHost::Reader from, Complaint& complaint) {
  return {.link = read_id<LinkKey>(from.getLink(), "link key", complaint),
          .frame = read_bytes(from.getFrame(), {"frame", kHostFrameBytesMax}, complaint)};
}

ToHosts read_to_hosts(schema::ToHosts::Reader from, Complaint& complaint) {
  ToHosts order{.links = read_ids<LinkKey>(from.getLinks(), {"links", kFanOutMax}, complaint),
                .starts = from.getStarts(),
                .frame = read_bytes(from.getFrame(), {"frame", kHostFrameBytesMax}, complaint)};
  if (order.links.empty()) complaint.add("links", "is empty");
  return order;
}

}  // namespace

void write(schema::GateMessage::Builder to, const GateMessage& from) {
  std::visit([&](const auto& member) { write_member(to, member); }, from);
}

GateMessage read(schema::GateMessage::Reader from, Complaint& complaint) {
  switch (from.which()) {
    case schema::GateMessage::HELLO:
      return read_hello(from.getHello(), complaint);
    case schema::GateMessage::FROM_HOST:
      return read_from_host(from.getFromHost(), complaint);
    case schema::GateMessage::UNSET:
      break;
  }
  refuse_member("gate message", complaint);
  return {};
}

void write(schema::GateOrder::Builder to, const GateOrder& from) {
  std::visit([&](const auto& member) { write_member(to, member); }, from);
}

GateOrder read(schema::GateOrder::Reader from, Complaint& complaint) {
  switch (from.which()) {
    case schema::GateOrder::TO_HOSTS:
      return read_to_hosts(from.getToHosts(), complaint);
    case schema::GateOrder::ADMITTED_PART:
      return AdmittedPart{read(from.getAdmittedPart(), complaint)};
    case schema::GateOrder::UNSET:
      break;
  }
  refuse_member("gate order", complaint);
  return {};
}

void write(schema::AdmittedKeys::Builder to, const AdmittedKeys& from) {
  write(to.initHeader(), from.header);
  to.setNumber(from.number);
  to.setLinks(data_of(ByteView(joined(from.links))));
}

AdmittedKeys read(schema::AdmittedKeys::Reader from, Complaint& complaint) {
  AdmittedKeys keys{
      .header = read(from.getHeader(), complaint),
      .number = from.getNumber(),
      .links = read_ids<LinkKey>(from.getLinks(), {"links", kAdmittedLinksMax}, complaint)};
  expect_ascending(keys.links, "links", complaint);
  return keys;
}

void write(schema::EnrolRequest::Builder to, const EnrolRequest& from) {
  to.setHost(text_of(from.host));
  to.setSecret(data_of(from.secret));
  to.setLinkKey(data_of(from.link_key));
  to.setRecordKey(data_of(from.record_key));
  to.setMachine(data_of(from.machine));
  to.setTrustDigest(data_of(from.trust_digest));
}

EnrolRequest read(schema::EnrolRequest::Reader from, Complaint& complaint) {
  return {.host = read_host(from.getHost(), complaint),
          .secret = read_id<Digest>(from.getSecret(), "secret", complaint),
          .link_key = read_id<LinkKey>(from.getLinkKey(), "link key", complaint),
          .record_key = read_id<PublicKey>(from.getRecordKey(), "record key", complaint),
          .machine = read_id<Digest>(from.getMachine(), "machine", complaint),
          .trust_digest = read_id<Digest>(from.getTrustDigest(), "trust digest", complaint)};
}

void write(schema::HostBinding::Builder to, const HostBinding& from) {
  write(to.initHeader(), from.header);
  to.setHost(text_of(from.host));
  to.setLinkKey(data_of(from.link_key));
  to.setRecordKey(data_of(from.record_key));
}

HostBinding read(schema::HostBinding::Reader from, Complaint& complaint) {
  return {.header = read(from.getHeader(), complaint),
          .host = read_host(from.getHost(), complaint),
          .link_key = read_id<LinkKey>(from.getLinkKey(), "link key", complaint),
          .record_key = read_id<PublicKey>(from.getRecordKey(), "record key", complaint)};
}

void write(schema::EnrolReply::Builder to, const EnrolReply& from) {
  to.setRefusal(line_of(from.refusal).c_str());
  to.setBinding(data_of(ByteView(from.binding)));
  to.setLabels(data_of(ByteView(from.labels)));
}

EnrolReply read(schema::EnrolReply::Reader from, Complaint& complaint) {
  return {.refusal = read_line(from.getRefusal(), "refusal", complaint),
          .binding = read_signed(from.getBinding(), complaint),
          .labels = read_signed(from.getLabels(), complaint)};
}

Bytes encode(const GateMessage& value) {
  return encode_message<schema::GateMessage>(value);
}
Bytes encode(const GateOrder& value) {
  return encode_message<schema::GateOrder>(value);
}
Bytes encode(const AdmittedKeys& value) {
  return encode_message<schema::AdmittedKeys>(value);
}
Bytes encode(const EnrolRequest& value) {
  return encode_message<schema::EnrolRequest>(value);
}
Bytes encode(const EnrolReply& value) {
  return encode_message<schema::EnrolReply>(value);
}
Bytes encode(const HostBinding& value) {
  return encode_message<schema::HostBinding>(value);
}

template <>
Result<GateMessage> decode(ByteView bytes) {
  return decode_message<schema::GateMessage, GateMessage>(bytes, frame_shape(kFrameBytesMax));
}
template <>
Result<GateOrder> decode(ByteView bytes) {
  return decode_message<schema::GateOrder, GateOrder>(bytes, frame_shape(kFrameBytesMax));
}
template <>
Result<AdmittedKeys> decode(ByteView bytes) {
  return decode_message<schema::AdmittedKeys, AdmittedKeys>(bytes, signed_shape(kAdmittedBytesMax));
}
template <>
Result<EnrolRequest> decode(ByteView bytes) {
  return decode_message<schema::EnrolRequest, EnrolRequest>(bytes, frame_shape(kSmallBytesMax));
}
template <>
Result<EnrolReply> decode(ByteView bytes) {
  return decode_message<schema::EnrolReply, EnrolReply>(bytes, frame_shape(4 * kSmallBytesMax));
}
template <>
Result<HostBinding> decode(ByteView bytes) {
  return decode_message<schema::HostBinding, HostBinding>(bytes, signed_shape(kSmallBytesMax));
}

}  // namespace mainstay
