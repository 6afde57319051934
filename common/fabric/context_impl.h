// Inside this folder only: what a context is made of.
#pragma once

#include <zmq.hpp>

#include "common/fabric/context.h"
#include "common/fabric/zap.h"

namespace mainstay::fabric {

struct Context::Impl {
  zmq::context_t zmq;
  std::string salt;           // hexadecimal; known to this process alone
  std::unique_ptr<Zap> zap;   // with the first server: who only dials needs none
  std::uint64_t servers = 0;  // counted for their domains
  std::uint64_t clients = 0;  // and for the names of their monitors

  /// Before any socket of a server is bound.
  Status start_zap();
};

}  // namespace mainstay::fabric
