// Plays every *.txt of this folder. scenario_test --rewrite writes what was seen into the files;
// the difference is then reviewed like code.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/scenario/runbook.h"

namespace mainstay::scenario {
namespace {

bool rewrite = false;

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class ScenarioTest : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ScenarioTest, IsPlayedAsWritten) {
  std::vector<Block> blocks = parse(content_of(GetParam()));
  ASSERT_FALSE(blocks.empty());
  Runbook runbook;
  for (auto& block : blocks) {
    std::string seen;
    for (const auto& command : block.commands) {
      const auto result = runbook.run(command);
      ASSERT_TRUE(result.has_value()) << command << ": " << result.error().detail;
      seen += *result;
    }
    if (!rewrite) {
      EXPECT_EQ(block.transcript, seen) << "after: " << block.commands.back();
    }
    block.transcript = seen;
  }
  if (rewrite) std::ofstream(GetParam()) << write(blocks);
}

std::vector<std::filesystem::path> stories() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(MAINSTAY_SOURCE_DIR "/tests/scenario")) {
    if (entry.path().extension() == ".txt" && entry.path().filename() != "CMakeLists.txt") {
      paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

INSTANTIATE_TEST_SUITE_P(Each, ScenarioTest, testing::ValuesIn(stories()),
                         [](const auto& story) { return story.param.stem().string(); });

TEST(RunbookTest, SaysWhatIsWrongWithACommand) {
  Runbook runbook;
  EXPECT_FALSE(runbook.run("show").has_value());
  ASSERT_TRUE(runbook.run("hosts 6 regions eu,us").has_value());
  EXPECT_FALSE(runbook.run("explain nobody").has_value());
  EXPECT_FALSE(runbook.run("dance").has_value());
  EXPECT_FALSE(runbook.run("plan p colour=red").has_value());
}

TEST(RunbookTest, WritesWhatItReads) {
  const std::string text = "hosts 6 regions eu,us\n----\n\n# then\nrun 5s\n----\na\nb\n";
  EXPECT_EQ(write(parse(text)), text);
}

}  // namespace
}  // namespace mainstay::scenario

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--rewrite") mainstay::scenario::rewrite = true;
  }
  return RUN_ALL_TESTS();
}
