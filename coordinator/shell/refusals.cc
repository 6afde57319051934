#include "coordinator/shell/refusals.h"

namespace mainstay::coordinator {

namespace {
constexpr Duration kQuiet = std::chrono::seconds(10);
}

void Refusals::note(std::string_view kind, const std::string& reason, Now now, Level level) {
  Kind& found = kinds_[std::string(kind)];
  ++found.count;
  if (found.said_at && now.mono - *found.said_at < kQuiet) return;
  found.said_at = now.mono;
  log_.event(level, kind, {{"reason", reason}, {"count", found.count}});
}

std::uint64_t Refusals::count(std::string_view kind) const {
  const auto found = kinds_.find(kind);
  return found == kinds_.end() ? 0 : found->second.count;
}

}  // namespace mainstay::coordinator
