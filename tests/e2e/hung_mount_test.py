"""Each source beside a file system that never answers: it ends within the time that the agent gives it, tells what is
silent and all else, and leaves no more behind at the second look than at the first.

    hung_mount_test.py MAINSTAY-APT MAINSTAY-COLLECT

The mounts are in a namespace of their own, and whoever still waits for them ends with their process."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from fleet.claims import claim, end_claims
from hung_mount import HungMount
from hung_repository import HungRepository

HELPER, COLLECT = (os.path.realpath(word) for word in sys.argv[1:3])
# Thrice what the agent gives each look (agent/shell/config.cc): these programs are sanitized, and a look at usage gives way
# to whatever else the machine does. One that hangs would never end.
SECONDS = {"resource": 60, "patch": 180, "backup": 180, "certificate": 180, "usage": 270}
SILENT = "does not answer within 3 s"
HELD = "an earlier look at it has not ended"


def look(source, *words):
    """None: it was not done in time. Who cannot be killed is not waited for."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen([COLLECT, source, *(str(word) for word in words)], stdout=output, stderr=complaints,
                                   start_new_session=True)
        try:
            code = process.wait(SECONDS[source])
        except subprocess.TimeoutExpired:
            process.kill()
            claim(f"{source}: ends in time", False, "killed, as the agent would")
            return None
        output.seek(0)
        complaints.seek(0)
        claim(f"{source}: ends in time", code == 0, complaints.read()[-2000:])
        return json.loads(output.read()) if code == 0 else None


def findings(report):
    return {finding["subject"]: finding for finding in (report or {"findings": []})["findings"]}


def says(found, subject, judgement, words):
    finding = found.get(subject, {})
    return finding.get("judgement") == judgement and words in finding.get("text", "")


def waiting(program="mainstay-collec"):
    """Looks of this test, and their children, that wait for a file system; or what they started."""
    ours, found = os.readlink("/proc/self/ns/mnt"), []
    for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            name, state = status.read_text().split("(", 1)[1].rsplit(")", 1)
            namespace = os.readlink(status.parent / "ns/mnt")
        except OSError:
            continue
        if name == program and state.split()[0] == "D" and namespace == ours:
            found.append(status.parent.name)
    return found


def disks(hung, far, state):
    before = len(waiting())
    for number in ("first", "second"):
        found = findings(look("resource", "--state", state))
        words = SILENT if number == "first" else HELD
        claim(f"resource, {number} look: the silent one is told", says(found, str(hung), "not proved", words), found)
        claim(f"resource, {number} look: and the one of plain fuse", says(found, str(far), "not proved", words), found)
        claim(f"resource, {number} look: and the others", any(
            finding["topic"] == "disk" and finding["judgement"] == "proved" for finding in found.values()), list(found))
        claim(f"resource, {number} look: one waits for each mount", len(waiting()) - before == 2, waiting())


def usage(hung, far, state):
    report = look("usage", "--state", state)
    found = findings(report)
    claim("usage: a place that is a silent mount is told", says(found, "old temporary files kept over boots",
                                                               "not proved", "on no disk of this host"), found)
    claim("usage: a silent mount on the way is passed by", found.get("old temporary files", {}).get("judgement") !=
          "not proved", found.get("old temporary files"))
    claim("usage: deleted files that are open are counted, those of the silent mount too",
          any(finding["subject"] == "deleted files still open" for finding in found.values()), list(found))
    claim("usage: what may go is known", report is not None and "usage.cleanable" in report["facts"], report)
    claim("usage: nobody waits for them", waiting() == [], waiting())


# Whose place it is the script knows alone; who waits there cannot be ended.
HIDDEN = "#!/bin/sh\nexec ls \"$(cat '%s')/unseen\"\n"


