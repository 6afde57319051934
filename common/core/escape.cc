#include "common/core/escape.h"

#include "common/core/utf8.h"

namespace mainstay {

namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// What shows nothing but acts: controls, and the format characters of Unicode 15 (category Cf) that
// reverse, join or hide text. U. Boucher, R. Anderson, "Trojan Source", 2021, for why.
constexpr Range kUnseen[] = {
    {0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad},   {0x061c, 0x061c},
    {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},
    {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};

bool is_unseen(char32_t code) {
  for (const auto& range : kUnseen) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

}  // namespace

void append_hex_escape(std::string& to, char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto value = static_cast<unsigned char>(byte);
  to += "\\x";
  to += kDigits[value >> 4U];
  to += kDigits[value & 15U];
}

std::string escape_for_terminal(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const Utf8Character character = first_character(text);
    if (!character.valid || is_unseen(character.code)) {
      for (const char byte : text.substr(0, character.length)) append_hex_escape(safe, byte);
    } else {
      safe += text.substr(0, character.length);
    }
    text.remove_prefix(character.length);
  }
  return safe;
}

}  // namespace mainstay
