"""What goes wrong, said so that the log of a failed test is enough to understand it."""


class RigError(Exception):
    """The rig, or a host of it, did not do what was asked."""


class HostAway(RigError):
    """Off, or in the middle of a boot: nothing can be asked of it now."""


class RunFailed(RigError):
    """A command that had to succeed did not."""

    def __init__(self, where, argv, ending, said):
        shown = " ".join(map(str, argv))
        super().__init__(f"{where}: {shown}\n  {ending}\n" + "".join(
            f"  | {line}\n" for line in said.rstrip().splitlines()[-40:]))
