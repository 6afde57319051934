#include "coordinator/shell/host_door.h"

#include "common/core/digest.h"

namespace mainstay::coordinator {

HostDoor::Said HostDoor::open(const Origin& origin, ByteView frame, const State& state, Now now) {
  const auto link = state.links.find(origin.link);
  if (link == state.links.end()) {
    refusals_.note("host.unknown", "no enrolled host has this link key", now);
    return {};
  }
  const auto host = state.hosts.find(link->second);
  if (host == state.hosts.end()) return {};
  auto message = decode<HostMessage>(frame);
  if (!message) {
    refusals_.note("host.malformed", host->first.text() + ": " + message.error().detail, now);
    return {};
  }
  if (const auto* record = std::get_if<RecordMessage>(&*message)) {
    return open_record(origin, host->second, *record, now);
  }
  if (auto* part = std::get_if<LogPart>(&*message)) {
    if (part->attempt.host != host->first) {
      refusals_.note("log.foreign", host->first.text() + " sent the log of another host", now);
      return {};
    }
    return HostLogPart{.host = host->first, .part = std::move(*part)};
  }
  return Event(HostSaid{.link = origin.link, .gate = origin.gate, .message = std::move(*message)});
}

HostDoor::Said HostDoor::open_record(const Origin& origin, const Host& host,
                                     const RecordMessage& message, Now now) {
  const auto refuse = [&](const std::string& why) -> Said {
    // A person must look: the executor's key is the only proof of an outcome.
    refusals_.note("record.refused", host.row.host.text() + ": " + why, now, Level::Error);
    return {};
  };
  const auto shown = peek(message.record);
  if (!shown) return refuse(shown.error().detail);
  const PublicKey trusted[] = {host.row.record_key};
  const bool is_closed = shown->context == context::kClosed;
  // Stored ones count however late: a host may have been away for weeks.
  if (is_closed) {
    auto record = verifier_.open_stored<ClosedRecord>(message.record, context::kClosed, trusted);
    if (!record) return refuse(record.error().detail);
    if ((*record)->attempt.host != host.row.host) return refuse("the record is another host's");
    return Event(RecordArrived{
        .link = origin.link, .record = std::move(*record), .digest = sha256(message.record)});
  }
  auto record = verifier_.open_stored<Outcome>(message.record, context::kOutcome, trusted);
  if (!record) return refuse(record.error().detail);
  if ((*record)->attempt.host != host.row.host) return refuse("the record is another host's");
  return Event(RecordArrived{
      .link = origin.link, .record = std::move(*record), .digest = sha256(message.record)});
}

std::optional<Event> HostDoor::open_enrolment(const Origin& origin, ByteView frame, Now now) {
  auto request = decode<EnrolRequest>(frame);
  if (!request) {
    refusals_.note("enrolment.malformed", request.error().detail, now);
    return std::nullopt;
  }
  return Event(
      EnrolmentAsked{.gate = origin.gate, .link = origin.link, .request = std::move(*request)});
}

}  // namespace mainstay::coordinator
