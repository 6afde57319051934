"""Faults to be put into the facts of agreement.py, one of each kind, to see that it finds them."""

from typing import Callable, NamedTuple


class Doctor(NamedTuple):
    what: str
    says: str  # a part of the line that names it
    put_in: Callable


def first_attempt(facts):
    """The entries of the first target, and its short name."""
    rollout = facts["rollouts"][0]
    target = rollout["targets"][0]
    entries = target["attempts"]
    return entries, f"{rollout['plan']}/{entries[0]['step']}/{target['host']}/{entries[0]['number']}"


def host_of(facts):
    return facts["hosts"][facts["rollouts"][0]["targets"][0]["host"]]


def folder_of(facts, kinds):
    """The folder of the first attempt of any host that ended so."""
    for host in facts["hosts"].values():
        for it in host["journal"].values():
            if it["kind"] in kinds:
                return host, it["folder"]
    raise LookupError(kinds)


def another(short):
    return short.rsplit("/", 1)[0] + "/99"


def unknown_to_rollout(facts):
    first_attempt(facts)[0].pop(0)


def told_besides(facts):
    entries, _ = first_attempt(facts)
    entries.append({**entries[0], "number": 99})


def told_twice(facts):
    entries, _ = first_attempt(facts)
    entries.append(entries[0])


def told_otherwise(facts):
    first_attempt(facts)[0][0]["outcome"] = "expired"


def missing_in_journal(facts):
    del host_of(facts)["journal"][first_attempt(facts)[1]]


def journal_besides(facts):
    _, short = first_attempt(facts)
    journal = host_of(facts)["journal"]
    journal[another(short)] = {**journal[short], "folder": "another"}


def other_digest(facts):
    host_of(facts)["journal"][first_attempt(facts)[1]]["digest"] = "0" * 64


def not_acknowledged(facts):
    host_of(facts)["journal"][first_attempt(facts)[1]]["phase"] = "finished"


def record_missing(facts):
    del facts["records"][first_attempt(facts)[1]]


def line_of(facts, beginning):
    return next(at for at, text in enumerate(facts["audit"]) if text.startswith(beginning))


def audit_twice(beginning):
    return lambda facts: facts["audit"].append(facts["audit"][line_of(facts, beginning)])


def audit_less(beginning):
    return lambda facts: facts["audit"].pop(line_of(facts, beginning))


def granted_besides(facts):
    facts["audit"].append(f"attempt granted {another(first_attempt(facts)[1])} rollout=R-1")


def target_besides(facts):
    facts["audit"].append("target succeeded rollout=R-1 host=nobody")


def folder_besides(facts):
    host_of(facts)["folders"]["another"] = {"files": ["lock", "started"], "barred": False}


def file_besides(facts):
    host, name = folder_of(facts, ("succeeded",))
    host["folders"][name]["files"].append("plunder")


def start_missing(facts):
    host, name = folder_of(facts, ("succeeded",))
    host["folders"][name]["files"].remove("started")


def start_barred(facts):
    host, name = folder_of(facts, ("succeeded",))
    host["folders"][name]["barred"] = True


def launched_besides(facts):
    host_of(facts)["launched"].append(another(first_attempt(facts)[1]))


def other_end_logged(facts):
    host_of(facts)["ended"].append([first_attempt(facts)[1], "expired"])


def configured_too_often(facts):
    host_of(facts)["configured"] = 1000


def other_version(facts):
    host_of(facts)["webd"] = "2.0-1 installed"


def totals_wrong(facts):
    facts["rollouts"][0]["totals"]["hosts"] += 1


DOCTORS = [
    Doctor("an attempt that its rollout does not tell", "but not told by its rollout", unknown_to_rollout),
    Doctor("an attempt that nobody granted", "but not granted in the audit chain", told_besides),
    Doctor("an attempt told twice", "is told twice", told_twice),
    Doctor("an attempt told to have ended otherwise", "told expired, recorded", told_otherwise),
    Doctor("an attempt missing in the journal", "recorded by the coordinator, but not in the journal", missing_in_journal),
    Doctor("an attempt that only the journal has", "in the journal, but not recorded", journal_besides),
    Doctor("another digest in the journal", "digest 0000", other_digest),
    Doctor("a record that was not acknowledged", "finished in the journal", not_acknowledged),
    Doctor("a record missing at the coordinator", "told to have ended, but not recorded", record_missing),
    Doctor("a grant too many in the audit chain", "granted 2 times", audit_twice("attempt granted ")),
    Doctor("a grant of no attempt", "granted in the audit chain, but not told", granted_besides),
    Doctor("a grant missing in the audit chain", "but not granted in the audit chain", audit_less("attempt granted ")),
    Doctor("a record too many in the audit chain", "2 lines of the audit chain for 1 records", audit_twice("record ")),
    Doctor("a record missing in the audit chain", "0 lines of the audit chain for 1 records", audit_less("record ")),
    Doctor("a target too many in the audit chain", "nobody: told None", target_besides),
    Doctor("a folder of no attempt", "is not in the journal: another", folder_besides),
    Doctor("a strange file in a folder", "has plunder", file_besides),
    Doctor("a start missing", "ended as succeeded, and was not started", start_missing),
    Doctor("a start that was barred", "ended as succeeded, and was not started", start_barred),
    Doctor("a launch of no attempt", "launched, but not in the journal", launched_besides),
    Doctor("another end in the executor's log", "the executor's log says expired", other_end_logged),
    Doctor("a postinst too many", "postinst ran 1000 times", configured_too_often),
    Doctor("another version in dpkg", "dpkg holds webd 2.0-1", other_version),
    Doctor("a total too many", "do not add up", totals_wrong),
]
