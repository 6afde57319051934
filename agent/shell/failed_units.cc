#include "agent/shell/failed_units.h"

#include <algorithm>

#include "common/core/check.h"

namespace mainstay::agent {

void add_failed_units(std::string_view listed, Looked& looked) {
  CHECK(looked.health.has_value());
  const auto count = std::ranges::count(listed, '\n');
  looked.health->failed_units = static_cast<std::uint32_t>(count);
  looked.facts.push_back({.fact = Fact::ServiceFailed, .value = count});
}

}  // namespace mainstay::agent
