"""One real coordinator with its gates and store, made by `mainstay init`, and swarms of hosts."""

import atexit
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile

from processes import STARTED, Talker, clock, end, fail, memory, wait_for

# 20,000 descriptors a process are common; a client has five.
HOSTS_OF_PROCESS = 3400


def free_ports(count):
    """Below the range that the kernel gives to clients."""
    found = []
    while len(found) < count:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            if port not in found and probe.connect_ex(("127.0.0.1", port)) != 0:
                found.append(port)
    return [f"tcp://127.0.0.1:{port}" for port in found]


class Fleet:
    def __init__(self, build, grace="5s", beacon="10s"):
        self.bin = os.path.abspath(os.path.join(build, "bin"))
        self.tests = os.path.abspath(os.path.join(build, "tests"))
        self.folder = tempfile.mkdtemp(prefix="mainstay-bench.")
        self.log = os.path.join(self.folder, "log")
        self.centre = None
        self.swarms = []
        self.over = False
        atexit.register(self.end, keep=True)
        os.mkdir(self.path("operator"), 0o700)
        self.config = self.path("operator/client.conf")
        self.run([os.path.join(self.tests, "swarm_hosts"), "--make-key", self.path("operator/ana.pem")])
        listen, gate, enrolment = free_ports(3)
        self.mainstay("init", "--directory", self.path("centre"), "--fleet", "bench", "--operator", "ana",
                      "--key-file", self.path("operator/ana.pem"), "--listen", listen, "--gate", gate,
                      "--enrolment", enrolment, "--gate-program", os.path.join(self.bin, "mainstay-gate"),
                      "--recovery-file", self.path("operator/recovery.pem"), "--grace", grace,
                      "--beacon-interval", beacon)

    def path(self, name):
        return os.path.join(self.folder, name)

    def run(self, argv):
        done = subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL, text=True, check=False,
                              env={**os.environ, "MAINSTAY_CONFIG": self.config})
        if done.returncode != 0:
            fail(f"{' '.join(argv)}: exit {done.returncode}: {done.stderr or done.stdout}")
        return done.stdout

    def mainstay(self, *words):
        return self.run([os.path.join(self.bin, "mainstay"), *words])

    def look(self, *words):
        return json.loads(self.mainstay(*words, "-o", "json"))

    # ---- the centre

    def start_centre(self):
        with open(self.log, "ab") as log:
            self.centre = subprocess.Popen(
                [os.path.join(self.bin, "mainstay-coordinator"), "--config", self.path("centre/coordinator.conf")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        STARTED.append(self.centre)

    def gate_pid(self, mode="gate"):
        """The gate outlives its coordinator, so it is found by its configuration."""
        wanted = self.path(f"centre/{mode}/").encode()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as text:
                    words = text.read().split(b"\0")
            except OSError:
                continue
            if words[0].endswith(b"mainstay-gate") and any(w.startswith(wanted) for w in words[1:]):
                return int(pid)
        return None

    def live(self):
        """Hosts the coordinator has heard in its present life; none if it does not answer."""
        done = subprocess.run([os.path.join(self.bin, "mainstay"), "status", "-o", "json"], check=False,
                              capture_output=True, stdin=subprocess.DEVNULL, text=True,
                              env={**os.environ, "MAINSTAY_CONFIG": self.config})
        return json.loads(done.stdout)["hosts"]["live"] if done.returncode == 0 else -1

    def wait_live(self, count, seconds=300):
        until = clock() + seconds
        while (live := self.live()) < count:
            if self.centre.poll() is not None:
                fail(f"the coordinator ended with {self.centre.returncode}; see {self.log}")
            if clock() > until:
                fail(f"waited {seconds} s for {count} live hosts, {live} are")
        return clock()

    def kill_centre(self):
        end(self.centre, signal.SIGKILL)

    def kill_gate(self):
        os.kill(self.gate_pid(), signal.SIGKILL)

    # ---- the hosts

    def enrol(self, count):
        """Tokens and enrolments through the real doors; the seconds each took."""
        begin, first = clock(), 1 + sum(s.count for s in self.swarms)
        fresh = []
        while count > 0:
            some = min(count, HOSTS_OF_PROCESS)
            swarm = Talker([os.path.join(self.tests, "swarm_hosts"), "--config", self.config, "--first", str(first),
                            "--count", str(some)], self.log)
            swarm.count = some
            fresh.append(swarm)
            first, count = first + some, count - some
        self.swarms += fresh
        wait_for(fresh, lambda now: now.get("ready", 0) == sum(s.count for s in fresh), 3600, "the enrolment")
        return {"tokens": max(s.seen["tokens"] for s in fresh) - begin,
                "enrolment": max(s.seen["ready"] for s in fresh) - begin}

    def say(self, word):
        for swarm in self.swarms:
            swarm.say(word)

    def wait(self, holds, seconds, what):
        return wait_for(self.swarms, holds, seconds, what)

    def counts(self):
        now = {}
        self.wait(lambda sums: now.update(sums) or True, 1, "counts")
        return now

    def end(self, keep=False):
        """Its folder, with the log, stays behind after a failure."""
        if self.over:
            return
        self.over = True
        for swarm in self.swarms:
            end(swarm.process)
        gates = [pid for pid in (self.gate_pid("gate"), self.gate_pid("enrolment")) if pid]
        if self.centre:
            end(self.centre)
        for pid in gates:
            os.kill(pid, signal.SIGTERM)
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def cost(self):
        return {"coordinator": memory(self.centre.pid)["rss"], "gate": memory(self.gate_pid())["rss"]}
