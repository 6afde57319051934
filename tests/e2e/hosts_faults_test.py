"""Hosts keep working: systemd reloaded, journald stopped, D-Bus ended, processes killed and standing still,
a disk full, and a reboot that somebody orders in the middle of a patch. One story a host, side by side.
usage: hosts_faults_test.py FOLDER-OF-PACKAGES"""

import json
import sys

from fleet import Fleet, claim, run_test, wait_for
from fleet.tasks import Task, patch, run, threads, works

JOURNALD = "systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service"
# What is done to a host and to the centre while a task runs, and how it is made good afterwards.
STRIKES = {
    "systemd reloaded": ("systemctl daemon-reload", "true"),
    "systemd executed anew": ("systemctl daemon-reexec", "true"),
    "journald stopped": (f"systemctl stop {JOURNALD}", f"systemctl start {JOURNALD}"),
    "D-Bus restarted": ("systemctl restart dbus", "true"),
    "D-Bus killed": ("systemctl kill -s KILL dbus", "true"),
    "D-Bus stopped": ("systemctl stop dbus.socket dbus.service", "systemctl start dbus.socket dbus.service"),
}
AGAIN_AND_AGAIN = "for n in 1 2 3 4 5 6 7 8 9; do systemctl daemon-reexec; sleep 0.1; done"
HALVES = "dpkg --audit; dpkg-query -W -f '${db:Status-Abbrev} ${Package}\\n' | grep -v '^ii' || true"
DPKG = "md5sum /var/lib/dpkg/status /var/log/dpkg.log"


def services(fleet, host):
    def pids():
        return [host.main_pid("mainstay-agent"), host.main_pid("mainstay-exec"),
                *(fleet.centre.main_pid(f"mainstay-{one}") for one in ("coordinator", "gate", "enrolment"))]

    works(fleet, host, "before anything happens")
    before = pids()
    for what, (strike, cure) in STRIKES.items():
        task = Task(fleet, host, 2)
        fleet.each(lambda one: one.shell(strike), (host, fleet.centre))
        task.ends_well(what)
        works(fleet, host, what)
        fleet.each(lambda one: one.shell(cure), (host, fleet.centre))
    claim(f"{host.name}: none of Mainstay's processes ended meanwhile", 0 not in before and pids() == before,
          (before, pids()))
    loop = threads.submit(host.shell, AGAIN_AND_AGAIN)
    states = set()
    while not loop.done():
        states.add(run(fleet, host, "/bin/uname", "-n")[0])
    claim(f"{host.name}: tasks start while systemd executes itself anew again and again",
          states == {"succeeded"}, states)
    claim(f"{host.name}: systemd is content", host.run("systemctl", "is-system-running", check=False) == "running")


def processes(fleet, host):
    task = Task(fleet, host, 4)
    life = task.life()
    host.kill("mainstay-exec")
    host.run("systemctl", "restart", "mainstay-agent")
    claim(f"{host.name}: a task outlives its executor, and the agent", task.life() == life and
          "Slice=mainstay-tasks.slice" in life, (life, task.life()))
    task.ends_well("executor killed, agent restarted")
    started = host.run("journalctl", "-u", task.unit, "--no-pager", "-o", "cat").splitlines()
    claim(f"{host.name}: it was started once", started.count("started") == 1, started)
    rests(fleet, host)
    stands_still(fleet, host)


def rests(fleet, host):
    """Three seconds instead of a minute, for the test's sake."""
    host.shell("echo 'idle_exit: 3s' >> /etc/mainstay/executor.conf; systemctl restart mainstay-exec")
    works(fleet, host, "with an executor that rests early")
    host.wait_for("the executor goes", lambda: host.run("systemctl", "is-active", "mainstay-exec", check=False)
                  == "inactive", 20)
    seen = json.loads(fleet.mainstay("host", "show", host.name, "-o", "json"))["seen_at"]
    wait_for("the next report", lambda: json.loads(fleet.mainstay("host", "show", host.name, "-o", "json"))["seen_at"]
             != seen)
    claim(f"{host.name}: without work the executor ends in order, and no report wakes it",
          host.run("systemctl", "show", "-p", "ActiveState,Result", "mainstay-exec").split() ==
          ["Result=success", "ActiveState=inactive"])
    works(fleet, host, "with no executor")


def stands_still(fleet, host):
    """Three seconds here, too."""
    host.write("/etc/systemd/system/mainstay-agent.service.d/watchdog.conf", "[Service]\nWatchdogSec=3\n")
    host.shell("systemctl daemon-reload; systemctl restart mainstay-agent")
    pid = host.main_pid("mainstay-agent")
    works(fleet, host, "under a short watchdog")
    host.kill("mainstay-agent", "STOP")
    host.wait_for("another agent", lambda: host.main_pid("mainstay-agent") not in (0, pid), 40)
    claim(f"{host.name}: an agent that stands still is ended and started again by systemd",
          "Watchdog timeout" in host.journal("mainstay-agent"))
    works(fleet, host, "after that")


def disk(fleet, host):
    host.fill_disk(leave="8M")
    before, agent = host.shell(DPKG), host.main_pid("mainstay-agent")
    outcome, reason = patch(fleet, host)()
    claim(f"{host.name}: nearly full, it refuses a patch: {reason}", outcome == "refused" and "no room" in reason)
    claim(f"{host.name}: and leaves dpkg alone", host.shell(DPKG) == before)
    works(fleet, host, "nearly full")
    task = Task(fleet, host, 2)
    host.fill_disk(leave="0")
    host.wait_for("it hurts", lambda: "No space left" in host.run("journalctl", "-u", "mainstay-*", "--no-pager"))
    claim(f"{host.name}: with no byte left, its agent goes on", host.main_pid("mainstay-agent") == agent != 0 and
          f"{host.name}  live" in fleet.mainstay("host", "list"))
    host.free_disk()
    task.ends_well("no byte left")
    works(fleet, host, "with room again")
    outcome, reason = patch(fleet, host)()
    claim(f"{host.name}: and is patched by a new plan", outcome == "succeeded", reason)
    claim(f"{host.name}: wholly", host.shell(HALVES) == "", host.shell(HALVES))


def reboot(fleet, host):
    # Its own script insists on a restart, which systemd refuses while it goes down.
    host.run("apt-get", "-q", "-y", "install", "webd", timeout=120)
    ended = patch(fleet, host)
    host.wait_for("dpkg is in the middle of a package", lambda: host.shell(HALVES), 90)
    host.reboot()
    claim(f"{host.name}: somebody reboots it in the middle of dpkg, which ends in order", host.shell(HALVES) == "",
          host.shell(HALVES))
    outcome, reason = ended()
    claim(f"{host.name}: the attempt is decided: {outcome}, {reason}", "asked to end" in reason)
    works(fleet, host, "after the boot")


def story():
    with Fleet(regions=("eu",), hosts_per_region=4, debs=sys.argv[1], disks={"web-eu-3": "700M"}) as fleet:
        wait_for("all are live", lambda: "4 live" in fleet.mainstay("status", check=False), 60)
        acts = dict(zip(fleet.hosts, (services, processes, disk, reboot)))
        fleet.each(lambda host: acts[host.name](fleet, host), fleet.hosts.values())
        claim("at the end all are live", "4 live" in fleet.mainstay("status"))
        claim("the audit chain holds", fleet.mainstay("audit", "verify").code == 0)


run_test(story)
