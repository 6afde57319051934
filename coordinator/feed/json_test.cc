// The three lists that are published as JSON.
#include <gmock/gmock.h>

#include "coordinator/feed/test_import.h"

namespace mainstay::coordinator {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kTracker = R"({
  "libfoo": {
    "CVE-2026-40001": {
      "description": "A length is trusted\nbefore it is checked.",
      "debianbug": 1000001,
      "scope": "remote",
      "releases": {
        "bullseye": {"status": "resolved", "repositories": {"bullseye": "1.0-1"},
                     "fixed_version": "0", "urgency": "unimportant"},
        "bookworm": {"status": "resolved", "repositories": {"bookworm": "1.2-3"},
                     "fixed_version": "1:1.2-3+deb12u1", "urgency": "medium**"},
        "trixie": {"status": "open", "repositories": {}, "urgency": "not yet assigned",
                   "nodsa": "Minor issue", "nodsa_reason": "postponed"},
        "sid": {"status": "resolved", "fixed_version": "2.0-1", "urgency": "low"}
      }
    },
    "CVE-2026-40002": {"releases": {
        "bookworm": {"status": "undetermined", "urgency": "not yet assigned"},
        "trixie": {"status": "open", "urgency": "end-of-life"}}},
    "TEMP-0000001-ABCDEF": {"releases": {"bookworm": {"status": "open"}}}
  },
  "libbar": {
    "CVE-2026-40001": {"releases": {"bookworm": {"status": "resolved"}}}
  }
})";

TEST(TrackerTest, ReadsWhatEachReleaseHas) {
  const ImportedFeed feed = imported(kTracker);
  EXPECT_EQ(feed.head.name, "debian-tracker");
  EXPECT_EQ(feed.head.at, WallTime{});
  EXPECT_EQ(body_of(feed),
            "CVE-2026-40001 medium reported A length is trusted before it is checked.\n"
            " debian:11 libfoo never\n"
            " debian:12 libbar unknown\n"
            " debian:12 libfoo fixed=1:1.2-3+deb12u1\n"
            " debian:13 libfoo none\n"
            "CVE-2026-40002 unknown reported\n"
            " debian:12 libfoo unknown\n"
            " debian:13 libfoo none\n");
  EXPECT_EQ(feed.vulnerabilities, 2U);
  EXPECT_EQ(feed.statements, 6U);
  EXPECT_EQ(left_out_of(feed, "statements about Debian releases"), 1U);
  EXPECT_EQ(left_out_of(feed, "vulnerabilities without a CVE id"), 1U);
}

TEST(TrackerTest, SaysWhereItBreaks) {
  const std::string cut(kTracker.substr(0, kTracker.size() - 10));
  EXPECT_THAT(refused(cut), StartsWith("list:2"));
  EXPECT_THAT(refused(cut), HasSubstr("no JSON"));
  EXPECT_THAT(refused(R"({"a": {"CVE-2026-40001": {"releases": {"sid" 1}}}})"),
              StartsWith("list:1:46: "));
}

TEST(TrackerTest, IsNotMisledByValuesInTheWrongPlace) {
  const ImportedFeed feed = imported(R"({"p": {"CVE-2026-40001": {"releases": {
      "bookworm": [{"status": "open"}], "bullseye": "open", "trixie": {"status": ["open"]},
      "buster": {"status": "new kind", "fixed_version": "1"}}}}, "q": 3, "r": [{"CVE-2026-4": 1}]})");
  EXPECT_EQ(body_of(feed),
            "CVE-2026-40001 unknown reported\n"
            " debian:10 p unknown\n"
            " debian:12 p unknown\n"
            " debian:13 p unknown\n");
}

TEST(TrackerTest, KeepsHostileTextsHarmless) {
  const ImportedFeed feed = imported(R"json(
      {"p": {"CVE-2026-40001": {"description": "\u001b]0;x\u0007\u202e", "releases": {
      "bookworm": {"status": "resolved", "fixed_version": "$(id)"}}}},
      "../../etc": {"CVE-2026-40001": {"releases": {"bookworm": {"status": "open"}}}},
      "p\nCVE-2026-1": {"CVE-2026-40001": {"releases": {"bookworm": {"status": "open"}}}}})json");
  EXPECT_EQ(body_of(feed),
            "CVE-2026-40001 unknown reported \\x1b]0;x\\x07\\xe2\\x80\\xae\n"
            " debian:12 p unknown\n");
  EXPECT_EQ(left_out_of(feed, "names and versions"), 3U);
}

