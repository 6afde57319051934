#include "common/fabric/admission.h"

#include <algorithm>
#include <utility>

namespace mainstay::fabric {

void Admission::allow(std::vector<LinkKey> keys) {
  const std::lock_guard lock(mutex_);
  std::ranges::sort(keys);
  keys_ = std::move(keys);
}

void Admission::set_door(Door door) {
  const std::lock_guard lock(mutex_);
  door_ = door;
}

bool Admission::admits(const LinkKey& key) {
  const std::lock_guard lock(mutex_);
  const bool open = door_ == Door::Open;
  const bool found =
      key == test_key_ || (open && (mode_ == Admit::Any || std::ranges::binary_search(keys_, key)));
  if (!found && (stranger_.is_zero() || key != stranger_)) ++refused_;
  if (!found || joins_max_ == 0 || key == test_key_ || mode_ == Admit::Any) return found;
  std::vector<Instant>& joins = joins_[key];
  if (joins.size() < joins_max_) {
    joins.push_back(now_);
    return true;
  }
  ++crowding_;
  return false;
}

void Admission::limit_joins(std::uint32_t joins_max) {
  const std::lock_guard lock(mutex_);
  joins_max_ = joins_max;
}

void Admission::set_time(Instant now) {
  const std::lock_guard lock(mutex_);
  now_ = now;
  const auto is_over = [now](Instant joined) { return now - joined >= std::chrono::minutes(1); };
  for (auto& [key, joins] : joins_) std::erase_if(joins, is_over);
  std::erase_if(joins_, [](const auto& it) { return it.second.empty(); });
}

std::uint64_t Admission::crowding() {
  const std::lock_guard lock(mutex_);
  return crowding_;
}

std::uint64_t Admission::refused() {
  const std::lock_guard lock(mutex_);
  return refused_;
}

void Admission::expect_stranger(const LinkKey& key) {
  const std::lock_guard lock(mutex_);
  stranger_ = key;
}

void Admission::expect_failure(int count) {
  const std::lock_guard lock(mutex_);
  own_failures_ += count;
}

std::uint64_t Admission::own_failures() {
  const std::lock_guard lock(mutex_);
  return static_cast<std::uint64_t>(own_failures_);
}

}  // namespace mainstay::fabric
