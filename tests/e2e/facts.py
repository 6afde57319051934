"""Gathers what is to agree after the kills: what the coordinator says, and what the hosts hold.

    facts.py FLEET STORED_ATTEMPTS > FACTS

FLEET/logs has rollouts.json (a list of `watch --once -o json`) and audit.json (`audit show -o json`);
FLEET/copies has a copy of each store. STORED_ATTEMPTS reads them."""

import json
import pathlib
import re
import subprocess
import sys

SHORT = r"P-[0-9a-f]{6}/\d+/[a-z0-9.-]+/\d+"


def stored(reader, store):
    """What a store knows, by the attempt's short name."""
    said = subprocess.run([reader, store], capture_output=True, text=True, check=False)
    if said.returncode != 0:
        sys.exit(f"{store}: {said.stderr}")
    found = {}
    for line in said.stdout.splitlines():
        _, short, name, phase, kind, digest = line.split()
        found[short] = {"folder": name, "phase": phase, "kind": kind, "digest": digest}
    return found


def folders(executor):
    found = {}
    for folder in sorted((executor / "attempts").iterdir()):
        mark = folder / "started"
        found[folder.name] = {"files": sorted(file.name for file in folder.iterdir()),
                              "barred": mark.exists() and "barred: 1" in mark.read_text()}
    return found


def host_facts(fleet, name, reader):
    host = fleet / "hosts" / name
    configured = host / "root" / "configured"
    log = (fleet / "run" / f"{name}-executor.log").read_text(errors="replace")
    dpkg = subprocess.run(
        ["dpkg-query", "--admindir", host / "root/var/lib/dpkg", "-W",
         "-f=${Version} ${db:Status-Status}", "webd"], capture_output=True, text=True, check=False)
    return {
        "webd": dpkg.stdout,
        "configured": len(configured.read_text().splitlines()) if configured.exists() else 0,
        "journal": stored(reader, fleet / "copies" / f"{name}.mdb"),
        "folders": folders(host / "executor"),
        "launched": re.findall(rf" shim\.launched attempt=({SHORT})", log),
        "ended": re.findall(rf" attempt\.(?:finished|closed) attempt=({SHORT}) kind=(\w+)", log),
    }


def main():
    fleet, reader = pathlib.Path(sys.argv[1]), sys.argv[2]
    audit = json.loads((fleet / "logs" / "audit.json").read_text())
    names = sorted(host.name for host in (fleet / "hosts").iterdir())
    json.dump({
        "rollouts": json.loads((fleet / "logs" / "rollouts.json").read_text()),
        "audit": [record["text"] for record in audit["records"]],
        "records": stored(reader, fleet / "copies" / "coordinator.mdb"),
        "hosts": {name: host_facts(fleet, name, reader) for name in names},
    }, sys.stdout)


main()
