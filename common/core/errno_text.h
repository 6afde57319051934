// The system's errors in words for a person: where, what, and what to do about it, if that is
// known.
#pragma once

#include <string>
#include <string_view>

namespace mainstay {

/// What frees a person of this error; empty if that depends.
std::string_view remedy_of(int error);

/// `WHAT: words of the error; remedy`.
std::string errno_text(const std::string& what, int error);

}  // namespace mainstay
