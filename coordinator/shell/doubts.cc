#include "coordinator/shell/doubts.h"

#include <algorithm>
#include <utility>

#include "coordinator/core/vulnerability/evidence.h"

namespace mainstay::coordinator {

namespace {

constexpr Duration kDoubtMax = std::chrono::hours(24);

}  // namespace

void Doubts::add(const Surveyed& surveyed, Instant now) {
  // Of a release that no list of vulnerabilities knows nothing has a clock.
  if (!surveyed.is_whole && !surveyed.release.empty()) add_release(surveyed.release, now);
}

void Doubts::add_release(const std::string& release, Instant now) {
  const auto before = before_.find(release);
  now_[release] = before == before_.end() ? now : before->second;
}

bool Doubts::end_walk(Instant now) {
  std::set<std::string> held;
  for (const auto& [release, since] : now_) {
    if (now - since < kDoubtMax) held.insert(release);
  }
  const bool is_any_let_go = !std::ranges::includes(held, held_);
  held_ = std::move(held);
  before_ = std::exchange(now_, {});
  return is_any_let_go;
}

bool Doubts::holds(const std::string& release) const {
  // "rhel:9" and "rhel:9.4": one list of vulnerabilities may speak of the one, one of the other.
  return std::ranges::any_of(held_, [&](const std::string& held) {
    return held.empty() || is_of_release(held, release) || is_of_release(release, held);
  });
}

}  // namespace mainstay::coordinator
