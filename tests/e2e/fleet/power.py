"""A host's power: systemd as process 1 in systemd-nspawn, in a namespace of processes of its own, so that
one signal ends everything at once. systemd-nspawn exits 133 for a reboot, and is then started again."""

import os
import pathlib

from .child import SHUT_IN, Child, children_of
from .errors import HostAway, RigError, RunFailed
from .waiting import wait_for

REBOOT = 133  # systemd-nspawn(1), exit status of a reboot
UNIFIED = ("env", "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1")  # systemd-nspawn(1): cgroups of version 2 alone
BOOT_TIME = 120  # seconds; a second alone, but many may boot on a slow machine


class Power:
    def __init__(self, name, folder, root, groups, unified=False):
        self.name = name
        self._log = pathlib.Path(folder) / "console.log"
        self._groups = groups
        self._child = None
        self._argv = [*SHUT_IN, *(UNIFIED if unified else ()), "systemd-nspawn", "--quiet",
                      f"--directory={root}", f"--machine={name}", f"--hostname={name}", "--boot", "--register=no",
                      "--keep-unit", "--console=pipe", "--resolv-conf=off", "--timezone=off",
                      f"--network-namespace-path=/run/netns/{name}"]

    def is_on(self):
        return self._child is not None and self._child.alive()

    def on(self):
        self._child = Child(self._argv, self._log, self._groups, again_on=REBOOT)

    def off(self):
        """At once. Nothing in the host learns of it."""
        if self._child:
            self._child.stop()

    def first_process(self):
        """Of the host, as the machine counts. None while it is not there, as in the middle of a reboot."""
        for nspawn in children_of(self._child.process.pid) if self.is_on() else []:
            for pid in children_of(nspawn):
                try:
                    # An inner process of systemd-nspawn comes before systemd, and would be entered too early.
                    if os.readlink(f"/proc/{pid}/exe").endswith("/systemd"):
                        return pid
                except OSError:
                    pass
        return None

    def boot_id(self):
        """None until systemd listens. Read from outside: a command that is in the host while it shuts down
        makes systemd wait ten seconds for the signal of its end, which goes to another parent."""
        inside = pathlib.Path(f"/proc/{self.first_process()}/root")
        try:
            (inside / "run/systemd/private").stat()
            return (inside / "proc/sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            return None

    def enter(self):
        """What to put before a command to run it in the host."""
        pid = self.first_process()
        if not pid:
            raise HostAway(f"{self.name} is off, or just booting")
        return ["nsenter", "-t", str(pid), "-m", "-u", "-i", "-n", "-p", "-C", "--"]

    def wait_until_up(self, run, not_boot=None):
        """Until systemd says `running`, of another boot than the one named; returns the id of the boot."""
        def boot():
            if not self.is_on():
                raise RigError(f"{self.name} ended while booting: {self._log.read_text(errors='replace')[-2000:]}")
            found = self.boot_id()
            return found if found != not_boot else None

        boot_id = wait_for(f"{self.name} boots", boot, BOOT_TIME)
        state = run("systemctl", "is-system-running", "--wait", check=False, timeout=BOOT_TIME)
        if state != "running":
            raise RunFailed(self.name, ["systemctl", "is-system-running"], state,
                            run("systemctl", "--failed", "--no-legend", check=False) +
                            run("journalctl", "-p", "warning", "-n", "30", "--no-pager", check=False))
        return boot_id
