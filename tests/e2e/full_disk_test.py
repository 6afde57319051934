"""Each source with no byte left where it remembers and where tools have their temporary files: it reports what it sees,
says what it could not keep, and loses nothing that it had kept.

    full_disk_test.py MAINSTAY-APT MAINSTAY-COLLECT

The full disks are in a mount namespace that ends with the test."""

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

HELPER, COLLECT = (os.path.realpath(word) for word in sys.argv[1:3])


def look(source, *words):
    done = subprocess.run([COLLECT, source, *(str(word) for word in words)], capture_output=True, text=True, check=False)
    claim(f"{source}: reports", done.returncode == 0, done.stderr[-2000:])
    report = json.loads(done.stdout) if done.returncode == 0 else {"findings": [], "facts": {}}
    return report, {finding["subject"]: finding for finding in report["findings"]}


def fill(folder):
    """Crumbs included."""
    with open(folder / "filler", "ab", buffering=0) as file:
        for size in (1 << 16, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass


def kept(state):
    return {path.name: path.read_bytes() for path in state.iterdir() if path.is_file() and path.name != "filler"}


def settings(work):
    dumps = work / "dumps"
    dumps.mkdir()
    for number in (1, 2):
        (dumps / f"{number}.gz").write_bytes(gzip.compress(b"x" * 1000))
        os.utime(dumps / f"{number}.gz", (time.time() - 3600 * number,) * 2)
    (work / "backup.yaml").write_text(json.dumps({"kind": "backup", "name": "all", "sets": [
        {"name": "dumps", "tool": "files", "pattern": f"{dumps}/*.gz", "objectives": {"rpo": "26h"}}]}))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "90", "-subj", "/CN=own",
                    "-keyout", "/dev/null", "-out", work / "own.pem"], check=True, capture_output=True)
    (work / "certificate.yaml").write_text(json.dumps({"kind": "certificate", "name": "all", "sets": [
        {"name": "own", "files": [f"{work}/own.pem"]}]}))


class Looks:
    """The same questions, with room and without."""

    def __init__(self, work, state):
        self.orders = {"resource": ["--state", state], "usage": ["--state", state], "service": [],
                       "patch": ["--state", state, "--apt-helper", HELPER],
                       "backup": ["--state", state, "--file", work / "backup.yaml"],
                       "certificate": ["--state", state, "--file", work / "certificate.yaml"]}

    def all(self):
        return {source: look(source, *words) for source, words in self.orders.items()}

    def check(self):
        return look("backup", *self.orders["backup"], "--check", "dumps")[1]["dumps"]


def subjects(looks, source, topic=None):
    """What is seen, apart from what is said of the source's own memory."""
    return {name for name, finding in looks[source][1].items() if finding["topic"] != "source" and
            name not in ("first seen", "largest growers")}


def inside(work):
    settings(work)
    state = work / "state"
    state.mkdir()
    for folder in (state, pathlib.Path("/var/tmp")):
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2M", "none", folder], check=True)
    looks = Looks(work, state)
    claim("a check is kept", looks.check()["judgement"] == "proved")
    before = looks.all()
    memory = kept(state)
    claim("something is remembered", {"folder-sizes", "dumps.check"} <= set(memory), memory.keys())
    os.utime(state / "folder-sizes")
    for folder in (state, pathlib.Path("/var/tmp")):
        fill(folder)
    # A day is over, as far as the sizes of folders go: they are to be written anew.
    text = memory["folder-sizes"].decode()
    at = text.split()[1]
    memory["folder-sizes"] = text.replace(at, str(int(at) - 2 * 86_400_000), 1).encode()
    (state / "folder-sizes").write_bytes(memory["folder-sizes"])
    full = looks.all()
    for source in looks.orders:
        missing = subjects(before, source) - subjects(full, source)
        # Lists that are signed are taken apart in a temporary file: apt may have none.
        claim(f"{source}: sees what it saw with room", not {name for name in missing if full[source][1].get("apt", {})
                                                           .get("judgement") != "not proved"}, missing)
    grown = full["usage"][1].get("largest growers", {})
    claim("usage: what cannot be remembered is told", "not remembered" in grown.get("text", ""), full["usage"][1].keys())
    said = looks.check()
    claim("backup: a check that cannot be kept says so", said["judgement"] == "not proved" and "not kept" in said["text"], said)
    claim("nothing that was kept is lost, or half", kept(state) == memory,
          {name: (memory.get(name), now) for name, now in kept(state).items() if memory.get(name) != now})
    claim("and the last check still counts", "proof_age_seconds" in before["backup"][1]["dumps"]["readings"] or
          full["backup"][1]["dumps"]["judgement"] == before["backup"][1]["dumps"]["judgement"])
    for folder in (state, pathlib.Path("/var/tmp")):
        (folder / "filler").unlink()
    after = looks.all()
    claim("with room again nothing is missing", all(subjects(after, source) >= subjects(before, source)
                                                   for source in looks.orders))
    claim("and it remembers", kept(state)["folder-sizes"] != memory["folder-sizes"] and
          looks.check()["judgement"] == "proved")


def main():
    if len(sys.argv) == 4:
        inside(pathlib.Path(sys.argv[3]))
        end_claims()
    missing = [tool for tool in ("openssl", "unshare", "dpkg-query") if not shutil.which(tool)]
    if os.geteuid() != 0 or missing:
        print(f"SKIP: needs root and {' '.join(missing)}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["unshare", "-m", sys.executable, "-B", __file__, HELPER, COLLECT, folder], check=False)
    sys.exit(done.returncode)


main()
