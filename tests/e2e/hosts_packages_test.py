"""The packages: sound, upgraded from N to N+1 under running tasks by hand and by Mainstay itself, removed,
installed again, purged.
usage: hosts_packages_test.py FOLDER-OF-PACKAGES [FOLDER-OF-NEXT-PACKAGES]"""

import pathlib
import subprocess
import sys
import tempfile

from fleet import Fleet, claim, run_test, wait_for
from fleet.machine import command
from fleet.tasks import Task, patch, threads, works

PACKAGING = pathlib.Path(__file__).resolve().parents[2] / "packaging"
AT_HOSTS, AT_CENTRE = ("mainstay-agent", "mainstay-executor"), ("mainstay-coordinator", "mainstay")
UNITS = {AT_HOSTS: ("mainstay-agent", "mainstay-exec"),
         AT_CENTRE: ("mainstay-coordinator", "mainstay-gate", "mainstay-enrolment")}
OURS, THEIRS = "# ours\nreport_interval: 5s\n", "# new in this version\n"
# Not the slices: empty ones stay until the next boot.
RUNS = """systemctl list-units --plain --no-legend 'mainstay*' | grep -v '[.]slice ' || true
pgrep -a mainstay || true
"""
# Nor what the operator has of his own.
LEFT = RUNS + """find / -xdev -path /proc -prune -o -path /root -prune -o -path /var/lib/operator -prune \
  -o -path /var/cache/apt -prune -o -iname '*mainstay*' -print
find /run -path /run/credentials -prune -o -path /run/log -prune -o -name '*mainstay*' -print
systemctl list-unit-files --no-legend 'mainstay*' || true"""


def are_sound(folder):
    debs = sorted(pathlib.Path(folder).glob("*.deb"))
    said = subprocess.run(["lintian", "--allow-root", "--fail-on", "error", *debs], capture_output=True, text=True,
                          check=False)
    claim(f"lintian finds no error in {len(debs)} packages", len(debs) == 4 and said.returncode == 0,
          said.stdout + said.stderr)
    said = subprocess.run([PACKAGING / "check-units"], capture_output=True, text=True, check=False)
    claim("the units are sound, and shut in far enough", said.returncode == 0, said.stdout + said.stderr)


