// The coordinator's rows one by one. Within common/wire only.
#pragma once

#include "common/wire/row_field.h"

namespace mainstay {

void write(schema::Health::Builder to, const Health& from);
Health read(schema::Health::Reader from, Complaint& complaint);

void write(schema::ReignRow::Builder to, const ReignRow& from);
ReignRow read(schema::ReignRow::Reader from, Complaint& complaint);

void write(schema::HostRow::Builder to, const HostRow& from);
HostRow read(schema::HostRow::Reader from, Complaint& complaint);

void write(schema::SightRow::Builder to, const SightRow& from);
SightRow read(schema::SightRow::Reader from, Complaint& complaint);

void write(schema::FindingsRow::Builder to, const FindingsRow& from);
FindingsRow read(schema::FindingsRow::Reader from, Complaint& complaint);

void write(schema::PackagesRow::Builder to, const PackagesRow& from);
PackagesRow read(schema::PackagesRow::Reader from, Complaint& complaint);

void write(schema::FeedRow::Builder to, const FeedRow& from);
FeedRow read(schema::FeedRow::Reader from, Complaint& complaint);

void write(schema::ExposureRow::Builder to, const ExposureRow& from);
ExposureRow read(schema::ExposureRow::Reader from, Complaint& complaint);

void write(schema::TokenRow::Builder to, const TokenRow& from);
TokenRow read(schema::TokenRow::Reader from, Complaint& complaint);

void write(schema::ControlRow::Builder to, const ControlRow& from);
ControlRow read(schema::ControlRow::Reader from, Complaint& complaint);

void write(schema::PlanRow::Builder to, const PlanRow& from);
PlanRow read(schema::PlanRow::Reader from, Complaint& complaint);

void write(schema::LeafRow::Builder to, const LeafRow& from);
LeafRow read(schema::LeafRow::Reader from, Complaint& complaint);

void write(schema::RolloutRow::Builder to, const RolloutRow& from);
RolloutRow read(schema::RolloutRow::Reader from, Complaint& complaint);

void write(schema::TargetRow::Builder to, const TargetRow& from);
TargetRow read(schema::TargetRow::Reader from, Complaint& complaint);

void write(schema::SlotRow::Builder to, const SlotRow& from);
SlotRow read(schema::SlotRow::Reader from, Complaint& complaint);

void write(schema::RecordRow::Builder to, const RecordRow& from);
RecordRow read(schema::RecordRow::Reader from, Complaint& complaint);

RosterRow read_roster_row(capnp::Data::Reader from, Complaint& complaint);

}  // namespace mainstay
