#include "common/core/check.h"

#include <cstdlib>

namespace mainstay {

namespace {

constinit CheckHook check_hook = nullptr;

}  // namespace

void set_check_hook(CheckHook hook) noexcept {
  check_hook = hook;
}

void check_failed(const char* expression, const char* file, int line) noexcept {
  if (check_hook != nullptr) check_hook(expression, file, line);
  std::abort();
}

}  // namespace mainstay
