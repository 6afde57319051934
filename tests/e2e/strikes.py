"""Strikes at the processes of a fleet: SIGKILL, or SIGSTOP and SIGCONT some seconds later.

    strikes.py FLEET COUNT SEED

While FLEET/run/open_season exists (it removes it after 125), strikes at random moments and at the
arrows of an attempt, as far as they show from outside (arrows.py); ends after COUNT strikes and prints
how many each kind of process took, and each arrow. From 400 strikes on it exits 1 if a kind was never
killed, or never stopped, or an arrow never struck: that is then its last line. Only processes that
run a program of FLEET/bin, and what a task of theirs has started, are struck: found anew, and held by
a pidfd, each time."""

import collections
import os
import pathlib
import random
import signal
import sys
import time

from arrows import ARROWS, Arrows

TASK = "mainstay-task"
CENTRE = ("mainstay-coordinator", "mainstay-gate")
BRIEF = ("mainstay-task", "mainstay-apt", "below a task")
KINDS = (*CENTRE, "mainstay-agent", "mainstay-exec", *BRIEF)
WAYS = ("killed", "stopped")
SEASON_STRIKES = 125  # then the rollout may come to its end, and the next begins
RANDOM_STRIKES = 80  # of a season; the others wait for arrows, few of which are shot in such a hail
COVERING_STRIKES = 400  # fewer need not meet everything
ARROW_CHANCE = 0.5
ARROW_STRIKES = 5  # an arrow that was struck less often is always struck, as is a brief one
STOP_MAX = 4.0
PAUSE_MAX = 0.45  # shorter, and hardly an attempt would get on


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


class Striker:
    def __init__(self, fleet, chance):
        self.home = str(fleet / "bin") + "/"
        self.chance = chance
        self.stopped = []  # (when to go on, pidfd)
        self.counts = collections.Counter()  # of (kind, way)
        self.arrows = collections.Counter()

    def times(self, kind):
        return sum(self.counts[kind, way] for way in WAYS)

    def way_for(self, kind):
        """Mostly killed; the second time the other way."""
        if self.times(kind) >= 1:
            for way in WAYS:
                if not self.counts[kind, way]:
                    return way
        return "stopped" if self.chance.random() < 0.3 else "killed"

    def total(self):
        return sum(self.counts.values())

    def strike(self, wanted=lambda pid, kind: True):
        """Whether somebody was struck."""
        found = processes()
        kinds = collections.defaultdict(list)
        for pid in found:
            kind = kind_of(pid, found, self.home)
            if kind in (None, "mainstay") or not wanted(pid, kind):
                continue
            kinds[kind].append(pid)
        if not kinds:
            return False
        # While the centre is down nothing is granted, and no arrow is shot.
        weights = [1 if kind in CENTRE else 3 for kind in sorted(kinds)]
        kind = self.chance.choices(sorted(kinds), weights)[0]
        # Those that live only for moments would hardly ever be met.
        brief = sorted(set(kinds) & set(BRIEF))
        if brief and self.chance.random() < 0.5:
            kind = min(brief, key=self.times)
        return self.strike_one(self.chance.choice(kinds[kind]), kind)

    def strike_one(self, pid, kind):
        try:
            fd = os.pidfd_open(pid)
        except OSError:
            return False
        again = processes()
        way = self.way_for(kind)
        try:
            if pid not in again or kind_of(pid, again, self.home) != kind:
                raise ProcessLookupError
            signal.pidfd_send_signal(fd, signal.SIGSTOP if way == "stopped" else signal.SIGKILL)
        except OSError:
            os.close(fd)
            return False
        self.counts[kind, way] += 1
        if way == "stopped":
            self.stopped.append((time.monotonic() + self.chance.uniform(0.1, STOP_MAX), fd))
        else:
            os.close(fd)
        return True

    def strike_at(self, arrow, host):
        """Those whom the arrow leads from or to; a host's other processes, too."""
        if ARROWS[arrow].brief:
            self.arrows[arrow] += (self.strike(lambda pid, kind: kind == "below a task") or
                                   self.strike(lambda pid, kind: kind in BRIEF))
            return
        at_centre = ARROWS[arrow].crosses and self.chance.random() < 0.5
        wanted = (lambda pid, kind: kind in CENTRE) if at_centre else of_host(host)
        if self.strike(wanted):
            self.arrows[arrow] += 1

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

    def report(self):
        """Prints what was struck; returns what never was."""
        for kind, way in sorted(self.counts):
            print(f"# {self.counts[kind, way]:4d} {kind} {way}")
        for arrow in ARROWS:
            print(f"# {self.arrows[arrow]:4d} at the arrow `{arrow}`")
        missed = [f"{kind} {way}" for kind in KINDS for way in WAYS if not self.counts[kind, way]]
        return missed + [f"at the arrow `{arrow}`" for arrow in ARROWS if not self.arrows[arrow]]


def of_host(host):
    def wanted(pid, _):
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
    arrows = Arrows(fleet)
    next_at = 0.0
    before_season = at_random = 0
    while striker.total() < count:
        striker.let_go_on(all_of_them=not season.exists())
        time.sleep(0.01)
        shot = arrows.new()
        if not season.exists():
            before_season, at_random = striker.total(), 0
            continue
        if striker.total() - before_season >= SEASON_STRIKES:
            season.unlink(missing_ok=True)
            continue
        for arrow, host in shot:
            seldom = ARROWS[arrow].brief or striker.arrows[arrow] < ARROW_STRIKES
            if seldom or striker.chance.random() < ARROW_CHANCE:
                striker.strike_at(arrow, host)
        if time.monotonic() >= next_at and at_random < RANDOM_STRIKES:
            at_random += striker.strike()
            next_at = time.monotonic() + striker.chance.uniform(0.02, PAUSE_MAX)
    striker.let_go_on(all_of_them=True)
    missed = striker.report()
    print(f"# {striker.total():4d} strikes, seed {seed}")
    if missed:
        print(f"# never struck: {', '.join(missed)}")
    sys.exit(bool(missed) and count >= COVERING_STRIKES)


main()
