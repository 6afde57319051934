"""A root of rpm, and repositories for it that publish advisories: for the tests of what waits there."""

import glob
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

COLLECT = os.path.realpath(sys.argv[1])
BASE = [("nginx", "1.20.1", 0), ("curl", "7.76", 0), ("openssl-libs", "3.0.1", 1), ("vim", "8.2", 0),
        ("kernel-x", "5.14", 0), ("tilde", "2.0~rc1", 0), ("lowered", "9.0", 2), ("libx-1.2", "0.1", 0)]
UPDATES = [("nginx", "1.20.2", 0), ("nginx", "1.20.3", 0), ("curl", "7.77", 0), ("openssl-libs", "3.0.7", 1),
           ("vim", "8.3", 0), ("kernel-x", "5.15", 0), ("tilde", "2.0", 0), ("lowered", "10.0", 1),
           ("libx-1.2", "0.2", 0)]
ADVISORIES = [  # id, type, severity, day it was issued, CVEs, packages
    ("RHSA-2026:1001", "security", "Important", "2026-11-02", ["CVE-2026-18822", "CVE-2026-18823"],
     [("nginx", "1.20.2", 0)]),
    ("RHSA-2026:1002", "security", "Critical", "2026-11-01", ["CVE-2026-31337"], [("openssl-libs", "3.0.7", 1)]),
    ("RHBA-2026:1003", "bugfix", "None", "2026-11-03", [], [("curl", "7.77", 0), ("nginx", "1.20.3", 0)]),
    ("RHSA-2026:1004", "security", "Low", "2026-11-05", [], [("kernel-x", "5.15", 0)]),
    ("RHSA-2026:1005", "security", "Moderate", "2026-11-04", ["CVE-2026-2"],
     [("tilde", "2.0", 0), ("libx-1.2", "0.2", 0)]),
    ("RHSA-2026:1006", "security", "Critical", "2026-11-06", ["CVE-2026-3"], [("lowered", "10.0", 1)]),
]


def run(words, codes=(0,), **more):
    result = subprocess.run(words, capture_output=True, text=True, **more)
    if result.returncode not in codes:
        sys.exit(f"{words[0]} failed: {result.stdout[-2000:]}{result.stderr[-2000:]}")
    return result.stdout


def build_rpms(work, folder, packages):
    for name, version, epoch in packages:
        spec = work / "x.spec"
        spec.write_text(f"Name: {name}\nVersion: {version}\nRelease: 1.el9\nEpoch: {epoch}\nSummary: x\n"
                        "License: none\nBuildArch: noarch\n%description\nx\n%files\n")
        run(["rpmbuild", "-bb", "--quiet", "--define", f"_topdir {work}/build", "--define",
             f"_rpmdir {work}/{folder}", "--define",
             "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm", str(spec)])


def suggests(what):
    return f"<{what}_suggested>1</{what}_suggested>" if what else ""


def updateinfo(suggested):
    """What each package of an advisory suggests is by its name: "reboot", "restart" (of the package manager)."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<updates>"]
    for name, kind, severity, day, cves, packages in ADVISORIES:
        lines.append(f'<update from="x" status="final" type="{kind}" version="1"><id>{name}</id><title>t</title>'
                     f'<issued date="{day} 10:00:00"/><severity>{severity}</severity><references>')
        lines += [f'<reference href="x" id="{cve}" title="{cve}" type="cve"/>' for cve in cves]
        lines.append('</references><pkglist><collection short="c"><name>c</name>')
        lines += [f'<package name="{p}" version="{v}" release="1.el9" epoch="{e}" arch="noarch" src="x.src.rpm">'
                  f"<filename>{p}-{v}-1.el9.noarch.rpm</filename>{suggests(suggested.get(p))}</package>"
                  for p, v, e in packages]
        lines.append("</collection></pkglist></update>")
    return "\n".join([*lines, "</updates>"])


def make_repositories(work, suggested=None):
    """`repo` has advisories, `plain` has nothing; `base` is what will be installed."""
    for folder in ("base", "repo", "plain"):
        (work / folder).mkdir()
    build_rpms(work, "base", BASE)
    build_rpms(work, "repo", UPDATES)
    (work / "updateinfo.xml").write_text(updateinfo(suggested or {}))
    for folder in ("repo", "plain"):
        run(["createrepo_c", "-q", str(work / folder)])
    run(["modifyrepo_c", "--mdtype=updateinfo", str(work / "updateinfo.xml"), str(work / "repo/repodata")])


def instead_of(work, tool, script):
    """Words before a program for which `script` stands at the tool's place, ending with the tool itself as "$REAL" "$@"."""
    real, stand_in = work / f"real-{tool}", work / f"stand-in-{tool}"
    shutil.copy(shutil.which(tool), real)
    stand_in.write_text(f'#!/bin/sh\nREAL={real}\n{script}\nexec "$REAL" "$@"\n')
    stand_in.chmod(0o755)
    place = os.path.realpath(shutil.which(tool))
    return ["unshare", "-m", "sh", "-c", f'mount --bind {stand_in} {place} && exec "$@"', "sh"]


def late(work):
    """An environment of a program, and words of a script that let a minute less 14 s pass for it by its own clocks."""
    library, clocks = work / "set_clocks.so", work / "clocks"
    source = pathlib.Path(__file__).with_name("set_clocks.c")
    run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", str(source), "-o", str(library)])
    clocks.write_text("0 0\n")
    # What a program was built with may insist on being loaded first.
    environment = {**os.environ, "LD_PRELOAD": str(library), "CLOCKS": str(clocks), "ASAN_OPTIONS": "verify_asan_link_order=0"}
    return environment, f"echo 0 46 > {clocks}.new; mv {clocks}.new {clocks}"


def make_root(work, os_release):
    root = work / "root"
    (root / "etc").mkdir(parents=True)
    (root / "etc/os-release").write_text(os_release)
    run(["rpm", "--root", str(root), "--initdb"])
    # Debian's rpm keeps its database in a home; where a host of rpm has it, a link leads there.
    database = run(["rpm", "--eval", "%{_dbpath}"]).strip()
    if not (root / "var/lib/rpm").exists():
        (root / "var/lib").mkdir(parents=True, exist_ok=True)
        (root / "var/lib/rpm").symlink_to("../.." + database)
    run(["rpm", "--root", str(root), "--nosignature", "-i", *glob.glob(f"{work}/base/*.rpm")])
    return root


def installed(root):
    """Versions by name, as rpm says them."""
    rows = run(["rpm", "--root", str(root), "-qa", "--qf", "%{NAME} %{EPOCH}:%{VERSION}-%{RELEASE}\\n"])
    return {name: re.sub(r"^(0|\(none\)):", "", version)
            for name, version in (line.split() for line in rows.splitlines())}


def looked(root, *options, read_only=(), beside=(), **more):
    """What the source `patch` says of a root: its report, and the findings by their subject."""
    report = json.loads(run([*beside, COLLECT, *read_only, "patch", "--root", str(root), *map(str, options)], **more))
    return report, {finding["subject"]: finding for finding in report["findings"]}
