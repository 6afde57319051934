"""The rig itself, without Mainstay: twelve hosts that are hosts, each word of the vocabulary, and that
nothing is left when a rig is killed.

    rig_test.py                 the test
    rig_test.py hold            a small rig that waits to be killed, for the test"""

import pathlib
import random
import signal
import subprocess
import sys
import time

from fleet import Fleet, RigError, RunFailed, cgroup, claim, leftovers, machine, place, run_test, wait_for

UDP_COUNT = """
import socket
end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
end.bind(("", 5000))
end.settimeout(1)
print("ready", flush=True)
count = 0
try:
    while end.recv(100):
        count += 1
except TimeoutError:
    print(count)
"""
UDP_SEND = """
import socket, sys, time
end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for number in range(3000):
    end.sendto(b"packet", (sys.argv[1], 5000))
    if number % 100 == 0:
        time.sleep(0.005)
"""
CONNECT = """
import socket, time
took = []
for _ in range(5):
    start = time.monotonic()
    socket.create_connection(("10.77.0.2", 80), 5).close()
    took.append(time.monotonic() - start)
print(min(took))
"""


def beside(host, script, *words):
    """On the network of a host, with the machine's Python: the hosts have none."""
    return ["ip", "netns", "exec", host.name, sys.executable, "-c", script, *words]


def reaches(one, other):
    """Whether packets of a go there: they go one way only, and ask for no answer."""
    return received(one, other) > 0


def received(one, other):
    with subprocess.Popen(beside(other, UDP_COUNT), stdout=subprocess.PIPE, text=True) as counter:
        counter.stdout.readline()
        machine.command(*beside(one, UDP_SEND, other.address))
        return int(counter.stdout.read())


def fetches(host):
    return host.run("apt-get", "update", "-o", "Acquire::http::Timeout=2", "-o", "Acquire::Retries=0", "-o",
                    "APT::Update::Error-Mode=any", check=False).code == 0


def refused(what, *words):
    try:
        what(*words)
    except RigError as error:
        return str(error)
    return ""


def are_hosts(fleet):
    everyone = fleet.everyone()
    claim("all thirteen are running", fleet.each(lambda host: host.run("systemctl", "is-system-running")) ==
          ["running"] * 13)
    claim("each has its own machine-id", len({host.read("/etc/machine-id") for host in everyone}) == 13)
    claim("each has its own boot id", len({host.boot_id for host in everyone}) == 13)
    claim("each has its own services: what one stops, the others keep", stopping_is_alone(fleet))


def stopping_is_alone(fleet):
    fleet.hosts["web-eu-1"].run("systemctl", "stop", "greetd", "dbus.service", "dbus.socket")
    return all(host.main_pid("dbus.service") for host in fleet.everyone() if host.name != "web-eu-1") and \
        not fleet.hosts["web-eu-1"].main_pid("dbus.service") and \
        all(host.main_pid("greetd") for host in fleet.everyone() if host.name != "web-eu-1")


def commands(host):
    claim("run gives what was printed", host.run("echo", "two  words") == "two  words")
    failed = host.run("sh", "-c", "echo wrong >&2; exit 3", check=False)
    claim("run with check=False gives code and complaint", (failed.code, failed.errors) == (3, "wrong\n"))
    said = refused(host.run, "sh", "-c", "echo why; exit 3")
    claim("a failure says where, what, how and why", all(
        word in said for word in (host.name, "sh -c", "exit 3", "| why")), said)
    said = refused(lambda: host.run("sleep", "60", timeout=1))
    claim("what takes too long is ended, and said", "not done after 1 s" in said, said)
    claim("what is not there is said", "no-such-program" in refused(host.run, "no-such-program"))
    claim("run as a user", host.run("id", "-un", user="nobody") == "nobody")
    host.write("/etc/some/new file", "one\ntwo\n\n", mode="600")
    claim("a file is read as it was written", host.read("/etc/some/new file") == "one\ntwo\n\n")
    claim("its mode is as asked", host.run("stat", "-c", "%a", "/etc/some/new file") == "600")
    said = refused(lambda: host.wait_for("nothing", lambda: False, timeout=1))
    claim("waiting in vain is said", f"{host.name}: nothing" in said, said)


def kills(host):
    before = host.main_pid("greetd")
    host.kill("greetd")
    claim("kill ends a unit's main process, and systemd starts another", wait_for(
        "greetd is back", lambda: host.main_pid("greetd") not in (0, before)))
    claim("kill says when there is nobody", "no process" in refused(host.kill, "no-such-unit"))


