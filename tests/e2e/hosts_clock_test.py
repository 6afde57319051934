"""A running agent and executor whose clocks jump: what the history keeps, what the host shows, what root's probes tell,
and that a source which always takes too long rests for the time that passes. One story a host.

    hosts_clock_test.py FOLDER-OF-PACKAGES

The clocks of both, and of the program that looks, are moved by set_clocks.c while they run."""

import base64
import json
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

from fleet import Fleet, claim, run_test, wait_for

HERE = pathlib.Path(__file__).parent
LIBRARY, CLOCKS, LOOK = "/usr/local/lib/set_clocks.so", "/etc/mainstay/clocks", "/usr/local/bin/look"
STATE = "/var/lib/mainstay/agent"
# Of each file its bytes, where its minutes begin, and the bytes of one (agent/collect/history/layout.h).
FILES = {"history": (929_792, 8192, 128), "history.services": (1_118_208, 12_288, 128), "history.inodes": (561_152, 8192, 64)}
MINUTES = 2880
HOUR, DAY = 3600, 86_400
BACKUP = """kind: backup
name: all
sets:
  - {name: secret, tool: files, pattern: "/srv/secret/*.dump", objectives: {rpo: 12h}}
"""
# Root has a configuration of its own to say who looks for it. A source named in a file hangs.
LOOKER = f"""#!/bin/sh
for word; do [ ! -e "/etc/mainstay/hangs-$word" ] || exec sleep 600; done
LD_PRELOAD={LIBRARY} CLOCKS={CLOCKS} exec /usr/libexec/mainstay/mainstay-collect "$@"
"""
DROP_IN = f"[Service]\nEnvironment=LD_PRELOAD={LIBRARY} CLOCKS={CLOCKS}\n"


def set_clocks(host, wall=0, counted=0):
    # Whoever reads the file meanwhile has the clocks before or those after.
    host.write(CLOCKS + ".new", f"{wall} {counted}\n")
    host.run("mv", CLOCKS + ".new", CLOCKS)


def prepare(host, library, sources):
    host.shell(f"base64 -d > {LIBRARY}", text=base64.b64encode(library.read_bytes()).decode())
    host.write(LOOK, LOOKER, mode="755")
    set_clocks(host)
    for unit in ("mainstay-agent", "mainstay-exec"):
        host.write(f"/etc/systemd/system/{unit}.service.d/clocks.conf", DROP_IN)
    host.shell("mkdir -m 700 /srv/secret; echo x > /srv/secret/a.dump; touch -d '1 hour ago' /srv/secret/a.dump")
    host.write("/etc/mainstay/backup.yaml", BACKUP)
    kept = host.read("/etc/mainstay/agent.conf").replace("/usr/libexec/mainstay/mainstay-collect", LOOK)
    host.write("/etc/mainstay/agent.conf", kept + f"sources: {sources}\n")
    host.shell(f"echo 'collect_helper: {LOOK}' >> /etc/mainstay/executor.conf")
    host.shell("systemctl daemon-reload; systemctl restart mainstay-exec mainstay-agent")


def shown(host):
    """By the host's own clock, as it is set."""
    return json.loads(host.run("mainstay-agent", "show", "-o", "json", env={"LD_PRELOAD": LIBRARY, "CLOCKS": CLOCKS}))


def line_of(host, words):
    return next((line for line in shown(host)["findings"] if words in line), "")


def told(host, what, predicate, timeout=120):
    claim(f"{host.name}: {what}", wait_for(f"{host.name}: {what}", predicate, timeout))


# History.


def minutes_of(host, name):
    """Number and bytes of each block that was written; the agent writes each at once."""
    size, begin, length = FILES[name]
    file = base64.b64decode(host.shell(f"base64 -w0 {STATE}/{name} 2> /dev/null || true"))
    if file and len(file) != size:
        claim(f"{host.name}: {name} has its bytes and no more", False, len(file))
    blocks = [file[begin + place * length:begin + (place + 1) * length] for place in range(MINUTES)]
    return {struct.unpack_from("<I", block)[0]: block for block in blocks if any(block)}


