"""Processes of a measurement: what they print as JSON lines, what they cost, and how they end."""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
import time

STARTED = []


def clock():
    """Seconds of the clock the programs print in (CLOCK_BOOTTIME)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def fail(text):
    sys.exit(f"not ok - {text}")


class Talker:
    """A program that prints lines of JSON and hears words."""

    def __init__(self, argv, log, **options):
        self.last = {}
        self.seen = {}
        self.changed = threading.Condition()
        self.log = open(log, "ab")
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.log, **options)
        STARTED.append(self.process)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            said = json.loads(line)
            with self.changed:
                self.last.update(said)
                for name in said:
                    self.seen.setdefault(name, said["at_ms"] / 1000)
                self.changed.notify_all()
        with self.changed:
            self.last["over"] = True
            self.changed.notify_all()

    def say(self, word):
        self.process.stdin.write((word + "\n").encode())
        self.process.stdin.flush()

    @property
    def pid(self):
        return self.process.pid


def wait_for(talkers, holds, seconds, what):
    """Until holds(sums of what they said last); the time when the last of them said so."""
    until = clock() + seconds
    while True:
        sums = {}
        for talker in talkers:
            with talker.changed:
                if talker.last.get("over"):
                    fail(f"a program ended while waiting for {what}; see {talker.log.name}")
                for name, value in talker.last.items():
                    sums[name] = max(sums.get(name, 0), value) if name == "at_ms" else \
                        sums.get(name, 0) + value
        if holds(sums):
            return sums.get("at_ms", 0) / 1000
        if clock() > until:
            fail(f"waited {seconds} s for {what}: {sums}")
        with talkers[0].changed:
            talkers[0].changed.wait(0.02)


def end(process, number=signal.SIGTERM):
    """Only what this program started."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


atexit.register(lambda: [end(p) for p in reversed(STARTED)])


def memory(pid):
    """Kibibytes: rss, pss, private."""
    found = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as lines:
        for line in lines:
            words = line.split()
            if words[-1] == "kB":
                found[words[0].rstrip(":")] = int(words[1])
    return {"rss": found["Rss"], "pss": found["Pss"],
            "private": found["Private_Clean"] + found["Private_Dirty"]}


def cpu_seconds(pid):
    """Of all its threads that live, in nanoseconds' grain, and of its children that have ended."""
    total = 0.0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as text:
            total += int(text.read().split()[0]) / 1e9
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as text:
        fields = text.read().rpartition(")")[2].split()
    return total + (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def load():
    return round(os.getloadavg()[0], 1)
