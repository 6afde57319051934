// The real shim, as a process.
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/executor/shim/capture.h"
#include "agent/executor/shim/sandbox.h"
#include "agent/executor/shim/traces.h"
#include "common/core/digest.h"
#include "common/loop/file_lock.h"
#include "common/loop/files.h"
#include "common/ports/test_folder.h"

namespace mainstay {
namespace {

const std::string kShim = std::string(MAINSTAY_BINARY_DIR) + "/bin/mainstay-task";
// Made of the same source, without the file that is made exclusively.
const std::string kUnguarded = std::string(MAINSTAY_BINARY_DIR) + "/tests/unguarded_shim";

class ShimTest : public ::testing::Test {
 protected:
  struct Running {
    pid_t pid;
    int out;
  };
  Running start(std::vector<std::string> arguments) const {
    std::vector<std::string> all = {program_, folder_};
    all.insert(all.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& argument : all) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::dup2(ends[1], 1);
      ::execv(argv[0], argv.data());
      ::_exit(99);
    }
    ::close(ends[1]);
    return {.pid = pid, .out = ends[0]};
  }
  static int wait(const Running& running) {
    int status = 0;
    ::waitpid(running.pid, &status, 0);
    ::close(running.out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  int run(std::vector<std::string> arguments) const { return wait(start(std::move(arguments))); }
  /// Blocks until the shim has said that it started.
  static void await_started(const Running& running) {
    char word[16];
    EXPECT_GT(::read(running.out, word, sizeof word), 0);
  }
  std::string text(std::string_view name) const {
    const auto bytes = loop::read_file(folder_ + "/" + std::string(name), 1 << 20);
    return bytes ? std::string(as_text(*bytes)) : "";
  }
  executor::TaskResult result() const {
    const auto read = executor::traces::read_result(text(executor::traces::kResult));
    EXPECT_TRUE(read) << read.error().detail;
    return read ? *read : executor::TaskResult{};
  }

  /// Reaped by init, or still a zombie there: in no case running.
  static bool is_gone(int process) {
    const auto state = loop::read_file("/proc/" + std::to_string(process) + "/stat", 4096);
    return !state || as_text(*state).contains(") Z ");
  }

  TestFolder made_;
  std::string folder_ = made_.path();
  std::string program_ = kShim;
};

TEST_F(ShimTest, LeavesStartedOutputAndResult) {
  EXPECT_EQ(run({"--within-ms", "10000", "--", "/bin/sh", "-c", "echo out; echo err >&2; exit 3"}),
            0);
  const auto started = executor::traces::read_started(text(executor::traces::kStarted));
  ASSERT_TRUE(started);
  EXPECT_FALSE(started->barred);
  EXPECT_GT(started->pid, 1);
  EXPECT_EQ(text(executor::traces::kOutput), "out\nerr\n");
  EXPECT_EQ(result().exit_code, 3);
  EXPECT_EQ(result().output_bytes, 8U);
  EXPECT_EQ(result().output_digest, sha256(as_bytes("out\nerr\n")));
}

TEST_F(ShimTest, ATaskInheritsNoDescriptorOfThoseWhoStartedIt) {
  const int leaked = ::open("/dev/null", O_RDWR);  // as a library of the executor might
  const std::string list = "cd /proc/self/fd && echo *";
  EXPECT_EQ(
      run({"--within-ms", "10000", "--throw-away", "1879048200", "--", "/bin/sh", "-c", list}), 0);
  // A shell opens what it expands; the folder's own descriptor is gone when the shell has read it.
  EXPECT_EQ(text(executor::traces::kOutput), "0 1 2 3\n");
  ::close(leaked);
}

TEST_F(ShimTest, StartsOnce) {
  const std::vector<std::string> order = {
      "--within-ms", "10000", "--", "/bin/sh", "-c", "echo x >> " + folder_ + "/count"};
  EXPECT_EQ(run(order), 0);
  EXPECT_EQ(run(order), 3);
  EXPECT_EQ(text("count"), "x\n");
}

// The test above is able to fail.
TEST_F(ShimTest, WouldStartTwiceWithoutItsGuard) {
  program_ = kUnguarded;
  const std::vector<std::string> order = {
      "--within-ms", "10000", "--", "/bin/sh", "-c", "echo x >> " + folder_ + "/count"};
  EXPECT_EQ(run(order), 0);
  EXPECT_EQ(run(order), 0);
  EXPECT_EQ(text("count"), "x\nx\n");
}

TEST_F(ShimTest, DoesNotStartWhatWasBarred) {
  const auto mark =
      executor::traces::started_text({.barred = true, .boot = {}, .pid = 0, .at = {}});
  ASSERT_TRUE(loop::create_exclusive(folder_ + "/started", as_bytes(mark)));
  EXPECT_EQ(run({"--within-ms", "10000", "--", "/bin/touch", folder_ + "/done"}), 3);
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/done"));
}

TEST_F(ShimTest, EndsATaskAtItsTimeLimitWithItsChildren) {
  EXPECT_EQ(run({"--within-ms", "300", "--", "/bin/sh", "-c", "sleep 600 & echo $!; wait"}), 0);
  EXPECT_TRUE(result().timed_out);
  EXPECT_EQ(result().exit_code, 128 + SIGKILL);
  EXPECT_TRUE(is_gone(std::stoi(text(executor::traces::kOutput))));
}

TEST_F(ShimTest, WaitsForTheGroupOfARootTaskThatWasKilled) {
  const std::string fifo = folder_ + "/fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const Running running =
      start({"--within-ms", "60000", "--", "/bin/sh", "-c",
             "echo $$ > " + folder_ + "/pid; (exec > " + folder_ + "/late 2>&1; read word < " +
                 fifo + "; echo $word) & kill -KILL $$"});
  await_started(running);
  // Opens when the one that was left behind is there to read.
  const loop::Fd go(::open(fifo.c_str(), O_WRONLY));
  const std::string killed = std::to_string(std::stoi(text("pid")));
  while (std::filesystem::exists("/proc/" + killed)) ::usleep(1000);  // until it was reaped
  // It would be there within milliseconds: nobody holds the output any more.
  for (int i = 0; i < 50 && text(executor::traces::kResult).empty(); ++i) ::usleep(10'000);
  EXPECT_TRUE(text(executor::traces::kResult).empty()) << "its group is still at work";
  ASSERT_EQ(::write(go.get(), "late\n", 5), 5);
  EXPECT_EQ(wait(running), 0);
  EXPECT_EQ(text("late"), "late\n");
  EXPECT_EQ(result().exit_code, 128 + SIGKILL);
  EXPECT_FALSE(result().timed_out);
}

TEST_F(ShimTest, EndsAtTheTimeLimitWhatAKilledTaskLeft) {
  EXPECT_EQ(
      run({"--within-ms", "300", "--", "/bin/sh", "-c", "sleep 600 & echo $!; kill -KILL $$"}), 0);
  EXPECT_TRUE(result().timed_out);
  EXPECT_TRUE(is_gone(std::stoi(text(executor::traces::kOutput))));
}

TEST_F(ShimTest, GivesATaskItsGraceAtTheTimeLimit) {
  const std::string script =
      "trap 'echo finishing; kill $!; exit 0' TERM; sleep 600 & wait; echo not reached";
  EXPECT_EQ(run({"--within-ms", "2000", "--grace-ms", "60000", "--", "/bin/sh", "-c", script}), 0);
  EXPECT_EQ(text(executor::traces::kOutput), "finishing\n");
  EXPECT_TRUE(result().timed_out);
  EXPECT_EQ(result().exit_code, 0);
}

// The machine goes down in order: what is installing packages gets to an end of its own.
TEST_F(ShimTest, AskedToEndItPassesThatOnAndStillWritesAResult) {
  const std::string up = folder_ + "/up";
  const Running running =
      start({"--within-ms", "60000", "--grace-ms", "20000", "--", "/bin/sh", "-c",
             "trap 'exit 7' TERM; touch " + up + "; while :; do sleep 0.05; done"});
  while (::access(up.c_str(), F_OK) != 0) ::usleep(10'000);
  ::kill(running.pid, SIGTERM);
  EXPECT_EQ(wait(running), 0);
  EXPECT_EQ(result().exit_code, 7);
  EXPECT_EQ(result().reason, "it was asked to end, as when the machine goes down");
}

TEST_F(ShimTest, TheGraceHasAnEnd) {
  const std::string script = "trap '' TERM; while :; do sleep 1; done";
  EXPECT_EQ(run({"--within-ms", "200", "--grace-ms", "200", "--", "/bin/sh", "-c", script}), 0);
  EXPECT_EQ(result().exit_code, 128 + SIGKILL);
}

TEST_F(ShimTest, BoundsTheOutput) {
  EXPECT_EQ(run({"--within-ms", "20000", "--", "/bin/sh", "-c",
                 "head -c 3000000 /dev/zero | tr '\\0' x; echo END"}),
            0);
  const std::string kept = text(executor::traces::kOutput);
  EXPECT_LE(kept.size(), kOutputBytesMax);
  EXPECT_TRUE(kept.ends_with("xEND\n"));
  EXPECT_TRUE(kept.contains("bytes were not kept]"));
  EXPECT_EQ(result().output_bytes, 3000004U);
}

TEST_F(ShimTest, SaysWhyATaskCouldNotRun) {
  EXPECT_EQ(run({"--within-ms", "1000", "--", "/nonexistent/program"}), 0);
  EXPECT_EQ(result().exit_code, 127);
  EXPECT_TRUE(result().reason.contains("/nonexistent/program")) << result().reason;
}

TEST_F(ShimTest, FindsAProgramByItsNameWithoutAShell) {
  run({"--within-ms", "5000", "--", "echo", "$HOME;", "id"});
  EXPECT_EQ(text("output"), "$HOME; id\n");
}

TEST_F(ShimTest, SaysThatNoProgramHasTheName) {
  EXPECT_EQ(run({"--within-ms", "5000", "--", "no-such-program"}), 0);
  EXPECT_EQ(result().exit_code, 127);
  EXPECT_TRUE(result().reason.contains("no-such-program")) << result().reason;
}

TEST_F(ShimTest, AKilledShimLeavesStartedWithoutResult) {
  const Running running =
      start({"--within-ms", "60000", "--throw-away", "1879048200", "--", "/bin/sleep", "600"});
  await_started(running);
  EXPECT_TRUE(*loop::FileLock::held(folder_ + "/lock"));
  ::kill(running.pid, SIGKILL);
  wait(running);
  EXPECT_FALSE(text(executor::traces::kStarted).empty());
  EXPECT_TRUE(text(executor::traces::kResult).empty());
  // The kernel ends the task in its own time; a task that stays is ended by the test's time limit.
  while (*loop::FileLock::held(folder_ + "/lock")) ::usleep(1000);
}

TEST_F(ShimTest, ARootTaskHoldsTheLockAfterItsShim) {
  const Running running = start({"--within-ms", "60000", "--", "/bin/sh", "-c",
                                 "echo $$ > " + folder_ + "/pid; exec sleep 600"});
  await_started(running);
  while (text("pid").empty()) ::usleep(1000);  // an event would need a second channel
  ::kill(running.pid, SIGKILL);
  wait(running);
  EXPECT_TRUE(*loop::FileLock::held(folder_ + "/lock"));
  ::kill(std::stoi(text("pid")), SIGKILL);
}

TEST_F(ShimTest, AThrowAwayTaskCanLookAndNotTouch) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root";
  const std::string script =
      "id -u; touch " + folder_ +
      "/x 2>/dev/null || echo no-write; "
      "test -r /etc/shadow || echo no-shadow; tail -n +3 /proc/net/dev | cut -d: -f1";
  ::chmod(folder_.c_str(), 0777);
  EXPECT_EQ(
      run({"--within-ms", "10000", "--throw-away", "1879048200", "--", "/bin/sh", "-c", script}),
      0);
  EXPECT_TRUE(text(executor::traces::kOutput).starts_with("1879048200\n"))
      << text(executor::traces::kOutput);
  EXPECT_TRUE(text(executor::traces::kOutput).ends_with("no-shadow\n    lo\n"))
      << "only the loopback of its own namespace: " << text(executor::traces::kOutput);
  EXPECT_TRUE(text(executor::traces::kOutput).contains("no-write"))
      << text(executor::traces::kOutput);
}

TEST_F(ShimTest, RefusesWrongUse) {
  EXPECT_EQ(run({"--within-ms", "0", "--", "/bin/true"}), 2);
  EXPECT_EQ(run({"--within-ms", "10", "--", "./true"}), 2);
  EXPECT_EQ(run({"--within-ms", "10", "--", ""}), 2);
  EXPECT_EQ(run({"--within-ms", "10"}), 2);
  // 2^32 is root's number, too, to whoever cuts it short.
  EXPECT_EQ(run({"--within-ms", "10", "--throw-away", "4294967296", "--", "/bin/true"}), 2);
}

TEST(CaptureTest, KeepsAllOfAShortOutput) {
  Capture capture;
  capture.add(as_bytes("ab"));
  capture.add(as_bytes("c"));
  EXPECT_EQ(as_text(capture.kept()), "abc");
}

}  // namespace
}  // namespace mainstay
