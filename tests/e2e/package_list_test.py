"""Which processes of this very machine use a package, by its list: real ones, seen by their sockets.

    package_list_test.py MAINSTAY-APT MAINSTAY-COLLECT

One in a network of its own, one that only keeps a socket, one behind another root, one whose library is
replaced in a mount namespace that ends with the test. Nothing of the machine is changed."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from fleet.claims import claim_same, end_claims
from listener import SERVER, Server, sees_first

HELPER, COLLECT = (os.path.realpath(word) for word in sys.argv[1:3])
INSIDE = """
set -e
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work"
mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$2"
coproc SERVE { exec /usr/bin/python3 -c "$3" stale-one none; }
read -r word <&"${SERVE[0]}"
library=$(readlink -f "$2/libz.so.1")
cp "$library" "$library.new"
mv "$library.new" "$library"
"$4" patch --apt-helper "$5"
kill "$SERVE_PID"
"""


def read_list(text):
    head, *lines = json.loads(text)["packages"].splitlines()
    found = {}
    for line in lines:
        name, version, *more = line.split(" ")
        values = dict(word.split("=", 1) for word in more)
        found[name] = {key: values[key].split(",") if key in values else [] for key in ("listening", "stale")}
    return head, found


def look():
    done = subprocess.run([COLLECT, "patch", "--apt-helper", HELPER], capture_output=True, text=True, check=True)
    return read_list(done.stdout)


def source_of(path):
    """By dpkg's own word, which may know the file by its name before /usr was merged."""
    for name in (path, path.removeprefix("/usr")):
        done = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            package = done.stdout.split(": ")[0].split(",")[0]
            return subprocess.run(["dpkg-query", "-W", "-f", "${source:Package}", package], capture_output=True,
                                  text=True, check=True).stdout
    sys.exit(f"{path} belongs to no package")


def mapped(pid, word):
    lines = pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()
    return next(line[line.index("/"):] for line in lines if word in line and " r-xp " in line)


def who(found, source, key="listening"):
    return set(found.get(source, {}).get(key, []))


def compare_listening():
    # As many as the list keeps may listen in the C library already, so names come first in order.
    with Server("!in,own net\x1b", "tcp", "unshare", "-n") as pid, Server("!keeps", "none"), \
            Server("!takes-udp", "udp"):
        python = source_of(os.path.realpath(f"/proc/{pid}/exe"))
        sources = {python, source_of(mapped(pid, "/libz.so")), source_of(mapped(pid, "/libssl.so")),
                   source_of(mapped(pid, "/libc.so"))}
        print(f"# {sorted(sources)}")
        head, found = look()
        claim_same("whether every process was seen is told", "all" if sees_first() else "some", head.split()[-1])
        seen = {source for source in sources if "!in?own?net?" in who(found, source)}
        claim_same("one that listens in a network of its own is told by each of its packages", sources, seen)
        claim_same("one that takes datagrams, too", sources, {s for s in sources if "!takes-udp" in who(found, s)})
        claim_same("one that only keeps a socket is not", set(), {s for s in found if "!keeps" in who(found, s)})
        elsewhere = {source for source in found if "!in?own?net?" in who(found, source)} - sources
        used = {line[line.index("/"):].removesuffix(" (deleted)") for line in
                pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines() if " r-xp " in line and "/" in line}
        claim_same("and by no other package than those of its files", {source_of(path) for path in used} - sources,
              elsewhere)
    _, found = look()
    claim_same("nor is one that ended", set(), {s for s in found if who(found, s) & {"!in?own?net?", "!takes-udp"}})


def compare_chroot(work):
    """It has its libraries, and shuts itself into a folder, in mounts of its own."""
    shut = f"import os\nos.chroot({str(work)!r})\n"
    with Server("!chroot", "tcp", "unshare", "-m", shut=shut) as pid:
        _, found = look()
        claim_same("one that shut itself in is this host's", True, "!chroot" in who(found, "zlib"))
        claim_same("though its root is another", True, os.stat(f"/proc/{pid}/root").st_ino != os.stat("/").st_ino)


def compare_container(work):
    """Its files are of another root, whatever their names."""
    shutil.copy("/bin/busybox", work / "busybox")
    (work / "usr/bin").mkdir(parents=True)
    script = "exec 2>&1; /busybox nc -l -p 40000 & echo ready; read word; kill $!"
    with subprocess.Popen(["unshare", "-n", "--root", str(work), "/busybox", "sh", "-c", script],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        _, found = look()
        claim_same("one behind another root is not this host's", set(), {s for s in found if "busybox" in who(found, s)})
        process.communicate("\n")


def compare_stale(work):
    (work / "overlay").mkdir()
    folder = os.path.dirname(os.path.realpath(subprocess.run(
        ["/usr/bin/python3", "-c", "import ctypes\nctypes.CDLL('libz.so.1')\n"
         "print(next(l[l.index('/'):].strip() for l in open('/proc/self/maps') if 'libz.so' in l))"],
        capture_output=True, text=True, check=True).stdout.strip()))
    done = subprocess.run(["unshare", "-m", "bash", "-c", INSIDE, "-", str(work / "overlay"), folder, SERVER, COLLECT,
                           HELPER], capture_output=True, text=True, check=False)
    if done.returncode != 0 and not done.stdout.startswith("{"):
        sys.exit(f"in the namespace: {done.stderr}")
    _, found = read_list(done.stdout)
    claim_same("one that runs a replaced library is told by its package",
          [source_of(os.path.realpath(f"{folder}/libz.so.1"))],
          [source for source in found if "stale-one" in who(found, source, "stale")])
    claim_same("though it does not listen", set(), {s for s in found if "stale-one" in who(found, s)})
    _, found = look()
    claim_same("and none is outside", set(), {s for s in found if "stale-one" in who(found, s, "stale")})


def main():
    missing = [tool for tool in ("dpkg-query", "unshare", "busybox") if not shutil.which(tool)]
    if os.geteuid() != 0 or missing:
        print(f"SKIP: needs root and {' '.join(missing)}")
        sys.exit(77)
    compare_listening()
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        compare_chroot(work)
        compare_container(work)
        compare_stale(work)
    end_claims()


main()
