// CHECK is on in every build and ends the process: it is for bugs. Input, peers, disks and people
// get an Error instead.
#pragma once

namespace mainstay {

/// What happens on a failed CHECK. The shell installs a hook that writes the flight recorder first;
/// the core itself touches nothing.
using CheckHook = void (*)(const char* expression, const char* file, int line) noexcept;
void set_check_hook(CheckHook hook) noexcept;

[[noreturn]] void check_failed(const char* expression, const char* file, int line) noexcept;

}  // namespace mainstay

#define CHECK(expression)                                                         \
  do {                                                                            \
    if (!(expression)) ::mainstay::check_failed(#expression, __FILE__, __LINE__); \
  } while (false)
