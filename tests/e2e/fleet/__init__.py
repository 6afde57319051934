"""Twelve real hosts on one machine, and short words to hurt them: README.md has an example."""

from .claims import claim, run_test
from .errors import RigError, RunFailed
from .fleet import Fleet
from .waiting import wait_for

__all__ = ["Fleet", "RigError", "RunFailed", "claim", "run_test", "wait_for"]
