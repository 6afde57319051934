"""What hosts know of themselves, on real systemd: found by agent and probes, told to the centre, grouped by cause,
put off, reported; on both layouts of control groups; kept over a cut and a restart of the coordinator.
usage: hosts_state_test.py FOLDER-OF-PACKAGES"""

import contextlib
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from fleet import Fleet, claim, run_test, wait_for

SOURCES = "sources: resource 5s, patch 10s, backup 5s, certificate 5s, service 5s, usage 30s\n"
SAD = "[Service]\nExecStart=/bin/false\n"
CERTIFICATES = """kind: certificate
name: web
sets:
  - {name: web, files: [/etc/ssl/own]}
"""
BACKUP = """kind: backup
name: orders
sets:
  - name: orders-files
    tool: files
    pattern: "/srv/backup/*.dump"
    objectives: {rpo: 1h, rto: 1h, prove_every: 30d}
"""
# Two, so that a busy machine leaves them more than a tenth of a processor.
BURN = "[Service]\nExecStart=/bin/sh -c '(while :; do :; done) & while :; do :; done'\n"
# It takes its memory when it is told to, so that it is counted from the first byte.
HOLD = """[Service]
ExecStart=/bin/sh -c 'until [ -e /run/hold ]; do sleep 0.2; done; (head -c 200M /dev/zero; sleep infinity) | tail -c 200M'
"""
HOLDER = f"hold-{os.getpid()}.service"
MEMORY_GROUPS = pathlib.Path("/sys/fs/cgroup/memory")  # version 1
# A name that would clear the screen, and one that a shell or a template would act on.
HOSTILE = "we\x1b[2Jb-$(reboot)-{{x}}.pem"


def look_often(host):
    host.write("/etc/mainstay/agent.conf", host.read("/etc/mainstay/agent.conf") + SOURCES)
    host.run("systemctl", "restart", "mainstay-agent")


def shown(fleet, host):
    return json.loads(fleet.mainstay("host", "show", host.name, "-o", "json"))


def findings(fleet, host, topic):
    return [finding for source in shown(fleet, host)["findings"] for finding in source["findings"]
            if finding["topic"] == topic]


def needs(fleet):
    return json.loads(fleet.mainstay("status", "-o", "json"))["needs"]


def need_of(fleet, cause):
    return next((need for need in needs(fleet) if need["cause"] == cause), None)


def told(what, predicate, timeout=60):
    claim(what, wait_for(what, predicate, timeout))


def listed(fleet, selector):
    return [host["host"] for host in json.loads(fleet.mainstay("host", "list", "--where", selector, "-o", "json"))["hosts"]]


def everything_is_looked_at(fleet, host):
    # No disk of its own: the root of a rig's host is an overlay.
    told(f"{host.name}: memory, machine and services are told",
         lambda: {"memory", "machine", "service"} <=
         {finding["topic"] for source in shown(fleet, host)["findings"] for finding in source["findings"]})
    screen = fleet.mainstay("host", "show", host.name)
    claim(f"{host.name}: its screen has a line for each", all(word in screen for word in ("MACHINE", "MEMORY", "SERVICE")), screen)
    facts = shown(fleet, host)["facts"]
    claim(f"{host.name}: scalars for selectors", {"cpu.count", "memory.total", "service.failed", "disk.free_percent"} <=
          set(facts), facts)
    host.wait_for("the same without the centre", lambda: {"memory", "service.failed:"} <=
                  set(host.run("mainstay-agent", "show").split()))


@contextlib.contextmanager
def memory_counted(host, unit):
    """Where the machine has version 1, the systemd of a rig's host may make no group that counts memory: this makes it."""
    lines = pathlib.Path(f"/proc/{host.first_process()}/cgroup").read_text().splitlines()
    groups = {line.split(":")[1]: line.split(":")[2].lstrip("/") for line in lines}
    if "memory" not in groups:
        yield
        return
    # It shows the host that group as the root which its systemd began in.
    group = MEMORY_GROUPS / groups["memory"] / "system.slice" / unit
    members = pathlib.Path("/sys/fs/cgroup/unified", groups[""]).parent / "system.slice" / unit / "cgroup.procs"
    group.mkdir(parents=True)
    for pid in members.read_text().split():
        (group / "cgroup.procs").write_text(pid)
    try:
        yield
    finally:
        host.run("systemctl", "stop", unit, check=False)
        wait_for("nobody is in that group", lambda: (group / "cgroup.procs").read_text() == "")
        group.rmdir()
        with contextlib.suppress(OSError):
            group.parent.rmdir()


def services(host):
    shown_here = json.loads(host.run("mainstay-agent", "show", "-o", "json"))
    return {service["unit"]: service for service in shown_here["services"]}


def number(host, unit, what, when):
    return (services(host).get(unit) or {what: {when: None}})[what][when] or 0


