// A whole message: bytes to a root struct and back, with the limits that keep hostile bytes cheap.
// Within common/wire only.
#pragma once

#include <cstring>

#include "common/core/result.h"
#include "common/wire/capnp.h"
#include "common/wire/field.h"
#include "common/wire/guard.h"

namespace mainstay {

/// What a kind of message may look like before it is parsed.
struct Shape {
  std::size_t bytes_max;
  std::uint32_t segments_max;
};
/// What is signed has one segment, as encode makes it.
constexpr Shape signed_shape(std::size_t bytes_max) {
  return {bytes_max, 1};
}
constexpr Shape frame_shape(std::size_t bytes_max) {
  return {bytes_max, 4};
}

/// The message in aligned memory; frames and stored values rarely are, and the library refuses
/// what is not.
inline Result<std::vector<std::uint64_t>> aligned_copy(ByteView bytes, Shape shape) {
  if (bytes.size() > shape.bytes_max) return fail(Fault::Malformed, "message is too long");
  if (bytes.size() < 8 || bytes.size() % 8 != 0) {
    return fail(Fault::Malformed, "message is not a whole number of words");
  }
  std::uint32_t segments_less_one = 0;
  std::memcpy(&segments_less_one, bytes.data(), sizeof segments_less_one);
  if (segments_less_one >= shape.segments_max) {
    return fail(Fault::Malformed, "message has too many segments");
  }
  std::vector<std::uint64_t> words(bytes.size() / 8);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  return words;
}

template <class Schema, class T>
Result<T> decode_message(ByteView bytes, Shape shape) {
  TRY(const std::vector<std::uint64_t> words, aligned_copy(bytes, shape));
  return guarded([&]() -> Result<T> {
    const auto* const first = reinterpret_cast<const capnp::word*>(words.data());
    const kj::ArrayPtr<const capnp::word> array(first, words.size());
    // Twice the message, so that no clever pointers make a small one expensive.
    const capnp::ReaderOptions options{.traversalLimitInWords = 2 * words.size() + 1024,
                                       .nestingLimit = 16};
    capnp::FlatArrayMessageReader reader(array, options);
    if (reader.getEnd() != array.end()) {
      return fail(Fault::Malformed, "message has bytes after its end");
    }
    Complaint complaint;
    T value = read(reader.template getRoot<Schema>(), complaint);
    if (!complaint.empty()) return fail(Fault::Malformed, complaint.text());
    return value;
  });
}

inline Bytes bytes_of(capnp::MessageBuilder& message) {
  const kj::Array<capnp::word> words = capnp::messageToFlatArray(message);
  const auto bytes = words.asBytes();
  const auto* const first = reinterpret_cast<const std::byte*>(bytes.begin());
  return {first, first + bytes.size()};
}

template <class Schema, class T>
Bytes encode_message(const T& value) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<Schema>();
  write(root, value);
  if (message.getSegmentsForOutput().size() == 1) return bytes_of(message);
  // Too large for the first segment: copied into one that fits.
  const auto words = static_cast<unsigned>(root.totalSize().wordCount + 1);
  capnp::MallocMessageBuilder whole(words, capnp::AllocationStrategy::FIXED_SIZE);
  whole.setRoot(root.asReader());
  CHECK(whole.getSegmentsForOutput().size() == 1);
  return bytes_of(whole);
}

}  // namespace mainstay
