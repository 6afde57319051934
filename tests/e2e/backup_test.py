"""mainstay-collect backup on real repositories: restic, Borg, pgBackRest with a PostgreSQL cluster, and
MariaDB by the command that the help shows. Each healthy, stale, locked, unreachable, and damaged in a way
that the tool's own word for it ends by 0. Needs root, for users and a mount namespace; exits 77 without.

    backup_test.py PROGRAM"""

import contextlib
import gzip
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from backup_bench import HOST, Bench, claim, failures, killed_backup, largest, overwrite, wait_until

TOOLS = ["restic", "borg", "pgbackrest", "faketime", "unshare", "mariadbd", "mariadb-install-db"]
POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")


def make_sources(bench):
    folder = bench.work / "source"
    folder.mkdir()
    for number in range(3):
        (folder / f"file{number}").write_bytes(os.urandom(6_000_000))


def try_restic(bench):
    repository = bench.work / "restic"
    restic = ["restic", "-q", "-r", repository]
    bench.run(*restic, "init")
    bench.run(*restic, "backup", "source")
    bench.sets = {"system": {"name": "system", "tool": "restic", "repository": str(repository), "password_file": str(bench.key),
                             "paths": [str(bench.work / "source")], "objectives": {"rpo": "26h"}, "read_all_every": "3d",
                             "suspicious": {"smaller_by": "30%"}}}
    found, facts = bench.look()
    bench.expect("restic: healthy is proved", found["system"], "proved", "never checked")
    claim("restic: size is what was backed up", found["system"]["readings"]["size_bytes"] == 18_000_000, found)
    claim("restic: age and refuted are facts", facts["backup.age"] < 600 and facts["backup.refuted"] == 0, facts)
    bench.expect("restic: stale is refuted", bench.look(later="+3 days")[0]["system"], "refuted", "3 d old, allowed are 26 h")

    # restic itself reads no pack at all in one part or another, and says that there are no errors.
    parts = {int(pack.name[:2], 16) % 3 for pack in (repository / "data").rglob("*") if pack.is_file()}
    stored = 0
    for _ in parts:
        finding = bench.check("system")
        bench.expect("restic: a part that has packs is read", finding, "proved", "read by restic check")
        stored += finding["readings"]["proved_bytes"]
    proved = bench.look()[0]["system"]["readings"]
    claim("restic: the parts are all there is", 18_000_000 < stored < 18_100_000, stored)
    claim("restic: the look tells what the round has read", proved["proved_bytes"] == stored, proved)

    with killed_backup(bench, repository / "locks", *restic, "backup", "--stdin"):
        found, _ = bench.look()
        claim("restic: a lock at work is no finding", "system lock" not in found, found)
        bench.expect("restic: a locked repository can be looked at", found["system"], "proved")
        bench.expect("restic: but not checked", bench.check("system"), "not proved", "already locked")
    bench.expect("restic: a lock of a dead process is refuted", bench.look()[0]["system lock"], "refuted", f"on {HOST}")
    bench.run(*restic, "unlock")

    bench.key.chmod(0o644)
    bench.expect("restic: a password for all to read is not used", bench.look()[0]["system"], "not proved", "chmod 0600")
    bench.key.chmod(0o600)
    bench.sets["system"]["password_file"] = str(bench.write("bad", "not this one\n", 0o600))
    bench.expect("restic: a wrong password is not proved", bench.look()[0]["system"], "not proved", "wrong password")
    bench.sets["system"]["password_file"] = str(bench.key)
    bench.expect("restic: unprivileged it needs root", bench.look_as_nobody(), "not proved", "needs root")

    bench.sets["far"] = {**bench.sets["system"], "name": "far", "repository": "sftp:nobody@127.0.0.1:/x"}
    found, facts = bench.look()
    bench.expect("restic: unreachable is not proved", found["far"], "not proved", "127.0.0.1")
    claim("restic: with one age unknown there is none", "backup.age" not in facts, facts)
    del bench.sets["far"]
    bench.sets["system"]["paths"] = ["/srv/other"]
    bench.expect("restic: a snapshot of other paths does not count", bench.look()[0]["system"], "refuted", "no snapshot")
    bench.sets["system"]["paths"] = [str(bench.work / "source")]

    (bench.work / "source" / "file2").unlink()
    (bench.work / "source" / "file1").unlink()
    bench.run(*restic, "backup", "source")
    bench.expect("restic: much smaller is suspicious", bench.look()[0]["system"], "refuted", "suspicious")
    del bench.sets["system"]["suspicious"]

    overwrite(largest(repository / "data"), 5000)
    claim("restic: its own check ends by 0 with a damaged pack", bench.run(*restic, "check").returncode == 0)
    bench.sets["system"]["read_all_every"] = "1d"
    bench.expect("restic: ours finds it", bench.check("system"), "refuted", "does not match")
    bench.expect("restic: and the look remembers", bench.look()[0]["system"], "refuted", "damaged")
    overwrite(bench.state / "system.check", 20)
    bench.expect("restic: a damaged record is not believed", bench.look()[0]["system"], "not proved", "not believed")
    (bench.state / "system.check").unlink()
    newest = max((repository / "snapshots").iterdir(), key=lambda path: path.stat().st_mtime)
    overwrite(newest, 20)
    bench.expect("restic: a snapshot that cannot be read, listed with 0", bench.look()[0]["system"], "refuted", "could not load")