def who_burns_and_who_holds(fleet, host):
    host.write("/etc/systemd/system/burn.service", BURN)
    host.write("/etc/systemd/system/" + HOLDER, HOLD)
    host.run("systemctl", "start", "burn.service", HOLDER)
    with memory_counted(host, HOLDER):
        host.write("/run/hold", "")
        host.wait_for("a minute of both is kept", lambda: number(host, HOLDER, "memory_mib", "now") >= 200 and
                      number(host, "burn.service", "cpu_percent_hundredths", "now") >= 1000, timeout=180)
        screen = host.run("mainstay-agent", "show")
        claim(f"{host.name}: its own screen names the busy one and the large one first",
              [line.split()[0] for line in screen.split("services by")[1:] for line in line.splitlines()[1:2]] ==
              ["burn.service", HOLDER], screen)
        told(f"{host.name}: the centre is told who holds most memory",
             lambda: any(finding["subject"] == HOLDER for finding in findings(fleet, host, "memory")))
        told(f"{host.name}: and who is busy", lambda: any(
            finding["subject"] == "burn.service" and finding["readings"]["used_percent"] >= 10
            for finding in findings(fleet, host, "machine")))
        screen = fleet.mainstay("host", "show", host.name)
        claim(f"{host.name}: both are on its screen", HOLDER in screen and "burn.service" in screen, screen)
    host.run("systemctl", "stop", "burn.service")
    host.run("systemctl", "kill", "-s", "KILL", "mainstay-agent")
    host.wait_for("what was kept is there after a kill", lambda: number(host, HOLDER, "memory_mib", "day_max") >= 200 and
                  number(host, "burn.service", "cpu_percent_hundredths", "day_max") >= 1000, timeout=60)


def told_by_systemd(host, unit):
    asked = "CPUUsageNSec,MemoryCurrent,ActiveEnterTimestampMonotonic"
    return dict(line.split("=") for line in host.run("systemctl", "show", unit, "-p", asked).splitlines())


def percent_by_systemd(host, unit):
    """Of one processor, since it was started."""
    said = told_by_systemd(host, unit)
    lived = time.monotonic() * 1e9 - int(said["ActiveEnterTimestampMonotonic"]) * 1e3
    return 100 * int(said["CPUUsageNSec"]) / lived


def is_nearest(share, percent):
    """Not one that was divided by the processors, nor multiplied by them."""
    wrong = {percent / os.cpu_count(), percent * os.cpu_count()} - {percent}
    return share > 0 and all(abs(math.log(share / percent)) < abs(math.log(share / other)) for other in wrong)


def control_groups_of_version_2(host):
    """Alone, as on today's machines. Processor time is counted in them without a controller; memory is not."""
    claim(f"{host.name}: nothing else is mounted there",
          host.run("findmnt", "-n", "-o", "FSTYPE", "/sys/fs/cgroup") == "cgroup2" and
          host.run("findmnt", "-n", "-t", "cgroup", check=False) == "")
    host.write("/etc/systemd/system/busy.service", BURN)
    host.run("systemctl", "start", "busy.service")
    host.wait_for("its processor time is kept", lambda: number(host, "busy.service", "cpu_percent_hundredths", "now"), 180)
    # Of one processor, and not of all: both differ by a factor, and ours is of a minute, systemd's of all since the start.
    told(f"{host.name}: its share is that of one processor by systemd's counter", lambda: is_nearest(
        number(host, "busy.service", "cpu_percent_hundredths", "now") / 100, percent_by_systemd(host, "busy.service")), 300)
    service = services(host)["busy.service"]
    said = told_by_systemd(host, "busy.service")
    claim(f"{host.name}: memory is known if systemd knows it, and never nothing",
          (service["memory_mib"]["now"] is None) == (said["MemoryCurrent"] == "[not set]"), (said, service))
    host.run("systemctl", "stop", "busy.service")


def probes(fleet, host):
    told(f"{host.name}: root's eyes see every process", lambda: "service.old_code" in shown(fleet, host)["facts"])
    host.run("apt-get", "-q", "-y", "install", "libgreet1", timeout=120)
    told(f"{host.name}: a service on a replaced library is told with its file",
         lambda: any(finding["subject"] == "greetd.service" and "libgreet" in finding["text"]
                     for finding in findings(fleet, host, "service")))
    claim(f"{host.name}: a selector finds it", listed(fleet, "service.old_code > 0") == [host.name])
    host.shell("echo 'probes: none' >> /etc/mainstay/executor.conf; systemctl restart mainstay-exec")
    told(f"{host.name}: where no probe is allowed, it cannot be told",
         lambda: "service.old_code" not in shown(fleet, host)["facts"] and
         any(finding["judgement"] == "not proved" and "root" in finding["text"]
             for finding in findings(fleet, host, "reboot")))


