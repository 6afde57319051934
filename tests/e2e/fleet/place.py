"""Where the rig keeps its things, and the name of this process in them. Everything lies below build/rig;
what belongs to a living rig bears the pid and start time of its owner, so that a later one can tell a
leftover from a neighbour, even after pids came round."""

import contextlib
import fcntl
import os
import pathlib

RIG = pathlib.Path(__file__).resolve().parents[3] / "build" / "rig"
RUNNING = RIG / "running"


def start_time_of(pid):
    """In ticks since the boot of the machine; None for nobody, and for a zombie."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[19])


def own_name():
    return f"{os.getpid()}-{start_time_of(os.getpid())}"


def is_owned(name):
    """Whether the process that a name speaks of still lives. What is no such name is nobody's."""
    pid, _, start = name.partition("-")
    return pid.isdigit() and str(start_time_of(int(pid))) == start


@contextlib.contextmanager
def locked(name):
    """One process at a time; the kernel lets go when it dies."""
    RIG.mkdir(parents=True, exist_ok=True)
    with open(RIG / f"{name}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def living_rigs():
    return [entry.name for entry in RUNNING.iterdir() if is_owned(entry.name)] if RUNNING.is_dir() else []
