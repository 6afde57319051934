// A certificate as a plain value: what people ask of it, and its bytes for what only the library
// can answer. Whoever made it may have been hostile: all texts are bounded, none is escaped yet.
#pragma once

#include <string>
#include <vector>

#include "common/core/bytes.h"
#include "common/core/digest.h"
#include "common/core/result.h"
#include "common/core/time.h"

namespace mainstay::agent::certificate {

enum class Key { Rsa, Dsa, Ec, Edwards, Other };
enum class Signature { Sound, Sha1, Md, Unknown };

struct Certificate {
  Bytes der;
  Digest fingerprint;
  std::string name;    // the first DNS or IP name, else the common name; may be empty
  std::string issuer;  // common name or organisation
  Bytes subject_der;   // whole names, to be compared
  Bytes issuer_der;
  WallTime not_before{};
  WallTime not_after{};
  Key key = Key::Other;
  int key_bits = 0;
  Signature signature = Signature::Unknown;
  bool is_self_issued = false;  // one that signs itself: its signature proves nothing
};

/// Malformed unless the bytes are one certificate; only the last of a TRUSTED block has a tail.
enum class Tail { Refused, Allowed };
Result<Certificate> read_certificate(ByteView der, Tail tail = Tail::Refused);

/// A name of DNS, wildcards as RFC 6125 has them, or an address.
bool covers(const Certificate& certificate, const std::string& name);
/// By names and key identifiers; not by the signature.
bool may_issue(const Certificate& issuer, const Certificate& subject);
/// By the signature, too.
bool has_issued(const Certificate& issuer, const Certificate& subject);

}  // namespace mainstay::agent::certificate
