"""A process that listens, or only keeps a socket, and has one library besides those of Python."""

import os
import pathlib
import subprocess
import sys

# Says when it is there and ends with its input, so that nobody waits for time.
SERVER = """
import ctypes, pathlib, socket, ssl, sys
pathlib.Path("/proc/self/comm").write_bytes(sys.argv[1].encode())
kind = socket.SOCK_DGRAM if "udp" in sys.argv[2] else socket.SOCK_STREAM
sockets = [socket.socket(socket.AF_INET, kind)]
sockets[0].bind(("0.0.0.0", 0))
if "tcp" in sys.argv[2]:
    sockets[0].listen()
ctypes.CDLL("libz.so.1")
print("ready", flush=True)
sys.stdin.read()
"""


class Server:
    def __init__(self, name, kind, *before, shut=""):
        program = SERVER.replace("print(", shut + "print(")
        self.process = subprocess.Popen([*before, "/usr/bin/python3", "-c", program, name, kind],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            sys.exit(f"{name} did not start")

    def __enter__(self):
        return self.process.pid

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()


def sees_first():
    """In a sandbox not even root may look into the first process."""
    try:
        return bool(pathlib.Path("/proc/1/maps").read_text() and os.readlink("/proc/1/root"))
    except OSError:
        return False
