"""One host, and what can be done to it from outside: power, network, clock, disk. Words that wait do so
until the host shows it, never for a time."""

from .commands import Commands
from .disk import Disk, bytes_of
from .errors import RigError
from .power import Power

FILLER = "/var/filler"  # takes up what fill_disk is to take up


class Host(Commands):
    def __init__(self, name, address, folder, root, network, groups, disk=None, unified=False):
        self.address = address
        self.boot_id = None
        self._network = network
        self._disk = Disk(folder, root, disk)
        self._power = Power(name, folder, self._disk.merged, groups, unified)
        super().__init__(name, self._power.enter)

    def __repr__(self):
        return f"<{self.name} {self.address}>"

    # Power.

    def start(self):
        """power_on without the wait: hosts boot side by side."""
        self._power.on()

    def wait_until_up(self):
        """Until it is `running` and has booted since the rig looked last: also after a reboot that somebody
        else ordered."""
        self.boot_id = self._power.wait_until_up(self.run, self.boot_id)

    def reboot(self):
        # The answer may be lost: the host goes down while it gives it.
        self.run("systemctl", "reboot", check=False)
        self.wait_until_up()

    def power_off(self):
        """As if the cable had been pulled: no process ends in order, and no connection is closed."""
        if not self.is_on():
            raise RigError(f"{self.name} is off")
        self._network.unplug(self.name)
        self._power.off()

    def power_on(self):
        if self.is_on():
            raise RigError(f"{self.name} is on")
        self._network.plug(self.name)
        self._power.on()
        self.wait_until_up()

    def is_on(self):
        return self._power.is_on()

    def first_process(self):
        """As the machine counts."""
        return self._power.first_process()

    # Network: the host's own cable. Faults outlive reboots and power cuts.

    def cut(self, way="both"):
        """Packets vanish, nobody is told: "both" ways, or only those "from" it, or "to" it."""
        self._network.cut(self.name, way)

    def lose(self, percent):
        self._network.lose(self.name, percent)

    def delay(self, milliseconds):
        """Each way."""
        self._network.delay(self.name, milliseconds)

    def heal(self):
        self._network.heal(self.name)

    # Clock.

    def set_clock(self, offset, units="mainstay-*"):
        """The wall clock that these services see, "+1h" or "-90s" from the true one; None gives that back. They
        are started again. Their other clocks stay. The true clock is the machine's and stays, too."""
        setting = f"/etc/systemd/system/{units.removesuffix('*')}.service.d/clock.conf"
        if offset is None:
            self.run("rm", "-f", setting)
        else:
            library = self.shell("echo /usr/lib/*/faketime/libfaketime.so.1")
            self.write(setting, f"[Service]\nEnvironment=LD_PRELOAD={library} FAKETIME={offset} "
                       "FAKETIME_DONT_FAKE_MONOTONIC=1\n")
        self.run("systemctl", "daemon-reload")
        # Not those of tasks and probes, which may have ended before they are asked to.
        self.shell(f"systemctl list-unit-files --state=enabled,disabled,static --no-legend '{units}.service' | "
                   "cut -d' ' -f1 | xargs -r systemctl try-restart")

    # Disk.

    def fill_disk(self, leave="0"):
        """Only of a host that has a disk of its own: else it would be the machine's."""
        if not self._disk.size:
            raise RigError(f"{self.name} has no disk of its own: Fleet(disks={{'{self.name}': '600M'}})")
        taken = f"touch {FILLER}; taken=$(stat -c %s {FILLER}); free=$(df --output=avail -B1 / | tail -n 1); "
        self.shell(f"{taken} more=$((free - {bytes_of(leave)})); [ $more -le 0 ] || "
                   f"fallocate -o $taken -l $more {FILLER} || [ {bytes_of(leave)} = 0 ]")
        if not bytes_of(leave):
            # What is left are crumbs between the extents.
            self.run("sh", "-c", f"cat /dev/zero >> {FILLER}", check=False)

    def free_disk(self):
        self.run("rm", "-f", FILLER)

    def close(self):
        self._power.off()
        self._disk.close()
