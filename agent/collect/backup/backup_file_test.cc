#include "agent/collect/backup/backup_file.h"

#include <gtest/gtest.h>

namespace mainstay::agent::backup {
namespace {

const std::string kHead = "kind: backup\nname: orders\nsets:\n";
const std::string kAge = "    objectives: {rpo: 26h}\n";

Result<BackupFile> read(const std::string& text) {
  TRY(const document::Node node, document::parse_yaml(text, "b.yaml"));
  return read_backup_file(node, "b.yaml");
}
std::string complaint(const std::string& set) {
  const auto file = read(kHead + set);
  return file.has_value() ? "" : file.error().detail;
}

TEST(BackupFileTest, ReadsTheDocumentOfTheManual) {
  const auto file = read(R"(kind: backup
name: orders
sets:
  - name: orders-db
    tool: pgbackrest
    stanza: orders
    objectives: {rpo: 5m, rto: 45m, prove_every: 7d}
    compare: ["select count(*), max(id) from orders"]
  - name: system
    tool: restic
    repository: sftp:backup-eu:/srv/restic/orders
    password_credential: restic-orders
    paths: [/etc, /srv/app]
    run: "*-*-* 01:30"
    objectives: {rpo: 26h, rto: 4h, prove_every: 30d}
    read_all_every: 28d
    suspicious: {smaller_by: 30%}
  - name: crm-mysql
    tool: command
    newest: [/usr/local/lib/backup/crm, newest]
    restore: [/usr/local/lib/backup/crm, restore, "@scratch"]
    objectives: {rpo: 24h, rto: 2h, prove_every: 30d}
scratch: {path: /srv/scratch, quota: 200GiB, host: "role = drill"}
)");
  ASSERT_TRUE(file.has_value()) << file.error().detail;
  ASSERT_EQ(file->sets.size(), 3U);
  EXPECT_EQ(file->sets[0].rpo, std::chrono::minutes(5));
  EXPECT_EQ(file->sets[0].where(), "pgbackrest orders");
  EXPECT_EQ(file->sets[1].password.name, "restic-orders");
  EXPECT_EQ(file->sets[1].smaller_by_percent, 30U);
  EXPECT_EQ(file->sets[1].read_all_every, std::chrono::hours(28 * 24));
  EXPECT_EQ(file->sets[2].restore.back(), "@scratch");
  EXPECT_EQ(file->scratch->quota_bytes, std::int64_t{200} << 30);
}

TEST(BackupFileTest, NamesPlaceAndNearestWord) {
  EXPECT_EQ(complaint("  - name: a\n    tool: borgg\n"),
            "b.yaml:5:11: expected restic, borg, pgbackrest, files or command, found `borgg`; did "
            "you mean `borg`?");
  EXPECT_EQ(complaint("  - name: a\n    tool: borg\n    repositry: /b\n" + kAge),
            "b.yaml:6:5: unknown key `repositry`; did you mean `repository`?");
  EXPECT_EQ(complaint("  - name: a\n    tool: borg\n    repository: /b\n"
                      "    objectives: {rpo: 26h, rpt: 1h}\n"),
            "b.yaml:7:28: unknown key `rpt`; did you mean `rpo`?");
}

TEST(BackupFileTest, AKeyOfAnotherToolIsRefused) {
  EXPECT_EQ(complaint("  - name: a\n    tool: files\n    pattern: /b/*\n    stanza: x\n" + kAge),
            "b.yaml:7:5: `stanza` is no key of tool files");
}

TEST(BackupFileTest, NoPasswordStandsInARepository) {
  EXPECT_TRUE(
      complaint("  - name: a\n    tool: restic\n    repository: rest:https://u:p@h/x\n" + kAge)
          .contains("expected no password here"));
  EXPECT_EQ(complaint("  - name: a\n    tool: borg\n    repository: ssh://u@h:22/x\n" + kAge), "");
}

TEST(BackupFileTest, WordsThatWouldMeanSomethingElseAreRefused) {
  for (const char* set : {
           "  - name: ../a\n    tool: files\n    pattern: /b/*\n",
           "  - name: a\n    tool: files\n    pattern: /b/../c\n",
           "  - name: a\n    tool: files\n    pattern: /*/c\n",
           "  - name: a\n    tool: files\n    pattern: b\n",
           "  - name: a\n    tool: restic\n    repository: --password-command=x\n",
           "  - name: a\n    tool: pgbackrest\n    stanza: a/b\n",
           "  - name: a\n    tool: command\n    newest: [crm]\n",
           "  - name: a\n    tool: command\n    newest: [/crm, \"@host\"]\n",
           "  - name: a\n    tool: files\n    pattern: /b/*\n    suspicious: {smaller_by: 30}\n",
       }) {
    EXPECT_NE(complaint(set + kAge), "") << set;
  }
}

TEST(BackupFileTest, NothingIsExpectedWithoutAnAge) {
  EXPECT_TRUE(
      complaint("  - name: a\n    tool: files\n    pattern: /b/*\n").contains("objectives"));
  EXPECT_TRUE(
      complaint("  - name: a\n    tool: files\n    pattern: /b/*\n    objectives: {rpo: 0s}\n")
          .contains("above 0"));
}

TEST(BackupFileTest, ASetStandsOnce) {
  const std::string set = "  - name: a\n    tool: files\n    pattern: /b/*\n" + kAge;
  EXPECT_TRUE(complaint(set + set).contains("twice"));
}

}  // namespace
}  // namespace mainstay::agent::backup
