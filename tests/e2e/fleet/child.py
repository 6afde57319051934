"""A process that ends when the rig does, even by kill -9."""

import os
import pathlib
import signal
import subprocess
import threading

from .errors import RigError
from .machine import WITH_US

# The child is the first process of a namespace: the kernel ends all that it started, too.
SHUT_IN = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]

JOIN = 'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs"; shift; done; shift; exec "$@"'


def children_of(pid):
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


class Child:
    """The kernel sends the death signal when the *thread* that started a child ends, so each child has a
    thread that stays with it. `again_on` is the exit code after which it is started anew: a reboot."""

    def __init__(self, argv, log, groups=(), again_on=None):
        self._argv = [*WITH_US, "sh", "-c", JOIN, "join", *map(str, groups), "--",
                      *map(str, argv)]
        self._log = log
        self._again_on = again_on
        self._lock = threading.Lock()
        self._stopping = False
        self._started = threading.Event()
        self._error = None
        self.process = None
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()
        self._started.wait()
        if self._error:
            raise RigError(f"{argv[0]}: {self._error}")

    def _keep(self):
        try:
            while self._start():
                if self.process.wait() != self._again_on:
                    return
        except OSError as error:
            self._error = error
        finally:
            self._started.set()

    def _start(self):
        with self._lock, open(self._log, "ab") as log:
            if self._stopping:
                return False
            self.process = subprocess.Popen(self._argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._started.set()
        return True

    def alive(self):
        return self._thread.is_alive()

    def said(self):
        return pathlib.Path(self._log).read_text(errors="replace")

    def stop(self):
        """All of it at once, with no chance to say goodbye. In a namespace of processes the first one is
        struck: its parent returns only when the kernel has ended all others, and what they held is free."""
        with self._lock:
            self._stopping = True
        while self.alive() and self.process.returncode is None:
            for pid in children_of(self.process.pid) or [self.process.pid]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self._thread.join(0.05)
        self._thread.join()
