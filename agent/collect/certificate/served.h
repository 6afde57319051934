// What a port of this host answers to a TLS greeting. The server is asked for its certificates and
// told nothing; it may be anything that listens, so everything about it has a limit.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/certificate/certificate.h"

namespace mainstay::agent::certificate {

/// A loopback address, so that no other machine is ever asked.
enum class Loopback { V4, V6 };

struct Greeting {
  Loopback address = Loopback::V4;
  std::uint16_t port = 0;
  std::string sni;  // empty: none
  Duration time_max = std::chrono::seconds(5);
};

struct Served {
  enum class End {
    Chain,    // the rest has it, the leaf first
    Refused,  // nobody listens
    Nothing,  // somebody does, and there is no certificate: `why` says what there was
  };
  End end = End::Nothing;
  std::string why;
  std::vector<Certificate> chain = {};
};

/// SIGPIPE must be ignored: the server may go away at any time.
Served ask_served(const Greeting& greeting);

}  // namespace mainstay::agent::certificate