def next_debs(folder):
    """Their version, and they: with a line more in each configuration file, for an upgrade to decide about."""
    given = sys.argv[2] if len(sys.argv) > 2 else f"{folder}/given"
    if len(sys.argv) <= 2:
        command(PACKAGING / "build-deb", "--version", "99.0.0", given, timeout=300)
    made = []
    for deb in sorted(pathlib.Path(given).glob("*.deb")):
        tree = pathlib.Path(folder, deb.stem)
        command("dpkg-deb", "--raw-extract", deb, tree)
        for path in tree.glob("etc/mainstay/*.conf"):
            path.write_text(path.read_text() + THEIRS)
        made.append(pathlib.Path(folder, deb.name))
        command("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made[-1])
    return command("dpkg-deb", "--field", made[0], "Version").strip(), made


def apt(host, *words):
    return host.run("apt-get", "-q", "-y", "--no-install-recommends", "-o", "Dpkg::Options::=--force-confold", *words,
                    timeout=180)


def upgrade(host, names, version):
    apt(host, "update")
    before = [host.main_pid(unit) for unit in UNITS[names]]
    apt(host, "install", *names)
    after = [host.main_pid(unit) for unit in UNITS[names]]
    claim(f"{host.name}: what ran was started again", 0 not in before + after and not set(before) & set(after),
          (before, after))
    is_upgraded(host, names, version)


def is_upgraded(host, names, version):
    found = host.run("dpkg-query", "-W", "-f", "${Version} ${db:Status-Abbrev}\n", *names)
    claim(f"{host.name}: its packages are those of {version}", found.split() == [version, "ii"] * len(names), found)
    active = host.run("systemctl", "is-active", *UNITS[names], check=False).split()
    claim(f"{host.name}: {', '.join(UNITS[names])}: active", active == ["active"] * len(UNITS[names]), active)
    programs = [host.run("readlink", f"/proc/{host.main_pid(unit)}/exe") for unit in UNITS[names]]
    claim(f"{host.name}: none of them runs a replaced program", not any("deleted" in one for one in programs), programs)


def keeps_what_was_edited(host):
    claim(f"{host.name}: an edited configuration file is kept, the other is the new one",
          host.read("/etc/mainstay/agent.conf").endswith(OURS) and
          host.read("/etc/mainstay/executor.conf").endswith(THEIRS), host.shell("tail -n 3 /etc/mainstay/*.conf"))


def edit(host):
    host.write("/etc/mainstay/agent.conf", host.read("/etc/mainstay/agent.conf") + OURS)
    host.run("systemctl", "restart", "mainstay-agent")


def upgrades(fleet, by_hand, by_mainstay, version):
    """At the same time, so that the coordinator is replaced in the middle of it."""
    task = Task(fleet, by_hand, 30)  # longer than an upgrade on a busy machine
    life = task.life()
    ended = patch(fleet, by_mainstay, "all")
    by_mainstay.wait_for("dpkg works", lambda: by_mainstay.run("pgrep", "-x", "dpkg"), 60)
    fleet.each(lambda host: upgrade(host, AT_HOSTS if host is by_hand else AT_CENTRE, version),
               (by_hand, fleet.centre))
    claim(f"{by_hand.name}: a task outlives the upgrade of agent and executor", task.life() == life,
          (life, task.life()))
    task.ends_well("upgraded by hand")
    outcome, reason = ended()
    claim(f"{by_mainstay.name}: Mainstay upgrades itself: {outcome} {reason}", outcome == "succeeded")
    is_upgraded(by_mainstay, AT_HOSTS, version)
    for host in (by_hand, by_mainstay):
        keeps_what_was_edited(host)
        works(fleet, host, "after the upgrade")


def states(fleet):
    return [line.split()[1] for line in fleet.mainstay("host", "list").splitlines() if line.startswith("web-")]


def nothing_is_left(host):
    left = host.shell(LEFT)
    claim(f"{host.name}: purged, nothing of it is left", left == "", left)


def removal(fleet, removed, purged):
    apt(removed, "remove", *AT_HOSTS)
    runs = removed.shell(RUNS)
    claim(f"{removed.name}: removed, nothing of it runs", runs == "", runs)
    kept = removed.run("ls", "/var/lib/mainstay/agent/enrolment", "/var/lib/mainstay/executor/record.key",
                       "/etc/mainstay/trust", check=False)
    claim(f"{removed.name}: its state is kept", kept.code == 0, kept.errors)
    apt(purged, "purge", *AT_HOSTS)
    nothing_is_left(purged)
    claim("both are seen as silent", wait_for("silence", lambda: states(fleet) == ["silent", "silent"], 90))
    apt(removed, "install", *AT_HOSTS)
    wait_for("it is back", lambda: states(fleet) == ["live", "silent"], 60)
    keeps_what_was_edited(removed)
    works(fleet, removed, "installed again, with no new token")
    for host, names in ((removed, AT_HOSTS), (fleet.centre, AT_CENTRE)):
        apt(host, "purge", *names)
        nothing_is_left(host)


def story():
    sound = threads.submit(are_sound, sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, Fleet(regions=("eu",), hosts_per_region=2, debs=sys.argv[1]) as fleet:
        by_hand, by_mainstay = fleet.hosts.values()
        fleet.each(edit, (by_hand, by_mainstay))
        wait_for("both are live", lambda: states(fleet) == ["live", "live"], 60)
        version, debs = next_debs(folder)
        fleet.repository.publish("main", *debs)
        upgrades(fleet, by_hand, by_mainstay, version)
        removal(fleet, by_hand, by_mainstay)
        claim("systemd is content everywhere", {host.run("systemctl", "is-system-running", check=False)
                                                for host in fleet.everyone()} == {"running"})
    sound.result()


run_test(story)
