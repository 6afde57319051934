"""An idle agent that looks at all sources, with its executor, node_exporter scraped each 10 s, and the minimal
process, over the same five minutes; what each look costs, apart."""

import glob
import os
import subprocess
import threading
import time
import urllib.request

from fleet import free_ports
from limits import RawServer
from processes import STARTED, clock, end, fail, memory

MINUTES = 5
SETTLED = 130  # seconds: first looks are spread over two minutes
SOURCES = {"resource": 1, "service": 5, "backup": 15, "patch": 60, "certificate": 60, "usage": 360}  # minutes between looks


def start(argv, log):
    with open(log, "ab") as to:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=to, stderr=to)
    STARTED.append(process)
    return process


def has_looked(host):
    return (host["patch"] or {}).get("security") is not None


def start_agent(fleet):
    at = fleet.path("host")
    os.mkdir(at)
    common = (f"trust_file: {fleet.path('centre/trust')}\napt_helper: {fleet.bin}/mainstay-apt\n"
              f"collect_helper: {fleet.bin}/mainstay-collect\n")
    with open(f"{at}/agent.conf", "w", encoding="utf-8") as conf:
        conf.write(f"state_directory: {at}/agent\nexecutor_socket: {at}/socket\nallow_root: yes\n{common}")
    with open(f"{at}/executor.conf", "w", encoding="utf-8") as conf:
        conf.write(f"state_directory: {at}/executor\nsocket: {at}/socket\nagent_uid: 0\n"
                   f"task_helper: {fleet.bin}/mainstay-task\n{common}")
    os.mkdir(f"{at}/agent", 0o700)
    executor = start([f"{fleet.bin}/mainstay-exec", "run", "--config", f"{at}/executor.conf"], fleet.log)
    fleet.mainstay("token", "create", "idle", "--labels", "role=idle", "--file", f"{at}/token")
    fleet.run([f"{fleet.bin}/mainstay-agent", "enrol", "--config", f"{at}/agent.conf", "--token", f"{at}/token"])
    agent = start([f"{fleet.bin}/mainstay-agent", "run", "--config", f"{at}/agent.conf"], fleet.log)
    until = clock() + 60
    while not has_looked(fleet.look("host", "show", "idle")):
        if clock() > until:
            fail("the idle agent has not looked at its host within 60 s")
        time.sleep(0.5)
    return agent, executor


def start_exporter(fleet):
    """Debian's, unpacked beside and not installed. None if it cannot be had."""
    folder = fleet.path("exporter")
    os.mkdir(folder)
    got = subprocess.run(["apt-get", "download", "-qq", "prometheus-node-exporter"], cwd=folder, check=False,
                         capture_output=True)
    packages = glob.glob(f"{folder}/*.deb")
    if got.returncode != 0 or not packages:
        return None, None
    subprocess.run(["dpkg-deb", "-x", packages[0], folder], check=True)
    address = free_ports(1)[0].removeprefix("tcp://")
    exporter = start([f"{folder}/usr/bin/prometheus-node-exporter", f"--web.listen-address={address}"], fleet.log)
    return exporter, f"http://{address}/metrics"


def cpu_of(process):
    """With the children that it has waited for: looks are its cost."""
    with open(f"/proc/{process.pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def looks(fleet):
    """One of each, as root: milliseconds of processor time, and MiB at its peak, children included."""
    found = {}
    state = fleet.path("looks")
    os.mkdir(state)
    for source in SOURCES:
        child = os.posix_spawn(f"{fleet.bin}/mainstay-collect", ["mainstay-collect", source, "--state", state],
                               {"PATH": "/usr/bin:/bin"}, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
        _, _, used = os.wait4(child, 0)
        found[source] = {"cpu_ms": 1000 * (used.ru_utime + used.ru_stime), "peak_mib": used.ru_maxrss / 1024,
                         "minutes": SOURCES[source]}
    return found


def scrape(address, over):
    while not over.wait(10):
        with urllib.request.urlopen(address, timeout=10) as page:
            page.read()


def measure(fleet):
    agent, executor = start_agent(fleet)
    exporter, address = start_exporter(fleet)
    raw = RawServer(os.path.dirname(fleet.bin), fleet.log)
    os.mkdir(fleet.path("minimal"))
    minimal = start([f"{fleet.tests}/bench_minimal", raw.endpoint, raw.secret, fleet.path("minimal")], fleet.log)
    raw.wait("peers", 1, "the minimal process")
    measured = {"agent": agent, "executor": executor, "minimal process": minimal}
    over = threading.Event()
    if exporter:
        measured["node_exporter"] = exporter
        threading.Thread(target=scrape, args=(address, over), daemon=True).start()
    time.sleep(SETTLED)
    before = {name: cpu_of(process) for name, process in measured.items()}
    time.sleep(60 * MINUTES)
    found = {}
    for name, process in measured.items():
        if process.poll() is not None:
            fail(f"{name} ended; see {fleet.log}")
        found[name] = {"cpu_ms": 1000 * (cpu_of(process) - before[name]) / MINUTES, **memory(process.pid)}
    over.set()
    for process in (*measured.values(), raw.talker.process):
        end(process)
    found["looks"] = looks(fleet)
    return found
