#include "common/plan/host_message.h"

#include <algorithm>

#include "common/wire/decode.h"
#include "common/wire/finding.h"
#include "common/wire/message.h"
#include "common/wire/shared.h"

namespace mainstay {

void write(schema::AttemptState::Builder to, const AttemptState& from) {
  write(to.initAttempt(), from.attempt);
  to.setPhase(enum_to<schema::AttemptPhase>(from.phase));
}

AttemptState read(schema::AttemptState::Reader from, Complaint& complaint) {
  return {.attempt = read(from.getAttempt(), complaint),
          .phase = read_enum(from.getPhase(), AttemptPhase::Closed, "phase", complaint)};
}

void write(schema::Rejection::Builder to, const Rejection& from) {
  write(to.initAttempt(), from.attempt);
  to.setDispatch(data_of(from.dispatch));
  to.setReason(line_of(from.reason).c_str());
}

Rejection read(schema::Rejection::Reader from, Complaint& complaint) {
  return {.attempt = read(from.getAttempt(), complaint),
          .dispatch = read_id<Digest>(from.getDispatch(), "dispatch", complaint),
          .reason = read_line(from.getReason(), "reason", complaint)};
}

void write(schema::LogPart::Builder to, const LogPart& from) {
  write(to.initAttempt(), from.attempt);
  write(to.initPart(), from.part);
}

LogPart read(schema::LogPart::Reader from, Complaint& complaint) {
  return {.attempt = read(from.getAttempt(), complaint), .part = read(from.getPart(), complaint)};
}

void write(schema::Hello::Builder to, const Hello& from) {
  to.setAgentVersion(text_of(from.agent_version));
  to.setBoot(data_of(from.boot));
  to.setBootMs(ms_of(from.boottime));
  to.setWallMs(ms_of(from.wall));
  to.setTermSeen(from.term_seen.value);
  to.setControlSeen(from.control_seen.value);
  to.setRosterSeen(from.roster_seen.value);
  to.setLabelSerialSeen(from.label_serial_seen);
  to.setOs(text_of(from.os));
  to.setArchitecture(text_of(from.architecture));
  write_list(to.initOpen(count_of(from.open)), from.open);
}

Hello read(schema::Hello::Reader from, Complaint& complaint) {
  return {
      .agent_version = read_name(from.getAgentVersion(), "agent version", complaint),
      .boot = read_id<BootId>(from.getBoot(), "boot", complaint),
      .boottime = read_instant(from.getBootMs(), "boot time", complaint),
      .wall = read_wall(from.getWallMs(), "wall time", complaint),
      .term_seen = {from.getTermSeen()},
      .control_seen = {from.getControlSeen()},
      .roster_seen = {from.getRosterSeen()},
      .label_serial_seen = from.getLabelSerialSeen(),
      .os = read_name(from.getOs(), "os", complaint),
      .architecture = read_name(from.getArchitecture(), "architecture", complaint),
      .open = read_list<AttemptState>(from.getOpen(), {"open", kOpenAttemptsMax}, complaint),
  };
}

void write(schema::Report::Builder to, const Report& from) {
  to.setSequence(from.sequence);
  to.setBoot(data_of(from.boot));
  to.setBootMs(ms_of(from.boottime));
  to.setWallMs(ms_of(from.wall));
  to.setBrokenPackages(from.health.broken_packages);
  to.setFailedUnits(from.health.failed_units);
  to.setHealthAtMs(ms_of(from.health_at));
  write_list(to.initFacts(count_of(from.facts)), from.facts);
  to.setControlSeen(from.control_seen.value);
  to.setRosterSeen(from.roster_seen.value);
  write_list(to.initOpen(count_of(from.open)), from.open);
  to.setTermSeen(from.term_seen.value);
  to.setLabelSerialSeen(from.label_serial_seen);
  auto lost = to.initLost(count_of(from.lost));
  for (unsigned place = 0; place < lost.size(); ++place) {
    lost.set(place, enum_to<schema::Fact>(from.lost[place]));
  }
  to.setIsWhole(from.is_whole);
  if (from.packages) to.setPackages(data_of(*from.packages));
}

Report read(schema::Report::Reader from, Complaint& complaint) {
  Report report{
      .sequence = from.getSequence(),
      .boot = read_id<BootId>(from.getBoot(), "boot", complaint),
      .boottime = read_instant(from.getBootMs(), "boot time", complaint),
      .wall = read_wall(from.getWallMs(), "wall time", complaint),
      .health = {.broken_packages = from.getBrokenPackages(),
                 .failed_units = from.getFailedUnits()},
      .health_at = read_wall(from.getHealthAtMs(), "health at", complaint),
      .facts = read_facts(from.getFacts(), complaint),
      .control_seen = {from.getControlSeen()},
      .roster_seen = {from.getRosterSeen()},
      .open = read_list<AttemptState>(from.getOpen(), {"open", kOpenAttemptsMax}, complaint),
      .term_seen = {from.getTermSeen()},
      .label_serial_seen = from.getLabelSerialSeen(),
      .lost = read_lost(from.getLost(), complaint),
      .is_whole = from.getIsWhole(),
  };
  if (from.hasPackages()) {
    report.packages = read_id<Digest>(from.getPackages(), "packages", complaint);
  }
  return report;
}

void write(schema::ResolveAnswer::Builder to, const ResolveAnswer& from) {
  to.setDraft(data_of(from.draft));
  write_list(to.initPackages(count_of(from.packages)), from.packages);
  write_texts(to.initKept(count_of(from.kept)), from.kept);
  to.setRefusal(line_of(from.refusal).c_str());
}

ResolveAnswer read(schema::ResolveAnswer::Reader from, Complaint& complaint) {
  ResolveAnswer answer{.draft = read_id<Nonce>(from.getDraft(), "draft", complaint),
                       .packages = read_list<PackageVersion>(from.getPackages(),
                                                             {"packages", kPackagesMax}, complaint),
                       .kept = read_texts(from.getKept(), {"kept", kPackagesMax},
                                          {"package", kNameBytesMax}, complaint),
                       .refusal = read_line(from.getRefusal(), "refusal", complaint)};
  auto sorted = answer.packages;
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) != sorted.end()) {
    complaint.add("packages", "names a package twice");  // as a leaf may not
  }
  return answer;
}

