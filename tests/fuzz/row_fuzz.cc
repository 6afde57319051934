// Any stored bytes are either Corrupt or a row that is written as it was read and knows its own
// key. The first byte chooses the kind of row; 5 is a record of the store around its row.
#include <cstdint>
#include <string>

#include "common/core/check.h"
#include "common/ports/store.h"
#include "common/store/record.h"
#include "common/wire/row.h"

namespace {

using namespace mainstay;

std::string own_key(const CoordinatorRow& row) {
  return key_of(row);
}
std::string own_key(const HostStateRow&) {
  return std::string(kHostStateKey);
}
std::string own_key(const AttemptRow& row) {
  return attempt_key(row.attempt);
}
std::string own_key(const SpoolRow& row) {
  return spool_key(row.record_digest);
}
std::string own_key(const AgentRow&) {
  return std::string(kAgentKey);
}

template <class Row>
void try_row(ByteView bytes) {
  const auto row = decode_row<Row>(bytes);
  if (!row.has_value()) {
    CHECK(row.error().fault == Fault::Corrupt);
    CHECK(row.error().detail.starts_with("stored row: "));
    return;
  }
  CHECK(is_key(own_key(*row)));
  // Larger again than a row may be only if pointers were shared, which no writer does.
  const Bytes once = encode_row(*row);
  const auto again = decode_row<Row>(once);
  if (!again.has_value()) return;
  CHECK(encode_row(*again) == once);
  CHECK(own_key(*again) == own_key(*row));
}

void try_record(ByteView bytes) {
  if (bytes.empty()) return;
  const std::size_t length = std::to_integer<std::size_t>(bytes[0]);
  if (bytes.size() < 1 + length) return;
  const std::string key(as_text(bytes.subspan(1, length)));
  const ByteView stored = bytes.subspan(1 + length);
  const auto record = store::unseal(key, stored);
  if (!record.has_value()) {
    CHECK(record.error().fault == Fault::Corrupt);
    return;
  }
  const Bytes sealed = store::seal(record->schema, key, record->value);
  CHECK(std::equal(sealed.begin(), sealed.end(), stored.begin(), stored.end()));
  CHECK(!store::unseal(key + "x", stored).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  switch (data[0]) {
    case 0:
      try_row<CoordinatorRow>(bytes);
      break;
    case 1:
      try_row<HostStateRow>(bytes);
      break;
    case 2:
      try_row<AttemptRow>(bytes);
      break;
    case 3:
      try_row<SpoolRow>(bytes);
      break;
    case 4:
      try_row<AgentRow>(bytes);
      break;
    case 5:
      try_record(bytes);
      break;
    default:
      break;
  }
  return 0;
}
