"""The source `patch` on a root of rpm and a real zypper, with real repositories of which one publishes patches.

    zypper_test.py MAINSTAY-COLLECT

What it says is compared with what zypper and rpm say themselves: what waits and what is needed, locks, a reboot,
patches of two repositories; lists that are old, broken, nobody's, or were never fetched; another zypper at work; and what
is left when zypper has installed the patches. No SUSE, and no network: the repositories are folders."""

import calendar
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from fleet.claims import claim_same, end_claims
from fleet.waiting import wait_for
from rpm_root import installed, instead_of, late, looked, make_repositories, make_root, run

SUGGESTED = {"kernel-x": "reboot", "tilde": "restart"}
SECURITY = {f"RHSA-2026:{number}" for number in (1001, 1002, 1004, 1005)}
REPO_SKIPPED, NEEDED_SECURITY, REBOOT_NEEDED, RESTART_NEEDED, LOCKED = 106, 101, 102, 103, 7


class Host:
    def __init__(self, work):
        self.work = work
        make_repositories(work, SUGGESTED)
        shutil.copytree(work / "repo", work / "twin")
        self.root = make_root(work, 'ID="sles"\nVERSION_ID="15.6"\n')
        self.files = self.root / "etc/zypp/repos.d"
        self.raw = self.root / "var/cache/zypp/raw"
        self.state = work / "state"
        self.files.mkdir(parents=True)
        self.state.mkdir()

    def has(self, **repositories):
        """These and no others: the folder of each by its file's name."""
        for file in self.files.glob("*.repo"):
            file.unlink()
        for name, folder in repositories.items():
            self.write(name, name, folder)

    def write(self, name, alias, folder, enabled=1):
        (self.files / f"{name}.repo").write_text(
            f"[{alias}]\nname={name}\nenabled={enabled}\nautorefresh=1\nbaseurl=dir:{self.work / folder}\ngpgcheck=0\n")

    def zypper(self, *words, codes=(0,)):
        return run(["zypper", "--non-interactive", "--root", str(self.root), *words], codes, env={**os.environ, "TZ": "UTC"})

    def table(self, *words):
        """Rows of what zypper prints for people, by the words of their heads."""
        lines = [[cell.strip() for cell in line.split("|")]
                 for line in self.zypper("--no-abbrev", "--no-refresh", *words).splitlines() if "|" in line]
        head = lines[0] if lines else []
        return [dict(zip(head, line)) for line in lines if line != head]

    def look(self, **more):
        return looked(self.root, "--state", self.state, **more)

    def whole(self):
        finding = self.look()[1]["zypper"]
        return finding["judgement"], finding["text"]


def patches_of(findings):
    return {name: finding for name, finding in findings.items() if name.startswith("RH")}