def backup_file(hung, work):
    """In it the silent ones stand before the good one."""
    (work / "dumps").mkdir()
    (work / "dumps/a.dump").write_text("x")
    os.utime(work / "dumps/a.dump", (time.time() - 600,) * 2)
    (work / "password").write_text("x\n")
    (work / "password").chmod(0o600)
    (work / "place").write_text(str(hung))
    for name, text in (("hidden", HIDDEN % (work / "place")), ("told", "#!/bin/sh\nexec ls \"$1\"\n")):
        (work / name).write_text(text)
        (work / name).chmod(0o755)
    objectives = {"rpo": "1h"}
    repository = {"repository": str(hung / "repository"), "password_file": str(work / "password"), "objectives": objectives}
    (work / "conf").write_text(f"[global]\nrepo1-path={hung}/pgbackrest\n")
    subprocess.run(["mount", "--bind", work / "conf", "/etc/pgbackrest.conf"], check=True)
    file = work / "backup.yaml"
    file.write_text(json.dumps({"kind": "backup", "name": "all", "sets": [
        {"name": "silent-hidden", "tool": "command", "newest": [str(work / "hidden")], "objectives": objectives},
        {"name": "silent-hidden-too", "tool": "command", "newest": [str(work / "hidden")], "objectives": objectives},
        {"name": "silent-command", "tool": "command", "newest": [str(work / "told"), f"{hung}/crm"], "objectives": objectives},
        {"name": "silent-pgbackrest", "tool": "pgbackrest", "stanza": "orders", "objectives": objectives},
        {"name": "silent-files", "tool": "files", "pattern": f"{hung}/*.dump", "objectives": objectives},
        {"name": "silent-restic", "tool": "restic", **repository},
        {"name": "silent-borg", "tool": "borg", **repository},
        *({"name": f"silent-{i}", "tool": "files", "pattern": f"{hung}/{i}/*.dump", "objectives": objectives} for i in range(6)),
        {"name": "good", "tool": "files", "pattern": f"{work}/dumps/*.dump", "objectives": objectives}]}))
    return file


def backups(hung, work, state):
    file = backup_file(hung, work)
    hidden = {"silent-hidden": ("no end within 30 s", "an earlier look at it has not ended", "an earlier look at it has not ended"),
              "silent-hidden-too": ("was not asked", "no end within 30 s", "an earlier look at it has not ended")}
    for number, name_of_look in enumerate(("first", "second", "third")):
        found = findings(look("backup", "--file", file, "--state", state))
        claim(f"backup, {name_of_look} look: the good one is proved", says(found, "good", "proved", ""), found)
        for name in ("files", "restic", "borg", "pgbackrest", "command", *range(6)):
            words = SILENT if number == 0 else HELD
            claim(f"backup, {name_of_look} look: silent-{name} is told", says(found, f"silent-{name}", "not proved", words), found)
        for name, words in hidden.items():
            claim(f"backup, {name_of_look} look: {name} is told", says(found, name, "not proved", words[number]), found)
        claim(f"backup, {name_of_look} look: one waits for each command", len(waiting("ls")) == min(number + 1, 2), waiting("ls"))
    found = findings(look("backup", "--file", file, "--state", state, "--check", "silent-restic"))
    claim("backup: no check is begun", says(found, "silent-restic", "not proved", "not ended"), found)


def repositories(work, state):
    """A restic that lists its snapshots and then stands still: it costs 30 s, and no other set anything."""
    local = work / "restic"
    words = ["restic", "--repo", local, "--password-file", work / "password", "--no-cache", "--quiet"]
    for verb in (["init"], ["backup", work / "password"], ["backup", work / "place"]):
        subprocess.run([*words, *verb], check=True, capture_output=True)
    with HungRepository(local) as repository:
        file = work / "repository.yaml"
        file.write_text(json.dumps({"kind": "backup", "name": "all", "sets": [
            {"name": "stands", "tool": "restic", "repository": repository.address, "password_file": str(work / "password"),
             "objectives": {"rpo": "1h"}},
            {"name": "good", "tool": "command", "newest": [str(work / "newest")], "objectives": {"rpo": "1h"}}]}))
        (work / "newest").write_text("#!/bin/sh\nls '%s' >'%s'\ndate +'{\"at\": %%s}'\n" % (state, work / "seen"))
        (work / "newest").chmod(0o755)
        for number, judgement in (("first", "not proved"), ("second", "proved")):
            found = findings(look("backup", "--file", file, "--state", state))
            claim(f"restic, {number} look: what it told counts", says(found, "stands", "proved", "2 kept"), found)
            claim(f"restic, {number} look: nothing is asked after its silence", repository.unanswered == ["/locks/"],
                  repository.unanswered)
            claim(f"restic, {number} look: it comes last once it stood still", says(found, "good", judgement, ""), found)
            repository.wake()
        claim("restic: it is known while others are looked at", "stands.overrun" in (work / "seen").read_text())


