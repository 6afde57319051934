// Facts as the selector language sees them: a closed, typed list given to the parser, and the value
// one host has for one of them. The language knows labels by name only; facts it knows by type.
#pragma once

#include <cstdint>
#include <string_view>

namespace mainstay {

enum class FactType : std::uint8_t {
  Integer,   // counts and percentages
  TimeSpan,  // milliseconds
  ByteSize,  // bytes
  Flag,      // stands alone in a selector: silent, live, parked
  Word,
};

/// The name is dotted (patch.security) or, for flags above all, a single word (silent).
struct FactKind {
  std::string_view name;
  FactType type;
};

enum class Presence : std::uint8_t {
  Missing,  // the host never told
  Stale,    // the host told too long ago to be relied on
  Known,
};

/// `number` holds integers, milliseconds, bytes, and 0 or 1 for a flag; `word` holds words and is
/// borrowed from the subject.
struct FactValue {
  Presence presence = Presence::Missing;
  std::int64_t number = 0;
  std::string_view word = {};
};

}  // namespace mainstay
