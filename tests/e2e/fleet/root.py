"""The root that all hosts start from, and the updates that are pending for it. Made once from Debian's
first release of everything (no security suite), so that genuine security updates are pending, and kept
in build/rig under a digest of what it is made from."""

import dataclasses
import hashlib
import os
import pathlib
import shlex
import shutil

from . import packages
from .child import SHUT_IN
from .errors import RigError
from .machine import command, remove
from .place import RIG, living_rigs, locked

MAIN = "deb http://deb.debian.org/debian bookworm main"
SECURITY = "deb http://deb.debian.org/debian-security bookworm-security main"

# What a host needs, then what Mainstay's packages depend on, so that installing them takes moments.
INCLUDED = ("systemd-sysv dbus iproute2 procps ca-certificates openssh-client faketime openssl "
            "libzmq5 libuv1 libcapnp-0.9.2 liblmdb0 libssl3 libyaml-cpp0.7 libapt-pkg6.0 libfmt9 libsystemd0").split()

# Work that starts by itself would take dpkg's lock in the middle of a test, and all hosts at one time. The
# paths wait for passwords that nobody types, and each takes one of the machine's few inotify instances.
MASKED = ("apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer "
          "systemd-ask-password-console.path systemd-ask-password-wall.path").split()

# The host gets its machine-id when it first boots: an identity of Mainstay is bound to it.
SETTLE = """
rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/etc/apt/sources.list "$1"/etc/resolv.conf
rm -f "$1"/var/lib/dbus/machine-id "$1"/etc/hostname
: > "$1"/etc/machine-id
"""


@dataclasses.dataclass
class Base:
    root: pathlib.Path
    security: pathlib.Path  # a folder of .deb: genuine ones, and our own
    made: pathlib.Path      # ours, in the versions that the root has installed


def base():
    """Builds it if it is not there: a minute, and needs the network."""
    folder = RIG / f"base-{digest()}"
    with locked("base"):
        if not folder.exists():
            forget_old_ones()
            fresh = folder.with_suffix(".new")
            build(fresh)
            fresh.rename(folder)
    return Base(folder / "root", folder / "security", folder / "made")


def digest():
    total = hashlib.sha256()
    for name in ("root.py", "packages.py", "libgreet.c", "greetd.c"):
        total.update((packages.HERE / name).read_bytes())
    return total.hexdigest()[:16]


def forget_old_ones():
    """Not while a rig lives, which may stand on one of them."""
    if not living_rigs():
        for old in RIG.glob("base-*"):
            remove(old)


def build(folder):
    remove(folder)
    for name in ("made", "security", "apt"):
        (folder / name).mkdir(parents=True)
    library = packages.libgreet(folder / "made", "1.0-1")
    installed = [library.build(folder / "made"),
                 packages.greetd(folder / "made", "1.0-1", folder / "made/libgreet.so.1").build(folder / "made"),
                 packages.webd("2.0-1").build(folder / "made")]
    bootstrap(folder / "root", installed)
    fetch_security(folder / "root", folder / "apt", folder / "security")
    packages.libgreet(folder / "apt", "1.0-1+deb12u1").build(folder / "security")
    packages.webd("2.1-1+deb12u1").build(folder / "security")
    remove(folder / "apt")


def bootstrap(root, debs):
    hooks = (f'cp {shlex.join(map(str, debs))} "$1/tmp/"',
             f'chroot "$1" sh -c "dpkg -i /tmp/*.deb && rm /tmp/*.deb && systemctl mask {" ".join(MASKED)}"',
             SETTLE)
    # Shut in, so that a build that was killed does not go on writing into the next one.
    argv = [*SHUT_IN, "mmdebstrap", "--variant=minbase", f"--include={','.join(INCLUDED)}",
            *[f"--customize-hook={hook}" for hook in hooks], "bookworm", root, MAIN]
    command(*argv, timeout=900, env=proxy())


def proxy():
    """mmdebstrap hears of the machine's own proxy by the environment only."""
    said = command("apt-config", "dump", "--format", "%v%n", "Acquire::http::Proxy").strip()
    return {"http_proxy": said} if said and "http_proxy" not in os.environ else {}


def fetch_security(root, folder, into):
    """Exactly what apt would bring to this root. The machine's own apt supplies its settings and keys;
    its lists, its cache and its database are neither read nor written."""
    (folder / "lists/partial").mkdir(parents=True)
    (folder / "archives/partial").mkdir(parents=True)
    (folder / "sources.list").write_text(f"{MAIN}\n{SECURITY}\n")
    apt = ["apt-get", "-q", "-y"]
    for option in (f"Dir::Etc::sourcelist={folder}/sources.list", "Dir::Etc::sourceparts=/dev/null",
                   "Dir::Etc::preferencesparts=/dev/null", f"Dir::State={folder}", f"Dir::State::lists={folder}/lists",
                   f"Dir::State::status={root}/var/lib/dpkg/status", f"Dir::Cache={folder}",
                   f"Dir::Cache::archives={folder}/archives", "Debug::NoLocking=1", "APT::Sandbox::User=root",
                   "APT::Keep-Downloaded-Packages=1"):
        apt += ["-o", option]
    command(*apt, "update", timeout=300)
    command(*apt, "--download-only", "dist-upgrade", timeout=600)
    for deb in (folder / "archives").glob("*.deb"):
        shutil.move(deb, into)
    if not any(into.iterdir()):
        raise RigError("Debian offers no security update for the root: the suites are not what they should be")
