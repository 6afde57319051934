// Processes that are killed, and disks that refuse, in the middle of commits.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/core/rng.h"
#include "common/store/test_world.h"

namespace mainstay::store {
namespace {

Options options_for(const TestFolder& folder, TestLoop& loop) {
  return {.directory = folder.path(),
          .truth_map_bytes = 64U << 20U,
          .cache_map_bytes = 64U << 20U,
          .post = loop.post()};
}

// In the child: commits numbers from `first` on, eight at a time under way, and writes each to the
// pipe when it is acknowledged.
[[noreturn]] void commit_until_killed(const TestFolder& folder, std::uint64_t first, int pipe) {
  TestLoop loop;
  auto store = LmdbStore::open(options_for(folder, loop));
  if (!store) _exit(9);
  std::uint64_t next = first;
  const auto commit_next = [&](auto&& again) -> void {
    const std::uint64_t number = next++;
    std::vector<KeyValue> step = step_of(truth("n/" + std::to_string(number), "value"));
    step.push_back(truth("twin/" + std::to_string(number), "value"));
    (*store)->commit(std::move(step), [&, number, pipe] {
      if (write(pipe, &number, sizeof(number)) != sizeof(number)) _exit(8);
      again(again);
    });
  };
  for (int i = 0; i < 8; ++i) commit_next(commit_next);
  while (true) loop.run_one();
}

TEST(StoreCrashTest, LosesNothingAcknowledgedAndNoHalfSteps) {
  const TestFolder folder;
  Rng rng(20261123);
  std::vector<std::uint64_t> acknowledged;
  for (std::uint64_t round = 0; round < 12; ++round) {
    int ends[2] = {};
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) commit_until_killed(folder, round * 1'000'000, ends[1]);
    close(ends[1]);
    std::uint64_t number = 0;
    const std::uint64_t kill_after = 1 + rng.below(120);
    for (std::uint64_t i = 0; read(ends[0], &number, sizeof(number)) == sizeof(number); ++i) {
      acknowledged.push_back(number);
      if (i == kill_after) kill(child, SIGKILL);
    }
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;

    TestLoop loop;
    const auto store = LmdbStore::open(options_for(folder, loop));
    ASSERT_TRUE(store.has_value()) << store.error().detail;
    for (const std::uint64_t kept : acknowledged) {
      const auto found = (*store)->get(Axis::Truth, "n/" + std::to_string(kept));
      ASSERT_TRUE(found.has_value() && found->has_value()) << kept;
    }
    const auto whole =
        (*store)->for_each(Axis::Truth, "n/", [&](std::string_view key, ByteView) -> Status {
          TRY(const auto twin, (*store)->get(Axis::Truth, "twin/" + std::string(key.substr(2))));
          return twin ? Status{} : fail(Fault::Corrupt, "half a step");
        });
    ASSERT_TRUE(whole.has_value()) << whole.error().detail;
  }
  EXPECT_GE(acknowledged.size(), 12U);
}

TEST(StoreCrashTest, EndsTheProcessWhenTheDiskRefuses) {
  const TestFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);  // the write then fails with EFBIG
    TestLoop loop;
    auto store = LmdbStore::open(options_for(folder, loop));
    const rlimit limit = {.rlim_cur = 256 * 1024, .rlim_max = 256 * 1024};
    if (!store || setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(9);
    for (int i = 0; i < 20; ++i) {
      (*store)->commit(step_of(truth("k/" + std::to_string(i), std::string(60'000, 'x'))), [i] {
        if (i == 19) _exit(7);
      });
    }
    while (true) loop.run_one();
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 1);  // end_process
}

}  // namespace
}  // namespace mainstay::store
