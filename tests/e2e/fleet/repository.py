"""A small Debian archive over HTTP, on an address of the rig's own network: a host that is cut off is cut
off from it, too. It has a suite for what is new (Mainstay's own packages), one for ordinary updates, and
one for security with Debian's label and genuine packages. Their names and labels are those of a Debian
that has grown old, so that nobody can lean on them being `stable`."""

import os
import pathlib
import shutil
import sys
import threading

from .child import Child
from .errors import RigError
from .machine import command
from .packages import architecture
from .waiting import wait_for

ADDRESS = "10.77.0.2"
NAME = "repository"  # of its namespace
SUITES = {  # word: codename, suite, label
    "main": ("bookworm", "oldstable", "Debian"),
    "updates": ("bookworm-updates", "oldstable-updates", "Debian"),
    "security": ("bookworm-security", "oldstable-security", "Debian-Security"),
}
SOURCES = "".join(f"deb [trusted=yes] http://{ADDRESS}/ {codename} main\n" for codename, _, _ in SUITES.values())


class Repository:
    def __init__(self, folder, network, groups):
        self.folder = pathlib.Path(folder)
        self._log = self.folder.with_suffix(".log")
        self._lock = threading.Lock()
        self._architecture = architecture()
        for suite in SUITES:
            (self.folder / "pool" / suite).mkdir(parents=True)
            self._index(suite)
        network.add_port(NAME, ADDRESS)
        self._server = Child(["ip", "netns", "exec", NAME, sys.executable, "-u", "-m", "http.server", "--bind",
                              ADDRESS, "--directory", self.folder, "80"], self._log, groups)
        wait_for("the repository", lambda: "Serving HTTP" in self._server.said())

    def publish(self, suite, *debs):
        """An older build of a package leaves the suite, as in Debian's."""
        if suite not in SUITES or not debs:
            raise RigError(f"publish takes a suite ({', '.join(SUITES)}) and packages, not {suite} and {len(debs)}")
        pool = self.folder / "pool" / suite
        with self._lock:
            for deb in map(pathlib.Path, debs):
                for old in pool.glob(deb.name.split("_")[0] + "_*"):
                    old.unlink()
                place(deb, pool / deb.name)
            self._index(suite)

    def publish_made(self, suite, package):
        """One of packages.py, or a packages.Package of the test's own."""
        self.publish(suite, package.build(self.folder.parent))

    def _index(self, suite):
        """Written to the side and renamed: a reader sees the old index or the new one."""
        codename, suite_name, label = SUITES[suite]
        lists = self.folder / "dists" / codename / "main" / f"binary-{self._architecture}"
        lists.mkdir(parents=True, exist_ok=True)
        put(lists / "Packages", command("env", "-C", self.folder, "apt-ftparchive", "packages", f"pool/{suite}"))
        release = lists.parents[1] / "Release"
        release.unlink(missing_ok=True)
        options = [f"-oAPT::FTPArchive::Release::{key}={value}" for key, value in (
            ("Origin", "Debian"), ("Label", label), ("Suite", suite_name), ("Codename", codename),
            ("Architectures", self._architecture), ("Components", "main"))]
        put(release, command("apt-ftparchive", *options, "release", lists.parents[1]))

    def close(self):
        self._server.stop()


def place(deb, target):
    try:
        os.link(deb, target)
    except OSError:
        shutil.copy(deb, target)  # of another file system


def put(path, text):
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.rename(path)
