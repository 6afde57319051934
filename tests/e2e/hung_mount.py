"""A file system that stops answering, made of /dev/fuse alone: no library, no package.

    with HungMount(folder) as mount:
        mount.fall_silent()

Before that it holds one file, `f`, that can be opened and removed. Then its process goes on taking requests and
answers none, which is worse than a dead NFS server: whoever waits for an answer cannot be killed. Its end ends them all.
Run as a program it is that process: hung_mount.py FOLDER TYPE [PID], in the mounts of which process."""

import ctypes
import os
import select
import struct
import subprocess
import sys

LOOKUP, FORGET, GETATTR, UNLINK, OPEN, STATFS, RELEASE, FLUSH, INIT = 1, 2, 3, 10, 14, 17, 18, 25, 26
OPENDIR, READDIR, RELEASEDIR, INTERRUPT, BATCH_FORGET = 27, 28, 29, 36, 42
HEADER = struct.Struct("<IIQQIIIHH")  # fuse_in_header
ROOT, FILE = 1, 2
ENOENT, ENOSYS = 2, 38
MS_NOSUID, MS_NODEV = 2, 4


def attributes(node, links):
    mode, size = (0o40755, 0) if node == ROOT else (0o100644, 4096)
    return struct.pack("<6Q10I", node, size, size // 512, 0, 0, 0, 0, 0, 0, mode, links, 0, 0, 0, 4096, 0)


class Server:
    def __init__(self, folder, kind, pid=None):
        # Opened before the namespace is entered: a container has no such device.
        self.fd = os.open("/dev/fuse", os.O_RDWR)
        options = f"fd={self.fd},rootmode=40000,user_id=0,group_id=0,allow_other"
        libc = ctypes.CDLL(None, use_errno=True)
        if pid and libc.setns(os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY), 0) != 0:
            sys.exit(f"setns: {os.strerror(ctypes.get_errno())}")
        if libc.mount(b"hung", os.fsencode(folder), os.fsencode(kind), MS_NOSUID | MS_NODEV, options.encode()) != 0:
            sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")
        self.links = 1

    def answer(self, unique, error, body=b""):
        os.write(self.fd, struct.pack("<IiQ", 16 + len(body), -error, unique) + body)

    def serve_one(self):
        request = os.read(self.fd, 1 << 17)
        _, code, unique, node, *_ = HEADER.unpack_from(request)
        words = request[HEADER.size:]
        if code == INIT:
            self.answer(unique, 0, struct.pack("<4I2H2I2H8I", 7, 31, 0, 0, 8, 8, 4096, 1, 1, 0, *[0] * 8))
        elif code == LOOKUP and words.rstrip(b"\0") == b"f" and self.links:
            self.answer(unique, 0, struct.pack("<4Q2I", FILE, 0, 0, 0, 0, 0) + attributes(FILE, 1))
        elif code == LOOKUP:
            self.answer(unique, ENOENT)
        elif code == GETATTR:
            self.answer(unique, 0, struct.pack("<QII", 0, 0, 0) + attributes(node, self.links))
        elif code in (OPEN, OPENDIR):
            self.answer(unique, 0, struct.pack("<QII", 0, 0, 0))
        elif code == STATFS:
            self.answer(unique, 0, struct.pack("<5Q4I6I", 100, 50, 50, 10, 5, 4096, 255, 4096, 0, *[0] * 6))
        elif code == UNLINK:
            self.links = 0
            self.answer(unique, 0)
        elif code in (READDIR, RELEASE, RELEASEDIR, FLUSH):
            self.answer(unique, 0)
        elif code not in (FORGET, BATCH_FORGET, INTERRUPT):
            self.answer(unique, ENOSYS)

    def run(self):
        """Answers until it is told a word, then only takes; ends with its input."""
        is_silent = False
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([self.fd, sys.stdin], [], [])
            if sys.stdin in ready:
                if not sys.stdin.readline():
                    return
                is_silent = True
                print("silent", flush=True)
            elif is_silent:
                os.read(self.fd, 1 << 17)
            else:
                self.serve_one()


class HungMount:
    def __init__(self, folder, pid=None, kind="fuse.hung"):
        """In the mounts of a process, if one is named; seen where they are passed on to. The kind is "fuse" or begins so."""
        self.folder = folder
        words = [str(folder), kind, *([str(pid)] if pid else [])]
        self.process = subprocess.Popen([sys.executable, "-B", __file__, *words], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self._hear("ready")

    def _hear(self, word):
        if self.process.stdout.readline() != word + "\n":
            raise RuntimeError(f"no file system at {self.folder}")

    def fall_silent(self):
        self.process.stdin.write("silent\n")
        self.process.stdin.flush()
        self._hear("silent")

    def end(self):
        """What waited for an answer gets an error."""
        self.process.stdin.close()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


if __name__ == "__main__":
    Server(*sys.argv[1:]).run()
