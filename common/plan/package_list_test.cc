#include "common/plan/package_list.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace mainstay {
namespace {

PackageList sample() {
  return {.release = "debian:12",
          .sees_processes = true,
          .packages = {{.name = "linux",
                        .version = "6.1.140-1",
                        .candidate = "6.1.148-1",
                        .listening = {},
                        .stale = {"kernel"}},
                       {.name = "openssl",
                        .version = "3.0.15-1~deb12u1",
                        .candidate = "",
                        .listening = {"nginx", "sshd"},
                        .stale = {"nginx"}},
                       {.name = "vim", .version = "2:9.0.1378-2+deb12u2"}}};
}

TEST(PackageListTest, ReadsWhatItWrote) {
  std::size_t omitted = 7;
  const std::string text = package_list_text(sample(), &omitted);
  EXPECT_EQ(omitted, 0U);
  EXPECT_EQ(text,
            "packages 1 debian:12 all\n"
            "linux 6.1.140-1 candidate=6.1.148-1 stale=kernel\n"
            "openssl 3.0.15-1~deb12u1 listening=nginx,sshd stale=nginx\n"
            "vim 2:9.0.1378-2+deb12u2\n");
  const auto read = read_package_list(text);
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(*read, sample());
}

TEST(PackageListTest, EqualListsHaveEqualTexts) {
  PackageList other = sample();
  std::ranges::reverse(other.packages);
  std::ranges::reverse(other.packages[1].listening);
  other.packages[1].listening.emplace_back("nginx");
  // Of two architectures, each with what was seen of it.
  other.packages.push_back(other.packages[1]);
  other.packages.back().stale.clear();
  other.packages.back().listening = {"sshd"};
  other.packages[0].candidate = other.packages[0].version;  // none newer
  EXPECT_EQ(package_list_text(other), package_list_text(sample()));
}

TEST(PackageListTest, SaysThatNotEveryProcessWasSeen) {
  PackageList list = sample();
  list.sees_processes = false;
  const auto read = read_package_list(package_list_text(list));
  ASSERT_TRUE(read.has_value());
  EXPECT_FALSE(read->sees_processes);
}

TEST(PackageListTest, LeavesOutWhatIsNoNameOrVersionAndCountsIt) {
  PackageList list = sample();
  for (const char* name : {"", "-x", "a b", "a\nb 1", "a\x1b[2J", "caf\xc3\xa9", "a,b", "a=b"}) {
    list.packages.push_back({.name = name, .version = "1"});
    list.packages.push_back({.name = "fine", .version = name});
  }
  list.packages.push_back({.name = std::string(1000, 'a'), .version = "1"});
  list.packages[0].candidate = "6.2 stale=forged";
  std::size_t omitted = 0;
  const auto read = read_package_list(package_list_text(list, &omitted));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(omitted, 17U);
  EXPECT_FALSE(read->is_whole);
  EXPECT_FALSE(read->sees_processes) << "who uses what was left out is not told";
  ASSERT_EQ(read->packages.size(), 3U);
  EXPECT_EQ(read->packages[0].candidate, "");
}

TEST(PackageListTest, APartIsReadAndWrittenAsOne) {
  const std::string text = "packages 1 debian:12 part\nopenssl 3.0.15-1\n";
  const auto read = read_package_list(text);
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_FALSE(read->is_whole);
  EXPECT_FALSE(read->sees_processes);
  EXPECT_EQ(package_list_text(*read), text);
  EXPECT_TRUE(read_package_list(package_list_text(sample()))->is_whole);
}

TEST(PackageListTest, WithoutAnUnlawfulCandidateItIsStillWhole) {
  PackageList list = sample();
  list.packages[0].candidate = "6.2 stale=forged";
  std::size_t omitted = 7;
  const auto read = read_package_list(package_list_text(list, &omitted));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(omitted, 0U);
  EXPECT_TRUE(read->is_whole);
  EXPECT_TRUE(read->sees_processes);
  EXPECT_EQ(read->packages[0].candidate, "");
}

TEST(PackageListTest, NamesOfProcessesAreHarmless) {
  PackageList list = sample();
  list.release = "deb ian\n";
  list.packages[2].listening = {"a b,c\nd\"e\\f\x1b\xff", "", std::string(5000, 'x')};
  const std::string text = package_list_text(list);
  for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
  const auto read = read_package_list(text);
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_EQ(read->release, "unknown:");
  EXPECT_EQ(read->packages[2].listening,
            (std::vector<std::string>{"?", "a?b?c?d?e?f??", std::string(32, 'x')}));
}

TEST(PackageListTest, IsBounded) {
  PackageList list = sample();
  list.packages.clear();
  for (int i = 0; i < 20'000; ++i) {
    list.packages.push_back({.name = "package" + std::to_string(i), .version = "1"});
  }
  std::size_t omitted = 0;
  auto read = read_package_list(package_list_text(list, &omitted));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->packages.size(), kInstalledMax);
  EXPECT_EQ(omitted, 20'000 - kInstalledMax);
  EXPECT_FALSE(read->is_whole);
  for (auto& package : list.packages) package.version = std::string(128, '1');
  const std::string text = package_list_text(list, &omitted);
  EXPECT_LE(text.size(), kPackageListBytesMax);
  read = read_package_list(text);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(omitted + read->packages.size(), 20'000U);
  EXPECT_FALSE(read->is_whole);
  list.packages.resize(1);
  for (int i = 0; i < 20; ++i) list.packages[0].stale.push_back("p" + std::to_string(i));
  read = read_package_list(package_list_text(list, &omitted));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->packages[0].stale.size(), kProcessNamesMax);
  EXPECT_EQ(omitted, 0U) << "a package is told, whoever runs it";
  EXPECT_TRUE(read->is_whole);
}

TEST(PackageListTest, TheLargestIsWholeAndOneByteMoreMakesItAPart) {
  PackageList list{.release = "debian:12", .sees_processes = true, .packages = {}};
  const std::size_t head = package_list_text(list).size();
  constexpr std::size_t kLineBytes = 128;
  constexpr std::size_t kLines = (kPackageListBytesMax / kLineBytes) - 1;
  for (std::size_t i = 0; i < kLines; ++i) {
    const std::string name = "package" + std::to_string(10'000 + i);
    list.packages.push_back(
        {.name = name, .version = std::string(kLineBytes - name.size() - 2, '1')});
  }
  const std::size_t left = kPackageListBytesMax - head - (kLines * kLineBytes);
  list.packages.push_back({.name = "z", .version = std::string(left - 3, '1')});
  const std::string text = package_list_text(list);
  EXPECT_EQ(text.size(), kPackageListBytesMax);
  auto read = read_package_list(text);
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_TRUE(read->is_whole);
  EXPECT_EQ(*read, list);
  list.packages.back().version += "1";
  read = read_package_list(package_list_text(list));
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_FALSE(read->is_whole);
  EXPECT_EQ(read->packages.size(), kLines);
}

TEST(PackageListTest, RefusesWhatItDoesNotMake) {
  const std::string head = "packages 1 debian:12 all\n";
  ASSERT_TRUE(read_package_list(head).has_value());
  ASSERT_TRUE(read_package_list("packages 1 debian: some\n").has_value()) << "of sid";
  for (const std::string text :
       {"", "packages 2 debian:12 all\n", "packages 1 debian all\n", "packages 1 debian:12 most\n",
        "packages 1 debian:12 all more\n", "packages 1 debian:12 part more\n",
        "packages 1 debian:12 Part\n", "packages 1 debian:12 partial\n", "packages 1 debian:12 \n",
        "packages 1 debian:12 all"}) {
    EXPECT_FALSE(read_package_list(text).has_value()) << text;
  }
  for (const std::string line : {"",
                                 "a",
                                 "a ",
                                 "a  1",
                                 "a 1 ",
                                 " a 1",
                                 "a 1 2",
                                 "a 1\r",
                                 "a 1 candidate=",
                                 "a 1 candidate=1",
                                 "a 1 candidate=2 candidate=3",
                                 "a 1 stale=x listening=y",
                                 "a 1 listening=",
                                 "a 1 listening=x,",
                                 "a 1 listening=,x",
                                 "a 1 listening=y,x",
                                 "a 1 listening=x,x",
                                 "a 1 listening=x\x1b",
                                 "a 1 listening=1,2,3,4,5,6,7,8,9",
                                 "a 1 other=x",
                                 "a\t1"}) {
    EXPECT_FALSE(read_package_list(head + line + "\n").has_value()) << line;
  }
  const auto order = read_package_list(head + "b 1\na 1\n");
  ASSERT_FALSE(order.has_value());
  EXPECT_EQ(order.error().fault, Fault::Malformed);
  EXPECT_EQ(order.error().detail, "package list:3: out of order");
  EXPECT_FALSE(read_package_list(head + "a 1\na 1\n").has_value());
  EXPECT_FALSE(read_package_list(std::string(kPackageListBytesMax + 1, '\n')).has_value());
}

}  // namespace
}  // namespace mainstay