def is_kept(host, since):
    """A minute of this clock, and not of a later one that was set before, in every file."""
    first = int(since // 60)
    return all(set(minutes_of(host, name)) & set(range(first, first + 10)) for name in FILES)


def is_in_order(host, jump):
    screen = shown(host)
    now = time.time() + jump
    claim(f"{host.name}: what it shows is of no time to come, clock {jump:+}", screen["age_seconds"] >= 0 and all(
        (service["kept_since_unix_seconds"] or 0) <= now + 60 for service in screen["services"]), screen)
    claim(f"{host.name}: every age is one, clock {jump:+}", not any("(-" in line for line in screen["findings"]), screen)


def judged(host, mark, words):
    line = line_of(host, "secret")
    return line.startswith(mark + " ") and words in line


def history(fleet, host):
    told(host, "root's probe sees the backup", lambda: judged(host, "ok", "old of 12 h"))
    agent = host.main_pid("mainstay-agent")
    told(host, "two minutes are kept", lambda: all(len(minutes_of(host, name)) > 1 for name in FILES), 240)
    # The last one may be written once more.
    before = {name: dict(sorted(minutes_of(host, name).items())[:-1]) for name in FILES}
    at = 0
    # Of the backup under each clock the mark, and what its line says.
    for jump, mark, words in ((-2 * HOUR, ".", "from the future"), (DAY, "!", "old"), (365 * DAY, "!", "old"), (0, "ok", "old")):
        at, begun = time.time() + jump, at
        set_clocks(host, jump)
        if begun:
            told(host, f"a minute of the clock before {jump:+} is kept", lambda since=begun: is_kept(host, since))
        told(host, f"root's probe judges by the clock as it is, {jump:+}", lambda words=(mark, words): judged(host, *words))
        # Two samples were taken by then.
        told(host, f"the agent goes on, clock {jump:+}", lambda until=at + 25: shown(host)["as_of_unix_seconds"] in
             range(int(until), int(until) + 600))
        is_in_order(host, jump)
    for name in FILES:
        after = minutes_of(host, name)
        claim(f"{host.name}: {name}: what was kept under the right clock is as it was",
              all(after.get(minute) == block for minute, block in before[name].items()), sorted(after))
    told(host, "services are shown, of now", lambda: any(
        service["memory_mib"]["now"] is not None or service["cpu_percent_hundredths"]["now"] is not None
        for service in shown(host)["services"]), 240)
    claim(f"{host.name}: all by one agent", host.main_pid("mainstay-agent") == agent != 0)


# A rest.


def goes_on(host, hours, jump):
    """The other source is looked at: its backup gets another age."""
    host.shell(f"touch -d '{hours} hours ago' /srv/secret/a.dump")
    told(host, f"the other source is looked at, clock {jump:+}", lambda: is_aged(host, hours * HOUR + jump))


def is_aged(host, age):
    if age < 0:
        return "from the future" in line_of(host, "secret")
    told_age = shown(host)["status"].get("backup.age")
    return told_age is not None and age <= int(told_age.split()[0]) < age + HOUR


def rest(fleet, host):
    told(host, "services are looked at", lambda: "service.failed" in shown(host)["status"])
    host.write("/etc/mainstay/hangs-service", "")
    told(host, "a source that always takes too long rests", lambda: "rests for 24 h" in line_of(host, "took too long"), 400)
    line = line_of(host, "took too long")
    claim(f"{host.name}: it says why and until when", "after 3 in a row" in line and "until 20" in line and "UTC" in line, line)
    told(host, "the centre hears it", lambda: "rests for 24 h" in fleet.mainstay("host", "show", host.name))
    host.run("rm", "/etc/mainstay/hangs-service")
    for hours, jump in ((2, 365 * DAY), (3, -365 * DAY), (4, 0)):
        set_clocks(host, jump)
        goes_on(host, hours, jump)
        claim(f"{host.name}: it still rests, clock {jump:+}", "rests for 24 h" in line_of(host, "took too long"))
    set_clocks(host, 25 * HOUR, 25 * HOUR)
    told(host, "when the time has passed it is looked at again",
         lambda: "service.failed" in shown(host)["status"] and not line_of(host, "took too long"))


def restarted(fleet, host):
    told(host, "services are looked at", lambda: "service.failed" in shown(host)["status"])
    host.write("/etc/mainstay/hangs-service", "")
    told(host, "a source that always takes too long rests", lambda: "rests for 24 h" in line_of(host, "took too long"), 400)
    host.run("rm", "/etc/mainstay/hangs-service")
    host.run("systemctl", "restart", "mainstay-agent")
    told(host, "a new agent looks at once", lambda: "service.failed" in shown(host)["status"] and
         not line_of(host, "took too long"), 240)


def story():
    with tempfile.TemporaryDirectory() as folder, Fleet(regions=("eu",), hosts_per_region=3, debs=sys.argv[1]) as fleet:
        library = pathlib.Path(folder, "set_clocks.so")
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", HERE / "set_clocks.c", "-o", library], check=True)
        hosts = list(fleet.hosts.values())
        stories = (history, rest, restarted)
        sources = ("resource 5s, backup 5s", "service 5s, backup 5s", "service 5s")
        for host, words in zip(hosts, sources):
            prepare(host, library, words)
        acts = dict(zip(fleet.hosts, stories))
        fleet.each(lambda host: acts[host.name](fleet, host), hosts)


run_test(story)
