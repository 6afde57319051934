// What gate and coordinator say to each other. A gate passes host frames on unread and queues none.
#pragma once

#include <variant>

#include "common/core/parts.h"
#include "common/plan/authority.h"

namespace mainstay {

enum class GateMode : std::uint8_t { Hosts = 0, Enrolment = 1 };  // stored; never renumber

// ---- gate to coordinator
struct GateHello {
  GateMode mode = GateMode::Hosts;
  std::string version;
  std::uint64_t admitted_number = 0;  // of the list it works by
};
struct FromHost {
  LinkKey link;
  Bytes frame;
};
using GateMessage = std::variant<GateHello, FromHost>;

// ---- coordinator to gate
inline constexpr std::size_t kFanOutMax = 512;
struct ToHosts {
  std::vector<LinkKey> links;  // never empty: nothing means nobody, not everybody
  bool starts = false;         // the frame may start disruption: the gate counts it (I10)
  Bytes frame;
};
struct AdmittedPart {
  Part part;  // of a signed AdmittedKeys
};
using GateOrder = std::variant<ToHosts, AdmittedPart>;

/// Signed with the dispatch key. A gate whose list is older than 5 min admits no new connection.
struct AdmittedKeys {
  DocumentHeader header;
  std::uint64_t number = 0;
  std::vector<LinkKey> links;  // ascending
};

// ---- enrolment, host to coordinator through a gate in enrolment mode
struct EnrolRequest {
  HostId host;
  Digest secret;  // the token's secret; its digest is in the token
  LinkKey link_key;
  PublicKey record_key;
  Digest machine;       // of machine-id and DMI UUID
  Digest trust_digest;  // of the trust file the host holds
};
/// The coordinator's word that these keys are this host's.
struct HostBinding {
  DocumentHeader header;
  HostId host;
  LinkKey link_key;
  PublicKey record_key;
};
struct EnrolReply {
  std::string refusal;  // empty when enrolled
  Bytes binding;        // signed HostBinding
  Bytes labels;         // signed LabelCertificate
};

}  // namespace mainstay