def network(fleet):
    one, other, far = (fleet.hosts[name] for name in ("web-eu-1", "web-eu-2", "web-us-1"))
    claim("hosts see each other", received(one, far) == 3000)
    one.cut()
    claim("cut: no packet either way", not reaches(one, far) and not reaches(far, one))
    claim("cut: the repository is out of reach, too", not fetches(one))
    one.cut("from")
    claim("cut from: no packet of its own, those of others arrive", not reaches(one, far) and reaches(far, one))
    one.cut("to")
    claim("cut to: the other way round", reaches(one, far) and not reaches(far, one))
    one.heal()
    claim("heal: all is well", reaches(one, far) and reaches(far, one) and fetches(one))
    fleet.cut("eu")
    claim("a region is cut from others", not reaches(one, far) and not reaches(far, one))
    claim("and sees itself", reaches(one, other))
    fleet.heal("eu")
    claim("a region is healed", reaches(one, far))
    one.lose(10)
    arrived = received(one, far)
    claim("lose 10: about a tenth is lost", 2550 < arrived < 2850, arrived)
    one.heal()
    claim("nonsense is refused by name", all((
        "web-xx-1" in refused(fleet.cut, "web-xx-1"), "sideways" in refused(one.cut, "sideways"),
        "101" in refused(one.lose, 101), "-5" in refused(one.delay, -5))))


def connect_time(host):
    return float(machine.command(*beside(host, CONNECT)))


def delays(fleet):
    host = fleet.hosts["web-us-2"]
    host.delay(100)
    took = connect_time(host)
    claim("delay 100: a round trip takes 200 ms", 0.2 <= took < 0.4, took)
    claim("and much data passes", fetches(host))
    host.reboot()
    claim("the delay outlives a reboot", 0.2 <= connect_time(host))
    host.heal()
    claim("heal: quick again", connect_time(host) < 0.1)
    fleet.delay("us", 40)
    claim("a region is delayed", all(0.08 <= connect_time(fleet.hosts[name]) for name in ("web-us-1", "web-us-2")))
    fleet.heal()


def power(fleet):
    host = fleet.hosts["web-ap-1"]
    host.write("/var/kept", "kept")
    first, identity = host.boot_id, host.read("/etc/machine-id")
    host.reboot()
    claim("a reboot is another boot of the same machine with the same files", host.boot_id != first and
          host.read("/etc/machine-id") == identity and host.read("/var/kept") == "kept")
    second = host.boot_id
    host.run("systemctl", "reboot", check=False)
    host.wait_until_up()
    claim("a reboot that somebody else orders is waited for", host.boot_id != second)
    host.shell("echo late > /var/late")
    host.delay(5)
    host.power_off()
    claim("without power there is no host", not host.is_on() and "off" in refused(host.run, "true"))
    claim("off is off", "is off" in refused(host.power_off))
    host.power_on()
    claim("with power it boots, and has what was written last", host.read("/var/late") == "late\n" and fetches(host))
    claim("its cable is as slow as before", 0.01 <= connect_time(host))
    claim("on is on", "is on" in refused(host.power_on))
    host.heal()


def disks(fleet):
    host = fleet.hosts["web-ap-2"]
    host.fill_disk()
    full = host.run("sh", "-c", "head -c 100000 /dev/zero > /var/more", check=False)
    claim("a full disk takes nothing more", "No space left on device" in full.errors, full.errors)
    host.free_disk()
    host.run("sh", "-c", "head -c 10000000 /dev/zero > /var/more")
    host.fill_disk(leave="10M")
    free = int(host.run("df", "--output=avail", "-BM", "/").split()[-1].removesuffix("M"))
    claim("a disk is filled up to a rest", 8 <= free <= 11, free)
    host.reboot()
    claim("it is as full after a reboot", host.run("df", "--output=avail", "-BM", "/").split()[-1] == f"{free}M")
    host.free_disk()
    claim("the machine's own disk is not filled", "no disk" in refused(fleet.centre.fill_disk))
    claim("a size is a size", "600 MB" in refused(host.fill_disk, "600 MB"))


def clocks(host):
    def ahead():
        """Of this machine's clocks, in seconds: wall, monotonic, boot."""
        _, *seen = host.read("/run/greetd/state").split()
        own = (time.time(), time.monotonic(), time.clock_gettime(time.CLOCK_BOOTTIME))
        return [int(theirs) / 1000 - ours for theirs, ours in zip(seen, own)]

    host.set_clock("+1h", units="greetd")
    host.wait_for("a service lives an hour ahead", lambda: abs(ahead()[0] - 3600) < 5)
    claim("set_clock moves the wall clock of a service and no other", all(abs(one) < 5 for one in ahead()[1:]),
          ahead())
    host.set_clock("-2d", units="greetd")
    claim("backwards, too", host.wait_for("two days back", lambda: abs(ahead()[0] + 2 * 86400) < 5))
    host.set_clock(None, units="greetd")
    claim("and gives it back", host.wait_for("the true time", lambda: abs(ahead()[0]) < 5))
    host.run("systemctl", "stop", "greetd")
    host.write("/etc/systemd/system/mainstay-mock.service", "[Service]\nExecStart=/usr/sbin/greetd\n"
               "RuntimeDirectory=greetd\n")
    host.run("systemctl", "start", "mainstay-mock")
    host.set_clock("+1d")
    claim("all units of Mainstay, where none are named", host.wait_for("a day", lambda: ahead()[0] > 86000))
    host.set_clock(None)
    claim("and all get it back", host.wait_for("the true time again", lambda: abs(ahead()[0]) < 5))


