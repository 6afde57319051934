"""What runs on the host beside the agent, each a service of its own: Debian's node_exporter and collectd, both
asked or telling each ten seconds, and the minimal process with the bare server that it talks to."""

import glob
import os
import secrets
import subprocess
import tempfile

from fleet.packages import Package

FOLDER = "/usr/lib/bench"
EXPORTER = "http://127.0.0.1:9100/metrics"
DEBIAN = ("prometheus-node-exporter", "collectd-core", "libltdl7")
PROGRAMS = ("minimal", "raw_server", "cost")

COLLECTD = """Interval 10
BaseDir "/var/lib/bench"
PIDFile "/run/bench-collectd.pid"
PluginDir "/usr/lib/collectd"
TypesDB "/usr/share/collectd/types.db"
LoadPlugin cpu
LoadPlugin memory
LoadPlugin swap
LoadPlugin load
LoadPlugin df
LoadPlugin disk
LoadPlugin interface
LoadPlugin uptime
LoadPlugin network
<Plugin network>
  Server "127.0.0.1" "25826"
</Plugin>
"""


def units(secret):
    server = f"tcp://127.0.0.1:9101 {secret}"
    return {"bench-server": f'/bin/sh -c "sleep infinity | {FOLDER}/raw_server {server}"',
            "bench-minimal": f"{FOLDER}/minimal {server} /var/lib/bench/minimal",
            "bench-exporter": "/usr/bin/prometheus-node-exporter --web.listen-address=127.0.0.1:9100",
            "bench-collectd": "/usr/sbin/collectd -f -C /etc/bench-collectd.conf"}


MEASURED = {"minimal process": "bench-minimal", "node_exporter": "bench-exporter", "collectd": "bench-collectd"}


def debian(folder):
    """Debian's packages, if they can be had."""
    os.chmod(folder, 0o755)  # apt fetches as a user of its own
    subprocess.run(["apt-get", "download", "-qq", *DEBIAN], cwd=folder, check=False, capture_output=True)
    return glob.glob(f"{folder}/*.deb")


def ours(build, folder):
    files = {f"{FOLDER}/{name}": build / "tests" / f"bench_{name}" for name in PROGRAMS}
    return Package("bench", "1", files=files).build(folder)


def install(fleet, host, build):
    """Names of the services that run, by what they are."""
    with tempfile.TemporaryDirectory(prefix="mainstay-bench.") as folder:
        fetched = debian(folder)
        fleet.repository.publish("main", *fetched, ours(build, folder))
        names = [os.path.basename(deb).split("_")[0] for deb in fetched]
    host.run("apt-get", "-q", "update", timeout=120)
    host.run("systemctl", "mask", "collectd", "prometheus-node-exporter")
    host.run("apt-get", "-q", "-y", "--no-install-recommends", "install", "bench", *names, timeout=300)
    host.shell("mkdir -p /var/lib/bench/minimal")
    host.write("/etc/bench-collectd.conf", COLLECTD)
    started = {}
    for name, line in units(secrets.token_hex(32)).items():
        host.write(f"/etc/systemd/system/{name}.service", f"[Service]\nExecStart={line}\n")
        if host.run("systemctl", "start", name, check=False).code == 0:
            started[name] = name
    return {what: unit for what, unit in MEASURED.items() if unit in started and host.main_pid(unit)}
