#include "agent/collect/backup/backup.h"

#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <utime.h>

#include "common/ports/test_folder.h"

namespace mainstay::agent::backup {
namespace {

constexpr WallTime kNow = WallTime(std::chrono::days(20'000));

class BackupTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text, int hours_old = 0) {
    std::ofstream(folder_.file(name)) << text;
    const auto at = static_cast<time_t>(to_ms(kNow) / 1000 - hours_old * 3600);
    const utimbuf times{.actime = at, .modtime = at};
    ASSERT_EQ(::utime(folder_.file(name).c_str(), &times), 0);
  }
  void write_program(const std::string& text) {
    write("program", "#!/bin/sh\n" + text);
    ASSERT_EQ(::chmod(folder_.file("program").c_str(), 0700), 0);
  }
  void write_set(const std::string& words) {
    write("backup.yaml",
          "kind: backup\nname: x\nsets:\n  - name: set\n    objectives: {rpo: 26h}\n" + words);
  }
  Finding look(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"--file", folder_.file("backup.yaml")};
    words.insert(words.end(), more.begin(), more.end());
    SourceReport report;
    EXPECT_TRUE(look_at_backup(words, kNow, report).has_value());
    EXPECT_EQ(report.findings.size(), 1U);
    return report.findings.empty() ? Finding{} : report.findings[0];
  }
  TestFolder folder_;
};

TEST_F(BackupTest, RefusesWrongUse) {
  SourceReport report;
  const auto wrong = [&](const std::vector<std::string>& words) {
    const Status looked = look_at_backup(words, kNow, report);
    return looked.has_value() ? "looked" : looked.error().detail;
  };
  EXPECT_EQ(wrong({"--fil", "x"}), "no such option: --fil");
  EXPECT_EQ(wrong({"x"}), "no such option: x");
  EXPECT_EQ(wrong({"--file"}), "--file: expected a value");
  EXPECT_EQ(wrong({"--check", "set"}), "--check: expected --state, too");
  const std::string file = folder_.file("backup.yaml");
  write_set("    tool: files\n    pattern: /x/*\n");
  EXPECT_EQ(wrong({"--file", file, "--state", folder_.path(), "--check", "sets"}),
            "--check: no such set in " + file + ": sets");
}

TEST_F(BackupTest, AFileThatIsWrongIsSaidWithItsPlace) {
  write_set("    tool: files\n    patern: /x/*\n");
  const Finding finding = look();
  EXPECT_EQ(finding.judgement, Judgement::NotProved);
  EXPECT_EQ(finding.topic, Topic::Source) << "a person must hear of it";
  EXPECT_EQ(finding.subject, "backup");
  EXPECT_TRUE(finding.text.contains("backup.yaml:7:5: unknown key `patern`")) << finding.text;
}

TEST_F(BackupTest, FilesAreJudgedByTheNewestThatIsWhole) {
  write_set("    tool: files\n    pattern: " + folder_.file("crm-*.sql") + "\n");
  EXPECT_EQ(look().text, "no good backup");
  write("crm-1.sql", "0123456789", 30);
  EXPECT_EQ(look().judgement, Judgement::Refuted);
  write("crm-2.sql", "01234", 3);
  write("crm-3.sql", "still being written", 0);
  write("other", "x", 1);
  std::filesystem::create_symlink("/etc/passwd", folder_.file("crm-4.sql"));
  const Finding finding = look();
  EXPECT_EQ(finding.judgement, Judgement::Proved) << finding.text;
  EXPECT_EQ(reading_of(finding, Measure::AgeSeconds), 3 * 3600);
  EXPECT_EQ(reading_of(finding, Measure::SizeBytes), 5);
  EXPECT_EQ(reading_of(finding, Measure::SizeBeforeBytes), 10);
  EXPECT_EQ(reading_of(finding, Measure::Count), 2);
}

TEST_F(BackupTest, AFolderThatIsNotThereIsNotProved) {
  write_set("    tool: files\n    pattern: /no/such/folder/*\n");
  EXPECT_EQ(look().judgement, Judgement::NotProved);
}

TEST_F(BackupTest, ACommandIsBelievedByContractOnly) {
  write_set("    tool: command\n    newest: [" + folder_.file("program") + ", newest]\n");
  EXPECT_EQ(look().judgement, Judgement::NotProved);  // no such program
  const std::string at = std::to_string(to_ms(kNow) / 1000 - 3600);
  write_program("[ \"$1\" = newest ] && echo '{\"at\": " + at + ", \"bytes\": 4711}'\n");
  EXPECT_EQ(look().judgement, Judgement::Proved);
  EXPECT_EQ(reading_of(look(), Measure::SizeBytes), 4711);
  write_program("echo '{\"at\": " + at + "}'; echo 'no dump today' >&2; exit 1\n");
  EXPECT_EQ(look().judgement, Judgement::NotProved);
  EXPECT_EQ(look().text, "no dump today");
  write_program("echo done\n");
  EXPECT_EQ(look().judgement, Judgement::NotProved);
}

// A look that is killed has noted it, and so the set has a pause, until it is another set.
TEST_F(BackupTest, AnOverrunIsNotedWhileALookLasts) {
  const std::string note = folder_.file("set.overrun");
  const std::string kept = folder_.file("kept");
  const std::vector<std::string> state = {"--state", folder_.path()};
  write_set("    tool: command\n    newest: [" + folder_.file("program") + "]\n");
  write_program("cp " + note + " " + kept +
                " && echo '{\"at\": " + std::to_string(to_ms(kNow) / 1000 - 3600) + "}'\n");
  EXPECT_EQ(look(state).judgement, Judgement::Proved) << look(state).text;
  EXPECT_FALSE(std::filesystem::exists(note)) << "it ended in time";
  const std::string unfinished = folder_.file("unfinished");
  std::filesystem::copy(kept, unfinished);
  std::filesystem::rename(kept, note);
  EXPECT_EQ(look(state).judgement, Judgement::Proved)
      << "a first one may have been ended by a restart";
  std::filesystem::rename(unfinished, note);
  // Of the next, which found that note, it is the second that did not end.
  look(state);
  std::filesystem::rename(kept, note);
  EXPECT_TRUE(look(state).text.contains("did not end in time")) << look(state).text;
  write_set("    tool: command\n    newest: [" + folder_.file("program") + ", mended]\n");
  EXPECT_EQ(look(state).judgement, Judgement::Proved) << look(state).text;
}

TEST_F(BackupTest, WhatOthersMayWriteIsNotStarted) {
  write_set("    tool: command\n    newest: [" + folder_.file("program") + "]\n");
  write_program("touch " + folder_.file("started") + "\n");
  ASSERT_EQ(::chmod(folder_.file("program").c_str(), 0777), 0);
  EXPECT_EQ(look().judgement, Judgement::NotProved);
  ASSERT_EQ(::chmod(folder_.file("program").c_str(), 0700), 0);
  ASSERT_EQ(::chmod(folder_.file("backup.yaml").c_str(), 0666), 0);
  EXPECT_EQ(look().judgement, Judgement::NotProved);
  EXPECT_FALSE(std::filesystem::exists(folder_.file("started")));
}

TEST_F(BackupTest, APasswordThatOthersMayReadIsNotUsed) {
  write("key", "secret\n");
  ASSERT_EQ(::chmod(folder_.file("key").c_str(), 0644), 0);
  for (const char* tool : {"restic", "borg"}) {
    write_set("    tool: " + std::string(tool) +
              "\n    repository: /no/such\n    password_file: " + folder_.file("key") + "\n");
    const Finding finding = look();
    EXPECT_EQ(finding.judgement, Judgement::NotProved);
    EXPECT_TRUE(finding.text.contains("chmod 0600")) << finding.text;
  }
}

TEST_F(BackupTest, ACheckOfFilesIsKeptForTheNextLook) {
  write_set("    tool: files\n    pattern: " + folder_.file("crm-*.gz") + "\n");
  const std::vector<std::string> state = {"--state", folder_.path()};
  const std::vector<std::string> check = {"--state", folder_.path(), "--check", "set"};
  write("crm-1.gz", "no gzip at all", 3);
  EXPECT_EQ(look(check).judgement, Judgement::Refuted);
  EXPECT_TRUE(look(state).text.starts_with("damaged, by gzip -t")) << look(state).text;
  // An empty member of gzip, RFC 1952.
  using namespace std::string_literals;
  write("crm-1.gz", "\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"s, 3);
  EXPECT_EQ(look(check).judgement, Judgement::Proved);
  EXPECT_EQ(reading_of(look(state), Measure::ProvedBytes), 20);
  write("set.check", "at: 1\n");
  EXPECT_EQ(look(state).judgement, Judgement::NotProved);
  EXPECT_TRUE(look(state).text.contains("not believed")) << look(state).text;
}

}  // namespace
}  // namespace mainstay::agent::backup
