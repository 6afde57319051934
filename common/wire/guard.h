// The border to Cap'n Proto's exceptions: it checks lazily, so any getter on hostile bytes may
// throw. Nothing else in this project catches them.
#pragma once

#include <string>
#include <utility>

#include <kj/exception.h>

#include "common/core/result.h"

namespace mainstay {

template <class Body>
auto guarded(Body&& body) -> decltype(body()) {
  try {
    return std::forward<Body>(body)();
  } catch (const kj::Exception& exception) {
    return fail(Fault::Malformed,
                std::string("not a message: ") + exception.getDescription().cStr());
  }
}

}  // namespace mainstay