namespace {

void write_member(schema::HostMessage::Builder to, const Hello& from) {
  write(to.initHello(), from);
}
void write_member(schema::HostMessage::Builder to, const Report& from) {
  write(to.initReport(), from);
}
void write_member(schema::HostMessage::Builder to, const ResolveAnswer& from) {
  write(to.initResolveAnswer(), from);
}
void write_member(schema::HostMessage::Builder to, const RecordMessage& from) {
  to.setRecord(data_of(ByteView(from.record)));
}
void write_member(schema::HostMessage::Builder to, const Rejection& from) {
  write(to.initRejection(), from);
}
void write_member(schema::HostMessage::Builder to, const LogPart& from) {
  write(to.initLogPart(), from);
}

void write_member(schema::HostMessage::Builder to, const FindingsMessage& from) {
  auto findings = to.initFindings();
  write_findings(findings, from);
  findings.setSequence(from.sequence);
}

void write_member(schema::HostMessage::Builder to, const PackagesMessage& from) {
  write(to.initPackages(), from.part);
}

void write_member(schema::HostOrder::Builder to, const TellAll&) {
  to.setTellAll();
}
void write_member(schema::HostOrder::Builder to, const TellPackages&) {
  to.setTellPackages();
}
void write_member(schema::HostOrder::Builder to, const Resolve& from) {
  auto resolve = to.initResolve();
  resolve.setDraft(data_of(from.draft));
  resolve.setPackages(enum_to<schema::PackageChoice>(from.packages));
}
void write_member(schema::HostOrder::Builder to, const SendLog& from) {
  write(to.initSendLog(), from.attempt);
}
void write_member(schema::HostOrder::Builder to, const LookAgain&) {
  to.setLookAgain();
}
void write_member(schema::HostOrder::Builder to, const BeaconMessage& from) {
  to.setBeacon(data_of(ByteView(from.beacon)));
}
void write_member(schema::HostOrder::Builder to, const ControlMessage& from) {
  to.setControl(data_of(ByteView(from.statement)));
}
void write_member(schema::HostOrder::Builder to, const LabelMessage& from) {
  to.setLabels(data_of(ByteView(from.certificate)));
}
void write_member(schema::HostOrder::Builder to, const AcknowledgementMessage& from) {
  to.setAcknowledgement(data_of(ByteView(from.acknowledgement)));
}
void write_member(schema::HostOrder::Builder to, const DispatchMessage& from) {
  write(to.initDispatch(), from.dispatch);
}

Resolve read_resolve(schema::Resolve::Reader from, Complaint& complaint) {
  return {.draft = read_id<Nonce>(from.getDraft(), "draft", complaint),
          .packages = read_enum(from.getPackages(), PackageChoice::All, "packages", complaint)};
}

}  // namespace

