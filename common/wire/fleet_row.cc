// Rows about hosts, tokens, operators and the control chain.
#include "common/wire/finding.h"
#include "common/wire/row_field.h"
#include "common/wire/row_parts.h"

namespace mainstay {

void write(schema::Health::Builder to, const Health& from) {
  to.setBrokenPackages(from.broken_packages);
  to.setFailedUnits(from.failed_units);
}

Health read(schema::Health::Reader from, Complaint&) {
  return {.broken_packages = from.getBrokenPackages(), .failed_units = from.getFailedUnits()};
}

void write(schema::ReignRow::Builder to, const ReignRow& from) {
  to.setTerm(from.term.value);
  to.setLastRollout(from.last_rollout.value);
  to.setAdmittedNumber(from.admitted_number);
}

ReignRow read(schema::ReignRow::Reader from, Complaint&) {
  return {.term = {from.getTerm()},
          .last_rollout = {from.getLastRollout()},
          .admitted_number = from.getAdmittedNumber()};
}

void write(schema::HostRow::Builder to, const HostRow& from) {
  to.setHost(text_of(from.host));
  to.setLinkKey(data_of(from.link_key));
  to.setRecordKey(data_of(from.record_key));
  to.setMachine(data_of(from.machine));
  to.setCertificate(data_of(ByteView(from.certificate_document)));
  to.setEnrolledAtMs(ms_of(from.enrolled_at));
  to.setEnrolledBy(text_of(from.enrolled_by));
  to.setParkedUntilMs(ms_of(from.parked_until));
  to.setParkedReason(text_of(from.parked_reason));
  to.setRemoved(from.removed);
  to.setRevoked(from.revoked);
  to.setRechecks(from.recheck_after.has_value());
  to.setRecheckAfterMs(ms_of(from.recheck_after.value_or(WallTime{})));
}

HostRow read(schema::HostRow::Reader from, Complaint& complaint) {
  HostRow row{
      .host = read_host(from.getHost(), complaint),
      .link_key = read_id<LinkKey>(from.getLinkKey(), "link key", complaint),
      .record_key = read_id<PublicKey>(from.getRecordKey(), "record key", complaint),
      .machine = read_id<Digest>(from.getMachine(), "machine", complaint),
      .certificate = {},
      .certificate_document = read_stored_bytes(from.getCertificate(), complaint),
      .enrolled_at = read_wall(from.getEnrolledAtMs(), "enrolled at", complaint),
      .enrolled_by = read_stored_text(from.getEnrolledBy()),
      .parked_until = read_wall(from.getParkedUntilMs(), "parked until", complaint),
      .parked_reason = read_stored_text(from.getParkedReason()),
      .removed = from.getRemoved(),
      .revoked = from.getRevoked(),
      .recheck_after = std::nullopt,
  };
  if (from.getRechecks()) {
    row.recheck_after = read_wall(from.getRecheckAfterMs(), "recheck after", complaint);
  }
  row.certificate =
      value_signed_in<LabelCertificate>(row.certificate_document, "labels", complaint);
  return row;
}

void write(schema::SightRow::Builder to, const SightRow& from) {
  to.setHost(text_of(from.host));
  to.setSeenAtMs(ms_of(from.seen_at));
  to.setAgentVersion(text_of(from.agent_version));
  to.setOs(text_of(from.os));
  to.setArchitecture(text_of(from.architecture));
  write(to.initHealth(), from.health);
  to.setHealthAtMs(ms_of(from.health_at));
  std::vector<FactReading> known;
  for (std::size_t fact = 0; fact < from.facts.size(); ++fact) {
    if (from.facts[fact]) known.push_back({static_cast<Fact>(fact), *from.facts[fact]});
  }
  write_list(to.initFacts(count_of(known)), known);
  to.setFactsAtMs(ms_of(from.facts_at));
  to.setSequence(from.sequence);
  to.setIsWhole(from.is_whole);
  if (!from.packages.is_zero()) to.setPackages(data_of(from.packages));
}

SightRow read(schema::SightRow::Reader from, Complaint& complaint) {
  SightRow row{
      .host = read_host(from.getHost(), complaint),
      .seen_at = read_wall(from.getSeenAtMs(), "seen at", complaint),
      .agent_version = read_stored_text(from.getAgentVersion()),
      .os = read_stored_text(from.getOs()),
      .architecture = read_stored_text(from.getArchitecture()),
      .health = read(from.getHealth(), complaint),
      .health_at = read_wall(from.getHealthAtMs(), "health at", complaint),
      .facts = {},
      .facts_at = read_wall(from.getFactsAtMs(), "facts at", complaint),
      .sequence = from.getSequence(),
      .is_whole = from.getIsWhole(),
  };
  for (const FactReading& reading : read_facts(from.getFacts(), complaint)) {
    row.facts[static_cast<std::size_t>(reading.fact)] = reading.value;
  }
  if (from.hasPackages()) {
    row.packages = read_id<Digest>(from.getPackages(), "packages", complaint);
  }
  return row;
}

void write(schema::FindingsRow::Builder to, const FindingsRow& from) {
  to.setHost(text_of(from.host));
  write_findings(to.initFindings(), from);
  auto since = to.initTroubleSinceMs(count_of(from.trouble_since));
  for (unsigned i = 0; i < since.size(); ++i) since.set(i, to_ms(from.trouble_since[i]));
}

FindingsRow read(schema::FindingsRow::Reader from, Complaint& complaint) {
  auto row = read_findings<FindingsRow>(from.getFindings(), complaint);
  row.host = read_host(from.getHost(), complaint);
  for (const std::int64_t since : from.getTroubleSinceMs()) {
    row.trouble_since.push_back(read_wall(since, "trouble since", complaint));
  }
  return row;
}

void write(schema::PackagesRow::Builder to, const PackagesRow& from) {
  to.setDigest(data_of(from.digest));
  to.setText(data_of(ByteView(from.text)));
}

PackagesRow read(schema::PackagesRow::Reader from, Complaint& complaint) {
  return {.digest = read_id<Digest>(from.getDigest(), "digest", complaint),
          .text = read_stored_bytes(from.getText(), complaint)};
}

void write(schema::FeedRow::Builder to, const FeedRow& from) {
  to.setName(text_of(from.name));
  to.setDigest(data_of(from.digest));
  to.setBytes(from.bytes);
  to.setAtMs(ms_of(from.at));
  to.setImportedAtMs(ms_of(from.imported_at));
  to.setBy(text_of(from.by));
}

FeedRow read(schema::FeedRow::Reader from, Complaint& complaint) {
  return {.name = read_stored_text(from.getName()),
          .digest = read_id<Digest>(from.getDigest(), "digest", complaint),
          .bytes = from.getBytes(),
          .at = read_wall(from.getAtMs(), "at", complaint),
          .imported_at = read_wall(from.getImportedAtMs(), "imported at", complaint),
          .by = read_stored_text(from.getBy())};
}

void write(schema::ExposureRow::Builder to, const ExposureRow& from) {
  to.setVulnerability(text_of(from.vulnerability));
  to.setRelease(text_of(from.release));
  to.setSeenAtMs(ms_of(from.seen_at));
  to.setFixAtMs(ms_of(from.fix_at));
  to.setGoneAtMs(ms_of(from.gone_at));
}

ExposureRow read(schema::ExposureRow::Reader from, Complaint& complaint) {
  return {.vulnerability = read_stored_text(from.getVulnerability()),
          .release = read_stored_text(from.getRelease()),
          .seen_at = read_wall(from.getSeenAtMs(), "seen at", complaint),
          .fix_at = read_wall(from.getFixAtMs(), "fix at", complaint),
          .gone_at = read_wall(from.getGoneAtMs(), "gone at", complaint)};
}

void write(schema::TokenRow::Builder to, const TokenRow& from) {
  to.setSecretDigest(data_of(from.secret_digest));
  to.setToken(data_of(ByteView(from.document)));
  to.setAddedBy(text_of(from.added_by));
  to.setAddedAtMs(ms_of(from.added_at));
  to.setUsed(from.used);
  to.setLinkKey(data_of(from.link_key));
  to.setRecordKey(data_of(from.record_key));
}

TokenRow read(schema::TokenRow::Reader from, Complaint& complaint) {
  TokenRow row{
      .token = {},
      .secret_digest = read_id<Digest>(from.getSecretDigest(), "secret digest", complaint),
      .document = read_stored_bytes(from.getToken(), complaint),
      .certificate = {},
      .added_by = read_stored_text(from.getAddedBy()),
      .added_at = read_wall(from.getAddedAtMs(), "added at", complaint),
      .used = from.getUsed(),
      .link_key = read_id<LinkKey>(from.getLinkKey(), "link key", complaint),
      .record_key = read_id<PublicKey>(from.getRecordKey(), "record key", complaint),
  };
  row.token = value_signed_in<EnrolmentToken>(row.document, "token", complaint);
  row.certificate = value_signed_in<LabelCertificate>(row.token.labels, "labels", complaint);
  return row;
}

RosterRow read_roster_row(capnp::Data::Reader from, Complaint& complaint) {
  RosterRow row{.roster = {}, .document = read_stored_bytes(from, complaint)};
  row.roster = value_signed_in<Roster>(row.document, "roster", complaint);
  return row;
}

void write(schema::ControlRow::Builder to, const ControlRow& from) {
  to.setNumber(from.number.value);
  to.setDigest(data_of(from.digest));
  to.setStatement(data_of(ByteView(from.document)));
  to.setBy(text_of(from.by));
  to.setAtMs(ms_of(from.at));
}

ControlRow read(schema::ControlRow::Reader from, Complaint& complaint) {
  ControlRow row{.number = {from.getNumber()},
                 .digest = read_id<Digest>(from.getDigest(), "digest", complaint),
                 .act = {},
                 .document = read_stored_bytes(from.getStatement(), complaint),
                 .by = read_stored_text(from.getBy()),
                 .at = read_wall(from.getAtMs(), "at", complaint)};
  row.act = value_signed_in<ControlStatement>(row.document, "control statement", complaint).act;
  return row;
}

}  // namespace mainstay