constexpr std::string_view kRecord = R"({
  "schema_version": "1.7.0", "id": "DSA-0001-1", "modified": "2026-05-06T07:08:09Z",
  "summary": "libfoo - security update", "upstream": ["CVE-2026-40001", "CVE-2026-40002"],
  "related": ["CVE-2026-49999"], "unknown": {"deep": [[{}]]},
  "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N"}, {"type": "Ubuntu", "score": "high"}],
  "affected": [
    {"package": {"ecosystem": "Debian:12", "name": "libfoo", "purl": "pkg:deb/debian/libfoo"},
     "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2-3"},
                                                 {"introduced": "2.0"}, {"fixed": "2.1-1"}]},
                {"type": "GIT", "events": [{"introduced": "0"}, {"fixed": "abcdef"}]}],
     "versions": ["1.0-1"]},
    {"package": {"name": "libfoo", "ecosystem": "Debian:13"},
     "ranges": [{"events": [{"introduced": "1.5"}], "type": "ECOSYSTEM"}]},
    {"package": {"name": "libbar", "ecosystem": "Debian:13"},
     "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"last_affected": "3"}]}]},
    {"package": {"name": "libbaz", "ecosystem": "Debian:13"}, "versions": ["1", "2"]},
    {"package": {"name": "left-pad", "ecosystem": "npm"},
     "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}]}
  ]})";

TEST(OsvTest, ReadsOneRecord) {
  const ImportedFeed feed = imported(kRecord);
  EXPECT_EQ(feed.head.name, "osv-debian");
  EXPECT_EQ(feed.head.at, wall_from_ms(1'778'051'289'000));
  const std::string statements =
      " debian:12 libfoo fixed=1.2-3\n"
      " debian:12 libfoo fixed=2.1-1 from=2.0\n"
      " debian:13 libbar unknown\n"
      " debian:13 libbaz unknown\n"
      " debian:13 libfoo none from=1.5\n";
  EXPECT_EQ(body_of(feed), "CVE-2026-40001 high reported libfoo - security update\n" + statements +
                               "CVE-2026-40002 high reported libfoo - security update\n" +
                               statements);
  EXPECT_EQ(left_out_of(feed, "packages of other ecosystems"), 1U);
}

