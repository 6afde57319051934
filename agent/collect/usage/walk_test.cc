#include "agent/collect/usage/walk.h"

#include <set>

#include <gmock/gmock.h>

#include "agent/collect/usage/test_folder.h"

namespace mainstay::agent {
namespace {

class WalkTest : public FolderTest {
 protected:
  std::set<std::string> seen(WalkLimits limits = {}) {
    std::set<std::string> paths;
    end_ = walk(root_, limits, [&](const WalkEntry& entry) {
      paths.emplace(entry.path);
      return entry.name == "skipped" ? Step::Skip : Step::Enter;
    });
    return paths;
  }
  WalkEnd end_;
};

TEST_F(WalkTest, SeesEachFileOnceAndFollowsNoLink) {
  write("/a/b/file");
  write("/skipped/file");
  std::filesystem::create_hard_link(root_ + "/a/b/file", root_ + "/a/again");
  std::filesystem::create_directory_symlink("/", root_ + "/a/root");
  const auto paths = seen();
  EXPECT_EQ(paths.count("a/b/file") + paths.count("a/again"), 1U);
  EXPECT_TRUE(paths.contains("a/root"));
  EXPECT_FALSE(paths.contains("a/root/etc"));
  EXPECT_FALSE(paths.contains("skipped/file"));
  EXPECT_TRUE(end_.was_there);
  EXPECT_FALSE(end_.was_cut);
}

TEST_F(WalkTest, IsBoundedInEntriesAndDepth) {
  for (int i = 0; i < 20; ++i) write("/file" + std::to_string(i));
  EXPECT_EQ(seen({.entries_left = 5}).size(), 5U);
  EXPECT_TRUE(end_.was_cut);
  write("/a/b/c/file");
  EXPECT_FALSE(seen({.depth_max = 3}).contains("a/b/c/file"));
}

TEST_F(WalkTest, BeginsAtNoLinkAndSaysWhatIsNotThere) {
  std::filesystem::create_directory_symlink("/", root_ + "/link");
  WalkLimits limits;
  const auto none = [](const WalkEntry&) {
    ADD_FAILURE();
    return Step::Enter;
  };
  walk(root_ + "/link", limits, none);
  EXPECT_FALSE(walk(root_ + "/none", limits, none).was_there);
}

TEST_F(WalkTest, BeginsInNoMountOfAnotherMachine) {
  write("/share/a/file");
  write("/shared/file");
  EXPECT_FALSE(seen({.far = {"/", root_ + "/share"}}).empty()) << "it is below this folder";
  EXPECT_FALSE(end_.is_far);
  WalkLimits limits{.far = {root_ + "/share"}};
  const auto none = [](const WalkEntry&) {
    ADD_FAILURE();
    return Step::Enter;
  };
  EXPECT_TRUE(walk(root_ + "/share", limits, none).is_far);
  EXPECT_TRUE(walk(root_ + "/share/a", limits, none).is_far);
  EXPECT_FALSE(
      walk(root_ + "/shared", limits, [](const WalkEntry&) { return Step::Enter; }).is_far);
}

}  // namespace
}  // namespace mainstay::agent
