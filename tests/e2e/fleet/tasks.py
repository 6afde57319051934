"""What an operator has Mainstay do on one host, for stories that disturb it meanwhile."""

import concurrent.futures
import json

from .claims import claim
from .errors import RigError
from .waiting import wait_for

PLAN = """kind: plan
name: {packages}-{host}
change: CHG0041877
reason: Packages of one host
targets: cluster = {cluster}
steps:
  - patch: {{packages: {packages}, within: 5m}}
order: {{by: [region], waves: [rest]}}
"""
UNITS = "systemctl list-units --all --plain --no-legend 'mainstay-task-*' | cut -d ' ' -f 1"

threads = concurrent.futures.ThreadPoolExecutor()


def cluster_of(host):
    return "web-" + host.name.rsplit("-", 1)[1]


def run(fleet, host, *argv):
    """`mainstay run` on one host: its state, and the plan it was."""
    said = fleet.mainstay("run", "--targets", f"cluster = {cluster_of(host)}", "--expect-hosts", "1", "-o", "json",
                          "--", *argv, check=False, timeout=90)
    told = json.loads(said)
    return " ".join(f"{answer['state']} {answer['reason']}".strip() for answer in told["answers"]), told["plan"]


def works(fleet, host, when):
    state, _ = run(fleet, host, "/bin/uname", "-n")
    claim(f"{host.name}: {when}: it runs a new task", state == "succeeded", state)


class Task:
    """Sleeps for some seconds; made when its unit is there."""

    def __init__(self, fleet, host, seconds):
        self.fleet, self.host = fleet, host
        self._told = threads.submit(run, fleet, host, "/bin/sleep", str(seconds))
        self.unit = host.wait_for("the task's unit", self._unit, 60)

    def _unit(self):
        if self._told.done():
            raise RigError(f"{self.host.name}: its task was not seen: {self._told.exception() or self._told.result()}")
        return self.host.shell(UNITS)

    def life(self):
        return self.host.run("systemctl", "show", "-p", "InvocationID,MainPID,Slice", self.unit)

    def ends_well(self, what):
        state, plan = self._told.result()
        words = [line.split("UTC  ")[1].split(" " + plan)[0] for line in self.fleet.mainstay(
            "audit", "show").splitlines() if f" {plan}/" in line]
        claim(f"{self.host.name}: {what}: the running task succeeds, its outcome arrives once",
              state == "succeeded" and words == ["attempt granted", "record succeeded"], (state, words))


def patch(fleet, host, packages="security"):
    """Starts a plan; returns what waits for its end, and says how the attempt ended and why."""
    path = f"/etc/{packages}-{host.name}.yaml"
    fleet.centre.write(path, PLAN.format(host=host.name, cluster=cluster_of(host), packages=packages))
    said = fleet.mainstay("apply", path, "--expect-hosts", "1", "--no-watch")
    rollout = said.split(" started.")[0].split()[-1]

    def end():
        view = json.loads(fleet.mainstay("watch", rollout, "--once", "-o", "json", check=False))
        return view["phase"] == "finished" and view["targets"][0]["attempts"][-1]

    def wait():
        attempt = wait_for(f"{rollout} ends", end, 240)
        return attempt["outcome"], attempt["reason"]
    return wait
