// Whatever is said to be a list of packages is refused, or is within its bounds and exactly what we
// would have written.
#include <cstdint>

#include "common/core/check.h"
#include "common/plan/package_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mainstay;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto list = read_package_list(text);
  if (!list.has_value()) {
    CHECK(list.error().fault == Fault::Malformed);
    return 0;
  }
  CHECK(list->packages.size() <= kInstalledMax);
  for (const auto& package : list->packages) {
    CHECK(package.listening.size() <= kProcessNamesMax);
    CHECK(package.stale.size() <= kProcessNamesMax);
  }
  std::size_t omitted = 1;
  CHECK(package_list_text(std::move(*list), &omitted) == text);
  CHECK(omitted == 0);
  return 0;
}
