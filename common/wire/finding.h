// Facts and findings of a host. Within common/wire only. A fact, a finding or a reading that this
// version does not know is left out: they are evidence and order nothing, and a newer host must be
// heard all the same.
#pragma once

#include "common/plan/finding.h"
#include "common/wire/field.h"
#include "schemas/wire.capnp.h"

namespace mainstay {

// More than this version knows, so that a newer one may tell more.
inline constexpr std::size_t kFactsReadMax = 256;

void write(schema::FactReading::Builder to, const FactReading& from);
std::vector<FactReading> read_facts(capnp::List<schema::FactReading>::Reader from,
                                    Complaint& complaint);
std::vector<Fact> read_lost(capnp::List<schema::Fact>::Reader from, Complaint& complaint);

void write(schema::Finding::Builder to, const Finding& from);
std::vector<Finding> read_finding_list(capnp::List<schema::Finding>::Reader from,
                                       Complaint& complaint);
Source read_source(schema::Source from, Complaint& complaint);
/// kUnknownSource instead of a complaint.
Source read_any_source(schema::Source from);

/// Of the message of a host, and of the row that keeps it.
template <class From>
void write_findings(schema::Findings::Builder to, const From& from) {
  to.setSource(enum_to<schema::Source>(from.source));
  to.setAtMs(ms_of(from.at));
  write_list(to.initFindings(count_of(from.findings)), from.findings);
  to.setOmitted(from.omitted);
}
template <class To>
To read_findings(schema::Findings::Reader from, Complaint& complaint) {
  To to;
  to.source = read_any_source(from.getSource());
  to.at = read_wall(from.getAtMs(), "at", complaint);
  to.findings = read_finding_list(from.getFindings(), complaint);
  to.omitted = from.getOmitted();
  return to;
}

}  // namespace mainstay
