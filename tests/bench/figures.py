"""What a fleet of N hosts takes: join, order, return, memory."""

import time

import order as orders

from processes import clock, cpu_seconds, fail, memory


# The coordinator takes so many requests in so many seconds; each token was one.
REQUESTS_MAX, REQUESTS_KEPT = 10_000, 125


def join(fleet, hosts):
    before = fleet.cost()
    begin = clock()
    fleet.say("run")
    present = fleet.wait(lambda now: now["present"] >= hosts, 600, "all hosts to be present")
    live = fleet.wait_live(hosts)
    after = fleet.cost()
    return {"present": present - begin, "live": live - begin,
            "gate_kib": (after["gate"] - before["gate"]) / hosts}


def order(fleet, hosts, name):
    """Planned, approved, started; until the last acknowledgement is with its host."""
    begin = clock()
    plan = orders.plan(fleet, name)
    frozen = clock()
    orders.approve(fleet, plan, hosts)
    approved = clock()
    before = fleet.counts()
    cpu = {who: cpu_seconds(pid) for who, pid in pids(fleet).items()}
    started = clock()
    orders.start(fleet, plan)
    done = fleet.wait(lambda now: now["acknowledged"] - before["acknowledged"] >= hosts, 1200,
                      "all outcomes to be acknowledged")
    cost = {who: cpu_seconds(pid) - cpu[who] for who, pid in pids(fleet).items()}
    return {"plan": frozen - begin, "approve": approved - frozen, "order": done - started, "cpu": cost}


def pids(fleet):
    found = {"coordinator": fleet.centre.pid, "gate": fleet.gate_pid()}
    for number, swarm in enumerate(fleet.swarms):
        found[f"swarm {number + 1}"] = swarm.pid
    return found


def gate_killed(fleet, hosts):
    before = fleet.counts()["connects"]
    begin = clock()
    fleet.kill_gate()
    back = fleet.wait(lambda now: now["connects"] - before >= hosts and now["present"] >= hosts, 600,
                      "all hosts to come back to a new gate")
    return back - begin


def centre_killed(fleet, hosts):
    begin = clock()
    fleet.kill_centre()
    fleet.start_centre()
    return fleet.wait_live(hosts) - begin


def expect_exact(fleet, orders):
    """No figure counts if something was lost or done twice."""
    now = fleet.counts()
    for name in ("begun", "records", "acknowledged"):
        if now[name] != orders:
            fail(f"{now[name]} {name}, expected {orders}: {now}")
    if now["begun_twice"] or now["refused"]:
        fail(f"a task begun twice, or a document refused: {now}")


def measure(fleet, hosts):
    fleet.start_centre()
    fleet.wait_live(0, 30)
    empty = memory(fleet.centre.pid)["rss"]
    found = {"enrol": fleet.enrol(hosts)}
    found["join"] = join(fleet, hosts)
    found["join"]["centre_kib"] = (memory(fleet.centre.pid)["rss"] - empty) / hosts
    if hosts > REQUESTS_MAX / 2:
        time.sleep(REQUESTS_KEPT)
    gate = fleet.cost()["gate"]
    found["order"] = order(fleet, hosts, "first")
    found["order_again"] = order(fleet, hosts, "second")
    after = fleet.cost()
    found["used_gate_kib"] = found["join"]["gate_kib"] + (after["gate"] - gate) / hosts
    found["used_centre_kib"] = (after["coordinator"] - empty) / hosts
    found["gate_killed"] = gate_killed(fleet, hosts)
    found["centre_killed"] = centre_killed(fleet, hosts)
    expect_exact(fleet, 2 * hosts)
    return found
