"""What is wrong with the network, as rules of the bridge. They lie outside the hosts, which see silence, as
in life, and cannot look behind it. One table is made anew from all that is wanted and put in place at once."""

import collections
import dataclasses

from .errors import RigError
from .machine import command

WAYS = ("both", "from", "to")  # seen from the one that is cut


@dataclasses.dataclass
class Fault:
    cut: str = ""   # a way
    lost: int = 0   # of a hundred packets, each way


class Faults:
    """Of hosts and regions, by name. `packets` are two selectors of nft: those from it, and those to it."""

    def __init__(self, bridge):
        self._bridge = bridge
        self._packets = {}
        self._wanted = collections.defaultdict(Fault)

    def know_host(self, name, address):
        self._packets[name] = (f"ip saddr {address}", f"ip daddr {address}")

    def know_region(self, name, area):
        """When it is cut, its hosts still see each other."""
        self._packets[name] = (f"ip saddr {area} ip daddr != {area}", f"ip daddr {area} ip saddr != {area}")

    def cut(self, name, way):
        if way not in WAYS:
            raise RigError(f"cut has the ways {', '.join(WAYS)}, not {way}")
        self._change(name, cut=way)

    def lose(self, name, percent):
        if not 0 <= percent <= 100:
            raise RigError(f"lose takes a percentage, not {percent}")
        self._change(name, lost=percent)

    def heal(self, name):
        self._wanted.pop(name, None)
        self._put()

    def heal_all(self):
        self._wanted.clear()
        self._put()

    def _change(self, name, **change):
        self._wanted[name] = dataclasses.replace(self._wanted[name], **change)
        self._put()

    def _put(self):
        rules = [rule for name, fault in self._wanted.items() for rule in self._rules_of(name, fault)]
        command("ip", "netns", "exec", self._bridge, "nft", "-f", "-", text="\n".join((
            "table bridge rig", "delete table bridge rig", "table bridge rig {", "chain forward {",
            "type filter hook forward priority 0", *rules, "}", "}", "")))

    def _rules_of(self, name, fault):
        for way, packets in zip(("from", "to"), self._packets[name]):
            if fault.cut in (way, "both"):
                yield f"{packets} drop"
            elif fault.lost:
                yield f"{packets} numgen random mod 100 < {fault.lost} drop"
