// What is found in an attempt's folder, and what is done about those whom a killed shim has left.
#include "agent/executor/shell/folders.h"

#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/executor/shell/leftovers.h"
#include "agent/task/patch.h"
#include "common/loop/file_lock.h"
#include "common/loop/files.h"
#include "common/ports/test_folder.h"

namespace mainstay::executor {
namespace {

using std::chrono::seconds;

class FoldersTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto folders = Folders::open(root_ + "/state");
    ASSERT_TRUE(folders);
    folders_.emplace(*std::move(folders));
    attempt_.host = *HostId::parse("web-1");
    ASSERT_TRUE(folders_->make(attempt_));
  }

  [[nodiscard]] std::string path(std::string_view name) const {
    return folders_->path(attempt_) + "/" + std::string(name);
  }
  void mark_started() const {
    const auto text = traces::started_text({.barred = false, .boot = {}, .pid = 2, .at = {}});
    ASSERT_TRUE(loop::create_exclusive(path(traces::kStarted), as_bytes(text)));
  }

  TestFolder made_;
  std::string root_ = made_.path();
  std::optional<Folders> folders_;
  AttemptId attempt_;
};

TEST_F(FoldersTest, WhereTheLockCannotBeAskedForNothingIsKnown) {
  mark_started();
  EXPECT_FALSE(folders_->inspect(attempt_).unreadable);
  std::filesystem::create_symlink("elsewhere", path(traces::kLock));
  EXPECT_TRUE(folders_->inspect(attempt_).unreadable);
}

// As a power cut leaves them: the name is there, of the text nothing or a part.
TEST_F(FoldersTest, ATornMarkCountsAsStarted) {
  EXPECT_FALSE(folders_->inspect(attempt_).started);
  const auto whole = traces::started_text({.barred = false, .boot = {}, .pid = 2, .at = {}});
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    ASSERT_TRUE(loop::write_file_durably(path(traces::kStarted),
                                         as_bytes(std::string_view(whole).substr(0, bytes)), 0600));
    const AttemptEvidence found = folders_->inspect(attempt_);
    EXPECT_TRUE(found.started) << bytes;
    EXPECT_FALSE(found.barred || found.alive || found.result || found.unreadable) << bytes;
  }
}

/// What ended well by half a line of text did not end well: the host is looked at.
TEST_F(FoldersTest, ATornResultIsNoResult) {
  mark_started();
  const auto whole = traces::result_text({});
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    ASSERT_TRUE(loop::write_file_durably(path(traces::kResult),
                                         as_bytes(std::string_view(whole).substr(0, bytes)), 0600));
    const AttemptEvidence found = folders_->inspect(attempt_);
    EXPECT_TRUE(found.started) << bytes;
    EXPECT_FALSE(found.result.has_value() && bytes < whole.find("reason:")) << bytes;
  }
  ASSERT_TRUE(loop::write_file_durably(path(traces::kResult), as_bytes(whole), 0600));
  EXPECT_TRUE(folders_->inspect(attempt_).result.has_value());
}

TEST_F(FoldersTest, EndsTheUserOfATaskThatIsLeftAlone) {
  if (::geteuid() != 0) GTEST_SKIP() << "not root";
  mark_started();
  const pid_t child = ::fork();
  if (child == 0) {
    const uid_t uid = throw_away_uid(attempt_);
    if (::setresuid(uid, uid, uid) == 0) ::execl("/bin/sleep", "sleep", "60", nullptr);
    ::_exit(1);
  }
  // Not before it is that user's, or there would be nobody to end.
  struct stat owner{};
  const std::string proc = "/proc/" + std::to_string(child);
  while (::stat(proc.c_str(), &owner) == 0 && owner.st_uid == 0) ::usleep(1000);
  static_cast<void>(find_evidence(*folders_, attempt_));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST_F(FoldersTest, OverdueIsBeyondWhatTheShimAllows) {
  const Instant start = instant_from_ms(5'000);
  BootId boot;
  boot.value[0] = std::byte{7};
  traces::Started started{.barred = false, .boot = boot, .pid = 2, .at = {}, .boottime = start};
  const Instant end = start + seconds(60) + task::kPatchGrace;
  EXPECT_FALSE(is_overdue(started, boot, seconds(60), end));
  EXPECT_TRUE(is_overdue(started, boot, seconds(60), end + seconds(15)));
  EXPECT_FALSE(is_overdue(started, BootId{}, seconds(60), end + seconds(15))) << "another boot";
  started.boottime = {};
  EXPECT_FALSE(is_overdue(started, boot, seconds(60), end + seconds(15))) << "it did not say";
}

TEST_F(FoldersTest, EndsTheSessionOfAKilledShimAndNobodyElses) {
  const pid_t shim = ::fork();
  if (shim == 0) {
    const std::string program = std::string(MAINSTAY_BINARY_DIR) + "/bin/mainstay-task";
    const std::string folder = folders_->path(attempt_);
    const std::string script = "echo > " + path("going") + "; exec sleep 600";
    ::execl(program.c_str(), "mainstay-task", folder.c_str(), "--within-ms", "600000", "--",
            "/bin/sh", "-c", script.c_str(), nullptr);
    ::_exit(99);
  }
  while (!std::filesystem::exists(path("going"))) ::usleep(1000);
  const auto started = folders_->started(attempt_);
  ASSERT_TRUE(started) << started.error().detail;
  EXPECT_GT(started->boottime, Instant{});
  EXPECT_FALSE(end_session(started->pid, root_ + "/another-lock"));
  ::kill(shim, SIGKILL);
  ::waitpid(shim, nullptr, 0);
  ASSERT_TRUE(folders_->inspect(attempt_).alive) << "its task holds the lock";
  EXPECT_TRUE(end_session(started->pid, path(traces::kLock)));
  while (folders_->inspect(attempt_).alive) ::usleep(1000);  // the kernel takes its time
}

}  // namespace
}  // namespace mainstay::executor
