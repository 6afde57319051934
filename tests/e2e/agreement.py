"""Compares what the coordinator says of its rollouts with what the hosts hold, attempt by attempt.

    agreement.py VERSION < FACTS               a line for each disagreement; exits 1 if there is one
    agreement.py VERSION --doctored < FACTS    the same facts, each time with another fault put in: a
                                               line for each; exits 1 if one was not found

FACTS are made by facts.py. An attempt is known by its plan, step, host and number. It is granted once
in the audit chain; what became of it is the same in the rollout, in the record that the coordinator
keeps, in that record's line of the audit chain and in the journal of its host, by the record's digest;
its folder on the host shows a start if its end says that it ran, and only then. Of each host besides:
dpkg has VERSION of webd, and postinst ran at most once for each start."""

import collections
import json
import re
import sys

from doctored import DOCTORS

RAN = ("succeeded", "failed", "unknown")  # ends that say that the task was started
NO_RECORD = ("unreachable", "not-started")  # ends that no host has signed
SHORT = r"(P-[0-9a-f]{6}/\d+/[a-z0-9.-]+/\d+)"
# What a shim and its executor leave; a writer that was killed leaves a file with its number besides.
TRACES = re.compile(r"lock|started|(set|output|answer|result)(\.new\.\d+)?")


def told_attempts(rollouts):
    """short name: outcome, as rollouts tell it; and faults."""
    told, faults = {}, []
    for rollout in rollouts:
        for target in rollout["targets"]:
            for entry in target["attempts"]:
                short = f"{rollout['plan']}/{entry['step']}/{target['host']}/{entry['number']}"
                if told.get(short) not in (None, *NO_RECORD):  # which its real end may follow
                    faults.append(f"{short} is told twice")
                told[short] = entry["outcome"]
    return told, faults


def rollout_faults(rollout):
    name, totals = rollout["rollout"], rollout["totals"]
    if sum(n for key, n in totals.items() if key != "hosts") != totals["hosts"]:
        yield f"{name}: the totals do not add up: {totals}"
    for target in rollout["targets"]:
        if target["state"] != "succeeded":
            yield f"{name} {target['host']}: {target['state']}"


def same_attempts(one, some, other, others):
    for short in sorted(set(some) - set(others)):
        yield f"{short}: {one}, but not {other}"
    for short in sorted(set(others) - set(some)):
        yield f"{short}: {other}, but not {one}"


def grant_faults(audit, told):
    granted = collections.Counter()
    for text in audit:
        if text.startswith("attempt granted "):
            found = re.match(rf"attempt granted {SHORT} rollout=R-\d+$", text)
            granted[found[1] if found else text] += 1
    yield from same_attempts("told by its rollout", told, "granted in the audit chain", granted)
    for short, times in granted.items():
        if times != 1:
            yield f"{short}: granted {times} times in the audit chain"


def record_faults(audit, told, records):
    """Records that the coordinator took in, each with one line of the chain."""
    lines = collections.Counter(text for text in audit if text.startswith("record "))
    expected = {f"record {it['kind']} {short} digest={it['digest'][:16]}" for short, it in records.items()}
    for text in sorted(expected | set(lines)):
        if lines[text] != (text in expected):
            yield f"{lines[text]} lines of the audit chain for {text in expected:d} records: {text}"
    signed = {short for short, outcome in told.items() if outcome not in NO_RECORD}
    yield from same_attempts("told to have ended", signed, "recorded by the coordinator", records)
    for short in sorted(signed & set(records)):
        if told[short] != records[short]["kind"]:
            yield f"{short}: told {told[short]}, recorded {records[short]['kind']}"


def target_faults(audit, rollouts):
    """The last line of each target is its end, and none is of a target that is not there."""
    last = {}
    for text in audit:
        found = re.match(r"target ([a-z-]+) rollout=(R-\d+) host=([a-z0-9.-]+)", text)
        if found:
            last[found[2], found[3]] = found[1]
        elif text.startswith("target "):
            yield f"not understood: {text}"
    told = {(rollout["rollout"], target["host"]): target["state"]
            for rollout in rollouts for target in rollout["targets"]}
    for key in sorted(set(told) | set(last)):
        if told.get(key) != last.get(key):
            yield f"{' '.join(key)}: told {told.get(key)}, in the audit chain {last.get(key)}"


def journal_faults(host, records):
    """The host's journal, against the records that the coordinator has of this host."""
    journal = host["journal"]
    yield from same_attempts("in the journal", journal, "recorded by the coordinator", records)
    for short in sorted(set(journal) & set(records)):
        for what in ("folder", "kind", "digest"):
            if journal[short][what] != records[short][what]:
                yield f"{short}: {what} {journal[short][what]} in the journal, {records[short][what]} recorded"
        if journal[short]["phase"] != "closed":
            yield f"{short}: {journal[short]['phase']} in the journal, and recorded"
    for short in sorted({short for short in host["launched"]} - set(journal)):
        yield f"{short}: launched, but not in the journal"
    for short, kind in sorted(dict(host["ended"]).items()):  # the last word of each
        if short not in journal or journal[short]["kind"] != kind:
            yield f"{short}: the executor's log says {kind}"


def folder_faults(host):
    starts = 0
    journal = {it["folder"]: it["kind"] for it in host["journal"].values()}
    for name, folder in host["folders"].items():
        if name not in journal:
            yield f"a folder of an attempt that is not in the journal: {name}"
        strange = [file for file in folder["files"] if not TRACES.fullmatch(file)]
        if strange:
            yield f"{name} has {', '.join(strange)}"
    for name, kind in journal.items():
        folder = host["folders"].get(name, {"files": [], "barred": False})
        started = "started" in folder["files"] and not folder["barred"]
        starts += started
        if started != (kind in RAN):
            yield f"{name} ended as {kind}, and was {'' if started else 'not '}started"
        if "result" in folder["files"] and not started:
            yield f"{name} has a result without a start"
    if host["configured"] > starts:
        yield f"postinst ran {host['configured']} times in {starts} starts"


def all_faults(facts, version):
    told, faults = told_attempts(facts["rollouts"])
    for rollout in facts["rollouts"]:
        faults += rollout_faults(rollout)
    faults += grant_faults(facts["audit"], told)
    faults += record_faults(facts["audit"], told, facts["records"])
    faults += target_faults(facts["audit"], facts["rollouts"])
    for name, host in facts["hosts"].items():
        records = {short: it for short, it in facts["records"].items() if short.split("/")[2] == name}
        found = [*journal_faults(host, records), *folder_faults(host)]
        if host["webd"] != f"{version} installed":
            found.append(f"dpkg holds webd {host['webd']}")
        faults += [f"{name}: {fault}" for fault in found]
    return faults


def is_found(facts, version, doctor):
    """Whether the fault is found by its own name, and not only what it drags along."""
    doctored = json.loads(json.dumps(facts))
    doctor.put_in(doctored)
    before = all_faults(facts, version)
    found = any(doctor.says in fault for fault in all_faults(doctored, version) if fault not in before)
    print(f"{'found' if found else 'NOT FOUND'}: {doctor.what}")
    return found


def main():
    facts, version = json.load(sys.stdin), sys.argv[1]
    if sys.argv[2:] == ["--doctored"]:
        sys.exit(not all([is_found(facts, version, doctor) for doctor in DOCTORS]))
    faults = all_faults(facts, version)
    print("\n".join(faults), end="\n" if faults else "")
    sys.exit(bool(faults))


main()
