// Lists of packages: each once, asked of one host, forgotten with the last one.
#include "coordinator/core/test_world.h"

namespace mainstay::coordinator {
namespace {

class PackagesTest : public TwoRegions {
 protected:
  static std::string list(const std::string& version) {
    return package_list_text({.release = "debian:12",
                              .packages = {{.name = "openssl",
                                            .version = version,
                                            .candidate = {},
                                            .listening = {},
                                            .stale = {}}}});
  }
  static Digest digest(const std::string& text) { return sha256(as_bytes(text)); }
  void say(const std::string& host, HostMessage message) {
    send(HostSaid{.link = id_of<LinkKey>(host), .gate = {}, .message = std::move(message)});
  }
  void report(const std::string& host, std::optional<Digest> packages, bool is_whole = false) {
    now.mono += Duration(1);
    Report report;
    report.sequence = ++sequences_[host];
    report.boot = id_of<BootId>("boot");
    report.boottime = now.mono + std::chrono::hours(1);
    report.wall = now.wall;
    report.packages = packages;
    report.is_whole = is_whole;
    say(host, report);
  }
  void tell(const std::string& host, const std::string& text) {
    for (Part& part : split(as_bytes(text))) say(host, PackagesMessage{std::move(part)});
  }
  bool is_stored(const std::string& text) {
    const auto known = state.packages.find(digest(text));
    return known != state.packages.end() && known->second.stored;
  }

