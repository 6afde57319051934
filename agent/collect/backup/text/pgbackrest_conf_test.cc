#include "agent/collect/backup/text/pgbackrest_conf.h"

#include <gtest/gtest.h>

namespace mainstay::agent::backup {
namespace {

using Folders = std::vector<std::string>;

TEST(PgBackRestConfTest, FindsTheFoldersOfAStanza) {
  EXPECT_EQ(pgbackrest_folders("[global]\nrepo1-path=/srv/a\n repo2-path = /srv/b \r\n"
                               "[crm]\nrepo3-path=/srv/crm\n[orders:info]\n"
                               "repo1-path=/srv/orders\nprocess-max=2\n",
                               "orders"),
            (Folders{"/srv/orders", "/srv/b"}));
}

TEST(PgBackRestConfTest, WhatIsForAnotherCommandDoesNotCount) {
  EXPECT_EQ(pgbackrest_folders("[global]\nrepo1-path=/srv/a\n[global:info]\nrepo2-path=/srv/b\n"
                               "[orders:archive-push]\nrepo1-path=/srv/push\n"
                               "[global:backup]\nrepo2-host=vault\n",
                               "orders"),
            (Folders{"/srv/a", "/srv/b"}));
}

// As pgBackRest 2.45 has it: of the stanza before of all, of the command before of any.
TEST(PgBackRestConfTest, TheNarrowerSectionCountsWhereverItStands) {
  const std::string global = "[global]\nrepo1-path=/srv/a\nrepo1-type=s3\n";
  EXPECT_EQ(
      pgbackrest_folders("[orders]\nrepo1-path=/srv/b\nrepo1-type=posix\n" + global, "orders"),
      Folders{"/srv/b"});
  EXPECT_EQ(pgbackrest_folders("[orders:info]\nrepo1-path=/srv/d\n[orders]\nrepo1-path=/srv/b\n"
                               "[global:info]\nrepo1-path=/srv/c\n",
                               "orders"),
            Folders{"/srv/d"});
}

TEST(PgBackRestConfTest, NothingSaidIsTheUsualFolder) {
  EXPECT_EQ(pgbackrest_folders("", "orders"), Folders{"/var/lib/pgbackrest"});
  EXPECT_EQ(pgbackrest_folders("repo1-path=/no/section\n[global]\nrepo-path=/srv/old\n", "orders"),
            Folders{"/srv/old"});
}

TEST(PgBackRestConfTest, OtherHostsAndStoresHaveNoFolderHere) {
  EXPECT_EQ(pgbackrest_folders("[global]\nrepo1-host=vault\nrepo1-path=/srv/a\nrepo2-type=s3\n"
                               "repo2-path=/b\nrepo3-type=posix\nrepo3-path=/srv/c\n",
                               "orders"),
            Folders{"/srv/c"});
}

TEST(PgBackRestConfTest, WhatIsNoPathIsLeftOut) {
  EXPECT_EQ(
      pgbackrest_folders("[global]\nrepo1-path=srv\nrepo1x-path=/x\nrepo99999-path=/y\n[", ""),
      Folders{});
}

}  // namespace
}  // namespace mainstay::agent::backup
