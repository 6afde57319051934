// Text from outside made harmless for a terminal, a log or a page: nothing in it can move a cursor,
// change a colour, start a line or turn the direction of the text around it.
#pragma once

#include <string>
#include <string_view>

namespace mainstay {

/// Every control character (line ends and tabs too), ESC, byte that is not valid UTF-8,
/// bidirectional override and invisible character becomes \xNN, byte by byte. All other text stays
/// as it is.
std::string escape_for_terminal(std::string_view text);

/// `\xNN` for one byte.
void append_hex_escape(std::string& to, char byte);

}  // namespace mainstay
