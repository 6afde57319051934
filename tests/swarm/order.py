"""An order that only reads, to every host of a fleet: planned, approved, started."""

PLAN = """kind: plan
name: {name}
change: BENCH
reason: to be measured
targets: role = web
steps:
  - check: [/bin/true]
"""


def plan(fleet, name):
    """Resolved and frozen; its id."""
    path = fleet.path(f"{name}.yaml")
    with open(path, "w", encoding="utf-8") as text:
        text.write(PLAN.format(name=name))
    return fleet.look("plan", path)["id"]


def approve(fleet, name, hosts):
    fleet.mainstay("approve", name, "--expect-hosts", str(hosts))


def start(fleet, name):
    fleet.mainstay("start", name)


def succeeded(fleet, rollout):
    return fleet.look("watch", rollout, "--once")["totals"]["succeeded"]
