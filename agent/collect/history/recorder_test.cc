#include "agent/collect/history/recorder.h"

#include <algorithm>
#include <span>

#include <gtest/gtest.h>

#include "agent/collect/history/reader.h"
#include "agent/collect/resource/local_disks.h"
#include "common/ports/test_folder.h"

namespace mainstay::agent {
namespace {

TEST(RecorderTest, WritesAMinuteWhenTheNextBegins) {
  const TestFolder folder;
  const std::string path = folder.file("history");
  {
    Recorder recorder(path);
    // A clock in order, then an hour forward, then three hours back.
    const std::int64_t start = 1'800'000'000'000;
    const auto look = [&](std::int64_t seconds) {
      return recorder.look(
          {.mono = instant_from_ms(seconds * 1000), .wall = wall_from_ms(start + seconds * 1000)});
    };
    for (int seconds = 0; seconds < 180; seconds += 10) look(seconds);
    for (int seconds = 3600; seconds < 3700; seconds += 10) look(seconds);
    EXPECT_TRUE(look(-3 * 3600).memory.has_value());
    EXPECT_TRUE(recorder.state().has_value());
    const auto history = read_history(kHostHistory, path, wall_from_ms(start + 4000 * 1000));
    ASSERT_TRUE(history.has_value());
    ASSERT_EQ(history->minutes.size(), 5U);
    EXPECT_EQ(history->minutes[0].minute, start / 60'000);
    EXPECT_NE(history->minutes[0][Series::MemoryAvailable], kNoValue);
    EXPECT_EQ(history->damaged, 0U);
    for (const HistoryLayout& layout : {kServiceHistory, kInodeHistory}) {
      const bool is_services = layout.kind == HistoryKind::Services;
      const auto beside = read_history(
          layout, path + std::string(is_services ? kServiceHistorySuffix : kInodeHistorySuffix),
          wall_from_ms(start + 4000 * 1000));
      ASSERT_TRUE(beside.has_value());
      EXPECT_EQ(beside->minutes.size(), 5U);
      if (is_services) continue;
      const auto disks = local_disks();
      ASSERT_TRUE(disks.has_value());
      for (const LocalDisk& disk :
           std::span(*disks).first(std::min(disks->size(), layout.places))) {
        EXPECT_EQ(levels_of(*beside, disk.mount).empty(), !disk.inodes_used.has_value());
      }
    }
  }
}

}  // namespace
}  // namespace mainstay::agent
