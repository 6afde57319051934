// The numbers of needs. A cause's number is fifteen digits of its digest, so that it never depends
// on what else is open and nothing is stored for it; of these the shortest beginning is shown that
// no other open cause has. A number once noted stays a beginning of its cause's own: it may come to
// fit several, which is said, but it does not pass to another cause while its own is open.
#include <algorithm>

#include "common/core/digest.h"
#include "coordinator/shell/need.h"

namespace mainstay::coordinator {

namespace {

// Two of ten thousand causes share all of them once in ten million fleets.
constexpr std::uint64_t kWholeMin = 100'000'000'000'000;
constexpr std::size_t kWholeDigits = 15;
constexpr std::size_t kShownDigitsMin = 4;  // as long as a person keeps in mind from screen to hand

std::string whole_of(const std::string& cause) {
  const Digest digest = sha256(as_bytes(cause));
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    number = number << 8U | std::to_integer<std::uint64_t>(digest.value[i]);
  }
  return std::to_string(kWholeMin + number % (9 * kWholeMin));
}

std::size_t shared_begin(const std::string& left, const std::string& right) {
  const auto [end, other] = std::ranges::mismatch(left, right);
  return static_cast<std::size_t>(end - left.begin());
}

}  // namespace

std::map<std::string, NeedNumber> numbers_of(const std::vector<Need>& needs) {
  std::map<std::string, NeedNumber> numbers;
  for (const Need& need : needs) numbers[need.cause].whole = whole_of(need.cause);
  std::vector<NeedNumber*> ordered;
  for (auto& [cause, number] : numbers) ordered.push_back(&number);
  std::ranges::sort(ordered, {}, &NeedNumber::whole);
  // In this order a number shares most with one of its neighbours.
  std::size_t before = 0;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const std::string& whole = ordered[i]->whole;
    const std::size_t after =
        i + 1 == ordered.size() ? 0 : shared_begin(whole, ordered[i + 1]->whole);
    const std::size_t digits = std::max(kShownDigitsMin, std::max(before, after) + 1);
    ordered[i]->id = "N-" + whole.substr(0, std::min(digits, kWholeDigits));
    before = after;
  }
  return numbers;
}

}  // namespace mainstay::coordinator
