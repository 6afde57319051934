// Any bytes are either refused or a value that can be encoded and read again as the same bytes. The
// first byte chooses the decoder, so that one corpus covers them all.
#include <cstdint>

#include "common/core/check.h"
#include "common/wire/kinds.h"
#include "common/wire/row.h"

namespace {

using namespace mainstay;

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

template <class Row>
void try_row(ByteView bytes) {
  const auto row = decode_row<Row>(bytes);
  if (!row.has_value()) CHECK(row.error().fault == Fault::Corrupt);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  std::size_t place = 0;
  for_each_kind([&]<class T>(const char*) {
    if (place++ == data[0]) try_decode<T>(bytes);
  });
  if (data[0] == 0xff) {
    try_row<CoordinatorRow>(bytes);
    try_row<HostStateRow>(bytes);
    try_row<AttemptRow>(bytes);
    try_row<SpoolRow>(bytes);
    try_row<AgentRow>(bytes);
  }
  return 0;
}
