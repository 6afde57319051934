// The one place of this folder where an exception of yaml-cpp may be caught.
#pragma once

#include <yaml-cpp/exceptions.h>

#include "common/document/node.h"

namespace mainstay::document {

template <class Function>
Status guarded(const std::string& file, Function function) {
  try {
    return function();
  } catch (const YAML::Exception& error) {
    const auto place = error.mark.is_null()
                           ? Place{}
                           : Place{.line = static_cast<std::size_t>(error.mark.line) + 1,
                                   .column = static_cast<std::size_t>(error.mark.column) + 1};
    if (error.msg == YAML::ErrorMsg::DOC_IN_SCALAR || error.msg == YAML::ErrorMsg::EOF_IN_SCALAR) {
      return complain(file, place, "a text whose quote is opened before here is never closed");
    }
    // What the parser says of a document nested too deep for it.
    if (error.msg == YAML::ErrorMsg::BAD_FILE) return complain(file, place, "nested too deep");
    return complain(file, place, "not valid YAML: " + error.msg);
  }
}

}  // namespace mainstay::document
