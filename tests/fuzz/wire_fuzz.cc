// Any bytes are either refused or a value that can be encoded and read again as the same bytes. The
// first byte chooses the decoder, so that one corpus covers them all; 0xfe plays numbered parts
// against a model.
#include <algorithm>
#include <cstdint>
#include <set>

#include "common/core/check.h"
#include "common/core/parts.h"
#include "common/wire/kinds.h"

namespace {

using namespace mainstay;

constexpr std::size_t kKinds = std::size(kWireKindNames);
constexpr std::uint8_t kParts = 0xfe;
static_assert(kKinds < kParts);

template <class T>
void try_decode(ByteView bytes) {
  const auto value = decode<T>(bytes);
  if (!value.has_value()) {
    CHECK(value.error().fault == Fault::Malformed);
    CHECK(!value.error().detail.empty());
    return;
  }
  // A value that came out may be larger again than its kind allows: shared pointers are written
  // apart. Then it must be refused, not misread.
  const Bytes once = encode(*value);
  const auto again = decode<T>(once);
  if (again.has_value()) CHECK(encode(*again) == once);
}

// What is to travel, cut into parts of equal size by the first byte.
struct Sent {
  explicit Sent(ByteView bytes)
      : whole(bytes.begin() + 1, bytes.end()),
        digest(sha256(whole)),
        count(1 + std::to_integer<std::uint32_t>(bytes[0]) % 8) {}

  [[nodiscard]] Part part(std::uint32_t index) const {
    const std::size_t size = (whole.size() + count - 1) / count;
    const std::size_t first = std::min(index * size, whole.size());
    const std::size_t last = std::min(first + size, whole.size());
    Part part{.whole = digest, .index = index, .count = count, .bytes = {}};
    part.bytes.assign(whole.begin() + static_cast<std::ptrdiff_t>(first),
                      whole.begin() + static_cast<std::ptrdiff_t>(last));
    return part;
  }

  Bytes whole;
  Digest digest;
  std::uint32_t count;
};

// Each byte of the whole also says which part comes next, and whether something is wrong with it.
// Only right parts are counted, so the model is a set: complete when each was there once.
void try_parts(ByteView bytes) {
  if (bytes.empty()) return;
  const Sent sent(bytes);
  Assembler assembler(std::max<std::size_t>(sent.whole.size(), 1));
  std::set<std::uint32_t> there;
  bool spoilt = false;  // a wrong part was taken, which only the digest will tell
  for (const std::byte step : sent.whole) {
    const auto index = std::to_integer<std::uint32_t>(step) % 8 % sent.count;
    Part part = sent.part(index);
    const auto wrong = std::to_integer<std::uint32_t>(step) >> 5U;
    if (wrong == 1) part.count += 1;
    if (wrong == 2) part.index = part.count;
    if (wrong == 3) part.whole.value[0] ^= std::byte{1};
    const bool changed = wrong == 4 && !part.bytes.empty();
    if (changed) part.bytes[0] ^= std::byte{1};
    const bool first = there.empty();
    const bool fresh = !there.contains(part.index);
    const auto answer = assembler.add(std::move(part));
    if (wrong == 2) CHECK(!answer.has_value());
    if ((wrong == 1 || wrong == 3) && !first) CHECK(!answer.has_value());
    if (!answer.has_value() || (answer->has_value())) {
      if (answer.has_value()) CHECK(!spoilt && sha256(**answer) == sent.digest);
      there.clear();
      spoilt = false;
      continue;
    }
    if (wrong == 1 || wrong == 3) return;  // the first of another thing: the model ends here
    there.insert(index);
    spoilt = spoilt || (changed && fresh);
    CHECK(there.size() < sent.count);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  std::size_t place = 0;
  for_each_kind([&]<class T>(const char*) {
    if (place++ == data[0]) try_decode<T>(bytes);
  });
  if (data[0] == kParts) try_parts(bytes);
  return 0;
}
