"""Hosts that each tell a KiB each ten seconds, to one coordinator behind its gate; beside it as many frames of a
KiB to a bare ROUTER. Processor seconds of both, and how long an answer takes that is asked for now and then."""

import time

import figures
from fleet import Fleet
from limits import RawServer, end_all, raw_clients
from processes import clock, cpu_seconds, fail

UNDER_WAY = 15  # seconds until each has begun: they begin within ten
JOINING = 1000  # at a time: on a loaded machine more end by the server's limit for a handshake, and begin anew


def shares(pids, seconds, counted):
    """Of a core, in percent, over that time; and how many a second were counted."""
    before, many, begin = {name: cpu_seconds(pid) for name, pid in pids.items()}, counted(), clock()
    time.sleep(seconds)
    passed = clock() - begin
    found = {name: 100 * (cpu_seconds(pid) - before[name]) / passed for name, pid in pids.items()}
    return {**found, "rate": (counted() - many) / passed}


def latencies(talkers):
    """The median of the medians, and the worst of the 99th percentiles, in milliseconds."""
    for talker in talkers:
        talker.last.pop("answers", None)
        talker.say("latencies")
    until = clock() + 10
    while any("answers" not in talker.last for talker in talkers):
        if clock() > until:
            fail("no latencies are told")
        time.sleep(0.05)
    answers = [talker.last for talker in talkers if talker.last["answers"]]
    if not answers:  # few hosts, few questions
        return {"answers": 0, "p50_ms": 0, "p99_ms": 0}
    medians = sorted(one["p50_us"] for one in answers)
    return {"answers": sum(one["answers"] for one in answers), "p50_ms": medians[len(medians) // 2] / 1000,
            "p99_ms": max(one["p99_us"] for one in answers) / 1000}


def ours(build, hosts, seconds, keep):
    fleet = Fleet(build)
    fleet.start_centre()
    fleet.wait_live(0, 30)
    fleet.enrol(hosts)
    figures.join(fleet, hosts)
    pids = {"coordinator": fleet.centre.pid, "gate": fleet.gate_pid()}
    found = {"quiet": shares(pids, seconds, lambda: 0)}
    fleet.say("chatter")
    time.sleep(UNDER_WAY)
    latencies(fleet.swarms)  # those of the beginning do not count
    found["loud"] = shares(pids, seconds, lambda: fleet.counts()["tellings"])
    found["latency"] = latencies(fleet.swarms)
    now = fleet.counts()
    found["bytes"] = now["telling_bytes"] / now["tellings"]
    if now["present"] < hosts or now["refused"]:
        fail(f"hosts were lost or refused: {now}")
    fleet.end(keep)
    return found


def joined(build, server, hosts, log):
    clients = []
    for begun in range(0, hosts, JOINING):
        some = min(JOINING, hosts - begun)
        clients += raw_clients(build, server, some, log)
        server.wait("peers", begun + some, "raw joins")
    return clients


def limit(build, hosts, seconds, log):
    server = RawServer(build, log)
    clients = joined(build, server, hosts, log)
    for client in clients:
        client.say("chatter")
    time.sleep(UNDER_WAY)
    latencies(clients)
    found = shares({"server": server.talker.pid}, seconds, lambda: server.talker.last.get("reports", 0))
    found["latency"] = latencies(clients)
    end_all([*clients, server.talker])
    return found


def measure(build, hosts, seconds, log, keep=False):
    return {"ours": ours(build, hosts, seconds, keep), "limit": limit(build, hosts, seconds, log)}
