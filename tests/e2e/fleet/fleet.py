"""A fleet: the centre and some hosts a region, booted side by side, and gone at the end of `with`."""

import concurrent.futures
import contextlib
import pathlib
import shutil
import signal
import sys
import threading

from . import cgroup, enrolment, machine
from .errors import RigError
from .host import Host
from .leftovers import sweep
from .network import Network
from .place import RIG, RUNNING, own_name
from .repository import SOURCES, Repository
from .root import base

CENTRE, CENTRE_ADDRESS = "centre", "10.77.0.1"
ENDING = (signal.SIGTERM, signal.SIGHUP)


class Fleet:
    """debs is a folder of Mainstay's packages: with it they are installed and every host enrolled, without
    it the hosts are bare. disks gives some hosts a disk of a size, which can then be filled; those of unified have
    control groups of version 2 alone, whatever the machine has."""

    def __init__(self, regions=("eu", "us", "ap"), hosts_per_region=4, debs=None, disks=None, enrol=True, unified=()):
        self.regions, self.debs, self.disks, self.enrol = tuple(regions), debs, dict(disks or {}), enrol
        self.unified = tuple(unified)
        self.names = {f"web-{region}-{n}": (region, f"10.77.{number}.{n}")
                      for number, region in enumerate(self.regions, 1) for n in range(1, hosts_per_region + 1)}
        if debs and not any(pathlib.Path(debs).glob("*.deb")):
            raise RigError(f"no packages in {debs}: packaging/build-deb makes them")
        strangers = {*self.disks, *self.unified} - set(self.names) - {CENTRE}
        if strangers or len(self.regions) > 200 or hosts_per_region > 200:
            raise RigError(f"no such hosts, or too many: {', '.join(sorted(strangers))}")
        self.hosts = {}    # name: Host, without the centre
        self.centre = None
        self.network = self.repository = None
        self._ends = contextlib.ExitStack()

    # Words for the whole fleet; where a name is asked for, a region is as good as a host.

    def mainstay(self, *words, **options):
        return self.centre.run("mainstay", *words, env=enrolment.OPERATOR, **options)

    def cut(self, name, way="both"):
        self.network.cut(name, way)

    def lose(self, name, percent):
        self.network.lose(name, percent)

    def delay(self, name, milliseconds):
        self.network.delay(name, milliseconds)

    def heal(self, name=None):
        self.network.heal(name)

    def region_of(self, name):
        return self.names[name][0]

    def everyone(self):
        return [self.centre, *self.hosts.values()]

    def each(self, act, hosts=None):
        """Side by side, all of them by default; the first failure is raised when all are done."""
        pool = concurrent.futures.ThreadPoolExecutor(16)
        try:
            done = [pool.submit(act, host) for host in (self.everyone() if hosts is None else hosts)]
            concurrent.futures.wait(done)
            return [one.result() for one in done]
        finally:
            # When the test is being ended the others are not waited for: they end with their hosts.
            pool.shutdown(wait=False, cancel_futures=True)

    # Coming and going.

    def __enter__(self):
        if threading.current_thread() is not threading.main_thread():
            raise RigError("a fleet is made by the main thread: its mounts are seen by this thread and its children")
        self._end_by_signal()
        try:
            self._build()
            return self
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise

    def __exit__(self, kind, error, trace):
        # A second signal must not end the cleaning.
        for sign in (*ENDING, signal.SIGINT):
            signal.signal(sign, signal.SIG_IGN)
        try:
            if error and self.centre and isinstance(error, Exception):
                self._keep_journals()
        finally:
            self._ends.close()

    def _end_by_signal(self):
        """So that cleaning happens: Python would end at once."""
        for sign in (*ENDING, signal.SIGINT):
            self._ends.callback(signal.signal, sign, signal.getsignal(sign))
        for sign in ENDING:
            signal.signal(sign, lambda number, frame: sys.exit(128 + number))

    def _build(self):
        sweep()
        ground = base()
        folder = RUNNING / own_name()
        if folder.exists():
            raise RigError("this process has a fleet already")
        folder.mkdir(parents=True)
        self._ends.callback(machine.remove, folder)
        self._ends.callback(cgroup.remove, own_name())
        machine.raise_limits()
        machine.hide_mounts()
        self._ends.callback(machine.show_mounts)
        groups = cgroup.make(own_name(), "network")
        self.network = Network(folder, groups)
        self._ends.callback(self.network.close)
        self.repository = Repository(folder / "repository", self.network, groups)
        self._ends.callback(self.repository.close)
        for number, region in enumerate(self.regions, 1):
            self.network.add_region(region, number)
        self.centre = self._make(CENTRE, CENTRE_ADDRESS, folder, ground.root)
        for name, (_, address) in self.names.items():
            self.hosts[name] = self._make(name, address, folder, ground.root)
        self.each(Host.start)
        self.each(self._settle)
        self.repository.publish("security", *ground.security.glob("*.deb"))
        if self.debs:
            self.repository.publish("main", *pathlib.Path(self.debs).glob("*.deb"))
            enrolment.install(self)
            if self.enrol:
                enrolment.enrol(self)

    def _make(self, name, address, folder, root):
        self.network.add_port(name, address)
        (folder / name).mkdir()
        host = Host(name, address, folder / name, root, self.network, cgroup.make(own_name(), name),
                    self.disks.get(name), name in self.unified)
        self._ends.callback(host.close)
        return host

    def _settle(self, host):
        host.wait_until_up()
        known = {CENTRE: CENTRE_ADDRESS, **{name: address for name, (_, address) in self.names.items()}}
        host.write("/etc/hosts", "127.0.0.1 localhost\n" + "".join(
            f"{address} {name}\n" for name, address in known.items()))
        host.write("/etc/apt/sources.list", SOURCES)

    def _keep_journals(self):
        """What hosts said, for whoever looks into the failure."""
        folder = RIG / "failed"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()

        def keep(host):
            with contextlib.suppress(RigError):
                (folder / f"{host.name}.log").write_text(host.journal(lines=2000))

        self.each(keep, [host for host in self.everyone() if host.is_on()])
        print(f"journals of the hosts: {folder}", flush=True)
