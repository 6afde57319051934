// The typed values of the selector language, to and from text: integers, durations (26h, 7d) and
// sizes (10GiB). One number and one unit each, so that a value has one obvious reading; a number
// that does not fit 64 bits is refused, never wrapped.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/time.h"
#include "common/select/fact.h"

namespace mainstay {

std::optional<std::int64_t> parse_integer(std::string_view text);
/// A number and one of ms, s, m, h, d.
std::optional<Duration> parse_duration(std::string_view text);
/// A number and one of B, KiB, MiB, GiB, TiB, PiB.
std::optional<std::int64_t> parse_byte_count(std::string_view text);

/// With the largest unit that leaves no remainder: 26h, but 1d for 24h.
std::string duration_text(Duration duration);
std::string byte_count_text(std::int64_t bytes);

/// What a value of this type looks like, for complaints: "a duration such as 26h".
std::string_view value_example(FactType type);

}  // namespace mainstay
