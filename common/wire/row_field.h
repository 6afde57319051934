// What the rows' codecs share. Within common/wire only.
#pragma once

#include "common/wire/decode.h"
#include "common/wire/message.h"
#include "common/wire/row.h"
#include "common/wire/shared.h"
#include "schemas/state.capnp.h"

namespace mainstay {

inline constexpr std::size_t kRowBytesMax = 1024 * 1024;
// The row's size bounds its lists and texts: whatever one step may write can be read again.
inline constexpr std::size_t kRowListMax = 64 * 1024;

/// As it was written, NUL and all.
inline std::string read_stored_text(capnp::Text::Reader from) {
  return {from.begin(), from.size()};
}

inline Bytes read_stored_bytes(capnp::Data::Reader from, Complaint& complaint) {
  return read_bytes(from, {"stored bytes", kRowBytesMax}, complaint);
}

/// The value in bytes that the row holds; the default if it holds none.
template <class T>
T value_in(ByteView bytes, std::string_view name, Complaint& complaint) {
  if (bytes.empty()) return {};
  auto value = decode<T>(bytes);
  if (value.has_value()) return std::move(*value);
  complaint.add(name, "does not decode: " + value.error().detail);
  return {};
}

/// The value in a signed document, whose signatures were checked before it was stored.
template <class T>
T value_signed_in(ByteView envelope, std::string_view name, Complaint& complaint) {
  const auto document = value_in<SignedDocument>(envelope, name, complaint);
  return value_in<T>(document.payload, name, complaint);
}

template <class Schema, class Row>
Result<Row> decode_stored(ByteView bytes) {
  auto row = decode_message<Schema, Row>(bytes, frame_shape(kRowBytesMax));
  if (row.has_value()) return row;
  return fail(Fault::Corrupt, "stored row: " + row.error().detail);
}

}  // namespace mainstay
