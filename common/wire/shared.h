// Structs that messages of several families carry. Within common/wire only.
#pragma once

#include "common/plan/local_message.h"
#include "common/plan/request.h"
#include "common/wire/field.h"
#include "schemas/operator.capnp.h"
#include "schemas/plan.capnp.h"
#include "schemas/record.capnp.h"
#include "schemas/wire.capnp.h"

namespace mainstay {

void write(schema::Header::Builder to, const DocumentHeader& from);
DocumentHeader read(schema::Header::Reader from, Complaint& complaint);

void write(schema::Part::Builder to, const Part& from);
Part read(schema::Part::Reader from, Complaint& complaint);

void write(schema::PlanHead::Builder to, const PlanHead& from);
PlanHead read(schema::PlanHead::Reader from, Complaint& complaint);

void write(schema::PackageVersion::Builder to, const PackageVersion& from);
PackageVersion read(schema::PackageVersion::Reader from, Complaint& complaint);

void write(schema::Step::Builder to, const Step& from);
Step read(schema::Step::Reader from, Complaint& complaint);

void write(schema::AttemptId::Builder to, const AttemptId& from);
AttemptId read(schema::AttemptId::Reader from, Complaint& complaint);

void write(schema::AuditHead::Builder to, const AuditHead& from);
AuditHead read(schema::AuditHead::Reader from, Complaint& complaint);

void write(schema::Dispatch::Builder to, const Dispatch& from);
Dispatch read(schema::Dispatch::Reader from, Complaint& complaint);

void write(schema::SnoozeNeed::Builder to, const SnoozeNeed& from);
SnoozeNeed read(schema::SnoozeNeed::Reader from, Complaint& complaint);

void write(schema::AttemptState::Builder to, const AttemptState& from);
AttemptState read(schema::AttemptState::Reader from, Complaint& complaint);

void write(schema::Rejection::Builder to, const Rejection& from);
Rejection read(schema::Rejection::Reader from, Complaint& complaint);

void write(schema::LogPart::Builder to, const LogPart& from);
LogPart read(schema::LogPart::Reader from, Complaint& complaint);

/// Any signed document that travels in a frame.
inline constexpr std::size_t kSignedBytesMax = kRequestBytesMax + kEnvelopeBytesMax;
inline Bytes read_signed(capnp::Data::Reader from, Complaint& complaint) {
  return read_bytes(from, {"signed document", kSignedBytesMax}, complaint);
}

/// Names, versions, architectures.
inline std::string read_name(capnp::Text::Reader from, std::string_view name,
                             Complaint& complaint) {
  return read_text(from, {name, kNameBytesMax}, complaint);
}
inline std::string read_line(capnp::Text::Reader from, std::string_view name,
                             Complaint& complaint) {
  return read_text(from, {name, kLineBytesMax}, complaint);
}

/// For a `switch` over a union that ended in no member this version knows.
inline void refuse_member(std::string_view name, Complaint& complaint) {
  complaint.add(name, "is missing, or of a kind that this version does not know");
}

}  // namespace mainstay
