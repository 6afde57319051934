"""Each source that remembers or reckons, under a clock that jumps: a day back, a year forward, and right again.

    clock_jump_test.py MAINSTAY-COLLECT

What it remembers from a time that is yet to come it does not believe; nothing has an age below zero, and nothing is
proved by a clock that is wrong."""

import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from fleet.claims import claim, end_claims

COLLECT = os.path.realpath(sys.argv[1])
JUMPS = (None, "-1d", "+365d", None)


def run(*words, jump=None):
    before = ["faketime", "-f", jump] if jump else []
    environment = {**os.environ, "ASAN_OPTIONS": "verify_asan_link_order=0", "LC_ALL": "C.UTF-8"}
    done = subprocess.run([str(word) for word in [*before, *words]], capture_output=True, text=True, check=False,
                          env=environment)
    if done.returncode != 0:
        sys.exit(f"not ok - {words}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def look(source, *words, jump=None):
    report = json.loads(run(COLLECT, source, *words, jump=jump))
    ages = {(finding["subject"], name): value for finding in report["findings"]
            for name, value in finding["readings"].items() if name.endswith("age_seconds")}
    claim(f"{source}: no age below zero, clock {jump}", all(value >= 0 for value in ages.values()), ages)
    return report, {finding["subject"]: finding for finding in report["findings"]}


def expect(text, finding, judgement, words=""):
    claim(text, finding is not None and finding["judgement"] == judgement and words in finding["text"], finding)


def backups(work):
    dump, state = work / "a.dump.gz", work / "state"
    dump.write_bytes(gzip.compress(b"x" * 1000))
    os.utime(dump, (time.time() - 3600,) * 2)
    file = work / "backup.yaml"
    file.write_text(json.dumps({"kind": "backup", "name": "all", "sets": [
        {"name": "dumps", "tool": "files", "pattern": f"{work}/*.gz", "objectives": {"rpo": "26h"}}]}))

    def seen(jump, *more):
        report, found = look("backup", "--file", file, "--state", state, *more, jump=jump)
        return report["facts"], found.get("dumps")

    expect("backup: checked under the right clock", seen(None, "--check", "dumps")[1], "proved")
    facts, finding = seen("-1d")
    expect("backup: one from the future is not proved", finding, "not proved", "from the future")
    claim("backup: and has no age that a selector could go by", "backup.age" not in facts, facts)
    facts, finding = seen("+365d")
    expect("backup: a year later it is beyond its RPO", finding, "refuted", "old")
    claim("backup: by its age", abs(facts["backup.age"] - 365 * 86400 - 3600) < 600, facts)
    expect("backup: a check made by a clock that is ahead", seen("+365d", "--check", "dumps")[1], "proved")
    facts, finding = seen(None)
    claim("backup: is no proof when it is right again", "proof_age_seconds" not in finding["readings"] and
          (finding["judgement"] != "refuted"), finding)
    expect("backup: until it is made anew", seen(None, "--check", "dumps")[1], "proved")
    expect("backup: then all is well", seen(None)[1], "proved")


def certificates(work):
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=own",
        "-keyout", "/dev/null", "-out", work / "own.pem")
    file = work / "certificate.yaml"
    file.write_text(json.dumps({"kind": "certificate", "name": "all", "sets": [{"name": "own", "files": [str(work / "own.pem")]}]}))

    def seen(jump):
        report, found = look("certificate", "--file", file, jump=jump)
        return report["facts"]["certificate.left"], next(iter(found.values()))

    expect("certificate: valid", seen(None)[1], "proved")
    expect("certificate: a day back it is not yet valid", seen("-1d")[1], "refuted", "not valid before")
    left, finding = seen("+365d")
    expect("certificate: a year on it has ended", finding, "refuted", "ended")
    claim("certificate: the seconds to its end are below zero", abs(left + 275 * 86400) < 600, left)
    expect("certificate: right again, valid", seen(None)[1], "proved")


def memories(work):
    """What the looks keep between them: sizes of folders, first sightings, locks."""
    state = work / "state"
    for jump in JUMPS:
        for source in ("usage", "resource"):
            report, found = look(source, "--state", state, jump=jump)
            claim(f"{source}: it finds what there is, clock {jump}", len(found) > 0 and report["facts"], report)
        kept = (state / "folder-sizes").read_text().split()[1]
        told = time.time() + {None: 0, "-1d": -86400, "+365d": 365 * 86400}[jump]
        claim(f"usage: its memory is never of a time to come, clock {jump}", int(kept) / 1000 < told + 60, (kept, told))
        growers = [finding for finding in found.values() if "grew by" in finding["text"]]
        claim(f"usage: nothing grew, clock {jump}", growers == [], growers)


def main():
    missing = [tool for tool in ("faketime", "openssl") if not shutil.which(tool)]
    if missing:
        print(f"SKIP: needs {' '.join(missing)}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        (work / "state").mkdir()
        backups(work)
        certificates(work)
        memories(work)
    end_claims()


main()
