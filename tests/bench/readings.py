"""What a process of a host takes, read from outside: memory, processor time, wake-ups, bytes of the network."""

import os
import pathlib
import statistics

from processes import cpu_seconds, memory

TICKS = os.sysconf("SC_CLK_TCK")


def fields_of(pid):
    """Of /proc/PID/stat, from the state on: the name before it may hold anything."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()


def children_seconds(pid):
    """Of those that ended and that it waited for."""
    return sum(map(int, fields_of(pid)[13:15])) / TICKS


def wakeups(pid):
    """Of all its threads: how often they slept until something came."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        for line in pathlib.Path(f"/proc/{pid}/task/{task}/status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches:"):
                total += int(line.split()[1])
    return total


def traffic(pid, device="eth0"):
    """Bytes of its network namespace: received, sent, with the headers of all protocols but Ethernet's preamble."""
    for line in pathlib.Path(f"/proc/{pid}/net/dev").read_text().splitlines():
        name, _, numbers = line.partition(":")
        if name.strip() == device:
            words = numbers.split()
            return int(words[0]), int(words[8])
    return 0, 0


class Reading:
    """What it has used up to now."""

    def __init__(self, pid):
        self.pid = pid
        self.children = children_seconds(pid)
        self.own = cpu_seconds(pid) - self.children
        self.wakeups = wakeups(pid)

    def since(self, before, minutes):
        return {"cpu_ms": 1000 * (self.own - before.own) / minutes,
                "children_ms": 1000 * (self.children - before.children) / minutes,
                "wakeups": (self.wakeups - before.wakeups) / minutes}


class Held:
    """Kibibytes that it holds, as often as looked: an agent that just unmapped what it does not run holds less than
    a moment later. `anonymous` is what no file backs, which would be there twice if the process were."""

    def __init__(self, pid):
        self.pid, self.seen = pid, []

    def look(self):
        now = memory(self.pid)
        for line in pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Anonymous:"):
                now["anonymous"] = int(line.split()[1])
        self.seen.append(now)

    def median(self):
        return {what: statistics.median(each[what] for each in self.seen) for what in self.seen[0]}


def inside(pid_namespace):
    """Pids as the machine counts, by those that the host counts."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/ns/pid") != pid_namespace:
                continue
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("NSpid:"):
                    found[int(line.split()[-1])] = int(pid)
        except OSError:
            continue  # it ended
    return found
