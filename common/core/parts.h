// Things longer than a frame travel as numbered parts under one digest, on every link.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "common/core/digest.h"
#include "common/core/result.h"

namespace mainstay {

inline constexpr std::size_t kFrameBytesMax = 64 * 1024;  // every frame on any socket
inline constexpr std::size_t kPartBytesMax = 48 * 1024;   // leaves room for envelope and framing
inline constexpr std::size_t kPartsMax = 1024;            // so one thing is at most 48 MiB

struct Part {
  Digest whole;         // of the whole thing
  std::uint32_t index;  // 0-based
  std::uint32_t count;
  Bytes bytes;
};

/// At least one part; an empty thing is one empty part. At most kPartsMax * kPartBytesMax bytes.
std::vector<Part> split(ByteView whole);

/// Puts one thing together again. Bounded by `bytes_max`; parts may come twice and in any order.
class Assembler {
 public:
  explicit Assembler(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  /// The whole thing when this was the last part missing; nothing before. Fails, and forgets what
  /// it had, on a part that contradicts the others, on too many bytes, or on a wrong digest.
  Result<std::optional<Bytes>> add(Part part);

 private:
  Status admit(const Part& part) const;
  std::size_t bytes_max_;
  std::optional<Digest> whole_;
  std::uint32_t count_ = 0;
  std::size_t bytes_ = 0;
  std::map<std::uint32_t, Bytes> parts_;
};

}  // namespace mainstay
