#include "agent/shell/hear.h"

#include "common/core/digest.h"
#include "common/wire/open.h"

namespace mainstay::agent {

namespace {

/// The record that an acknowledgement names; nothing if it cannot be read. The executor verifies.
std::optional<Digest> acknowledged_in(const HostOrder& order) {
  const auto* message = std::get_if<AcknowledgementMessage>(&order);
  if (message == nullptr) return std::nullopt;
  const auto document = peek(message->acknowledgement);
  if (!document.has_value()) return std::nullopt;
  const auto acknowledgement = decode<Acknowledgement>(document->payload);
  if (!acknowledgement.has_value()) return std::nullopt;
  return acknowledgement->record;
}

}  // namespace

Result<CentreSaid> centre_said(ByteView frame) {
  TRY(HostOrder order, decode<HostOrder>(frame));
  const auto acknowledged = acknowledged_in(order);
  return CentreSaid{
      .order = std::move(order), .frame = sha256(frame), .acknowledged = acknowledged};
}

}  // namespace mainstay::agent