def try_borg(bench):
    repository = bench.work / "borg"
    bench.run("borg", "init", "-e", "repokey", repository)
    bench.run("borg", "create", f"{repository}::one", "source")
    bench.sets = {"home": {"name": "home", "tool": "borg", "repository": str(repository), "password_file": str(bench.key),
                           "objectives": {"rpo": "26h"}, "read_all_every": "7d"}}
    found, facts = bench.look()
    bench.expect("borg: healthy is proved", found["home"], "proved")
    claim("borg: the age is right in any zone", 0 <= facts["backup.age"] < 600, facts)
    bench.expect("borg: read-only, as root's probe looks", bench.look(read_only=True)[0]["home"], "proved")
    bench.expect("borg: stale is refuted", bench.look(later="+3 days")[0]["home"], "refuted", "3 d old")
    bench.expect("borg: first everything is read", bench.check("home"), "proved", "--verify-data")
    finding = bench.check("home")
    bench.expect("borg: then checksums do", finding, "proved", "checksums")
    claim("borg: coverage is in bytes", finding["readings"]["proved_bytes"] > 5_000_000, finding)

    with killed_backup(bench, repository / "lock.exclusive", "borg", "create", f"{repository}::two", "-"):
        found, _ = bench.look()
        claim("borg: a lock at work is no finding", "home lock" not in found, found)
        bench.expect("borg: a locked repository can be looked at", found["home"], "proved")
        bench.expect("borg: but not checked", bench.check("home"), "not proved", "lock")
    bench.expect("borg: a lock of a dead process is refuted", bench.look()[0]["home lock"], "refuted", "stale lock: pid")
    bench.run("borg", "break-lock", repository)

    bench.sets["far"] = {**bench.sets["home"], "name": "far", "repository": "ssh://127.0.0.1:1/x"}
    bench.expect("borg: unreachable is not proved", bench.look()[0]["far"], "not proved")
    del bench.sets["far"]
    bench.expect("borg: unprivileged it needs root", bench.look_as_nobody(), "not proved", "needs root")
    overwrite(largest(repository / "data"), 500_000)
    said = bench.run("borg", "check", "--archives-only", repository)
    claim("borg: its own check of archives ends by 0 with a damaged segment", said.returncode == 0)
    bench.expect("borg: ours finds it", bench.check("home"), "refuted", "Data integrity error")
    bench.expect("borg: and the look remembers", bench.look()[0]["home"], "refuted", "damaged")


@contextlib.contextmanager
def postgres(bench):
    root = bench.work / "pg"
    root.mkdir()
    shutil.chown(root, "postgres")
    bench.conf.write_text(f"""[global]
repo1-path={root}/repo
lock-path={root}/lock
log-path={root}/log
spool-path={root}/spool
start-fast=y
[orders]
pg1-path={root}/data
pg1-socket-path={root}
pg1-port=55432
""")
    bench.run(POSTGRES / "initdb", "-D", root / "data", "-A", "trust", "-U", "postgres", "--no-sync", user="postgres")
    with (root / "data" / "postgresql.conf").open("a") as conf:
        conf.write(f"""port=55432
unix_socket_directories='{root}'
listen_addresses=''
archive_mode=on
archive_command='pgbackrest --config={bench.conf} --stanza=orders archive-push %p'
""")
    control = [POSTGRES / "pg_ctl", "-D", root / "data", "-w", "-l", root / "pg.log"]
    bench.run(*control, "start", user="postgres")
    try:
        yield root
    finally:
        bench.run(*control, "-m", "immediate", "stop", user="postgres", check=False)


