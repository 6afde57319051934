"""One bridge in a network namespace of its own, and a namespace and a cable for each host. Nothing is
joined to the machine's own network: hosts see each other and the repository, and no internet."""

import dataclasses
import pathlib
import sys
import threading

from .child import Child
from .errors import RigError
from .faults import Faults
from .machine import command
from .waiting import wait_for

BRIDGE = "bridge"
DELAY_MAX = 60000  # milliseconds; more would be a cut


@dataclasses.dataclass
class Port:
    """A host's place at the bridge. With a delay, a wire lies between the host's cable and the bridge."""
    name: str
    address: str
    number: int
    plugged: bool = False
    delay: int = 0  # milliseconds each way
    wire: Child | None = None

    def __post_init__(self):
        self.cable, self.wire_end, self.wire_plug = (f"{kind}{self.number}" for kind in ("p", "w", "x"))


class Network:
    def __init__(self, folder, groups):
        self._folder, self._groups = pathlib.Path(folder), groups
        self._ports = {}
        self._regions = {}  # name: how its addresses begin
        self._faults = Faults(BRIDGE)
        self._lock = threading.RLock()
        command("ip", "netns", "add", BRIDGE)
        self._in_bridge("link add br0 type bridge", "link set br0 up")

    def _in_bridge(self, *lines):
        command("ip", "-n", BRIDGE, "-batch", "-", text="\n".join(lines))

    def add_region(self, name, number):
        self._regions[name] = f"10.77.{number}."
        self._faults.know_region(name, f"10.77.{number}.0/24")

    def add_port(self, name, address):
        self._ports[name] = Port(name, address, len(self._ports) + 1)
        self._faults.know_host(name, address)
        self.plug(name)

    def plug(self, name):
        """A namespace without a history: no connection of an earlier power cycle says goodbye from it."""
        with self._lock:
            port = self._ports[name]
            command("ip", "netns", "add", name)
            port.plugged = True
            self._in_bridge(f"link add {port.cable} type veth peer name eth0 netns {name}",
                            f"link set {port.cable} master br0 up")
            command("ip", "-n", name, "-batch", "-", text="\n".join((
                "link set lo up", f"address add {port.address}/16 dev eth0", "link set eth0 up")))
            if port.delay:
                self._lay_wire(port)

    def unplug(self, name):
        with self._lock:
            port = self._ports[name]
            self._take_wire(port)
            command("ip", "netns", "delete", name)
            port.plugged = False
            # The kernel takes a namespace down in its own time, and a cable's name is free only then.
            command("ip", "-n", BRIDGE, "link", "delete", port.cable)

    # A name is a host's or a region's.

    def cut(self, name, way="both"):
        with self._lock:
            self._ports_of(name)
            self._faults.cut(name, way)

    def lose(self, name, percent):
        with self._lock:
            self._ports_of(name)
            self._faults.lose(name, percent)

    def delay(self, name, milliseconds):
        if not 0 <= milliseconds <= DELAY_MAX:
            raise RigError(f"delay takes milliseconds up to {DELAY_MAX}, not {milliseconds}")
        with self._lock:
            for port in self._ports_of(name):
                self._take_wire(port)
                port.delay = milliseconds
                if milliseconds and port.plugged:
                    self._lay_wire(port)

    def heal(self, name=None):
        """Without a name all; a region is healed with its hosts' delays, but not of their own cuts."""
        with self._lock:
            if name is None:
                self._faults.heal_all()
            else:
                self._faults.heal(name)
            for port in list(self._ports.values()) if name is None else self._ports_of(name):
                if port.delay:
                    self.delay(port.name, 0)

    def _ports_of(self, name):
        if name in self._regions:
            return [port for port in self._ports.values() if port.address.startswith(self._regions[name])]
        if name not in self._ports:
            raise RigError(f"{name} is neither a host nor a region: {', '.join([*self._ports, *self._regions])}")
        return [self._ports[name]]

    def _lay_wire(self, port):
        self._in_bridge(f"link add {port.wire_end} type veth peer name {port.wire_plug}",
                        f"link set {port.cable} nomaster", f"link set {port.wire_end} up",
                        f"link set {port.wire_plug} master br0 up")
        program = pathlib.Path(__file__).parent / "wire.py"
        log = self._folder / f"{port.wire_end}.log"
        log.unlink(missing_ok=True)
        port.wire = Child(["ip", "netns", "exec", BRIDGE, sys.executable, "-B", program, port.delay, port.cable,
                           port.wire_end], log, self._groups)
        wait_for(f"the wire of {port.name}", lambda: "ready" in port.wire.said() or not port.wire.alive())
        if not port.wire.alive():
            raise RigError(f"the wire of {port.name} ended: {port.wire.said()}")

    def _take_wire(self, port):
        if port.wire:
            port.wire.stop()
            port.wire = None
            self._in_bridge(f"link delete {port.wire_end}", f"link set {port.cable} master br0")

    def close(self):
        for port in self._ports.values():
            if port.wire:
                port.wire.stop()
        for name in [*(port.name for port in self._ports.values() if port.plugged), BRIDGE]:
            command("ip", "netns", "delete", name)
