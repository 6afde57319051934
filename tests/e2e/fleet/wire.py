"""A long wire: takes frames from one interface and gives them to another some milliseconds later, both
ways. Whole frames and not a proxy's bytes, so that a connection that cannot come about does not, and every
protocol is slow alike.

    wire.py MILLISECONDS INTERFACE INTERFACE     runs in the namespace of the bridge, says "ready" """

import collections
import selectors
import socket
import sys
import time

ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_VNET_HDR = 15       # carries unfinished checksums and large frames over as they are
PACKET_IGNORE_OUTGOING = 23
FRAME_MAX = 1 << 17
QUEUE_MAX = 10000          # frames; more are lost, as at a full router


def end_of(name):
    end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    end.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    end.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    end.bind((name, ETH_P_ALL))
    end.setblocking(False)
    return end


def give(end, frame):
    try:
        end.send(frame)
    except OSError:
        pass  # a wire loses what it cannot carry; the peers send again


def take(end, other, queue, delay):
    try:
        while len(queue) < QUEUE_MAX:
            queue.append((time.monotonic() + delay, other, end.recv(FRAME_MAX)))
    except OSError:
        pass  # nothing more, or the host was switched off


def main():
    delay = float(sys.argv[1]) / 1000
    left, right = end_of(sys.argv[2]), end_of(sys.argv[3])
    selector = selectors.DefaultSelector()
    selector.register(left, selectors.EVENT_READ, right)
    selector.register(right, selectors.EVENT_READ, left)
    queue = collections.deque()  # in order of time: every frame waits equally long
    print("ready", flush=True)
    while True:
        wait = max(0, queue[0][0] - time.monotonic()) if queue else None
        for key, _ in selector.select(wait):
            take(key.fileobj, key.data, queue, delay)
        while queue and queue[0][0] <= time.monotonic():
            _, end, frame = queue.popleft()
            give(end, frame)


main()
