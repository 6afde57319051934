"""What a host's own state costs: on a host of the rig, in a process of its own, whose mounts are its own; and the
list of packages of this machine, which has many more, beside apt-get."""

import json
import os
import shutil
import subprocess
import sys

from processes import fail

HERE = os.path.dirname(os.path.realpath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ROUNDS = 3


def packages(build):
    """Of the programs that are measured."""
    folder = os.path.join(build, "bench-deb")
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run([os.path.join(ROOT, "packaging/build-deb"), "--programs", os.path.join(build, "bin"), folder],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        fail(f"build-deb: {done.stderr[-2000:]}")
    return folder


def idle(build, minutes):
    argv = [sys.executable, "-B", os.path.join(HERE, "on_host.py"), build, packages(build), str(minutes)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        fail(f"no idle host: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def cost(build, argv):
    done = subprocess.run([os.path.join(build, "tests", "bench_cost"), *argv], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def patch_state(build):
    """In turn, so that both meet the same machine; the median by processor time."""
    programs = os.path.join(build, "bin")
    commands = {"list": [f"{programs}/mainstay-collect", "patch", "--root", "/", "--apt-helper", f"{programs}/mainstay-apt"],
                "apt-get": ["apt-get", "-s", "upgrade"]}
    rounds = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, argv in commands.items():
            rounds[name].append(cost(build, argv))
    return {name: sorted(many, key=lambda one: one["cpu_ms"])[ROUNDS // 2] for name, many in rounds.items()}
