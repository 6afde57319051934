"""What a host has for a root: the cached one below, its own changes above. They outlive reboots and
power cuts, as a disk does. With a size, the changes lie on a file system of that size and can be filled."""

import pathlib

from .errors import RigError
from .machine import command

UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def bytes_of(text):
    """"600M" as a number."""
    number, unit = str(text)[:-1], str(text)[-1:]
    if str(text).isdigit():
        return int(text)
    if not number.isdigit() or unit not in UNITS:
        raise RigError(f"a size looks like 600M, not like {text}")
    return int(number) * UNITS[unit]


class Disk:
    def __init__(self, folder, root, size=None):
        folder = pathlib.Path(folder)
        self.merged, self.size = folder / "root", size
        self._changes = folder / "changes"
        for path in (self.merged, self._changes):
            path.mkdir(parents=True)
        if size:
            self._make_file_system(folder / "disk", bytes_of(size))
        upper, work = self._changes / "upper", self._changes / "work"
        upper.mkdir(mode=0o755)
        work.mkdir()
        # Power cuts here do not lose what the machine holds in memory, so syncs would only cost time.
        # A disk that is to be filled is left as it is: its errors must come where they come in life.
        options = f"lowerdir={root},upperdir={upper},workdir={work}" + ("" if size else ",volatile")
        command("mount", "-t", "overlay", "overlay", "-o", options, self.merged)

    def _make_file_system(self, image, size):
        with open(image, "wb") as file:
            file.truncate(size)
        command("mkfs.ext4", "-q", "-m", "0", image)
        # By mount and not by losetup: the loop device then goes with the mount, whoever ends it.
        command("mount", "-o", "loop", image, self._changes)

    def close(self):
        command("umount", self.merged)
        if self.size:
            command("umount", self._changes)
