"""The arrows of an attempt, as far as they show from outside: in the logs of coordinator and
executors, as files in the attempt's folder, and in ROOT/configured, where postinst says that it runs."""

import os
import re
from typing import NamedTuple

SHORT = rb"P-[0-9a-f]{6}/\d+/([a-z0-9.-]+)/\d+"  # an attempt's short name; its host


class Arrow(NamedTuple):
    log: str = ""  # who says it: coordinator, executor or postinst; nobody where a file shows it
    says: re.Pattern = None
    file: str = ""
    crosses: bool = False  # from the centre to the host, or back
    brief: bool = False  # meant for those that live for moments


# In their order. A line of the log comes just after the commit (attempt.finished: before it).
ARROWS = {
    "granted, dispatched": Arrow("coordinator", re.compile(rb"attempt granted " + SHORT), crosses=True),
    "intent, launch": Arrow("executor", re.compile(rb" shim\.launched .*" + SHORT)),
    "started": Arrow(file="started"),
    "postinst": Arrow("postinst", re.compile(rb"^"), brief=True),
    "output": Arrow(file="output"),
    "result": Arrow(file="result"),
    "outcome": Arrow("executor", re.compile(rb" attempt\.(?:finished|closed) .*?" + SHORT), crosses=True),
    "recorded, acknowledged": Arrow("coordinator", re.compile(rb"record [a-z]+ " + SHORT), crosses=True),
}


class Tail:
    """The new lines of a growing file."""

    def __init__(self, path):
        self.path, self.rest = path, b""
        self.at = path.stat().st_size if path.exists() else 0

    def new(self):
        try:
            with open(self.path, "rb") as file:
                if os.fstat(file.fileno()).st_size == self.at:
                    return []
                file.seek(self.at)
                data = file.read()
        except OSError:
            return []
        self.at += len(data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        return lines


def files_in(hosts):
    seen = set()
    for folder in hosts.glob("*/executor/attempts/*"):
        try:
            seen.update((folder.parts[-4], folder.name, name) for name in os.listdir(folder))
        except OSError:
            pass
    return seen


class Arrows:
    def __init__(self, fleet):
        self.hosts = fleet / "hosts"
        self.known = files_in(self.hosts)
        self.tails = [("coordinator", "", Tail(fleet / "run" / "coordinator.log"))]
        for name in sorted(host.name for host in self.hosts.iterdir()):
            self.tails.append(("executor", name, Tail(fleet / "run" / f"{name}-executor.log")))
            self.tails.append(("postinst", name, Tail(self.hosts / name / "root" / "configured")))

    def new(self):
        """(arrow, host) of all since the last call."""
        shot = []
        for who, host, tail in self.tails:
            for line in tail.new():
                for name, arrow in ARROWS.items():
                    found = arrow.log == who and arrow.says.search(line)
                    if found:
                        shot.append((name, host or found[1].decode()))
        seen = files_in(self.hosts)
        by_file = {arrow.file: name for name, arrow in ARROWS.items() if arrow.file}
        shot += [(by_file[file], host) for host, _, file in sorted(seen - self.known) if file in by_file]
        self.known = seen
        return shot
