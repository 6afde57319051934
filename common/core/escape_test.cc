#include "common/core/escape.h"

#include <gtest/gtest.h>

namespace mainstay {
namespace {

TEST(EscapeTest, LeavesReadableTextAlone) {
  for (const std::string_view text : {"nginx 1.22", "Zürich", "東京", "a\\b \"c\"", "😀", ""}) {
    EXPECT_EQ(escape_for_terminal(text), text);
  }
}

TEST(EscapeTest, ShowsWhatWouldActOnATerminal) {
  EXPECT_EQ(escape_for_terminal("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(escape_for_terminal("a\nb\tc\rd"), "a\\x0ab\\x09c\\x0dd");
  EXPECT_EQ(escape_for_terminal(std::string_view("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(escape_for_terminal("\xc2\x9b"
                                "2J"),
            "\\xc2\\x9b"
            "2J");  // C1: CSI
  EXPECT_EQ(escape_for_terminal("a\xe2\x80\xae"
                                "b"),
            "a\\xe2\\x80\\xaeb");  // right to left
  EXPECT_EQ(escape_for_terminal("a\xe2\x81\xa6"
                                "b"),
            "a\\xe2\\x81\\xa6"
            "b");  // isolate
  EXPECT_EQ(escape_for_terminal("\xef\xbb\xbf"), "\\xef\\xbb\\xbf");
}

TEST(EscapeTest, ShowsBytesThatAreNoText) {
  EXPECT_EQ(escape_for_terminal("\xff"), "\\xff");
  EXPECT_EQ(escape_for_terminal("\xc3"), "\\xc3");  // cut short
  EXPECT_EQ(escape_for_terminal("\xc3 a"), "\\xc3 a");
  EXPECT_EQ(escape_for_terminal("\xc0\xaf"), "\\xc0\\xaf");           // not the shortest form
  EXPECT_EQ(escape_for_terminal("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
  EXPECT_EQ(escape_for_terminal("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
  EXPECT_EQ(escape_for_terminal("\xe0\x9f\xbf"), "\\xe0\\x9f\\xbf");
}

TEST(EscapeTest, NeverGivesAControlByte) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const char text[] = {static_cast<char>(first), static_cast<char>(second)};
      for (const char byte : escape_for_terminal({text, 2})) {
        EXPECT_TRUE(static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7f);
      }
    }
  }
}

}  // namespace
}  // namespace mainstay