def try_pgbackrest(bench, root):
    def pgbackrest(*words):
        return bench.run("pgbackrest", f"--config={bench.conf}", "--stanza=orders", *words, user="postgres")

    bench.sets = {"orders-db": {"name": "orders-db", "tool": "pgbackrest", "stanza": "orders", "objectives": {"rpo": "1h"}}}
    bench.expect("pgbackrest: no stanza, told with 0, is not proved", bench.look()[0]["orders-db"], "not proved", "no such stanza")
    pgbackrest("stanza-create")
    bench.expect("pgbackrest: no backup is refuted", bench.look()[0]["orders-db"], "refuted", "no good backup")
    pgbackrest("backup", "--type=full")
    sql = ["psql", "-h", root, "-p", "55432", "-U", "postgres", "-Atqc"]
    bench.run(*sql, "create table orders as select generate_series(1, 1000) as id")
    segment = bench.run(*sql, "select pg_walfile_name(pg_switch_wal())").stdout.strip()
    folder = root / "repo" / "archive" / "orders" / "15-1" / segment[:16]
    wait_until("the archived segment", lambda: any(folder.glob(f"{segment}-*.gz")))
    found, facts = bench.look()
    bench.expect("pgbackrest: healthy is proved", found["orders-db"], "proved", "last WAL archived")
    (archived,) = folder.glob(f"{segment}-*.gz")
    before = time.time() - 1800
    for path in (root / "repo" / "archive").rglob("*.gz"):
        os.utime(path, (before, before))
    claim("pgbackrest: the age is not above the backup's own", bench.look()[1]["backup.age"] < 600, facts)
    bench.expect("pgbackrest: stale is refuted", bench.look(later="+3 days")[0]["orders-db"], "refuted", "old, allowed are 60 m")
    finding = bench.check("orders-db")
    bench.expect("pgbackrest: verify is proved", finding, "proved", "pgbackrest verify")
    claim("pgbackrest: coverage is in bytes", finding["readings"]["proved_bytes"] > 1_000_000, finding)

    lock = root / "lock" / "orders-backup.lock"
    worker = subprocess.Popen(["pgbackrest", f"--config={bench.conf}", "--stanza=orders", "backup", "--type=full"],
                              user="postgres", env=bench.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=bench.work)
    wait_until("the lock", lambda: lock.exists() and lock.stat().st_size > 0)
    worker.send_signal(signal.SIGSTOP)
    bench.expect("pgbackrest: a running backup is told", bench.look()[0]["orders-db"], "proved", "a backup is running")
    worker.send_signal(signal.SIGCONT)
    said = worker.communicate()[0]
    claim("pgbackrest: which then ends well", worker.returncode == 0, said)
    bench.expect("pgbackrest: unprivileged it needs root", bench.look_as_nobody(), "not proved", "")
    (root / "repo").rename(root / "away")
    bench.expect("pgbackrest: unreachable is not proved", bench.look()[0]["orders-db"], "not proved", "not there")
    bench.expect("pgbackrest: and not checked", bench.check("orders-db"), "not proved")
    (root / "away").rename(root / "repo")
    archived.rename(root / "segment")
    bench.expect("pgbackrest: a segment that is listed must be there", bench.look()[0]["orders-db"], "proved")
    (root / "segment").rename(archived)

    overwrite(largest(root / "repo" / "backup", "*.gz"), 5000)
    said = pgbackrest("verify", "--output=text")
    claim("pgbackrest: its verify ends by 0 with damage", said.returncode == 0 and "error" in said.stdout, said)
    claim("pgbackrest: its info says ok", json.loads(pgbackrest("info", "--output=json").stdout)[0]["status"]["code"] == 0)
    bench.expect("pgbackrest: ours finds it", bench.check("orders-db"), "refuted", "invalid")
    bench.expect("pgbackrest: and the look remembers", bench.look()[0]["orders-db"], "refuted", "damaged")


