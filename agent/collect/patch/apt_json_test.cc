#include "agent/collect/patch/apt_json.h"

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

const std::string kHost =
    R"("host":{"os_id":"debian","os_version":"12","os_codename":"bookworm","architecture":"amd64",)"
    R"("lists_refreshed_unix_seconds":1700000000,"lists_published_unix_seconds":0,)"
    R"("var_free_bytes":1000,"boot_free_bytes":-1})";

std::string listing(const std::string& unfinished, const std::string& updates,
                    const std::string& interrupted = "false") {
  return R"({"schema":1,"verb":"list","exit":0,"result":"ok","detail":"","truncated":false,)" +
         kHost + R"(,"interrupted":)" + interrupted + R"(,"unfinished":[)" + unfinished +
         R"(],"updates":[)" + updates + "]}";
}
std::string update(const std::string& name, const std::string& security, const std::string& held) {
  return R"({"name":")" + name + R"(","arch":"amd64","security":)" + security + R"(,"held":)" +
         held + "}";
}
std::string simulation(const std::string& set, const std::string& more = R"("removals":[])") {
  return R"({"schema":1,"verb":"simulate","exit":0,"result":"ok","detail":"","truncated":false,)" +
         more + R"(,"kept":[{"name":"bash","arch":"amd64","reason":"held"}],"set":[)" + set + "]}";
}