TEST(OsvTest, AnAdvisorySaysWhenItsFixesWerePublished) {
  const auto statement = [](const std::string& id, const std::string& published) {
    const ImportedFeed feed = imported(
        R"({"id": ")" + id +
        R"(", "modified": "2026-11-01T00:00:00Z", "upstream": ["CVE-2026-40001"],
        "published": ")" +
        published + R"(", "affected": [{"package": {"ecosystem": "Debian:12", "name": "foo"},
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2"}]}]}]})");
    return found(feed, "CVE-2026-40001").statements.at(0);
  };
  EXPECT_EQ(statement("DSA-1-1", "2026-09-21T14:13:20Z").published,
            wall_from_ms(1'790'000'000'000));
  EXPECT_EQ(statement("DEBIAN-CVE-2026-40001", "2026-09-21T14:13:20Z").published, WallTime{})
      << "that is when the vulnerability was";
  EXPECT_EQ(statement("DSA-1-1", "soon").published, WallTime{});
  EXPECT_EQ(statement("DSA-1-1", "1989-12-31").published, WallTime{});
}

TEST(OsvTest, ReadsListsAndLinesAlike) {
  std::string line(kRecord);
  std::erase(line, '\n');
  const std::string other = R"({"id": "RLSA-2026:1", "summary": "Important: x", "upstream":
      ["CVE-2026-40003"], "affected": [{"package": {"ecosystem": "Rocky Linux:9", "name": "x"},
      "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "0:1-2.el9"}]}]}]})";
  std::string other_line(other);
  std::erase(other_line, '\n');
  const ImportedFeed list = imported("[" + std::string(kRecord) + ",\n" + other + "]");
  EXPECT_EQ(list.head.name, "osv");
  EXPECT_EQ(list.vulnerabilities, 3U);
  EXPECT_EQ(imported(line + "\r\n\n" + other_line + "\n").text, list.text);
  EXPECT_EQ(imported(other_line).text, imported(other).text);
  EXPECT_EQ(found(list, "CVE-2026-40003").severity, Severity::High);
  EXPECT_THAT(refused(line + "\n" + other_line.substr(0, 70) + "\n"),
              StartsWith("list: record 2, 1:"));
  EXPECT_EQ(imported(std::string(kRecord) + other + "\n" + line).text, list.text);
  EXPECT_THAT(refused(std::string(kRecord) + ", " + other), StartsWith("list: record 2 does not"));
}

std::string record_for(std::string_view ecosystem, std::string_view fixed = "2") {
  return R"({"id": "CVE-2026-40001", "affected": [{"package": {"ecosystem": ")" +
         std::string(ecosystem) +
         R"(", "name": "p"}, "ranges": [{"type": "ECOSYSTEM", "events": )" +
         R"([{"introduced": "0"}, {"fixed": ")" + std::string(fixed) + R"("}]}]}]})";
}

TEST(OsvTest, KnowsTheReleasesOfHosts) {
  const auto release_of = [](std::string_view ecosystem) {
    const auto one = found(imported(record_for(ecosystem)), "CVE-2026-40001");
    return one.statements.empty() ? "" : one.statements[0].release;
  };
  EXPECT_EQ(release_of("Debian:12"), "debian:12");
  EXPECT_EQ(release_of("Ubuntu:24.04:LTS"), "ubuntu:24.04");
  EXPECT_EQ(release_of("Ubuntu:25.10"), "ubuntu:25.10");
  EXPECT_EQ(imported(record_for("Ubuntu:25.10")).head.name, "osv-ubuntu");
  EXPECT_EQ(imported(record_for("npm")).head.name, "osv");
  EXPECT_EQ(release_of("Ubuntu:Pro:22.04:LTS"), "ubuntu:22.04");
  EXPECT_EQ(release_of("AlmaLinux:9"), "almalinux:9");
  EXPECT_EQ(release_of("Rocky Linux:9"), "rocky:9");
  EXPECT_EQ(release_of("Red Hat:enterprise_linux:9::baseos"), "rhel:9");
  EXPECT_EQ(release_of("openSUSE:Leap 15.6"), "opensuse-leap:15.6");
  for (const char* none :
       {"Debian", "Debian:", "Debian:12a", "Debian:12.", "Ubuntu:Pro:FIPS:22.04",
        "Red Hat:rhel_eus:9.2::baseos", "Alpine:v3.20", "npm", "", "debian:12"}) {
    EXPECT_EQ(release_of(none), "") << none;
  }
}

TEST(OsvTest, DoesNotTakeSilenceForSafety) {
  for (const char* rest :
       {"", R"(, "ranges": [], "versions": [])", R"(, "ranges": [{}])",
        R"(, "ranges": [{"type": "GIT", "events": [{"introduced": "0"}, {"fixed": "abcdef"}]}])",
        R"(, "ranges": [{"type": "ECOSYSTEM", "events": [{"limit": "2"}]}])",
        R"(, "ranges": {"type": "ECOSYSTEM"}, "versions": ["1"])"}) {
    const ImportedFeed feed = imported(
        R"([{"id": "CVE-2026-40001", "affected": [{"package": {"ecosystem": "Debian:12", "name": "p"})" +
        std::string(rest) + "}]}]");
    EXPECT_EQ(body_of(feed), "CVE-2026-40001 unknown reported\n debian:12 p unknown\n") << rest;
  }
  // A range that says nothing beside one that does.
  const ImportedFeed both = imported(R"([{"id": "CVE-2026-40001", "affected": [
      {"package": {"ecosystem": "Debian:12", "name": "p"}, "ranges": [
      {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2"}]},
      {"type": "ECOSYSTEM", "events": []}]}]}])");
  EXPECT_EQ(body_of(both),
            "CVE-2026-40001 unknown reported\n debian:12 p fixed=2\n debian:12 p unknown\n");
}

