#include "common/fabric/admission.h"

#include <utility>

namespace mainstay::fabric {

namespace {

/// 1 if equal, 0 if not, without a branch on the content.
unsigned equal(const LinkKey& left, const LinkKey& right) {
  unsigned difference = 0;
  for (std::size_t i = 0; i < left.value.size(); ++i) {
    difference |= std::to_integer<unsigned>(left.value[i] ^ right.value[i]);
  }
  return ((difference - 1U) >> 8U) & 1U;
}

}  // namespace

void Admission::allow(std::vector<LinkKey> keys) {
  const std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
}

bool Admission::admits(const LinkKey& key) {
  const std::lock_guard lock(mutex_);
  unsigned found = equal(key, test_key_);
  for (const LinkKey& listed : keys_) found |= equal(key, listed);
  if (mode_ == Admit::Any) found = 1;
  if (found == 0) ++refused_;
  return found != 0;
}

std::uint64_t Admission::refused() {
  const std::lock_guard lock(mutex_);
  return refused_;
}

}  // namespace mainstay::fabric
