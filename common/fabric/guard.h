// Inside this folder only: cppzmq throws where a socket or context cannot be made. Here that ends.
#pragma once

#include <zmq.hpp>

#include "common/core/result.h"

namespace mainstay::fabric {

template <class Function>
auto guarded(Function function) -> Result<decltype(function())> {
  try {
    return function();
  } catch (const zmq::error_t& error) {
    return fail(Fault::Unavailable, std::string("zmq: ") + error.what());
  }
}

}  // namespace mainstay::fabric
