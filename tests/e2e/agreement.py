"""Compares what the coordinator says of its rollouts with what the hosts hold.

    agreement.py FLEET VERSION < ROLLOUTS

ROLLOUTS is a list of `watch --once -o json`. Prints a line for each disagreement; exits 1 if there is
one. Of each host: dpkg has VERSION of webd; a task was started at most once an attempt and only for
attempts the coordinator knows; each that it calls succeeded, failed or unknown did start; postinst ran
at most once for each start."""

import collections
import json
import pathlib
import subprocess
import sys

STARTED = ("succeeded", "failed", "unknown")


def lines_of(path):
    return len(path.read_text().splitlines()) if path.exists() else 0


def starts_of(host):
    """Folders whose `started` is no bar."""
    starts = collections.Counter()
    for mark in (host / "executor" / "attempts").glob("*/started"):
        if "barred: 1" not in mark.read_text():
            starts[mark.parent.name] += 1
    return starts


def host_faults(host, version, attempts):
    starts = starts_of(host)
    holds = subprocess.run(
        ["dpkg-query", "--admindir", host / "root/var/lib/dpkg", "-W",
         "-f=${Version} ${db:Status-Status}", "webd"], capture_output=True, text=True, check=False).stdout
    if holds != f"{version} installed":
        yield f"dpkg holds webd {holds}"
    ended = sum(1 for attempt in attempts if attempt["outcome"] in STARTED)
    if ended != len(starts):
        yield f"{len(starts)} tasks were started, {ended} attempts are said to have run"
    if len(starts) > len(attempts):
        yield f"{len(starts)} starts in {len(attempts)} attempts"
    runs = lines_of(host / "root/configured")
    if runs > len(starts):
        yield f"postinst ran {runs} times in {len(starts)} starts"


def main():
    fleet, version = pathlib.Path(sys.argv[1]), sys.argv[2]
    attempts = collections.defaultdict(list)
    faults = []
    for rollout in json.load(sys.stdin):
        totals = rollout["totals"]
        if sum(n for key, n in totals.items() if key != "hosts") != totals["hosts"]:
            faults.append(f"{rollout['rollout']}: the totals do not add up: {totals}")
        for target in rollout["targets"]:
            attempts[target["host"]] += target["attempts"]
            if target["state"] != "succeeded":
                faults.append(f"{rollout['rollout']} {target['host']}: {target['state']}")
    for host in sorted((fleet / "hosts").iterdir()):
        faults += [f"{host.name}: {fault}" for fault in host_faults(host, version, attempts[host.name])]
    for fault in faults:
        print(fault)
    sys.exit(bool(faults))


main()
