// What every signed document has in common.
//
// A signature covers "mainstay\n" + context + "\n" + payload: the context keeps a signature given
// for one kind of document from counting for another. Payloads are signed and verified as the bytes
// that travelled, never encoded anew. `required_features` (I25): a reader that does not know one of
// the numbers refuses the whole document.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "common/core/bytes.h"
#include "common/core/id.h"
#include "common/core/time.h"

namespace mainstay {

/// One a kind of document; changed only together with the meaning of the payload.
namespace context {
inline constexpr std::string_view kPlanHead = "plan head 1";
inline constexpr std::string_view kRoster = "roster 1";
inline constexpr std::string_view kLabels = "label certificate 1";
inline constexpr std::string_view kToken = "enrolment token 1";
inline constexpr std::string_view kControl = "control statement 1";
inline constexpr std::string_view kRequest = "operator request 1";
inline constexpr std::string_view kPermits = "permit batch 1";
inline constexpr std::string_view kBeacon = "beacon 1";
inline constexpr std::string_view kAcknowledgement = "acknowledgement 1";
inline constexpr std::string_view kBinding = "host binding 1";
inline constexpr std::string_view kAdmitted = "admitted keys 1";
inline constexpr std::string_view kOutcome = "outcome 1";
inline constexpr std::string_view kClosed = "closed record 1";
}  // namespace context

using Feature = std::uint16_t;
/// A plan with the steps restart-service and reboot.
inline constexpr Feature kFeatureRestart = 1;
/// Features this build knows; numbers are never reused.
inline constexpr std::array<Feature, 1> kKnownFeatures = {kFeatureRestart};

struct DocumentHeader {
  std::vector<Feature> required_features;  // ascending
  WallTime not_after{};                    // the document counts before this instant
};

struct Signature {
  PublicKey key;
  std::array<std::byte, 64> bytes{};
};

inline constexpr std::size_t kSignaturesMax = 8;

/// The envelope as it travels and is stored.
struct SignedDocument {
  std::string context;
  Bytes payload;
  std::vector<Signature> signatures;
};

/// The exact bytes a signer signs.
Bytes signed_bytes(std::string_view context, ByteView payload);

/// The first required feature that this build does not know.
std::optional<Feature> unknown_feature(const DocumentHeader& header);

}  // namespace mainstay