def certificates(hung, work, state):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=good",
                    "-keyout", "/dev/null", "-out", work / "good.pem"], check=True, capture_output=True)
    file = work / "certificate.yaml"
    silent = [f"{hung}/{name}" for name in ("a.pem", "b.pem", "c.pem", "d.pem", "e.pem", "*.crt")]
    file.write_text(json.dumps({"kind": "certificate", "name": "all", "sets": [
        {"name": "one", "files": [*silent, f"{work}/good.pem"], "roots": [f"{hung}/ca.pem"]}]}))
    before = len(waiting())
    for number in ("first", "second"):
        found = findings(look("certificate", "--file", file, "--state", state))
        claim(f"certificate, {number} look: the good one is told", any(
            finding["judgement"] == "proved" for finding in found.values()), found)
        words = SILENT if number == "first" else HELD
        for name in silent:
            claim(f"certificate, {number} look: {name} is told", says(found, name, "not proved", words), found)
        claim(f"certificate, {number} look: one waits for each path", len(waiting()) - before == len(silent) + 1, waiting())


def patches(state):
    before = waiting()
    report = look("patch", "--apt-helper", HELPER, "--state", state)
    claim("patch: packages and processes are told", report is not None and bool(report.get("packages")) and
          any(finding["subject"] == "apt" for finding in report["findings"]), findings(report).keys())
    claim("patch: nobody waits for it", waiting() == before, waiting())


def inside(work):
    hung, far, state = work / "hung", pathlib.Path("/var/tmp"), work / "state"
    for folder in (hung, state, work / "state2", work / "state3", work / "state4"):
        folder.mkdir()
    with HungMount(hung) as near, HungMount(far, kind="fuse") as other:  # which libmount takes for made up
        # Its root, its folder and its deleted file are there; it holds them as a service would.
        holder = subprocess.Popen(["/usr/bin/python3", "-c", "import os, sys\nos.chdir(sys.argv[1])\nfile = open('f')\n"
                                   "os.unlink('f')\nos.chroot('.')\nprint('ready', flush=True)\nsys.stdin.read()", hung],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        claim("a process lives in it", holder.stdout.readline() == "ready\n")
        near.fall_silent()
        other.fall_silent()
        usage(hung, far, state)
        patches(state)
        backups(hung, work, state)
        repositories(work, work / "state4")
        certificates(hung, work, work / "state2")
        disks(hung, far, work / "state3")
        claim("those who wait cannot be ended", waiting() != [])
        holder.kill()
    until = time.monotonic() + 20
    while waiting() + waiting("ls") and time.monotonic() < until:
        time.sleep(0.02)
    claim("they end with the file system", waiting() + waiting("ls") == [], waiting() + waiting("ls"))
    holder.wait()


def main():
    if len(sys.argv) == 4:
        inside(pathlib.Path(sys.argv[3]))
        end_claims()
    missing = [tool for tool in ("openssl", "unshare", "dpkg-query", "pgbackrest", "restic") if not shutil.which(tool)]
    if os.geteuid() != 0 or missing or not os.path.exists("/dev/fuse"):
        print(f"SKIP: needs root, /dev/fuse and {' '.join(missing)}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["unshare", "-m", sys.executable, "-B", __file__, HELPER, COLLECT, folder], check=False)
    sys.exit(done.returncode)


main()
