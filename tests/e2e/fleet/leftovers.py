"""What a rig that was killed has left: perhaps processes that were being started, its control groups and
its files. Mounts and network namespaces went with its last process (machine.hide_mounts)."""

from . import cgroup, machine
from .place import RIG, RUNNING, is_owned, locked


def sweep():
    """Each start of a rig begins with this. Living rigs are left alone."""
    with locked("sweep"):
        for rig in sorted(cgroup.rigs()):
            if not is_owned(rig):
                cgroup.remove(rig)
        folders = list(RUNNING.iterdir()) if RUNNING.is_dir() else []
        for folder in folders:
            if not is_owned(folder.name):
                machine.remove(folder)
        for folder in RIG.glob("probe-*"):
            if not is_owned(folder.name.removeprefix("probe-")):
                machine.remove(folder)