 private:
  std::map<std::string, std::uint64_t> sequences_;
};

TEST_F(PackagesTest, AsksOneHostForAListThatManyHave) {
  const std::string text = list("3.0.17");
  report("eu-1", digest(text), true);
  report("eu-2", digest(text), true);
  EXPECT_EQ(packages_asked, std::vector{host_id("eu-1")});
  tell("eu-1", text);
  EXPECT_TRUE(is_stored(text));
  report("us-1", digest(text), true);
  EXPECT_EQ(packages_asked.size(), 1U);
  EXPECT_EQ(state.packages.at(digest(text)).hosts, 3U);
}

TEST_F(PackagesTest, AsksAgainForOneThatWasLost) {
  const std::string text = list("3.0.17");
  report("eu-1", digest(text), true);
  tell("eu-1", text);
  send(PackagesLost{.lists = {digest(text), digest("another")}});
  EXPECT_FALSE(is_stored(text));
  now.mono += limits.packages_spacing;
  report("eu-1", std::nullopt);
  EXPECT_EQ(packages_asked.size(), 2U);
  tell("eu-1", text);
  EXPECT_TRUE(is_stored(text));
  EXPECT_TRUE(store.contains(packages_key(digest(text))));
}

TEST_F(PackagesTest, AsksAnotherHostWhenTheFirstSaysNothing) {
  const std::string text = list("3.0.17");
  report("eu-1", digest(text), true);
  now.mono += limits.telling_patience;
  report("eu-2", std::nullopt);
  report("eu-2", digest(text), true);
  EXPECT_EQ(packages_asked, (std::vector{host_id("eu-1"), host_id("eu-2")}));
}

TEST_F(PackagesTest, ForgetsAListWithItsLastHost) {
  const std::string text = list("3.0.17");
  report("eu-1", digest(text), true);
  report("eu-2", digest(text), true);
  tell("eu-1", text);
  report("eu-1", digest(list("3.0.18")));
  EXPECT_TRUE(is_stored(text));
  report("eu-2", Digest{});
  EXPECT_FALSE(state.packages.contains(digest(text)));
  EXPECT_FALSE(store.contains(packages_key(digest(text))));
}

TEST_F(PackagesTest, AWholeReportWithoutAWordOfAListEndsIt) {
  report("eu-1", digest(list("3.0.17")), true);
  report("eu-1", std::nullopt, true);
  EXPECT_TRUE(state.packages.empty());
}

TEST_F(PackagesTest, TakesNothingThatItDidNotAskFor) {
  const std::string text = list("3.0.17");
  tell("eu-1", text);
  report("eu-1", digest(text), true);
  tell("eu-2", text);
  EXPECT_FALSE(is_stored(text));
  tell("eu-1", list("3.0.18"));
  EXPECT_FALSE(is_stored(text));
  tell("eu-1", text);
  EXPECT_TRUE(is_stored(text));
}

TEST_F(PackagesTest, ANonsenseListIsNotAskedForAgainAtOnce) {
  const std::string text = "no list\n";
  report("eu-1", digest(text), true);
  tell("eu-1", text);
  EXPECT_FALSE(is_stored(text));
  report("eu-1", std::nullopt);
  EXPECT_EQ(packages_asked.size(), 1U);
  now.mono += limits.packages_retry;
  report("eu-1", std::nullopt);
  EXPECT_EQ(packages_asked.size(), 2U);
}

TEST_F(PackagesTest, ALiarKeepsNobodyElsesListAway) {
  const std::string text = list("3.0.17");
  report("eu-1", digest(text), true);
  Part part{.whole = digest(text), .index = 0, .count = 1, .bytes = to_bytes("lies")};
  say("eu-1", PackagesMessage{std::move(part)});
  report("eu-2", digest(text), true);
  EXPECT_EQ(packages_asked, (std::vector{host_id("eu-1"), host_id("eu-2")}));
  tell("eu-2", text);
  EXPECT_TRUE(is_stored(text));
}

TEST_F(PackagesTest, AHostIsNotAskedAgainAtOnceWhateverItSaysItHas) {
  report("eu-1", digest(list("1")), true);
  tell("eu-1", list("1"));
  report("eu-1", digest(list("2")));
  EXPECT_EQ(packages_asked.size(), 1U);
  now.mono += limits.packages_spacing;
  report("eu-1", std::nullopt);
  EXPECT_EQ(packages_asked.size(), 2U);
}

TEST_F(PackagesTest, AsksNoMoreHostsAtOnceThanItHasRoomFor) {
  limits.tellings_max = 2;
  for (const char* host : {"eu-1", "eu-2", "us-1", "us-2"}) {
    report(host, digest(list(host)), true);
  }
  EXPECT_EQ(packages_asked.size(), 2U);
  tell("eu-1", list("eu-1"));
  report("us-1", std::nullopt);
  EXPECT_EQ(packages_asked.size(), 3U);
}

TEST_F(PackagesTest, KnowsTheListsAgainAfterAStart) {
  const std::string text = list("3.0.17");
  report("eu-1", digest(text), true);
  tell("eu-1", text);
  start();
  EXPECT_TRUE(is_stored(text));
  EXPECT_EQ(state.packages.at(digest(text)).hosts, 1U);
}

TEST_F(PackagesTest, ARemovedHostTakesItsListAlong) {
  const std::string text = list("3.0.17");
  report("eu-1", digest(text), true);
  tell("eu-1", text);
  EXPECT_EQ(ask(RemoveHost{.host = host_id("eu-1"), .reason = "gone"}).verdict, Verdict::Done);
  EXPECT_FALSE(state.packages.contains(digest(text)));
}

TEST_F(PackagesTest, KeepsTheNewestListOfVulnerabilities) {
  const auto import_list = [&](const std::string& content, WallTime at) {
    return ask(ImportFeed{.digest = digest(content), .bytes = content.size()},
               ReadFeed{.name = "osv", .at = at})
        .verdict;
  };
  EXPECT_EQ(import_list("monday", now.wall), Verdict::Done);
  EXPECT_EQ(import_list("sunday", now.wall - std::chrono::hours(24)), Verdict::Refused);
  EXPECT_EQ(import_list("never", now.wall + std::chrono::hours(48)), Verdict::WrongUse);
  EXPECT_EQ(ask(ImportFeed{.digest = digest("never sent"), .bytes = 1}).verdict, Verdict::WrongUse);
  EXPECT_EQ(feeds_used["osv"], digest("monday"));
  feeds_used.clear();
  start();
  EXPECT_EQ(feeds_used["osv"], digest("monday"));
  EXPECT_EQ(ask(RemoveFeed{.name = "osv"}).verdict, Verdict::Done);
  EXPECT_TRUE(feeds_used["osv"].is_zero());
  EXPECT_TRUE(state.feeds.empty());
  EXPECT_EQ(ask(RemoveFeed{.name = "osv"}).verdict, Verdict::WrongUse);
}

}  // namespace
}  // namespace mainstay::coordinator
