// Names the failed CHECK before the process ends, in the ordinary build as in the fuzzer's: the
// core itself writes nothing.
#include <cstdio>

#include "common/core/check.h"

namespace {

void report(const char* expression, const char* file, int line) noexcept {
  std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, expression);
}

[[maybe_unused]] const bool kIsSet = (mainstay::set_check_hook(report), true);

}  // namespace