void write(schema::HostMessage::Builder to, const HostMessage& from) {
  std::visit([&](const auto& member) { write_member(to, member); }, from);
}

HostMessage read(schema::HostMessage::Reader from, Complaint& complaint) {
  switch (from.which()) {
    case schema::HostMessage::HELLO:
      return read(from.getHello(), complaint);
    case schema::HostMessage::REPORT:
      return read(from.getReport(), complaint);
    case schema::HostMessage::RESOLVE_ANSWER:
      return read(from.getResolveAnswer(), complaint);
    case schema::HostMessage::RECORD:
      return RecordMessage{read_signed(from.getRecord(), complaint)};
    case schema::HostMessage::REJECTION:
      return read(from.getRejection(), complaint);
    case schema::HostMessage::LOG_PART:
      return read(from.getLogPart(), complaint);
    case schema::HostMessage::FINDINGS: {
      auto message = read_findings<FindingsMessage>(from.getFindings(), complaint);
      message.sequence = from.getFindings().getSequence();
      return message;
    }
    case schema::HostMessage::PACKAGES:
      return PackagesMessage{read(from.getPackages(), complaint)};
    case schema::HostMessage::UNSET:
      break;
  }
  refuse_member("host message", complaint);
  return {};
}

void write(schema::HostOrder::Builder to, const HostOrder& from) {
  std::visit([&](const auto& member) { write_member(to, member); }, from);
}

HostOrder read(schema::HostOrder::Reader from, Complaint& complaint) {
  switch (from.which()) {
    case schema::HostOrder::RESOLVE:
      return read_resolve(from.getResolve(), complaint);
    case schema::HostOrder::SEND_LOG:
      return SendLog{read(from.getSendLog(), complaint)};
    case schema::HostOrder::LOOK_AGAIN:
      return LookAgain{};
    case schema::HostOrder::BEACON:
      return BeaconMessage{read_signed(from.getBeacon(), complaint)};
    case schema::HostOrder::CONTROL:
      return ControlMessage{read_signed(from.getControl(), complaint)};
    case schema::HostOrder::LABELS:
      return LabelMessage{read_signed(from.getLabels(), complaint)};
    case schema::HostOrder::ACKNOWLEDGEMENT:
      return AcknowledgementMessage{read_signed(from.getAcknowledgement(), complaint)};
    case schema::HostOrder::DISPATCH:
      return DispatchMessage{read(from.getDispatch(), complaint)};
    case schema::HostOrder::TELL_ALL:
      return TellAll{};
    case schema::HostOrder::TELL_PACKAGES:
      return TellPackages{};
    case schema::HostOrder::UNSET:
      break;
  }
  refuse_member("host order", complaint);
  return {};
}

Bytes encode(const HostMessage& value) {
  return encode_message<schema::HostMessage>(value);
}
Bytes encode(const HostOrder& value) {
  return encode_message<schema::HostOrder>(value);
}

template <>
Result<HostMessage> decode(ByteView bytes) {
  return decode_message<schema::HostMessage, HostMessage>(bytes, frame_shape(kHostFrameBytesMax));
}
template <>
Result<HostOrder> decode(ByteView bytes) {
  return decode_message<schema::HostOrder, HostOrder>(bytes, frame_shape(kHostFrameBytesMax));
}

}  // namespace mainstay
