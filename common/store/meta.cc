#include "common/store/meta.h"

#include <algorithm>
#include <array>

#include "common/store/record.h"

namespace mainstay::store {

namespace {

constexpr std::string_view kKey = "schema";  // stored; never rename
constexpr std::uint16_t kMetaSchema = 1;     // stored: the form of this record, which never changes

// Little endian: written (2), needed (2), then the version as text.
Bytes encode(std::uint16_t written, std::uint16_t needed, const std::string& version) {
  Bytes bytes;
  for (const unsigned number : {unsigned{written}, unsigned{needed}}) {
    bytes.push_back(std::byte(number & 255U));
    bytes.push_back(std::byte(number >> 8U));
  }
  const ByteView text = as_bytes(version);
  bytes.insert(bytes.end(), text.begin(), text.end());
  return seal(kMetaSchema, kKey, bytes);
}

std::uint16_t number_at(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[at]) |
                                    std::to_integer<unsigned>(bytes[at + 1]) << 8U);
}

}  // namespace

Status agree_on_schema(Environment& truth, const Schema& ours) {
  TRY(const std::optional<Bytes> stored, truth.get(Table::Meta, kKey));
  std::uint16_t written = ours.written;
  std::uint16_t needed = ours.needed;
  std::string version = ours.version;
  if (stored) {
    TRY(const Record record, unseal(kKey, *stored));
    if (record.value.size() < 4) return fail(Fault::Corrupt, "the store's schema record is short");
    const std::uint16_t theirs_written = number_at(record.value, 0);
    const std::uint16_t theirs_needed = number_at(record.value, 2);
    const std::string theirs(as_text(record.value.subspan(4)));
    if (theirs_needed > ours.known) {
      return fail(Fault::Denied, "this store was written by version " + theirs + " (schema " +
                                     std::to_string(theirs_written) +
                                     ") and needs a program that knows schema " +
                                     std::to_string(theirs_needed) + "; this one, version " +
                                     ours.version + ", knows up to " + std::to_string(ours.known) +
                                     ": install version " + theirs + " or newer");
    }
    if (theirs_written > written) version = theirs;  // the one to ask for if it must be read whole
    written = std::max(written, theirs_written);
    needed = std::max(needed, theirs_needed);
  }
  const Bytes meta = encode(written, needed, version);
  if (stored == meta) return {};
  const Put put = {.table = Table::Meta, .key = kKey, .stored = meta};
  return truth.put(std::span(&put, 1));
}

}  // namespace mainstay::store
