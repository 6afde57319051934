// "Did you mean": the word a person most likely meant, for parsers of every kind.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace mainstay {

/// The candidate with the fewest edits (a letter added, dropped, changed, or two neighbours
/// swapped), the first of several; nothing if even that one differs in more than a third of the
/// word, because a far-fetched guess misleads. Words of more than 64 bytes have no neighbours.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

}  // namespace mainstay