@contextlib.contextmanager
def mariadb(bench):
    root = bench.work / "maria"
    root.mkdir()
    shutil.chown(root, "mysql")
    bench.run("mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={root}/data", "--skip-test-db",
              "--auth-root-authentication-method=normal")
    server = subprocess.Popen(["mariadbd", "--no-defaults", "--user=mysql", f"--datadir={root}/data", f"--socket={root}/s",
                               "--skip-networking", f"--pid-file={root}/pid", "--innodb-buffer-pool-size=16M"],
                              env=bench.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = ["mariadb", "--no-defaults", "-uroot", f"--socket={root}/s"]
    try:
        wait_until("MariaDB", lambda: bench.run(*client, "-e", "select 1", check=False).returncode == 0)
        yield root, client
    finally:
        server.kill()
        server.wait()


def try_command(bench, root, client):
    """The script of the help, as it stands there, but for the server that it speaks to."""
    shown = bench.run(bench.program, "backup", "--help").stdout
    lines = shown[shown.index("  #!/bin/bash"):].splitlines()
    script = "\n".join(line[2:] for line in lines) + "\n"
    folder = bench.work / "dumps"
    folder.mkdir()
    script = script.replace("/srv/backup/crm", str(folder))
    script = script.replace("mariadb-dump", f"mariadb-dump --no-defaults -uroot --socket={root}/s")
    program = bench.write("crm", script, 0o755)
    bench.sets = {"crm-mysql": {"name": "crm-mysql", "tool": "command", "newest": [str(program), "newest"],
                                "restore": [str(program), "restore", "@scratch"], "objectives": {"rpo": "24h"}}}
    bench.run(*client, "-e", "create database crm; create table crm.c (id int); insert into crm.c values (1), (2)")
    bench.expect("command: no backup is not proved", bench.look()[0]["crm-mysql"], "not proved")
    bench.run(program, "make")
    found, _ = bench.look()
    bench.expect("command: healthy is proved", found["crm-mysql"], "proved")
    (dump,) = folder.iterdir()
    claim("command: size is the file's", found["crm-mysql"]["readings"]["size_bytes"] == dump.stat().st_size, found)
    bench.expect("command: stale is refuted", bench.look(later="+3 days")[0]["crm-mysql"], "refuted", "3 d old")
    bench.run(program, "restore", bench.work / "scratch")
    bench.run(*client, "-e", "drop database crm")
    bench.run(*client, feed=(bench.work / "scratch" / "crm.sql").read_text())
    rows = bench.run(*client, "-N", "-e", "select count(*), max(id) from crm.c").stdout.split()
    claim("command: what it restores are the rows", rows == ["2", "2"], rows)
    whole = dump.read_bytes()
    dump.write_bytes(whole[:-8])
    bench.expect("command: a dump that was cut is not proved", bench.look()[0]["crm-mysql"], "not proved", "unexpected end")
    dump.write_bytes(whole)
    bench.sets["dumps"] = {"name": "dumps", "tool": "files", "pattern": f"{folder}/crm-*.sql.gz", "objectives": {"rpo": "24h"}}
    os.utime(dump, (time.time() - 3600,) * 2)
    bench.expect("files: healthy is proved", bench.look()[0]["dumps"], "proved", "60 m old")
    bench.expect("files: what is whole is proved", bench.check("dumps"), "proved", "gzip -t")
    dump.write_bytes(whole[:100] + b"XXXX" + whole[104:])
    os.utime(dump, (time.time() - 3600,) * 2)
    bench.expect("files: what is damaged is refuted", bench.check("dumps"), "refuted", "gzip -t")
    claim("files: gzip agrees", not reads_as_gzip(dump))


def reads_as_gzip(path):
    try:
        gzip.decompress(path.read_bytes())
    except (OSError, EOFError, ValueError):
        return False
    except Exception:  # zlib has an error of its own, without a public base
        return False
    return True


def main():
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if os.geteuid() != 0 or missing or not POSTGRES.is_dir():
        print(f"SKIP: needs root, PostgreSQL 15 and {', '.join(TOOLS)}; missing: {', '.join(missing)}")
        return 77
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="mainstay-backup-") as folder:
        bench = Bench(sys.argv[1], pathlib.Path(folder))
        make_sources(bench)
        try_restic(bench)
        try_borg(bench)
        with postgres(bench) as root:
            try_pgbackrest(bench, root)
        with mariadb(bench) as (root, client):
            try_command(bench, root, client)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