TEST(OsvTest, RefusesARecordThatSaysTooMuch) {
  std::string ids = "\"CVE-2026-40000\"";
  std::string events = R"({"introduced": "0"})";
  for (int i = 1; i <= 70'000; ++i) {
    events += ",{\"fixed\": \"1\"}";
    if (i < 4096) ids += ",\"CVE-2026-" + std::to_string(40'000 + i) + "\"";
  }
  const auto with_ids = [](const std::string& all) {
    return R"({"id": "A-1", "affected": [], "aliases": [)" + all + "]}";
  };
  EXPECT_EQ(imported(with_ids(ids)).vulnerabilities, 4096U);
  EXPECT_THAT(refused(with_ids(ids + ",\"CVE-2026-50000\"")),
              HasSubstr("a record says more than can be held"));
  const std::string record =
      R"({"id": "CVE-2026-40001", "affected": [{"package": {"ecosystem": "Debian:12", "name": "p"},
      "ranges": [{"type": "ECOSYSTEM", "events": [)" +
      events + "]}]}]}";
  EXPECT_THAT(refused(with_ids("") + record), StartsWith("list: record 2, a record says"));
  EXPECT_THAT(refused("[" + record + "]"), HasSubstr("a record says more than can be held"));
}

TEST(OsvTest, TakesIdsFromWhereTheyAre) {
  const auto ids_of = [](std::string_view members) {
    const auto feed = imported("[{" + std::string(members) + R"(, "affected": []}])");
    std::string ids = body_of(feed);
    std::erase(ids, '\n');
    return ids;
  };
  EXPECT_THAT(ids_of(R"("id": "UBUNTU-CVE-2026-40001")"), StartsWith("CVE-2026-40001 "));
  EXPECT_THAT(ids_of(R"("id": "X-1", "aliases": ["GHSA-1", "CVE-2026-40002"])"),
              StartsWith("CVE-2026-40002 "));
  EXPECT_THAT(ids_of(R"("id": "ALSA-1", "related": ["CVE-2026-40003"])"),
              StartsWith("CVE-2026-40003 "));
  EXPECT_THAT(refused(R"([{"id": "MAL-1", "affected": []}])"), HasSubstr("no vulnerability"));
  EXPECT_THAT(refused(R"([{"id": "CVE-2026-40001", "withdrawn": "2026-01-01T00:00:00Z"}])"),
              HasSubstr("no vulnerability"));
}

TEST(OsvTest, DoesNotKnowWhichStreamAHostFollows) {
  const ImportedFeed feed = imported(record_for("AlmaLinux:9", "1:20.1-1.module_el9.4.0+1+2"));
  EXPECT_EQ(found(feed, "CVE-2026-40001").statements[0].fix, Fix::Undetermined);
  EXPECT_EQ(left_out_of(feed, "fixes of module streams"), 1U);
}

constexpr std::string_view kCatalogue = R"({
  "title": "Known ones", "catalogVersion": "2026.05.06", "dateReleased": "2026-05-06T12:00:00.5Z",
  "count": 2, "vulnerabilities": [
    {"cveID": "CVE-2026-40002", "vendorProject": "V", "vulnerabilityName": "V Overflow"},
    {"cveID": "CVE-2026-40001"}, {"cveID": 5}]})";

TEST(ExploitedTest, ReadsTheCatalogue) {
  const ImportedFeed feed = imported(kCatalogue);
  EXPECT_EQ(feed.head.name, "exploited");
  EXPECT_EQ(feed.head.at, wall_from_ms(1'778'068'800'000));
  EXPECT_EQ(body_of(feed),
            "CVE-2026-40001 unknown exploited\nCVE-2026-40002 unknown exploited V Overflow\n");
  EXPECT_EQ(left_out_of(feed, "entries without a CVE id"), 1U);
}

TEST(ExploitedTest, ReadsIdsOneALine) {
  const ImportedFeed feed =
      imported("# ours\nCVE-2026-40002\r\n\n  CVE-2026-40001 # seen in May\nCVE-2026-40002");
  EXPECT_EQ(feed.head.name, "exploited");
  EXPECT_EQ(body_of(feed), "CVE-2026-40001 unknown exploited\nCVE-2026-40002 unknown exploited\n");
  EXPECT_THAT(refused("CVE-2026-40002\nCVE-2026-4000x\n"), StartsWith("list:2: not a CVE id"));
}

TEST(JsonTest, BoundsTheDepth) {
  const std::string deep(100'000, '[');
  EXPECT_THAT(refused("{\"a\": {\"CVE-2026-40001\": " + deep), HasSubstr("nested too deep"));
  EXPECT_THAT(refused("{\"affected\": {\"a\": " + deep), HasSubstr("nested too deep"));
}

}  // namespace
}  // namespace mainstay::coordinator
