// Findings of scanners, and what is no list at all.
#include "coordinator/feed/import.h"

#include <gmock/gmock.h>

#include "coordinator/feed/test_import.h"
#include "coordinator/feed/words.h"

namespace mainstay::coordinator {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(FindingsTest, KnowsColumnsByTheirNames) {
  const ImportedFeed feed = imported(
      "Severity,Fixed Version,\"Host Name\",CVE ID,Notes,Package Name,Installed-Version\r\n"
      "High,1.2-3,WEB-1.example.org,CVE-2026-40001,\"a, \"\"b\"\"\nc\",libfoo,1.2-1\r\n"
      ",,db-1,\"CVE-2026-40001, CVE-2026-40002\",,libfoo,\r\n"
      "\r\n"
      "low,1,db 1,CVE-2026-40001,,libfoo,1\r\n"
      "low,1,db-1,,,libfoo,1\r\n"
      "low,1,db-1,CVE-2026-40001,,lib foo,1\r\n"
      "low,1,db-1\r\n");
  EXPECT_EQ(feed.head.name, "scanner");
  EXPECT_EQ(body_of(feed),
            "CVE-2026-40001 high reported\n"
            "!db-1 libfoo\n"
            "!web-1.example.org libfoo version=1.2-1 fixed=1.2-3\n"
            "CVE-2026-40002 unknown reported\n"
            "!db-1 libfoo\n");
  EXPECT_EQ(feed.claims, 3U);
  EXPECT_EQ(left_out_of(feed, "rows without a host's name"), 1U);
  EXPECT_EQ(left_out_of(feed, "rows without a CVE id"), 2U);
  EXPECT_EQ(left_out_of(feed, "rows without a package's name"), 1U);
}

TEST(FindingsTest, TakesSemicolonsAndTabs) {
  const std::string expected = body_of(imported("host,cve,package\na,CVE-2026-40001,p\n"));
  EXPECT_EQ(body_of(imported("host;cve;package\na;CVE-2026-40001;p\n")), expected);
  EXPECT_EQ(body_of(imported("\xef\xbb\xbfhost\tcve\tpackage\na\tCVE-2026-40001\tp")), expected);
}

TEST(FindingsTest, SaysWhereItBreaks) {
  EXPECT_THAT(refused("host,cve\na,CVE-2026-40001\n"), StartsWith("list:1: "));
  EXPECT_THAT(refused("host,cve\na,CVE-2026-40001\n"), HasSubstr("missing: package"));
  EXPECT_THAT(refused("host,cve,package\na,\"CVE-2026-40001,p\n\n"), StartsWith("list:2: a quote"));
  EXPECT_THAT(refused("host,cve,package\n\n\"a\nb\",c,d\na,\"b\"x,p\n"),
              StartsWith("list:5: some"));
  EXPECT_THAT(refused("host,cve,package\na,CVE-1,p\n"),
              HasSubstr("no vulnerability in it; left out: rows without a CVE id: 1"));
  EXPECT_THAT(refused("cve" + std::string(1000, ',') + "\n"), HasSubstr("too many columns"));
}

TEST(ImportTest, SaysWhatIsReadWhereAFileIsNone) {
  for (const std::string& none :
       std::vector<std::string>{"", "\n", "hello", "{}", "[]", "{\"a\": {}}", "{", "[1, ", "<",
                                std::string(100, '\0'), "a,b,c\n1,2,3\n", "%PDF-1.4"}) {
    EXPECT_FALSE(refused(none).empty()) << none;
  }
  EXPECT_THAT(refused("hello"), HasSubstr("Debian's security tracker, OSV"));
  EXPECT_THAT(refused("\x1f\x8b\x08"), HasSubstr("unpack it first"));
  EXPECT_THAT(refused("BZh91AY"), HasSubstr("unpack it first"));
}

TEST(ImportTest, StepsOverAByteOrderMark) {
  const std::string mark = "\xef\xbb\xbf";
  EXPECT_EQ(imported(mark + "CVE-2026-40001\n").vulnerabilities, 1U);
  EXPECT_EQ(imported(mark + R"({"id": "CVE-2026-40001"}{"id": "CVE-2026-40002"})").vulnerabilities,
            2U);
}

TEST(ImportTest, RefusesWhatOneVulnerabilityHasTooMuchOf) {
  std::string rows = "host,cve,package\n";
  std::string packages;
  for (std::size_t i = 0; i <= kClaimsMax; ++i) {
    rows += "h" + std::to_string(i) + ",CVE-2026-40001,p\n";
    if (i > kStatementsMax) continue;
    packages += std::string(i == 0 ? "" : ",") +
                R"({"package": {"ecosystem": "Debian:12", "name": "p)" + std::to_string(i) +
                R"("}, "versions": ["1"]})";
  }
  EXPECT_THAT(refused(rows), HasSubstr("CVE-2026-40001 has more than 100000 claims"));
  EXPECT_THAT(refused(R"([{"id": "CVE-2026-40001", "affected": [)" + packages + "]}]"),
              HasSubstr("CVE-2026-40001 has more than 4096 statements"));
  // One less is not too much.
  packages.resize(packages.rfind(",{"));
  EXPECT_EQ(imported(R"([{"id": "CVE-2026-40001", "affected": [)" + packages + "]}]").statements,
            kStatementsMax);
}

TEST(ImportTest, EscapesTheNameOfTheFile) {
  const auto feed = import_feed("hello", "a\x1b[31m\n");
  ASSERT_FALSE(feed.has_value());
  EXPECT_THAT(feed.error().detail, StartsWith("a\\x1b[31m\\x0a: not a list"));
}

TEST(ImportTest, MakesTheSameTextOfTheSameContent) {
  const std::string one = "CVE-2026-40001\nCVE-2026-40002\n";
  const std::string other = "CVE-2026-40002\nCVE-2026-40001\nCVE-2026-40002\n";
  EXPECT_EQ(imported(one).text, imported(other).text);
}

TEST(WordsTest, ReadsTimes) {
  EXPECT_EQ(time_of("1970-01-02"), wall_from_ms(86'400'000));
  EXPECT_EQ(time_of(" 2026-05-06T07:08:09Z\n"), wall_from_ms(1'778'051'289'000));
  EXPECT_EQ(time_of("2026-05-06 09:08:09.123+02:00"), wall_from_ms(1'778'051'289'000));
  EXPECT_EQ(time_of("2026-05-06T05:08:09-02:00"), wall_from_ms(1'778'051'289'000));
  for (const char* none : {"", "2026", "2026-13-01", "2026-02-30", "1969-01-01", "2026-05-06T",
                           "2026-05-06T25:00:00", "2026-05-06Tab:00:00", "yesterday"}) {
    EXPECT_EQ(time_of(none), std::nullopt) << none;
  }
}

TEST(WordsTest, FindsIds) {
  EXPECT_EQ(id_in("UBUNTU-CVE-2026-40001"), "CVE-2026-40001");
  EXPECT_EQ(id_in("CVE-2026-40001-x"), "");
  EXPECT_EQ(id_in("DSA-1"), "");
}

}  // namespace
}  // namespace mainstay::coordinator
