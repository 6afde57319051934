#include <gtest/gtest.h>

#include "common/core/nearest.h"
#include "common/core/span_text.h"
#include "common/core/text_table.h"
#include "common/core/utf8.h"

namespace mainstay {
namespace {

using namespace std::chrono_literals;

TEST(SpanTextTest, NamesOneUnitAndRoundsDown) {
  EXPECT_EQ(span_text(-5s), "0 s");
  EXPECT_EQ(age_text(4999ms), "4 s ago");
  EXPECT_EQ(span_text(38min + 59s), "38 m");
  EXPECT_EQ(span_text(119min), "119 m");
  EXPECT_EQ(span_text(2h), "2 h");
  EXPECT_EQ(span_text(26h), "26 h");
  EXPECT_EQ(span_text(73h), "3 d");
}

TEST(SpanTextTest, ShowsRunningTimeAsAClock) {
  EXPECT_EQ(running_text(41s), "0:41");
  EXPECT_EQ(running_text(12min + 5s), "12:05");
  EXPECT_EQ(running_text(1h + 2min + 33s), "1:02:33");
}

TEST(SpanTextTest, ShowsSizesAndCounts) {
  EXPECT_EQ(size_text(17), "17 B");
  EXPECT_EQ(size_text(1024), "1.0 KiB");
  EXPECT_EQ(size_text(3435973837ULL), "3.2 GiB");
  EXPECT_EQ(size_text(UINT64_MAX), "15.9 EiB");
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1204), "1,204");
  EXPECT_EQ(count_text(-100000), "-100,000");
  EXPECT_EQ(count_text(1234567), "1,234,567");
}

TEST(NearestTest, FindsASlipAndNothingFarFetched) {
  constexpr std::string_view kWords[] = {"patch.security", "disk.free_percent", "silent"};
  EXPECT_EQ(nearest("patch.securty", kWords), "patch.security");
  EXPECT_EQ(nearest("slient", kWords), "silent");
  EXPECT_EQ(nearest("web", kWords), std::nullopt);
  EXPECT_EQ(nearest(std::string(65, 's'), kWords), std::nullopt);
}

TEST(Utf8Test, RefusesOverlongSurrogatesAndTornCharacters) {
  EXPECT_TRUE(first_character("\u00e9").valid);
  EXPECT_EQ(first_character("\u65e5x").length, 3U);
  for (const char* torn : {"\xc0\xaf", "\xed\xa0\x80", "\xe6\x97", "\x80", "\xf4\x90\x80\x80"}) {
    EXPECT_FALSE(first_character(torn).valid) << torn;
  }
}

TEST(TextTableTest, AlignsByDisplayWidthWithoutTrailingSpaces) {
  TextTable table({TextTable::Align::Left, TextTable::Align::Right, TextTable::Align::Left});
  table.add_row({"host", "count", ""});
  table.add_row({"\u65e5\u672c", "7", "e\u0301 x"});
  table.add_row({"\u00e9", "1,204", "y"});
  EXPECT_EQ(table.to_text(),
            "host  count\n"
            "\u65e5\u672c      7  e\u0301 x\n"
            "\u00e9     1,204  y\n");
}

TEST(TextTableTest, CutsToAWidthAndDisarmsControlCharacters) {
  EXPECT_EQ(cut_to_width("abcdef", 6), "abcdef");
  EXPECT_EQ(cut_to_width("abcdefg", 6), "abcde\u2026");
  EXPECT_EQ(cut_to_width("\u65e5\u672c\u8a9e", 4), "\u65e5\u2026");
  TextTable table({TextTable::Align::Left});
  table.add_row({"a\x1b[2Jb\xff"});
  EXPECT_EQ(table.to_text(), "a?[2Jb?\n");
  EXPECT_EQ(table.to_text(3), "a?\u2026\n");
}

}  // namespace
}  // namespace mainstay
