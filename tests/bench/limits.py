"""The limits: bare libzmq, bare LMDB, bare signatures, in the same run."""

import json
import os
import secrets
import signal
import subprocess
import tempfile

from fleet import HOSTS_OF_PROCESS, free_ports
from processes import Talker, clock, end, memory, wait_for

# What the coordinator writes for a host of an order that only reads: its leaf, its target twice, its
# record, and four records of audit.
ROWS_OF_HOST = 8
ROW_BYTES = 400
ROWS_OF_COMMIT = 320  # eight steps of the coordinator's core


class RawServer:
    def __init__(self, build, log):
        self.program = os.path.join(build, "tests", "bench_raw_server")
        self.endpoint, self.secret, self.log = free_ports(1)[0], secrets.token_hex(32), log
        self.start()

    def start(self):
        self.talker = Talker([self.program, self.endpoint, self.secret], self.log)

    def wait(self, name, count, what):
        return wait_for([self.talker], lambda now: now.get(name, 0) >= count, 300, what)


def raw_clients(build, server, hosts, log):
    clients, left = [], hosts
    while left > 0:
        some = min(left, HOSTS_OF_PROCESS)
        clients.append(Talker([os.path.join(build, "tests", "bench_raw_clients"), server.endpoint,
                               server.secret, str(some)], log))
        left -= some
    return clients


def end_all(talkers):
    for talker in talkers:
        end(talker.process)


def measure_wire(build, log, hosts):
    server = RawServer(build, log)
    before = memory(server.talker.pid)["rss"]
    begin = clock()
    clients = raw_clients(build, server, hosts, log)
    found = {"join": server.wait("peers", hosts, "raw joins") - begin}
    found["fresh_kib"] = (memory(server.talker.pid)["rss"] - before) / hosts
    orders = []
    for _ in range(3):
        begin = clock()
        server.talker.say("order")
        wait_for([server.talker], lambda now: now["at_ms"] / 1000 > begin and now["replies"] >= hosts, 300,
                 "raw replies")
        orders.append(server.talker.last["at_ms"] / 1000 - begin)
    found["order"] = sorted(orders)[1]
    found["used_kib"] = (memory(server.talker.pid)["rss"] - before) / hosts
    begin = clock()
    end(server.talker.process, signal.SIGKILL)
    server.start()
    found["back"] = server.wait("peers", hosts, "raw peers to be back") - begin
    end_all([*clients, server.talker])
    return found


def measure_store(build, hosts):
    with tempfile.TemporaryDirectory(prefix="mainstay-bench.") as folder:
        done = subprocess.run([os.path.join(build, "tests", "bench_raw_store"), folder,
                               str(hosts * ROWS_OF_HOST), str(ROW_BYTES), str(ROWS_OF_COMMIT)],
                              capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["seconds"]


def measure_signatures(build):
    done = subprocess.run([os.path.join(build, "tests", "bench_raw_sign")], capture_output=True, text=True,
                          check=True)
    return json.loads(done.stdout)


def signatures_of(speed, hosts):
    """Seconds of two cores for what an order must sign and check: the host checks the head and the
    acknowledgement and signs its record; the coordinator checks that and signs its answer."""
    return hosts * (3 / speed["checks"] + 2 / speed["signs"]) / 2
