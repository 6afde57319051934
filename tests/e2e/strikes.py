"""Strikes at the processes of a fleet: SIGKILL, or SIGSTOP and SIGCONT some seconds later.

    strikes.py FLEET COUNT SEED

While FLEET/run/open_season exists (it removes it after 125), strikes at random moments and whenever an attempt's folder gets a
new file (the arrows of an attempt: started, result, output); ends after COUNT strikes and prints how
many each kind of process took. Only processes that run a program of FLEET/bin, and what a task of
theirs has started, are struck: found anew, and held by a pidfd, each time."""

import collections
import os
import pathlib
import random
import signal
import sys
import time

TASK = "mainstay-task"
BRIEF = ("mainstay-task", "mainstay-apt", "below a task")
SEASON_STRIKES = 125  # then the rollout may come to its end, and the next begins
STOP_MAX = 4.0
PAUSE_MAX = 0.3


def processes():
    """pid: (program, parent)"""
    found = {}
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            program = os.readlink(f"/proc/{entry.name}/exe")
            stat = pathlib.Path(f"/proc/{entry.name}/stat").read_text()
        except OSError:
            continue
        found[int(entry.name)] = (program, int(stat.rsplit(") ", 1)[1].split()[1]))
    return found


def kind_of(pid, found, home):
    """What kind of process of this fleet it is; None for a stranger."""
    program, parent = found[pid]
    if program.startswith(home):
        return program.removeprefix(home)
    for _ in range(16):
        if parent not in found:
            return None
        program, parent = found[parent]
        if program == home + TASK:
            return "below a task"
    return None


def arrows(fleet):
    seen = set()
    for folder in (fleet / "hosts").glob("*/executor/attempts/*"):
        try:
            seen.update((folder.parts[-4], str(folder / name)) for name in os.listdir(folder))
        except OSError:
            pass
    return seen


class Striker:
    def __init__(self, fleet, chance):
        self.home = str(fleet / "bin") + "/"
        self.chance = chance
        self.stopped = []  # (when to go on, pidfd)
        self.counts = collections.Counter()

    def strike(self, wanted=lambda pid: True):
        found = processes()
        kinds = collections.defaultdict(list)
        for pid in found:
            kind = kind_of(pid, found, self.home)
            if kind in (None, "mainstay") or not wanted(pid):
                continue
            kinds[kind].append(pid)
        if not kinds:
            return
        # Those that live only for moments would hardly ever be met.
        brief = sorted(set(kinds) & set(BRIEF))
        kind = self.chance.choice(brief if brief and self.chance.random() < 0.5 else sorted(kinds))
        pid = self.chance.choice(kinds[kind])
        try:
            fd = os.pidfd_open(pid)
        except OSError:
            return
        again = processes()
        if pid not in again or kind_of(pid, again, self.home) != kind:
            os.close(fd)
            return
        stops = self.chance.random() < 0.3
        try:
            signal.pidfd_send_signal(fd, signal.SIGSTOP if stops else signal.SIGKILL)
        except OSError:
            os.close(fd)
            return
        self.counts[f"{kind} {'stopped' if stops else 'killed'}"] += 1
        if stops:
            self.stopped.append((time.monotonic() + self.chance.uniform(0.1, STOP_MAX), fd))
        else:
            os.close(fd)

    def let_go_on(self, all_of_them=False):
        now = time.monotonic()
        for until, fd in list(self.stopped):
            if until <= now or all_of_them:
                self.stopped.remove((until, fd))
                try:
                    signal.pidfd_send_signal(fd, signal.SIGCONT)
                except OSError:
                    pass
                os.close(fd)


def of_host(host):
    def wanted(pid):
        try:
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
        return f"/hosts/{host}/".encode() in words
    return wanted


def main():
    fleet = pathlib.Path(sys.argv[1]).resolve()
    count, seed = int(sys.argv[2]), int(sys.argv[3])
    striker = Striker(fleet, random.Random(seed))
    season = fleet / "run" / "open_season"
    known = arrows(fleet)
    next_at = 0.0
    in_season = 0
    while sum(striker.counts.values()) < count:
        striker.let_go_on(all_of_them=not season.exists())
        time.sleep(0.01)
        total = sum(striker.counts.values())
        if not season.exists():
            in_season = total
            continue
        if total - in_season >= SEASON_STRIKES:
            season.unlink(missing_ok=True)
            continue
        seen = arrows(fleet)
        for host, _ in sorted(seen - known):
            if striker.chance.random() < 0.5:
                striker.strike(of_host(host))
        known = seen
        if time.monotonic() >= next_at:
            striker.strike()
            next_at = time.monotonic() + striker.chance.uniform(0.02, PAUSE_MAX)
    striker.let_go_on(all_of_them=True)
    for kind, number in sorted(striker.counts.items()):
        print(f"# {number:4d} {kind}")
    print(f"# {sum(striker.counts.values()):4d} strikes, seed {seed}")


main()
