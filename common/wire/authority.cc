#include "common/plan/authority.h"

#include "common/wire/decode.h"
#include "common/wire/message.h"
#include "common/wire/shared.h"

namespace mainstay {
namespace {

using Act = schema::ControlStatement::Act;

void write_act(Act::Builder to, const StopFleet& from) {
  to.setStopFleet(text_of(from.reason));
}
void write_act(Act::Builder to, const LiftStop& from) {
  to.setLiftStop(text_of(from.reason));
}
void write_act(Act::Builder to, const RevokeHost& from) {
  auto host = to.initRevokeHost();
  host.setHost(text_of(from.host));
  host.setRecordKey(data_of(from.record_key));
  host.setLinkKey(data_of(from.link_key));
}
void write_act(Act::Builder to, const NewRoster& from) {
  to.setNewRoster(data_of(ByteView(from.roster)));
}
void write_act(Act::Builder to, const AbortPlan& from) {
  auto plan = to.initAbortPlan();
  plan.setPlan(data_of(from.plan));
  plan.setReason(text_of(from.reason));
}

RevokeHost read_revocation(schema::RevokedHost::Reader from, Complaint& complaint) {
  return {.host = read_host(from.getHost(), complaint),
          .record_key = read_id<PublicKey>(from.getRecordKey(), "record key", complaint),
          .link_key = read_id<LinkKey>(from.getLinkKey(), "link key", complaint)};
}

AbortPlan read_abort(schema::AbortedPlan::Reader from, Complaint& complaint) {
  return {.plan = read_id<PlanId>(from.getPlan(), "plan", complaint),
          .reason = read_line(from.getReason(), "reason", complaint)};
}

ControlAct read_act(Act::Reader from, Complaint& complaint) {
  switch (from.which()) {
    case Act::STOP_FLEET:
      return StopFleet{read_line(from.getStopFleet(), "reason", complaint)};
    case Act::LIFT_STOP:
      return LiftStop{read_line(from.getLiftStop(), "reason", complaint)};
    case Act::REVOKE_HOST:
      return read_revocation(from.getRevokeHost(), complaint);
    case Act::NEW_ROSTER:
      return NewRoster{read_signed(from.getNewRoster(), complaint)};
    case Act::ABORT_PLAN:
      return read_abort(from.getAbortPlan(), complaint);
    case Act::UNSET:
      break;
  }
  refuse_member("act", complaint);
  return {};
}

/// Ascending by name: a name that comes twice would mean what the reader makes of it.
Labels read_labels(capnp::List<schema::Label>::Reader from, Complaint& complaint) {
  Labels labels;
  if (from.size() > kLabelsMax) {
    complaint.add("labels", "has too many entries");
    return labels;
  }
  for (const auto label : from) {
    std::string name = read_text(label.getName(), {"label", kLabelBytesMax}, complaint);
    if (name.empty()) complaint.add("label", "has no name");
    if (name == kHostLabel) complaint.add("label `host`", "is the host's own name");
    if (!labels.empty() && name <= labels.rbegin()->first) {
      complaint.add("labels", "is not in ascending order");
    }
    labels.emplace(std::move(name),
                   read_text(label.getValue(), {"label value", kLabelBytesMax}, complaint));
  }
  return labels;
}

}  // namespace

void write(schema::OperatorEntry::Builder to, const OperatorEntry& from) {
  to.setName(text_of(from.name));
  to.setKey(data_of(from.key));
  to.setLink(data_of(from.link));
  to.setRole(enum_to<schema::Role>(from.role));
  to.setScope(text_of(from.scope));
  to.setExpiresMs(ms_of(from.expires));
}

OperatorEntry read(schema::OperatorEntry::Reader from, Complaint& complaint) {
  OperatorEntry entry{
      .name = read_text(from.getName(), {"operator", kLabelBytesMax}, complaint),
      .key = read_id<PublicKey>(from.getKey(), "key", complaint),
      .link = read_id<LinkKey>(from.getLink(), "link key", complaint),
      .role = read_enum(from.getRole(), Role::Enroller, "role", complaint),
      .scope = read_text(from.getScope(), {"scope", kSelectorTextMax}, complaint),
      .expires = read_wall(from.getExpiresMs(), "expiry", complaint),
  };
  if (!HostId::parse(entry.name)) complaint.add("operator", "has no valid name");
  return entry;
}

void write(schema::Roster::Builder to, const Roster& from) {
  write(to.initHeader(), from.header);
  to.setNumber(from.number.value);
  write_list(to.initOperators(count_of(from.operators)), from.operators);
  to.setReadOnlyNeeds(from.signatures_needed[0]);
  to.setBenignNeeds(from.signatures_needed[1]);
  to.setDisruptiveNeeds(from.signatures_needed[2]);
  to.setDestructiveNeeds(from.signatures_needed[3]);
  to.setRecovery(data_of(from.recovery));
}

Roster read(schema::Roster::Reader from, Complaint& complaint) {
  return {.header = read(from.getHeader(), complaint),
          .number = {from.getNumber()},
          .operators = read_list<OperatorEntry>(from.getOperators(), {"operators", kOperatorsMax},
                                                complaint),
          .signatures_needed = {from.getReadOnlyNeeds(), from.getBenignNeeds(),
                                from.getDisruptiveNeeds(), from.getDestructiveNeeds()},
          .recovery = read_id<PublicKey>(from.getRecovery(), "recovery key", complaint)};
}

void write(schema::LabelCertificate::Builder to, const LabelCertificate& from) {
  write(to.initHeader(), from.header);
  to.setHost(text_of(from.host));
  to.setSerial(from.serial);
  auto labels = to.initLabels(count_of(from.labels));
  unsigned place = 0;
  for (const auto& [name, value] : from.labels) {
    auto label = labels[place++];
    label.setName(text_of(name));
    label.setValue(text_of(value));
  }
}

LabelCertificate read(schema::LabelCertificate::Reader from, Complaint& complaint) {
  return {.header = read(from.getHeader(), complaint),
          .host = read_host(from.getHost(), complaint),
          .serial = from.getSerial(),
          .labels = read_labels(from.getLabels(), complaint)};
}

void write(schema::EnrolmentToken::Builder to, const EnrolmentToken& from) {
  write(to.initHeader(), from.header);
  to.setHost(text_of(from.host));
  to.setSecretDigest(data_of(from.secret_digest));
  to.setTrustDigest(data_of(from.trust_digest));
  to.setLabels(data_of(ByteView(from.labels)));
  to.setReplaces(from.replaces);
}

EnrolmentToken read(schema::EnrolmentToken::Reader from, Complaint& complaint) {
  return {.header = read(from.getHeader(), complaint),
          .host = read_host(from.getHost(), complaint),
          .secret_digest = read_id<Digest>(from.getSecretDigest(), "secret digest", complaint),
          .trust_digest = read_id<Digest>(from.getTrustDigest(), "trust digest", complaint),
          .labels = read_signed(from.getLabels(), complaint),
          .replaces = from.getReplaces()};
}

void write(schema::ControlStatement::Builder to, const ControlStatement& from) {
  write(to.initHeader(), from.header);
  to.setNumber(from.number.value);
  to.setPrevious(data_of(from.previous));
  auto act = to.initAct();
  std::visit([&](const auto& what) { write_act(act, what); }, from.act);
  to.setSignedAtMs(ms_of(from.signed_at));
}

ControlStatement read(schema::ControlStatement::Reader from, Complaint& complaint) {
  return {.header = read(from.getHeader(), complaint),
          .number = {from.getNumber()},
          .previous = read_id<Digest>(from.getPrevious(), "previous", complaint),
          .act = read_act(from.getAct(), complaint),
          .signed_at = read_wall(from.getSignedAtMs(), "signing time", complaint)};
}

Bytes encode(const Roster& value) {
  return encode_message<schema::Roster>(value);
}
Bytes encode(const LabelCertificate& value) {
  return encode_message<schema::LabelCertificate>(value);
}
Bytes encode(const EnrolmentToken& value) {
  return encode_message<schema::EnrolmentToken>(value);
}
Bytes encode(const ControlStatement& value) {
  return encode_message<schema::ControlStatement>(value);
}

template <>
Result<Roster> decode(ByteView bytes) {
  return decode_message<schema::Roster, Roster>(bytes, signed_shape(kRosterBytesMax));
}
template <>
Result<LabelCertificate> decode(ByteView bytes) {
  return decode_message<schema::LabelCertificate, LabelCertificate>(bytes,
                                                                    signed_shape(kLabelsBytesMax));
}
template <>
Result<EnrolmentToken> decode(ByteView bytes) {
  return decode_message<schema::EnrolmentToken, EnrolmentToken>(bytes,
                                                                signed_shape(kTokenBytesMax));
}
template <>
Result<ControlStatement> decode(ByteView bytes) {
  return decode_message<schema::ControlStatement, ControlStatement>(bytes,
                                                                    signed_shape(kControlBytesMax));
}

}  // namespace mainstay
