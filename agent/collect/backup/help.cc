#include "agent/collect/backup/backup.h"

namespace mainstay::agent::backup {

namespace {

constexpr std::string_view kBackupHelp =
    R"help(mainstay-collect backup - looks at this host's backups, and checks them

usage: mainstay-collect backup [--file FILE] [--state DIR]
       mainstay-collect backup --check SET --state DIR [--file FILE]

  --file FILE   the sets; /etc/mainstay/backup.yaml unless given, where no file means no backups
  --state DIR   where checks leave what they proved, and looks find it; root's own, or the caller's
  --check SET   reads data of one set by its own tool, and keeps what that proved; may take hours

A look asks for lists only. A set is proved if its newest good backup is younger than its rpo and
nothing refutes it; what could not be told is not proved, with the reason. restic and Borg count only
backups of this host's name. A backup that left files out looks like any other: see its size.

a file of each tool:
  kind: backup
  name: orders
  sets:
    - {name: system, tool: restic, repository: "sftp:vault:/srv/restic", password_file: /etc/restic.key,
       paths: [/etc], objectives: {rpo: 26h}, read_all_every: 28d, suspicious: {smaller_by: 30%}}
    - {name: home, tool: borg, repository: /srv/borg, password_credential: borg, objectives: {rpo: 26h}}
    - {name: orders-db, tool: pgbackrest, stanza: orders, objectives: {rpo: 5m}}
    - {name: dumps, tool: files, pattern: /srv/dumps/crm-*.sql.gz, objectives: {rpo: 26h}}
    - {name: crm-mysql, tool: command, newest: [/usr/local/lib/backup/crm, newest],
       restore: [/usr/local/lib/backup/crm, restore, "@scratch"], objectives: {rpo: 24h}}

tool command, the contract:
  newest   prints one line {"at": SECONDS, "bytes": N} and ends by 0: when the newest backup that is
           whole began, in seconds since 1970, and how large it is (may be left out). No backup, or
           in doubt: ends by another number, the reason as the last line of its standard error.
  restore  is given a path in place of @scratch, makes the folder and restores the newest backup into
           it; ends by 0 only when all of it is there.
  Both are started without a shell, with PATH, LC_ALL and HOME only, and ended after 30 s and as long
  as rto allows. Program and FILE belong to root, or to the caller, and nobody else may write them.

an example for MySQL and MariaDB, /usr/local/lib/backup/crm; a backup is made by its word `make`:
  #!/bin/bash
  set -euo pipefail
  folder=${CRM_BACKUPS:-/srv/backup/crm}
  newest() { ls -1 "$folder"/crm-*.sql.gz | tail -n 1; }
  case $1 in
    make)
      at=$(date +%s)
      mariadb-dump --single-transaction --routines --databases crm | gzip > "$folder/new"
      gzip -dc "$folder/new" | tail -n 1 | grep -q '^-- Dump completed'
      mv "$folder/new" "$folder/crm-$at.sql.gz" ;;
    newest)
      file=$(newest)
      gzip -t "$file"
      at=${file##*-}
      echo "{\"at\": ${at%%.*}, \"bytes\": $(stat -c %s "$file")}" ;;
    restore)
      mkdir -p "$2"
      gzip -dc "$(newest)" > "$2/crm.sql"
      tail -n 1 "$2/crm.sql" | grep -q '^-- Dump completed' ;;
  esac
)help";

}  // namespace

std::string_view help_of_backup() {
  return kBackupHelp;
}

}  // namespace mainstay::agent::backup
