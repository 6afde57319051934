// The enrolment token as a host gets it: a small text file, secret, good once. Its public half is
// the signed EnrolmentToken that the coordinator holds.
#pragma once

#include <string>
#include <string_view>

#include "common/core/id.h"
#include "common/core/result.h"

namespace mainstay {

struct TokenText {
  HostId host;
  Digest secret;        // 32 random bytes
  Digest trust_digest;  // of the trust file that the host must hold
  std::string enrolment_endpoint;
  LinkKey enrolment_key;
  std::string gate_endpoint;
  LinkKey gate_key;
};

std::string write_token(const TokenText& token);
Result<TokenText> read_token(std::string_view text, std::string name = "token");

}  // namespace mainstay
