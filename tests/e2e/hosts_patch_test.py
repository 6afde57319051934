"""A rolling security patch of twelve real hosts in three regions, with restarts and reboots, while the
coordinator is killed, a region is cut off, and a host loses its power in the middle of dpkg.
usage: hosts_patch_test.py FOLDER-OF-PACKAGES"""

import json
import sys
import time

from fleet import Fleet, claim, run_test, wait_for

PLAN = """kind: plan
name: november
change: CHG0041877
reason: November security round
targets: role = web and patch.security > 0
steps:
  - patch: {packages: security, restart: needed}
  - reboot: {when: needed, within: 3m}
  - check: {argv: [test, -s, /etc/webd/webd.conf], within: 30s}
order: {by: [region, zone], regions_at_once: 1, waves: [1, rest], concurrency: 3}
budget:
  - {per: cluster, unavailable: 1}
  - {per: region, unavailable: 3}
advance: {bake: 1s, failures: 2}
"""
UP = "dpkg-query -W -f '${db:Status-Abbrev} ${Package}\\n' | grep -v '^ii' || true"
PENDING = "apt-get -qq update && apt-get -qq -s dist-upgrade | grep -c '^Inst.*Debian-Security' || true"


class Rollout:
    def __init__(self, fleet):
        self.fleet = fleet

    def view(self):
        return json.loads(self.fleet.mainstay("watch", "R-1", "--once", "-o", "json", check=False))

    def target(self, host):
        return next(row for row in self.view()["targets"] if row["host"] == host)

    def works_in(self, region):
        return [row["host"] for row in self.view()["working"] if f"-{region}-" in row["host"]]

    def ended(self):
        return self.view()["phase"] in ("finished", "halted", "aborted")


def is_patching(host):
    """dpkg is at work, and not only asked what there is."""
    return host.is_on() and host.run("pgrep", "-x", "dpkg", check=False).code == 0


def kill_the_coordinator(fleet, rollout):
    wait_for("the first region is at its second wave", lambda: len(rollout.works_in("ap")) > 1, 240)
    fleet.centre.kill("mainstay-coordinator")
    wait_for("the coordinator is back", lambda: fleet.mainstay("status", check=False).code == 0, 60)
    claim("a killed coordinator is started again, and the rollout goes on", not rollout.ended())


def cut_a_region(fleet, rollout):
    wait_for("the second region works", lambda: rollout.works_in("eu"), 300)
    host = fleet.hosts[rollout.works_in("eu")[0]]
    wait_for("dpkg runs there", lambda: is_patching(host), 120)
    fleet.cut("eu")
    wait_for("a host that is cut off ends its patch all the same",
             lambda: host.run("pgrep", "-f", "mainstay-apt apply", check=False).code != 0, 240)
    fleet.heal("eu")
    claim("a region was cut off in the middle, and came back", True)


def pull_a_plug(fleet, rollout):
    wait_for("the third region works", lambda: rollout.works_in("us"), 600)
    host = fleet.hosts[rollout.works_in("us")[0]]
    wait_for("dpkg runs there", lambda: is_patching(host), 240)
    host.power_off()
    time.sleep(5)  # so that it is missed
    host.power_on()
    left = host.shell(UP)
    target = wait_for("what was interrupted is decided",
                      lambda: (row := rollout.target(host.name))["state"] in ("failed", "unknown") and row, 180)
    claim(f"dpkg was in the middle of {' '.join(left.split()) or 'two packages'}: {target['reason']}",
          target["attempts"][0]["outcome"] != "succeeded")
    fleet.mainstay("retry", "R-1", host.name)
    return host


def story():
    with Fleet(debs=sys.argv[1]) as fleet:
        wait_for("all are live", lambda: "12 live" in fleet.mainstay("status", check=False), 60)
        boots = {name: host.read("/proc/sys/kernel/random/boot_id") for name, host in fleet.hosts.items()}
        pending = fleet.hosts["web-eu-1"].shell(PENDING)
        claim(f"genuine security updates are pending: {pending.strip()} packages", int(pending) > 5)
        fleet.centre.write("/etc/november.yaml", PLAN)
        plan = fleet.mainstay("plan", "/etc/november.yaml")
        claim("the plan shows both steps that follow from `restart: needed` and `reboot`",
              "restart-service: those that run replaced files" in plan and "reboot: if needed" in plan)
        fleet.mainstay("apply", "/etc/november.yaml", "--expect-hosts", "12", "--no-watch")
        rollout = Rollout(fleet)
        kill_the_coordinator(fleet, rollout)
        cut_a_region(fleet, rollout)
        struck = pull_a_plug(fleet, rollout)
        wait_for("the rollout ends", rollout.ended, 900)
        view = rollout.view()
        claim(f"all twelve succeeded: {view['totals']}", view["totals"].get("succeeded") == 12)
        claim("the host that lost its power needed a second attempt",
              max(row["number"] for row in rollout.target(struck.name)["attempts"]) > 1)
        fleet.each(lambda host: judge(host, boots[host.name]), fleet.hosts.values())
        claim("nothing needs a person", "NEEDS A PERSON   nothing" in fleet.mainstay("status"))
        claim("the audit chain holds", fleet.mainstay("audit", "verify").code == 0)


def judge(host, boot):
    claim(f"{host.name}: no security update is pending", int(host.shell(PENDING)) == 0)
    claim(f"{host.name}: every package is installed as a whole", host.shell(UP).strip() == "")
    claim(f"{host.name}: it was rebooted", host.read("/proc/sys/kernel/random/boot_id") != boot)
    active = host.run("systemctl", "is-active", "webd", "greetd", "mainstay-agent", check=False)
    claim(f"{host.name}: its services run", active.split() == ["active"] * 3)
    old = host.run("/usr/libexec/mainstay/mainstay-restart", "services", "--look", check=False)
    claim(f"{host.name}: none runs replaced files {old}", old.code == 0)


run_test(story)
