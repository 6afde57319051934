"""Waiting for what must come true. Nothing in the rig or its tests sleeps and hopes."""

import time

from .errors import HostAway, RigError, RunFailed

PAUSE = 0.1  # seconds; short beside anything a host does


def wait_for(what, predicate, timeout=30):
    """Returns the first true answer of predicate. A failed command and a host that is away count as not yet:
    they are what a host that boots says. Any other complaint ends the wait."""
    until = time.monotonic() + timeout
    while True:
        try:
            last = predicate()
            if last:
                return last
        except (RunFailed, HostAway) as error:
            last = error
        if time.monotonic() > until:
            raise RigError(f"waited {timeout} s in vain for: {what}; last seen: {last}")
        time.sleep(PAUSE)
