#!/usr/bin/env python3
"""Two hundred hosts of a swarm, a real gate and coordinator, two orders; the second while both are killed.
Every host joins, and every outcome comes and is acknowledged, once.

usage: swarm_test.py BUILD"""

import sys

sys.dont_write_bytecode = True

import order  # noqa: E402
from fleet import Fleet  # noqa: E402

HOSTS = 200
PATIENCE = 90


def claim(text, holds, found):
    print(f"{'ok' if holds else 'not ok'} - {text}")
    if not holds:
        sys.exit(f"found: {found}")


def expect_once(fleet, orders, when):
    now = fleet.counts()
    events = {name: now[name] for name in ("begun", "records", "acknowledged", "begun_twice")}
    expected = {"begun": orders, "records": orders, "acknowledged": orders, "begun_twice": 0}
    claim(f"{when}: begun, recorded and acknowledged once each", events == expected, now)
    claim(f"{when}: every signature held", now["refused"] == 0, now)


def main():
    fleet = Fleet(sys.argv[1], grace="2s", beacon="2s")
    fleet.start_centre()
    fleet.wait_live(0)
    fleet.enrol(HOSTS)
    fleet.say("run")
    fleet.wait(lambda now: now["present"] == HOSTS, PATIENCE, "all hosts to greet and report")
    fleet.wait_live(HOSTS, PATIENCE)
    print(f"ok - {HOSTS} hosts enrolled, joined and are live")

    fleet.say("packages")
    fleet.wait(lambda now: now["lists"] >= 1, PATIENCE, "the list of packages")

    plan = order.plan(fleet, "first")
    order.approve(fleet, plan, HOSTS)
    order.start(fleet, plan)
    fleet.wait(lambda now: now["acknowledged"] >= HOSTS, PATIENCE, "the outcomes of the first order")
    expect_once(fleet, HOSTS, "first order")
    claim("first order: all succeeded", order.succeeded(fleet, "R-1") == HOSTS, fleet.look("watch", "R-1", "--once"))

    fleet.wait(lambda now: now["lists"] >= 2, PATIENCE, "the list of patched hosts")
    claim(f"{HOSTS} hosts that are alike: each list came once", fleet.counts()["lists"] == 2, fleet.counts())

    plan = order.plan(fleet, "second")
    order.approve(fleet, plan, HOSTS)
    order.start(fleet, plan)
    fleet.wait(lambda now: now["begun"] > HOSTS, PATIENCE, "the second order to begin")
    connects = fleet.counts()["connects"]
    fleet.kill_gate()
    fleet.kill_centre()
    fleet.start_centre()
    fleet.wait(lambda now: now["connects"] >= connects + HOSTS and now["present"] == HOSTS, PATIENCE,
               "all hosts to come back")
    fleet.wait_live(HOSTS, PATIENCE)
    print("ok - all hosts are back and live after gate and coordinator were killed")
    fleet.wait(lambda now: now["acknowledged"] >= 2 * HOSTS, PATIENCE, "the outcomes of the second order")
    expect_once(fleet, 2 * HOSTS, "second order")
    claim("second order: all succeeded", order.succeeded(fleet, "R-2") == HOSTS, fleet.look("watch", "R-2", "--once"))
    fleet.end()


main()
