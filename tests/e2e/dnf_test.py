"""The source `patch` on a root of rpm and dnf, with a real repository that publishes advisories.

    dnf_test.py MAINSTAY-COLLECT

What it says is compared with what dnf and rpm say themselves; then excludes, lists that were never fetched,
old ones, and a repository without advisories."""

import calendar
import glob
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time

from fleet.claims import claim_same, end_claims
from rpm_root import installed, instead_of, late, looked, make_repositories, make_root, run


def make(work):
    make_repositories(work)
    root = make_root(work, 'ID="rocky"\nVERSION_ID="9.4"\n')
    (root / "etc/yum.repos.d").mkdir()
    (root / "etc/dnf").mkdir()
    configure(root, "")
    point(work, "repo")
    return root


def configure(root, more):
    (root / "etc/dnf/dnf.conf").write_text(f"[main]\nplugins=0\n{more}")


def point(work, folder):
    (work / "root/etc/yum.repos.d/x.repo").write_text(
        f"[updates]\nname=u\nbaseurl=file://{work}/{folder}\nenabled=1\ngpgcheck=0\n")


def dnf(root, *words, codes=(0,), **more):
    return run(["dnf", "-q", f"--installroot={root}", *words], codes, **more)


def compare_list(root):
    """Names, versions and upgrades, beside what rpm and dnf say in forms of their own."""
    report = look(root)[0]
    lines = report["packages"].splitlines()
    newest = dict(re.findall(r"^(\S+)\.noarch\s+(?:0:)?(\S+)\s+updates",
                             dnf(root, "-C", "check-update", codes=(0, 100)), re.M))
    expected = sorted(f"{name} {version}" + (f" candidate={newest[name]}" if name in newest else "")
                      for name, version in installed(root).items())
    claim_same("the list is what rpm and dnf say", expected, lines[1:])
    claim_same("some of it can be upgraded", True, any("candidate=" in line for line in lines))
    claim_same("it is of this release, and of no process", "packages 1 rocky:9.4 some", lines[0])


def look(root, state=None):
    return looked(root, *(["--state", state] if state else []))


def published(root):
    said = dnf(root, "-C", "updateinfo", "info", "--updates", "--security", env={**os.environ, "TZ": "UTC"})
    return {name: calendar.timegm(time.strptime(date, "%Y-%m-%d %H:%M:%S"))
            for name, date in re.findall(r"Update ID: (\S+)\n.*\n *Updated: (.*)", said)}


def compare(root, state):
    report, findings = look(root, state)
    rows = [line.split() for line in dnf(root, "-C", "check-update", codes=(100,)).splitlines() if line]
    claim_same("what waits is what `dnf check-update` counts", len(rows), report["facts"]["patch.total"])
    security = {words[2].rsplit("-", 2)[0] + ".noarch" for words in
                (line.split() for line in dnf(root, "-C", "updateinfo", "list", "--security").splitlines())}
    packages = {name: f for name, f in findings.items() if name.endswith(".noarch")}
    claim_same("open are the packages of dnf's advisories", security, set(packages))
    claim_same("dnf is refuted and counts them", ("refuted", len(security)),
          (findings["dnf"]["judgement"], findings["dnf"]["readings"]["count"]))
    claim_same("advisory, severity, CVEs, fix and what is installed",
          "fix 1.20.3-1.el9 (RHSA-2026:1001, Important, published 2026-11-02), installed 1.20.1-1.el9; "
          "CVE-2026-18822, CVE-2026-18823",
          packages["nginx.noarch"]["text"])
    claim_same("with epochs", "fix 1:3.0.7-1.el9 (RHSA-2026:1002, Critical, published 2026-11-01), "
          "installed 1:3.0.1-1.el9; CVE-2026-31337",
          packages["openssl-libs.noarch"]["text"])
    claim_same("with tildes, and without CVEs", ("installed 2.0~rc1-1.el9", False),
          (packages["tilde.noarch"]["text"].split("), ")[1].split(";")[0],
           "CVE" in packages["kernel-x.noarch"]["text"]))
    claim_same("a higher epoch is no update", False, "lowered.noarch" in packages)
    claim_same("and when its advisory was published, as dnf says", published(root),
               {f["text"].split(" (")[1].split(",")[0]: f["readings"]["published_at_seconds"] for f in packages.values()})
    claim_same("each has an age", [0], sorted({f["readings"]["age_seconds"] // 600 for f in packages.values()}))
    claim_same("the release's support is told", ("proved", "security updates until 2032-05-31"),
          (findings["release rocky 9.4"]["judgement"], findings["release rocky 9.4"]["text"]))


def no_time_for_dates(work, root):
    environment, pass_time = late(work)
    beside = instead_of(work, "dnf", f'case "$*" in *--with-cve*) {pass_time} ;; esac')
    known, late_ones = look(root)[1], looked(root, beside=beside, env=environment)[1]
    claim_same("where it is late no date is known, and all else is",
               {name: re.sub(", published [0-9-]+", "", finding["text"]) for name, finding in known.items()},
               {name: finding["text"] for name, finding in late_ones.items()})
    claim_same("of which there are some", True, any("published" in finding["text"] for finding in known.values()))


def compare_doubts(work, root):
    configure(root, "excludepkgs=nginx\n")
    report, findings = look(root)
    claim_same("an excluded package is open all the same", True,
          findings["nginx.noarch"]["text"].split("; ")[1] == "kept out by this host's settings")
    claim_same("and counted as held", (1, 4), (report["facts"]["patch.held"], report["facts"]["patch.security"]))
    configure(root, "")
    repomd = glob.glob(f"{root}/var/cache/dnf/updates-*/repodata/repomd.xml")[0]
    os.utime(repomd, (1_700_000_000, 1_700_000_000))
    claim_same("old lists still refute, and are named", True, "lists were fetched" in look(root)[1]["dnf"]["text"])
    point(work, "plain")
    dnf(root, "makecache")
    claim_same("a repository without advisories proves nothing",
          ("not proved", "no repository publishes advisories"),
          (look(root)[1]["dnf"]["judgement"], look(root)[1]["dnf"]["text"]))
    point(work, "repo")
    shutil.rmtree(root / "var/cache/dnf")
    finding = look(root)[1]["dnf"]
    claim_same("without lists nothing is proved, and none are fetched", ("not proved", True, False),
          (finding["judgement"], "no cache" in finding["text"],
           bool(glob.glob(f"{root}/var/cache/dnf/updates-*/repodata/repomd.xml"))))


def main():
    missing = [tool for tool in ("dnf", "rpmbuild", "createrepo_c", "modifyrepo_c") if not shutil.which(tool)]
    if os.geteuid() != 0 or missing:
        print(f"SKIP: needs root and {' '.join(missing)}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        root = make(work)
        (work / "state").mkdir()
        dnf(root, "makecache")
        compare(root, work / "state")
        compare_list(root)
        no_time_for_dates(work, root)
        compare_doubts(work, root)
    end_claims()


main()
