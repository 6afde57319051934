#include "tests/simulation/timeline.h"

namespace mainstay::sim {

namespace {

constexpr std::int64_t kBeginMs = 1'795'464'000'000;  // 23 November 2026, 20:00 UTC

std::string stamp(Duration at) {
  std::string ms = std::to_string(at.count() % 1000);
  ms.insert(0, 3 - ms.size(), '0');
  std::string text = std::to_string(at.count() / 1000) + "." + ms;
  if (text.size() < 9) text.insert(0, 9 - text.size(), ' ');
  return text;
}

}  // namespace

WallTime Timeline::wall() const {
  return wall_from_ms(kBeginMs) + now_;
}

void Timeline::after(Duration delay, std::move_only_function<void()> action) {
  queue_.emplace(std::pair(now_ + delay, ++sequence_), std::move(action));
}

void Timeline::within(Duration span, std::move_only_function<void()> action) {
  after(between(0ms, span - 1ms), std::move(action));
}

bool Timeline::run_one(Duration end) {
  if (queue_.empty() || queue_.begin()->first.first > end) return false;
  auto node = queue_.extract(queue_.begin());
  now_ = node.key().first;
  ++events_;
  mix("", static_cast<std::uint64_t>(now_.count()));
  node.mapped()();
  return true;
}

Duration Timeline::between(Duration from, Duration to) {
  const auto span = static_cast<std::uint64_t>((to - from).count()) + 1;
  return from + Duration(static_cast<std::int64_t>(rng.below(span)));
}

// FNV-1a. Source: G. Fowler, L. C. Noll, K.-P. Vo, 1991.
void Timeline::mix(std::string_view what, std::uint64_t number) {
  constexpr std::uint64_t kPrime = 1099511628211ULL;
  for (const char c : what) digest_ = (digest_ ^ static_cast<unsigned char>(c)) * kPrime;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    digest_ = (digest_ ^ ((number >> shift) & 0xffU)) * kPrime;
  }
}

void Timeline::tell(std::string line) {
  mix(line);
  story_.push_back(stamp(now_) + "  " + std::move(line));
}

}  // namespace mainstay::sim