TEST(AptJsonTest, CountsWhatCanBeInstalledApartFromWhatIsHeld) {
  const auto state =
      read_apt_list(listing("", update("a", "true", "false") + "," + update("b", "false", "false") +
                                    "," + update("c", "true", "true")));
  ASSERT_TRUE(state.has_value()) << state.error().detail;
  EXPECT_EQ(state->security, 1);
  EXPECT_EQ(state->total, 2);
  EXPECT_EQ(state->held, 1);
  EXPECT_EQ(state->os, "debian 12");
  EXPECT_EQ(state->architecture, "amd64");
  EXPECT_EQ(state->lists_fetched, 1'700'000'000);
}

TEST(AptJsonTest, AnInterruptedDpkgIsBroken) {
  EXPECT_EQ(read_apt_list(listing("", ""))->broken, 0U);
  EXPECT_EQ(read_apt_list(listing("", "", "true"))->broken, 1U);
  EXPECT_EQ(read_apt_list(listing("{},{}", "", "true"))->broken, 2U);
}

TEST(AptJsonTest, TakesASortedSetAndWhatWasKept) {
  const auto set = read_apt_simulation(simulation(
      R"({"name":"z","arch":"all","version":"2"},{"name":"a","arch":"amd64","version":"1:1-1"})"));
  ASSERT_TRUE(set.has_value()) << set.error().detail;
  ASSERT_EQ(set->packages.size(), 2U);
  EXPECT_EQ(set->packages[0].name, "a:amd64");
  EXPECT_EQ(set->packages[0].version, "1:1-1");
  EXPECT_EQ(set->kept, std::vector<std::string>{"bash:amd64 held"});
}

TEST(AptJsonTest, ReadsWhatIsInstalledBySource) {
  std::string text = listing("", "");
  text.insert(text.find(R"("interrupted")"),
              R"("rejected":0,"pinned":[],"sources":[{"name":"bash","version":"5.2-1"},)"
              R"({"name":"openssl","version":"3.0.15-1","candidate":"3.0.17-1",)"
              R"("binaries":["libssl3","openssl"]}],)");
  text.insert(text.find(R"("var_free)"), R"("security_published_unix_seconds":0,)");
  const auto found = read_apt_listing(text);
  ASSERT_TRUE(found.has_value()) << found.error().detail;
  ASSERT_EQ(found->sources.size(), 2U);
  EXPECT_EQ(found->sources[0].candidate, "");
  EXPECT_EQ(found->sources[0].binaries, std::vector<std::string>{"bash"});
  EXPECT_EQ(found->sources[1].version, "3.0.15-1");
  EXPECT_EQ(found->sources[1].candidate, "3.0.17-1");
  EXPECT_EQ(found->sources[1].binaries, (std::vector<std::string>{"libssl3", "openssl"}));
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {R"("5.2-1")", "52"}, {R"("libssl3")", "{}"}, {R"("bash")", R"("\u001b[2J")"}}) {
    std::string other = text;
    other.replace(other.find(from), from.size(), to);
    EXPECT_FALSE(read_apt_listing(other).has_value()) << to;
  }
}

TEST(AptJsonTest, PassesOnTheHelpersRefusal) {
  const auto set = read_apt_simulation(
      R"({"schema":1,"verb":"simulate","exit":13,"result":"half-configured","detail":"web\u001b"})");
  ASSERT_FALSE(set.has_value());
  EXPECT_EQ(set.error().fault, Fault::Denied);
  EXPECT_EQ(set.error().detail, "half-configured: web ");
}

TEST(AptJsonTest, TakesAllThatIsListed) {
  const std::string entry =
      R"({"name":"a","arch":"amd64","installed":"1","candidate":"2","label":"Debian-Security",)"
      R"("security":true,"held":false,"phased_percent":10})";
  std::string text = listing(
      R"({"name":"b","arch":"all","version":"1:1","status":"half-configured"})", entry, "true");
  EXPECT_FALSE(read_apt_listing(text).has_value()) << "a helper that says less";
  text.replace(text.find("\"var_free"), 0, R"("security_published_unix_seconds":1600000000,)");
  text.replace(text.find("\"updates\""), 0, R"("rejected":3,"pinned":[)" + entry + "],");
  const auto all = read_apt_listing(text);
  ASSERT_TRUE(all.has_value()) << all.error().detail;
  EXPECT_EQ(all->os_version, "12");
  EXPECT_EQ(all->security_published, 1'600'000'000);
  EXPECT_EQ(all->rejected, 3);
  EXPECT_TRUE(all->interrupted);
  ASSERT_EQ(all->unfinished.size(), 1U);
  EXPECT_EQ(all->unfinished[0].name, "b:all");
  EXPECT_EQ(all->unfinished[0].status, "half-configured");
  ASSERT_EQ(all->updates.size(), 1U);
  EXPECT_EQ(all->updates[0].candidate, "2");
  EXPECT_EQ(all->updates[0].phased_percent, 10);
  ASSERT_EQ(all->pinned.size(), 1U);
  EXPECT_TRUE(all->pinned[0].security);
}

TEST(AptJsonTest, RefusesWhatIsNotWhole) {
  const std::string one = R"({"name":"a","arch":"all","version":"1"})";
  EXPECT_FALSE(read_apt_list("").has_value());
  EXPECT_FALSE(read_apt_list("[]").has_value());
  EXPECT_FALSE(read_apt_list(simulation("")).has_value());
  EXPECT_FALSE(read_apt_simulation(simulation(one, R"("removals":[{}])")).has_value());
  EXPECT_FALSE(read_apt_simulation(simulation(one + "," + one)).has_value());
  EXPECT_FALSE(read_apt_simulation(simulation(R"({"name":"","arch":"all","version":"1"})")));
  EXPECT_FALSE(read_apt_simulation(simulation("3")));
  std::string cut = simulation(one);
  cut.replace(cut.find("\"truncated\":false"), 17, "\"truncated\":true");
  EXPECT_FALSE(read_apt_simulation(cut).has_value());
  std::string many = one;
  for (std::size_t i = 0; i < kPackagesMax; ++i) {
    many += R"(,{"name":"p)" + std::to_string(i) + R"(","arch":"all","version":"1"})";
  }
  EXPECT_FALSE(read_apt_simulation(simulation(many)).has_value());
  EXPECT_FALSE(read_apt_list(std::string(kAptOutputBytesMax + 1, ' ')).has_value());
  EXPECT_FALSE(read_apt_list(std::string(100'000, '[')).has_value());
}

}  // namespace
}  // namespace mainstay::agent
