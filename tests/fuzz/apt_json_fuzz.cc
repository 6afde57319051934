// Whatever the package helper prints is refused or becomes values within their limits.
#include <algorithm>
#include <cstdint>

#include "agent/collect/patch/apt_json.h"
#include "common/core/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mainstay;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto state = agent::read_apt_list(text); state.has_value()) {
    CHECK(state->security <= state->total);
    CHECK(state->os.size() <= 520);
  }
  if (const auto set = agent::read_apt_simulation(text); set.has_value()) {
    CHECK(set->packages.size() <= kPackagesMax);
    CHECK(set->kept.size() <= agent::kKeptMax);
    CHECK(std::ranges::is_sorted(set->packages));
    for (const auto& package : set->packages) {
      CHECK(package.name.find(':') != std::string::npos);
      CHECK(!package.version.empty());
    }
  }
  return 0;
}