def updates(host):
    host.run("apt-get", "update")
    offered = [line.split()[1] for line in host.run("apt-get", "-s", "dist-upgrade").splitlines()
               if line.startswith("Inst ") and "Debian-Security" in line]
    print("security updates:", *offered)
    genuine = set(offered) - {"libgreet1", "webd"}
    claim("genuine security updates are pending, and two of our own", genuine and len(offered) - len(genuine) == 2)
    pid = host.main_pid("greetd")
    host.run("apt-get", "-q", "-y", "dist-upgrade", timeout=180)
    claim("they install", "0 upgraded" in host.run("apt-get", "-s", "dist-upgrade"))
    mapped = host.run("grep", "libgreet", f"/proc/{pid}/maps")
    claim("a service that nobody started again has the old library", host.main_pid("greetd") == pid and
          "(deleted)" in mapped and host.read("/run/greetd/state").startswith("1.0-1 "), mapped)
    host.run("systemctl", "restart", "greetd")
    claim("started again, it has the new one", host.wait_for(
        "the new library", lambda: host.read("/run/greetd/state").startswith("1.0-1+deb12u1 ")))


def hold():
    with Fleet(regions=("eu",), hosts_per_region=2, disks={"web-eu-1": "100M"}) as fleet:
        fleet.delay("web-eu-2", 10)
        print("up", flush=True)
        signal.pause()


def traces(rig):
    """All that a rig may leave, as names."""
    found = [f"process {pid}" for pid in cgroup.members(rig)]
    found += [f"group {name}" for name in cgroup.rigs() if name == rig]
    found += [f"folder {path}" for path in place.RUNNING.glob(rig)]
    # As the rest of the machine sees them: a named network namespace is a mount, too.
    found += [f"mount {line}" for line in pathlib.Path("/proc/1/mountinfo").read_text().splitlines()
              if rig in line or "/run/netns/web-" in line]
    for path in pathlib.Path("/sys/block").glob("loop*/loop/backing_file"):
        if rig in path.read_text():
            found.append(f"loop {path}")
    return found


def gone(rig):
    """Soon, that is: the kernel lets go of a loop device some moments after its mount."""
    try:
        return wait_for("nothing is left", lambda: not traces(rig), timeout=10)
    except RigError:
        return False


def ended(sign, after=None):
    """A rig is started, given a signal when it is up or so many seconds later; its name and exit code."""
    with subprocess.Popen([sys.executable, "-B", __file__, "hold"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True) as held:
        rig = f"{held.pid}-{place.start_time_of(held.pid)}"
        if after is None:
            held.stdout.readline()
        else:
            time.sleep(after)  # the moment is what is tried here
        held.send_signal(sign)
        return rig, held.wait(60)


def leaves_nothing():
    rig, code = ended(signal.SIGTERM)
    claim("ended by SIGTERM it cleans up itself", code == 143 and gone(rig), (code, traces(rig)))
    rig, _ = ended(signal.SIGINT)
    claim("ended by SIGINT, too", gone(rig), traces(rig))
    rig, _ = ended(signal.SIGKILL)
    claim("killed, its processes end without anybody's help", wait_for(
        "no process of it", lambda: not cgroup.members(rig)))
    leftovers.sweep()
    claim("and the next rig sweeps the rest away", gone(rig), traces(rig))
    for _ in range(6):
        after = random.uniform(0.1, 2)
        rig, _ = ended(signal.SIGKILL, after)
        leftovers.sweep()
        claim(f"killed after {after:.2f} s it leaves nothing", gone(rig), traces(rig))


def timed(act, subject):
    start = time.monotonic()
    act(subject)
    print(f"{act.__name__}: {time.monotonic() - start:.1f} s", flush=True)


def story():
    start = time.monotonic()
    with Fleet(disks={"web-ap-2": "600M"}) as fleet:
        print(f"centre and 12 hosts up after {time.monotonic() - start:.1f} s")
        timed(are_hosts, fleet)
        timed(commands, fleet.hosts["web-eu-2"])
        timed(kills, fleet.hosts["web-eu-2"])
        timed(network, fleet)
        timed(delays, fleet)
        timed(power, fleet)
        timed(disks, fleet)
        timed(clocks, fleet.hosts["web-eu-3"])
        timed(updates, fleet.hosts["web-eu-4"])
        claim("one process has one fleet", "already" in refused(Fleet().__enter__))
        claim("the first fleet is as it was", fleet.hosts["web-us-3"].run("echo", "here") == "here")
        fleet.hosts["web-us-4"].power_off()
        rig = place.own_name()
    claim("at the end of `with` nothing is left", gone(rig), traces(rig))
    try:
        with Fleet(regions=("eu",), hosts_per_region=1) as fleet:
            fleet.centre.run("false")
    except RunFailed:
        claim("nor after an exception, and a second fleet follows the first", gone(rig), traces(rig))
    claim("a host that cannot be is refused", "web-xx-9" in refused(lambda: Fleet(disks={"web-xx-9": "1G"})))
    leaves_nothing()


if __name__ == "__main__":
    hold() if sys.argv[1:] == ["hold"] else run_test(story)
