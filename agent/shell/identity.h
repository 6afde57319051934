// Who this host is: its link key, what enrolment gave it, and the machine that both belong to.
// Files in the state directory, readable by the agent alone.
#pragma once

#include <optional>
#include <string>

#include "agent/shell/config.h"
#include "common/core/bytes.h"
#include "common/core/id.h"
#include "common/fabric/key_pair.h"

namespace mainstay::agent {

struct Enrolment {
  HostId host;
  std::string gate_endpoint;
  LinkKey gate_key;
  Digest machine;
  Bytes binding;  // signed HostBinding
  Bytes labels;   // signed LabelCertificate
};

/// STATE/link.key; made at the first call. Denied if others may read it.
Result<fabric::KeyPair> link_keys(const AgentConfig& config);
/// Makes new ones: this machine is not the one the old keys were made on.
Result<fabric::KeyPair> replace_link_keys(const AgentConfig& config);

/// Of the machine file, or of machine id and, where it can be read, the DMI UUID: a copied disk is
/// another machine.
Result<Digest> machine_digest(const AgentConfig& config);

/// STATE/enrolment: `key: value` lines; complaints name the file.
Result<Enrolment> parse_enrolment(std::string_view text, const std::string& name);
std::string enrolment_text(const Enrolment& enrolment);
/// Nothing if this host has not enrolled.
Result<std::optional<Enrolment>> load_enrolment(const AgentConfig& config);
Status save_enrolment(const AgentConfig& config, const Enrolment& enrolment);

}  // namespace mainstay::agent
