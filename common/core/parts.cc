#include "common/core/parts.h"

#include <algorithm>

#include "common/core/check.h"

namespace mainstay {

std::vector<Part> split(ByteView whole) {
  CHECK(whole.size() <= kPartBytesMax * kPartsMax);
  const Digest digest = sha256(whole);
  const std::size_t count =
      std::max<std::size_t>(1, (whole.size() + kPartBytesMax - 1) / kPartBytesMax);
  std::vector<Part> parts;
  parts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto slice =
        whole.subspan(i * kPartBytesMax, std::min(kPartBytesMax, whole.size() - i * kPartBytesMax));
    parts.push_back({.whole = digest,
                     .index = static_cast<std::uint32_t>(i),
                     .count = static_cast<std::uint32_t>(count),
                     .bytes = {slice.begin(), slice.end()}});
  }
  return parts;
}

Status Assembler::admit(const Part& part) const {
  if (part.count == 0 || part.count > kPartsMax || part.index >= part.count) {
    return fail(Fault::Malformed, "part number out of range");
  }
  if (whole_ && (*whole_ != part.whole || count_ != part.count)) {
    return fail(Fault::Malformed, "part belongs to another thing");
  }
  if (bytes_ + part.bytes.size() > bytes_max_)
    return fail(Fault::Malformed, "parts exceed the limit");
  return {};
}

Result<std::optional<Bytes>> Assembler::add(Part part) {
  if (auto fits = admit(part); !fits) {
    *this = Assembler(bytes_max_);
    return std::unexpected(fits.error());
  }
  whole_ = part.whole;
  count_ = part.count;
  const std::size_t size = part.bytes.size();
  if (parts_.emplace(part.index, std::move(part.bytes)).second) bytes_ += size;
  if (parts_.size() < count_) return std::optional<Bytes>{};
  Bytes whole;
  whole.reserve(bytes_);
  for (const auto& [index, bytes] : parts_) whole.insert(whole.end(), bytes.begin(), bytes.end());
  const Digest expected = *whole_;
  *this = Assembler(bytes_max_);
  if (sha256(whole) != expected) return fail(Fault::Malformed, "parts do not match their digest");
  return std::optional<Bytes>{std::move(whole)};
}

}  // namespace mainstay