def what_waits(host):
    report, findings = host.look()
    rows = {row["Name"]: row for row in host.table("list-patches") if row["Category"] == "security"}
    patches = patches_of(findings)
    claim_same("open are the security patches that zypper needs", (SECURITY, set(rows)), (set(patches), set(patches)))
    claim_same("as many as it counts", (4, "refuted", 4, 0), (
        int(re.search(r"\((\d+) security patches\)", host.zypper("patch-check", codes=(NEEDED_SECURITY,)))[1]),
        findings["zypper"]["judgement"], report["facts"]["patch.security"], report["facts"]["patch.held"]))
    claim_same("severities", {name: row["Severity"] for name, row in rows.items()},
               {name: patch["text"].split(", ")[1].split(";")[0] for name, patch in patches.items()})
    claim_same("CVEs", sorted((row["Patch"], row["No."]) for row in host.table("list-patches", "--cve")),
               sorted((name, cve) for name, patch in patches.items() for cve in re.findall(r"CVE-[\d-]+", patch["text"])))
    claim_same("a reboot", {name for name, row in rows.items() if row["Interactive"] == "reboot"},
               {name for name, patch in patches.items() if "needs a reboot" in patch["text"]})
    claim_same("when they were published", {name: created(host, name) for name in rows},
               {name: (re.search(r"published ([\d-]+)", patch["text"])[1], patch["readings"]["published_at_seconds"])
                for name, patch in patches.items()})
    claim_same("each has an age", [0], sorted({patch["readings"]["age_seconds"] // 600 for patch in patches.values()}))
    claim_same("the lists' age is told", 0, findings["zypper"]["readings"]["check_age_seconds"] // 600)


def created(host, patch):
    said = time.strptime(re.search(r"Created On *: (.*)", host.zypper("--no-refresh", "info", "-t", "patch", patch))[1])
    return time.strftime("%Y-%m-%d", said), calendar.timegm(said)


def packages_listed(host):
    """Names, versions with epochs and tildes, and upgrades; a higher epoch is none."""
    report = host.look()[0]
    newest = {row["Name"]: row["Available Version"] for row in host.table("list-updates")}
    expected = sorted(f"{name} {version}" + (f" candidate={newest[name]}" if name in newest else "")
                      for name, version in installed(host.root).items())
    lines = report["packages"].splitlines()
    claim_same("the list is what rpm and zypper say", expected, lines[1:])
    claim_same("what waits is what zypper counts", (7, 7), (len(newest), report["facts"]["patch.total"]))
    claim_same("it is of this release", "sles:15.6", lines[0].split()[2])


def looks_read_only(host):
    report, findings = host.look(read_only=("--read-only",))
    claim_same("the same where nothing but the state's folder can be written", (SECURITY, 4), (
        set(patches_of(findings)), report["facts"].get("patch.security")))


def locks(host):
    host.zypper("addlock", "nginx", "open*-libs")
    host.zypper("addlock", "-t", "patch", "RHSA-2026:1004")
    report, findings = host.look()
    unwanted = {row["Name"] for row in host.table("list-patches") if row["Status"] == "unwanted"}
    claim_same("zypper itself holds one of them", {"RHSA-2026:1004"}, unwanted)
    claim_same("kept out are it and those of locked packages", unwanted | {"RHSA-2026:1001", "RHSA-2026:1002"},
               {name for name, patch in patches_of(findings).items() if "kept out by this host's locks" in patch["text"]})
    claim_same("which are open all the same, and counted as held", (SECURITY, 3, 1), (
        set(patches_of(findings)), report["facts"]["patch.held"], report["facts"]["patch.security"]))
    claim_same("no locked package is offered", {"curl", "kernel-x", "libx-1.2", "tilde", "vim"},
               {line.split()[0] for line in report["packages"].splitlines() if "candidate=" in line})
    for what, words in (("fails", "exit 1"), ("comes too late", late(host.work)[1])):
        locks_unknown(host, what, words)
    host.zypper("removelock", "1", "2", "3")
    claim_same("without locks none is held", 0, host.look()[0]["facts"]["patch.held"])


def locks_unknown(host, what, words):
    """Of zypper's own questions only one is other: that for locks, or the one before."""
    which = "locks" if what == "fails" else "list-updates"
    beside = instead_of(host.work, "zypper", f'case "$*" in *{which}*) {words} ;; esac')
    report, findings = host.look(beside=beside, env=late(host.work)[0])
    claim_same(f"where the question for locks {what} the patches are known all the same, but for that", (SECURITY, 4, 1, True), (
        set(patches_of(findings)), report["facts"].get("patch.security", 0) + report["facts"].get("patch.held", 0),
        report["facts"].get("patch.held"), "; zypper complains: locks are not known" in findings["zypper"]["text"]))


def two_repositories(host):
    host.has(updates="repo", twin="twin")
    host.zypper("refresh")
    rows = [row["Name"] for row in host.table("list-patches") if row["Category"] == "security"]
    report, findings = host.look()
    claim_same("zypper tells a patch for each repository, we once", (2 * len(SECURITY), len(SECURITY), SECURITY),
               (len(rows), report["facts"]["patch.security"], set(patches_of(findings))))
    host.has(updates="repo")


def never_fetched(host):
    host.write("other", "it's other/$(a)", "plain")
    text = host.whole()[1]
    claim_same("a repository that was never fetched is named, and hides no patch", (True, True), (
        text.startswith("4 security patches needed"), "lists of repository it's other/$(a) were never fetched" in text))
    claim_same("its lists were not fetched for that", ["updates"], [folder.name for folder in host.raw.iterdir()])
    host.zypper("refresh")
    claim_same("once fetched it is no doubt", (True, False), (
        (host.raw / "it's other_$(a)").is_dir(), "fetched" in host.whole()[1]))
    shutil.rmtree(host.raw / "it's other_$(a)")
    host.write("other", "it's other/$(a)", "plain", enabled=0)
    claim_same("nor is a disabled one", False, "fetched" in host.whole()[1])
    host.has(updates="repo")


def old_and_broken(host):
    index = host.raw / "updates/repodata/repomd.xml"
    os.utime(index, (1_700_000_000, 1_700_000_000))
    claim_same("old lists still refute, and are told", True, "; a repository's lists were fetched " in host.whole()[1])
    host.zypper("refresh")
    claim_same("fetched again, though nothing is new in them, they are not", False, "fetched" in host.whole()[1])
    os.utime(index, (1_700_000_000, 1_700_000_000))
    host.has(updates="gone")
    host.zypper("refresh", codes=(4,))
    claim_same("lists of a repository that cannot be refreshed stay old", True, "lists were fetched " in host.whole()[1])
    host.has(updates="repo", broken="plain")
    host.zypper("refresh")
    next((host.raw / "broken/repodata").glob("*primary*")).unlink()
    shutil.rmtree(host.root / "var/cache/zypp/solv/broken")
    host.zypper("--no-refresh", "list-patches", codes=(REPO_SKIPPED,))
    claim_same("a repository that zypper cannot read is a doubt that hides no patch", (True, True), (
        host.whole()[1].startswith("4 security patches needed"), "; zypper complains: Error building" in host.whole()[1]))


def nobody_publishes(host):
    host.has(plain="plain")
    host.zypper("refresh")
    claim_same("a repository without patches proves nothing", ("not proved", "no repository publishes patches"), host.whole())
    host.has()
    claim_same("nor does none", ("not proved", "zypper: no repository is enabled"), host.whole())
    host.has(updates="repo")
    shutil.rmtree(host.root / "var/cache/zypp")
    claim_same("nor one without lists, which are not fetched", ("not proved", "zypper: lists were never fetched", False),
               (*host.whole(), host.raw.exists()))
    host.zypper("refresh")


@contextlib.contextmanager
def another_zypper(host):
    """It waits for orders, with the lock."""
    lock = host.root / "run/zypp.pid"
    shell = subprocess.Popen(["zypper", "--root", str(host.root), "shell"], stdin=subprocess.PIPE,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        shell.stdin.write(b"locks\n")
        shell.stdin.flush()
        wait_for("it has the lock", lambda: lock.exists() and lock.read_text().strip() == str(shell.pid), 60)
        yield
    finally:
        shell.stdin.close()
        shell.wait()


def beside_another(host):
    with another_zypper(host):
        host.zypper("--no-refresh", "list-patches", codes=(LOCKED,))
        finding = looked(host.root)[1]["zypper"]
        claim_same("while another zypper runs it is refused by name", ("not proved", True), (
            finding["judgement"], finding["text"].startswith("zypper: System management is locked by the application")))
        claim_same("with a lock of its own it looks all the same", SECURITY, set(patches_of(host.look()[1])))


def installed_by_zypper(host):
    host.zypper("--no-refresh", "patch", codes=(RESTART_NEEDED,))
    claim_same("what zypper has installed is open no more", SECURITY - {"RHSA-2026:1005"}, set(patches_of(host.look()[1])))
    host.zypper("--no-refresh", "--non-interactive-include-reboot-patches", "patch", codes=(REBOOT_NEEDED,))
    claim_same("when nothing is needed that is proved, with what else waits",
               ("proved", f"no security patch needed; {len(host.table('list-updates'))} other updates"), host.whole())
    claim_same("a higher epoch was never one", "2:9.0-1.el9", installed(host.root)["lowered"])


def main():
    missing = [tool for tool in ("zypper", "rpmbuild", "createrepo_c", "modifyrepo_c") if not shutil.which(tool)]
    if os.geteuid() != 0 or missing:
        print(f"SKIP: needs root and {' '.join(missing)}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        host = Host(pathlib.Path(folder))
        host.has(updates="repo")
        host.zypper("refresh")
        for step in (what_waits, packages_listed, looks_read_only, locks, two_repositories, never_fetched, old_and_broken,
                     nobody_publishes, beside_another, installed_by_zypper):
            step(host)
    end_claims()


main()