def one_need_a_cause(fleet, first, second):
    cause = "finding/service/sad.service"
    for host in (first, second):
        host.write("/etc/systemd/system/sad.service", SAD)
    first.run("systemctl", "start", "sad.service", check=False)
    told("a failed unit is a need", lambda: need_of(fleet, cause) is not None)
    need = need_of(fleet, cause)
    claim("it names its host", need["host"] == first.name and need["hosts"] == 1, need)
    claim("status --check says so", fleet.mainstay("status", "--check", check=False).code == 5)
    snooze = ("snooze", need["id"], "--until", "4h", "--reason", "known")
    claim("it is put off", fleet.mainstay(*snooze, check=False).code == 0)
    claim("and is quiet then", need_of(fleet, cause) is None)
    said = fleet.mainstay("status", "--snoozed")
    claim("who put it off and why is told", "known" in said and need["id"] in said, said)
    second.run("systemctl", "start", "sad.service", check=False)
    told("a second host wakes it", lambda: (need_of(fleet, cause) or {}).get("hosts") == 2)
    report = fleet.mainstay("report", "service")
    claim("the report has both", report.count("sad.service") == 2 and "2 hosts = 2 told of it + 0 did not" in report, report)
    for host in (first, second):
        host.run("systemctl", "reset-failed", "sad.service")
    told("mended, it is gone", lambda: need_of(fleet, cause) is None)


def made_certificate(folder):
    path = pathlib.Path(folder, "made.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "5", "-subj", "/CN=own",
                    "-keyout", "/dev/null", "-out", path], check=True, capture_output=True)
    return path.read_text()


def hostile_names(fleet, host, certificate):
    host.shell("mkdir -p /etc/ssl/own")
    host.write("/etc/ssl/own/" + HOSTILE, certificate)
    host.write("/etc/mainstay/certificate.yaml", CERTIFICATES)
    told(f"{host.name}: a certificate that ends in days is told", lambda: findings(fleet, host, "certificate"))
    for words in (("host", "show", host.name), ("report", "certificate"), ("status",),
                  ("host", "show", host.name, "-o", "json")):
        said = fleet.mainstay(*words)
        claim(f"nothing of its name acts on a terminal: mainstay {' '.join(words)}", "\x1b" not in said, repr(said))
    claim("a selector finds it", listed(fleet, "certificate.left < 30d") == [host.name])
    claim("nobody rebooted", host.run("cut", "-d.", "-f1", "/proc/uptime") != "0" and
          "own" in fleet.mainstay("report", "certificate"))


def backups(fleet, host):
    host.shell("mkdir -p /srv/backup; echo x > /srv/backup/a.dump; touch -d '3 hours ago' /srv/backup/a.dump")
    host.write("/etc/mainstay/backup.yaml", BACKUP)
    told(f"{host.name}: a backup beyond its objective is the worst of needs",
         lambda: (need_of(fleet, "finding/backup/orders-files") or {}).get("urgency") == "!!")
    claim("a selector finds it", listed(fleet, "backup.age > 2h") == [host.name])
    host.shell("echo y > /srv/backup/b.dump; touch -d '20 minutes ago' /srv/backup/b.dump")
    told(f"{host.name}: a newer one makes it good", lambda: listed(fleet, "backup.age < 40m") == [host.name])
    told(f"{host.name}: what is left is the proof of a restore that was asked for",
         lambda: (need_of(fleet, "finding/backup/orders-files") or {}).get("urgency") == "." and
         "no restore of it is proved within 30 d" in need_of(fleet, "finding/backup/orders-files")["text"])


def survives(fleet, host):
    fleet.cut(host.name)
    host.write("/etc/systemd/system/sadder.service", SAD)
    host.run("systemctl", "start", "sadder.service", check=False)
    fleet.centre.run("systemctl", "kill", "-s", "KILL", "mainstay-coordinator")
    wait_for("the coordinator is back", lambda: fleet.mainstay("status", check=False).code == 0, 60)
    claim("what was found is known after a kill of the coordinator",
          findings(fleet, host, "memory") != [])
    fleet.heal(host.name)
    told("what changed while a host was cut off is told afterwards",
         lambda: need_of(fleet, "finding/service/sadder.service") is not None, 120)


def story():
    with tempfile.TemporaryDirectory() as folder, \
            Fleet(regions=("eu",), hosts_per_region=2, debs=sys.argv[1], unified=["web-eu-2"]) as fleet:
        first, second = fleet.hosts.values()
        fleet.each(look_often, fleet.hosts.values())
        fleet.each(lambda host: everything_is_looked_at(fleet, host), fleet.hosts.values())
        who_burns_and_who_holds(fleet, first)
        control_groups_of_version_2(second)
        one_need_a_cause(fleet, first, second)
        hostile_names(fleet, first, made_certificate(folder))
        backups(fleet, second)
        probes(fleet, second)
        survives(fleet, first)


run_test(story)
