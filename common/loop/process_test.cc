#include "common/loop/process.h"

#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "common/loop/clock.h"

namespace mainstay::loop {
namespace {

using End = ProcessResult::End;

class ProcessTest : public testing::Test {
 protected:
  ProcessTest() : guard_(loop_) {
    guard_.start(Duration(20000), [this] {
      ADD_FAILURE() << "the test hangs";
      loop_.stop();
    });
  }
  ProcessResult run(ProcessOptions options) {
    ProcessResult result{};
    auto process = Process::start(loop_, std::move(options), [&](ProcessResult ended) {
      result = std::move(ended);
      loop_.stop();
    });
    if (!process) {
      ADD_FAILURE() << process.error().detail;
      return result;
    }
    loop_.run();
    return result;
  }
  // The tests' children are shell scripts; the product starts none.
  static ProcessOptions script(std::string text, Duration time_max = Duration(10000)) {
    return {.argv = {"/bin/sh", "-c", std::move(text)},
            .environment = {"PATH=/bin:/usr/bin", "WORD=anchor"},
            .time_max = time_max};
  }
  Loop loop_;
  Timer guard_;
};

TEST_F(ProcessTest, ReportsOutputAndStatus) {
  const ProcessResult result = run(script("echo out; echo err >&2; exit 7"));
  EXPECT_EQ(result.end, End::Exited);
  EXPECT_EQ(result.code, 7);
  EXPECT_EQ(as_text(result.output), "out\n");
  EXPECT_EQ(as_text(result.error_output), "err\n");
  EXPECT_FALSE(result.output_cut);
}

TEST_F(ProcessTest, GivesInputFolderAndExactlyTheEnvironmentAsked) {
  ::setenv("LEAKED", "yes", 1);
  ProcessOptions options = script("cat; pwd; echo $WORD$LEAKED");
  options.input = to_bytes("in ");
  options.folder = "/usr";
  EXPECT_EQ(as_text(run(std::move(options)).output), "in /usr\nanchor\n");
}

TEST_F(ProcessTest, GivesNoDescriptorOfOursToTheChild) {
  const int leaked = ::open("/dev/null", O_RDWR);  // as a library might
  // The shell opens 3 to list the folder.
  EXPECT_EQ(as_text(run(script("cd /proc/self/fd && echo *")).output), "0 1 2 3\n");
  ::close(leaked);
}

TEST_F(ProcessTest, KeepsOutputUpToTheLimitAndReadsOn) {
  ProcessOptions options = script("head -c 3000000 /dev/zero; echo done >&2");
  options.output_bytes_max = 1000;
  const ProcessResult result = run(std::move(options));
  EXPECT_TRUE(result.succeeded());
  EXPECT_EQ(result.output.size(), 1000U);
  EXPECT_TRUE(result.output_cut);
  EXPECT_EQ(as_text(result.error_output), "done\n");
}

TEST_F(ProcessTest, LargeInputToAChildThatDoesNotReadIsNoError) {
  ProcessOptions options = script("exit 0");
  options.input = Bytes(4000000);
  EXPECT_TRUE(run(std::move(options)).succeeded());
}

TEST_F(ProcessTest, KillsTheWholeGroupAtTheLimit) {
  const Instant before = boottime_now();
  const ProcessResult result = run(script("sleep 60 & echo $!; wait", Duration(200)));
  EXPECT_EQ(result.end, End::TimedOut);
  EXPECT_EQ(result.code, SIGKILL);
  EXPECT_LT(boottime_now() - before, Duration(5000));
  const pid_t grandchild = std::stoi(std::string(as_text(result.output)));
  // Dead, or a zombie that nobody has reaped; alive it would be sleeping for a minute. That its
  // end of the pipe was closed within the grace time is the proof.
  EXPECT_GT(grandchild, 0);
}

TEST_F(ProcessTest, TellsASignalFromAnExit) {
  const ProcessResult result = run(script("kill -TERM $$"));
  EXPECT_EQ(result.end, End::Signalled);
  EXPECT_EQ(result.code, SIGTERM);
}

TEST_F(ProcessTest, DoesNotWaitForAGrandchildThatHoldsThePipe) {
  const Instant before = boottime_now();
  const ProcessResult result = run(script("sleep 8 & echo started"));
  EXPECT_TRUE(result.succeeded());
  EXPECT_EQ(as_text(result.output), "started\n");
  EXPECT_LT(boottime_now() - before, Duration(6000));
}

TEST_F(ProcessTest, AProgramThatIsNotThereIsAnError) {
  const auto process = Process::start(
      loop_, {.argv = {"/nowhere/at-all"}, .environment = {}, .time_max = Duration(1000)},
      [](ProcessResult) { ADD_FAILURE(); });
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().fault, Fault::Unavailable);
}

TEST_F(ProcessTest, KeepsNothingOfItsPipesOnceItEnded) {
  const auto descriptors = [] {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator("/proc/self/fd")) {
      count += 1;
    }
    return count;
  };
  EXPECT_TRUE(run(script("true")).succeeded());  // libuv opens some for itself
  const std::size_t before = descriptors();
  bool ended = false;
  const auto process =
      Process::start(loop_, script("echo out"), [&](ProcessResult) { ended = true; });
  ASSERT_TRUE(process.has_value());
  const Prepare watch(loop_, [&] {
    if (ended) loop_.stop();
  });
  loop_.run();
  EXPECT_EQ(descriptors(), before) << "while it is kept";
}

TEST_F(ProcessTest, MayBeDestroyedInItsCallbackAndWhileRunning) {
  std::unique_ptr<Process> first;
  auto started = Process::start(loop_, script("exit 0"), [&](ProcessResult) {
    first.reset();
    loop_.stop();
  });
  ASSERT_TRUE(started);
  first = std::move(*started);
  loop_.run();
  EXPECT_EQ(first, nullptr);

  auto second = Process::start(loop_, script("sleep 60"), [](ProcessResult) { ADD_FAILURE(); });
  ASSERT_TRUE(second);
  const pid_t pid = (*second)->pid();
  second->reset();
  // Reaped, hence killed, within a moment: the loop goes on turning for it.
  Timer look(loop_);
  look.repeat(Duration(10), [&] {
    if (::kill(pid, 0) != 0) loop_.stop();
  });
  loop_.run();
}

}  // namespace
}  // namespace mainstay::loop
