#include <gtest/gtest.h>

#include "common/select/selector.h"
#include "common/select/test_facts.h"

namespace mainstay {
namespace {

std::string canonical(std::string_view text) {
  const auto selector = parse_selector(text, kTestFacts);
  return selector.has_value() ? selector->to_text() : "error: " + selector.error().detail;
}

TEST(SelectorParseTest, ReadsTheLanguageIntoOneSpelling) {
  EXPECT_EQ(canonical("role=web and region in(us,eu,us) and not zone = a and patch.security>0"),
            "role = web and region in (eu, us) and not zone = a and patch.security > 0");
  EXPECT_EQ(canonical("((a = b)) and (b = c and (c = d or d=e))"),
            "a = b and b = c and (c = d or d = e)");
  EXPECT_EQ(canonical("not (silent or live)"), "not (silent or live)");
  EXPECT_EQ(canonical("zone not in (\"and\", \"x y\") or zone != \"a\""),
            "zone not in (\"and\", \"x y\") or zone != a");
  EXPECT_EQ(canonical("backup.age <= 24h or disk.free >= 1024KiB"),
            "backup.age <= 1d or disk.free >= 1MiB");
  EXPECT_EQ(canonical("exists canary and host = @host"), "exists canary and host = @host");
  EXPECT_EQ(canonical("all"), "all");
}

TEST(SelectorParseTest, NeverTakesNothingForAll) {
  EXPECT_EQ(canonical(""),
            "error: column 1: expected a selector, found nothing; every host is written: all");
  EXPECT_TRUE(canonical(" \n ").starts_with("error: column 4"));
  EXPECT_TRUE(canonical("()").starts_with("error: column 2"));
  EXPECT_TRUE(canonical("role in ()").starts_with("error: column 10"));
}

TEST(SelectorParseTest, NamesColumnAndNearestWord) {
  EXPECT_EQ(canonical("a = b and patch.securty > 0"),
            "error: column 11: expected a known fact, found patch.securty; did you mean "
            "patch.security?");
  EXPECT_EQ(canonical("slient"),
            "error: column 7: expected an operator after slient, found the end; did you mean "
            "silent?");
  EXPECT_EQ(canonical("a = b adn c = d"),
            "error: column 7: expected and, or or the end, found adn; did you mean and?");
  EXPECT_EQ(canonical("a = \"\u65e5\" !"), "error: column 9: expected != or not, found !");
}

TEST(SelectorParseTest, RefusesOrderOnLabelsAndWrongTypes) {
  EXPECT_EQ(canonical("role > 3"),
            "error: column 6: expected =, != or in after role, which has no order, found >");
  EXPECT_EQ(canonical("patch.security > many"),
            "error: column 18: expected a whole number, found many");
  EXPECT_EQ(canonical("backup.age > 26"),
            "error: column 14: expected a duration such as 26h, found 26");
  EXPECT_EQ(canonical("disk.free < \"1GiB\""),
            "error: column 13: expected a size such as 10GiB, found a quoted string");
  EXPECT_EQ(canonical("silent = yes"),
            "error: column 8: expected no operator after the flag silent, which stands alone, "
            "found =");
  EXPECT_TRUE(canonical("patch.security").starts_with("error: column 15"));
  EXPECT_TRUE(canonical("role = and").starts_with("error: column 8"));
  EXPECT_TRUE(canonical("Role = a").starts_with("error: column 1"));
  EXPECT_TRUE(canonical("disk.free_percent < 5%").starts_with("error: column 22"));
  EXPECT_TRUE(canonical("patch.security > 9223372036854775808").starts_with("error: column 18"));
  EXPECT_TRUE(canonical("a = \"open").starts_with("error: column 5"));
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t at = 0; at < times; ++at) text += part;
  return text;
}

TEST(SelectorParseTest, HoldsItsLimits) {
  EXPECT_EQ(canonical(repeated("(", 32) + "all" + repeated(")", 32)), "all");
  EXPECT_TRUE(canonical(repeated("(", 33) + "all" + repeated(")", 33)).starts_with("error"));
  EXPECT_TRUE(canonical(repeated("not ", 33) + "all").starts_with("error: column 129"));
  EXPECT_EQ(canonical("all" + repeated(" or all", 127)).size(), 3 + 127 * 7U);
  EXPECT_TRUE(canonical("all" + repeated(" or all", 128)).starts_with("error"));
  EXPECT_EQ(canonical("a in (b" + repeated(",b", 255) + ")"), "a = b");
  EXPECT_TRUE(canonical("a in (b" + repeated(",b", 256) + ")").starts_with("error"));
  EXPECT_EQ(canonical("all" + std::string(4093, ' ')), "all");
  EXPECT_TRUE(canonical("all" + std::string(4094, ' ')).starts_with("error"));
}

TEST(SelectorParseTest, TellsWhatItAsks) {
  const auto labels = parse_selector("zone = a and exists role and not zone = b", kTestFacts);
  ASSERT_TRUE(labels.has_value());
  EXPECT_TRUE(labels->labels_only());
  EXPECT_EQ(labels->names(), (std::vector<std::string>{"role", "zone"}));
  const auto facts = parse_selector("zone = a and silent", kTestFacts);
  ASSERT_TRUE(facts.has_value());
  EXPECT_FALSE(facts->labels_only());
}

}  // namespace
}  // namespace mainstay
