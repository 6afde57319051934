#include "agent/collect/usage/deleted_open.h"

#include <fcntl.h>
#include <unistd.h>

#include "agent/collect/usage/test_folder.h"

namespace mainstay::agent {
namespace {

using DeletedOpenTest = FolderTest;

TEST_F(DeletedOpenTest, CountsAFileOnceHoweverOftenItIsOpen) {
  // A proc of one process, this one.
  const std::string pid = std::to_string(::getpid());
  std::filesystem::create_directories(root_ + "/proc");
  std::filesystem::create_directory_symlink("/proc/" + pid, root_ + "/proc/" + pid);
  SourceReport before;
  add_deleted_open(root_ + "/proc", before);
  const std::int64_t held =
      before.findings.empty() ? 0 : *reading_of(before.findings[0], Measure::SizeBytes);
  const std::string name = root_ + "/\x1b[2J; reboot\n";
  const int file = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  ASSERT_GE(file, 0);
  const std::string text(8UL << 20U, 'x');
  ASSERT_EQ(::write(file, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  const int again = ::dup(file);
  ASSERT_EQ(::unlink(name.c_str()), 0);
  // One that only looks as if.
  write("/named (deleted)");
  const int named = ::open((root_ + "/named (deleted)").c_str(), O_RDONLY | O_CLOEXEC);
  SourceReport report;
  add_deleted_open(root_ + "/proc", report);
  ASSERT_EQ(report.findings.size(), 1U);
  const Finding& finding = report.findings[0];
  EXPECT_EQ(finding.judgement, Judgement::Proved);
  EXPECT_EQ(*reading_of(finding, Measure::SizeBytes) - held, 8 << 20U);
  EXPECT_EQ(reading_of(finding, Measure::Pid), ::getpid());
  EXPECT_NE(finding.text.find("is held by collect_usage_t(" + pid + ")"), std::string::npos)
      << finding.text;
  for (const int open : {file, again, named}) ::close(open);
}

TEST_F(DeletedOpenTest, SaysNothingOfNothing) {
  SourceReport report;
  add_deleted_open(root_ + "/none", report);
  add_deleted_open(root_, report);
  EXPECT_TRUE(report.findings.empty());
}

}  // namespace
}  // namespace mainstay::agent
