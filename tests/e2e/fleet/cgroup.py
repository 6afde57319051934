"""A control group for each host. Without one, all hosts would share the group of the test, and each
systemd would take the services of its neighbours for its own."""

import os
import pathlib
import signal
import time

from .errors import RigError

PREFIX = "mainstay-rig-"


def hierarchies():
    """The unified one, and systemd's own where version 1 is mounted beside it."""
    found = []
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        before, after = line.split(" - ", 1)
        kind, _, options = after.split(" ", 2)
        if kind == "cgroup2" or (kind == "cgroup" and "name=systemd" in options.split(",")):
            found.append(pathlib.Path(before.split()[4]))
    return found


def make(rig, host):
    """Its folders, one a hierarchy."""
    groups = [top / (PREFIX + rig) / host for top in hierarchies()]
    for group in groups:
        group.mkdir(parents=True, exist_ok=True)
        delegate(group.parent)
    return groups


def delegate(group):
    """Controllers are for the hosts' limits. Where the machine gives none, hosts boot all the same."""
    try:
        controllers = (group / "cgroup.controllers").read_text().split()
        (group / "cgroup.subtree_control").write_text(" ".join("+" + name for name in controllers))
    except OSError:
        pass


def rigs():
    """The names of all that have left or have groups."""
    return {group.name.removeprefix(PREFIX) for top in hierarchies() for group in top.glob(PREFIX + "*")}


def members(rig):
    found = set()
    for top in hierarchies():
        for file in (top / (PREFIX + rig)).rglob("cgroup.procs"):
            try:
                found |= {int(pid) for pid in file.read_text().split()}
            except OSError:
                pass  # the group went away meanwhile
    return found - {0}


def remove(rig, timeout=20):
    """Ends whoever is left in them. All were started by that rig: nobody else writes into its groups."""
    until = time.monotonic() + timeout
    while not is_removed(rig):
        if time.monotonic() > until:
            raise RigError(f"the groups of rig {rig} do not go away: {sorted(members(rig))}")
        for pid in members(rig):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.02)


def is_removed(rig):
    """A group is busy until the kernel has buried the last process, some moments after it was waited for."""
    try:
        for top in hierarchies():
            for path, _, _ in os.walk(top / (PREFIX + rig), topdown=False):
                os.rmdir(path)
    except OSError:
        return False
    return True
