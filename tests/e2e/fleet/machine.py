"""Commands on the machine that carries the rig, and mounts that end with it."""

import ctypes
import os
import pathlib
import subprocess

from .errors import RigError, RunFailed

HIDDEN = ("/run/netns", "/run/systemd/nspawn")  # names of namespaces and hosts: those of two rigs are the same
INOTIFY_INSTANCES = 4096  # for some hundreds of hosts; memory is what really bounds them
WITH_US = ["setpriv", "--pdeathsig", "KILL"]  # before a command: it ends when the thread that started it does
CLONE_NEWNS = 0x00020000  # linux/sched.h


def command(*argv, text=None, timeout=60, env=None):
    """What it printed; raises RunFailed with all it said when it fails."""
    argv = [str(word) for word in argv]
    try:
        done = subprocess.run([*WITH_US, "--", *argv], input=text, capture_output=True, text=True, timeout=timeout, check=False,
                              env={**os.environ, **(env or {})})
    except subprocess.TimeoutExpired:
        raise RunFailed("this machine", argv, f"not done after {timeout} s", "") from None
    if done.returncode != 0:
        raise RunFailed("this machine", argv, f"exit {done.returncode}", done.stdout + done.stderr)
    return done.stdout


def raise_limits():
    """Each systemd takes some inotify instances, and all hosts are one user to the kernel: its 128 would be
    enough for twenty hosts. Never lowered again, since another rig may stand on it."""
    limit = pathlib.Path("/proc/sys/fs/inotify/max_user_instances")
    try:
        if int(limit.read_text()) < INOTIFY_INSTANCES:
            limit.write_text(str(INOTIFY_INSTANCES))
    except OSError:
        pass  # few hosts boot all the same; for too many, systemd names the failed unit


def hide_mounts():
    """From here on this thread and those it starts have a mount namespace of their own. Overlays, loop
    devices and named network namespaces live in it, and the kernel takes them back when the last process
    of the rig is gone, however it went. Nobody else on the machine ever sees them."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise RigError(f"a mount namespace: {os.strerror(ctypes.get_errno())}")
    command("mount", "--make-rprivate", "/")
    for path in HIDDEN:
        os.makedirs(path, exist_ok=True)
        command("mount", "-t", "tmpfs", "rig", path)


def show_mounts():
    """Undoes what hide_mounts put over the machine's own names. The namespace stays: leaving it is not for
    a process with threads."""
    for path in HIDDEN:
        command("umount", path)


def remove(folder):
    """Not into what is mounted there: a host's disk would be emptied through a leftover mount. A rig of 13
    hosts leaves 63,000 files of 1.8 GB: seconds, or minutes on a disk that others write to. Slow is no fault."""
    command("rm", "-rf", "--one-file-system", folder, timeout=600)
