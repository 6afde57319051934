// The trust file: what a host believes before it has heard anybody. Root-owned, installed with the
// agent; it pins the first roster, the coordinator's key and the doors to knock at.
// Text of `key: value` lines with hexadecimal values; the digest in a token is of exactly its
// bytes.
#pragma once

#include <string>
#include <string_view>

#include "common/core/bytes.h"
#include "common/core/id.h"
#include "common/core/result.h"

namespace mainstay {

struct Trust {
  Bytes roster;  // signed Roster, the first this host believes
  PublicKey dispatch_key;
  LinkKey gate_key;
  LinkKey enrolment_key;
  std::string gate_endpoint;  // tcp://10.0.0.1:7440
  std::string enrolment_endpoint;
};

std::string write_trust(const Trust& trust);
/// `name` is the file's, for complaints.
Result<Trust> read_trust(std::string_view text, std::string name = "trust");

}  // namespace mainstay
