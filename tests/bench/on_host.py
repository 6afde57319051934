"""One host with systemd, enrolled and looking at all its sources, left alone for some minutes; what agent, helpers
and executor take, beside node_exporter, collectd and the minimal process on the same host. Prints JSON.

usage: on_host.py BUILD FOLDER-OF-PACKAGES MINUTES
With MAINSTAY_BENCH_SMAPS=1 the maps of each process, with their memory, go to standard error."""

import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]
sys.path.append(str(HERE.parent / "swarm"))  # after e2e: both have a `fleet`

import beside  # noqa: E402
from fleet import Fleet  # noqa: E402
from fleet.can import reason_it_cannot  # noqa: E402
from processes import memory  # noqa: E402
from readings import Held, Reading, children_seconds, inside, traffic  # noqa: E402

SETTLED = 130  # seconds from the start of the agent: first looks are spread over two minutes
STEP = 5       # seconds between two looks at memory, and for the executor
COST = f"{beside.FOLDER}/cost"
COLLECT = "/usr/libexec/mainstay/mainstay-collect"
SOURCES = {"resource": 5, "service": 5, "backup": 15, "patch": 60, "certificate": 60, "usage": 360}  # minutes
CERTIFICATES = "kind: certificate\nname: web\nsets:\n  - {name: web, files: [/etc/ssl/certs/ca-certificates.crt]}\n"
BACKUPS = """kind: backup
name: orders
sets:
  - name: orders-files
    tool: files
    pattern: "/srv/backup/*.dump"
    objectives: {rpo: 24h, rto: 1h, prove_every: 30d}
"""


def configure(host):
    """Something to find for every source."""
    host.shell("mkdir -p /srv/backup; head -c 100000 /dev/zero > /srv/backup/a.dump")
    host.write("/etc/mainstay/backup.yaml", BACKUPS)
    host.write("/etc/mainstay/certificate.yaml", CERTIFICATES)


class Executor:
    """It comes and goes. What it and its children used is what systemd waited for; memory while it is there."""

    def __init__(self, namespace, first):
        self.namespace, self.first = namespace, first
        self.seen, self.looks, self.most = 0, 0, {}
        self.before = children_seconds(first)

    def look(self):
        self.looks += 1
        for pid in inside(self.namespace).values():
            try:
                if not os.readlink(f"/proc/{pid}/exe").endswith("/mainstay-exec"):
                    continue
                now = memory(pid)
            except OSError:
                continue
            self.seen += 1
            self.most = max(self.most, now, key=lambda reading: reading.get("pss", 0))
            return

    def found(self, minutes):
        return {"present": self.seen / max(self.looks, 1), **self.most,
                "cpu_ms": 1000 * (children_seconds(self.first) - self.before) / minutes}


def cost(host, *argv):
    return json.loads(host.run(COST, *argv, timeout=300))


def looks(host):
    """One of each, as root: what a probe costs."""
    host.shell("mkdir -p /var/lib/bench/looks")
    return {source: {**cost(host, COLLECT, source, "--state", "/var/lib/bench/looks"), "minutes": minutes}
            for source, minutes in SOURCES.items()}


def patch_state(host):
    """The list of packages, three times each in turn; the median by processor time."""
    commands = {"list": (COLLECT, "patch", "--root", "/"), "apt-get": ("apt-get", "-s", "upgrade")}
    rounds = {name: [] for name in commands}
    for _ in range(3):
        for name, argv in commands.items():
            rounds[name].append(cost(host, *argv))
    return {name: sorted(many, key=lambda one: one["cpu_ms"])[1] for name, many in rounds.items()}


def watch(host, minutes, services):
    namespace = host.run("readlink", "/proc/self/ns/pid")
    outside = inside(namespace)
    pids = {"agent": outside[host.main_pid("mainstay-agent")],
            **{what: outside[host.main_pid(unit)] for what, unit in services.items()}}
    executor = Executor(namespace, outside[1])
    before, bytes_before = {name: Reading(pid) for name, pid in pids.items()}, traffic(pids["agent"])
    held = {name: Held(pid) for name, pid in pids.items()}
    until = time.monotonic() + 60 * minutes
    while time.monotonic() < until:
        executor.look()
        for each in held.values():
            each.look()
        time.sleep(STEP)
    found = {name: {**Reading(pid).since(before[name], minutes), **held[name].median()} for name, pid in pids.items()}
    received, sent = (after - begun for after, begun in zip(traffic(pids["agent"]), bytes_before))
    found["executor"] = executor.found(minutes)
    found["hour"] = {"sent": sent * 60 / minutes, "received": received * 60 / minutes}
    if os.environ.get("MAINSTAY_BENCH_SMAPS"):
        for name, pid in pids.items():
            print(name, pathlib.Path(f"/proc/{pid}/smaps").read_text(), file=sys.stderr)
    return found


def measure(build, debs, minutes):
    with Fleet(regions=("eu",), hosts_per_region=1, debs=debs) as fleet:
        host, = fleet.hosts.values()
        configure(host)
        services = beside.install(fleet, host, build)
        begin = time.monotonic()
        host.run("systemctl", "restart", "mainstay-agent")
        first = inside(host.run("readlink", "/proc/self/ns/pid"))[1]
        scraper = subprocess.Popen(["nsenter", "-t", str(first), "-n", "--", sys.executable, "-B",
                                    str(HERE / "scrape.py"), beside.EXPORTER])
        try:
            time.sleep(max(0, SETTLED - (time.monotonic() - begin)))
            found = watch(host, minutes, services)
        finally:
            scraper.terminate()
            scraper.wait()
        found["sources"] = len(json.loads(fleet.mainstay("host", "show", host.name, "-o", "json"))["findings"])
        found["looks"] = looks(host)
        found["patch"] = patch_state(host)
    return found


def main():
    reason = reason_it_cannot()
    if reason:
        sys.exit(f"SKIP: {reason}")
    found = measure(pathlib.Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
    print(json.dumps(found))


main()
