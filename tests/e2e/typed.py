"""Runs a command on a terminal of its own and types at what it asks.

typed.py UNTIL TYPED CODE PATTERN WORD...: runs WORD... until UNTIL is shown, then types TYPED, or sends
SIGINT if it is that, or does nothing if it is empty. It must exit with CODE, what was shown match
PATTERN, and the terminal be as it was.
"""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time

SECONDS_MAX = 20


def read_some(terminal):
    ready, _, _ = select.select([terminal], [], [], SECONDS_MAX)
    if not ready:
        return b""
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""


def main():
    until, typed, code, pattern, words = sys.argv[1].encode(), sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5:]
    terminal, end = pty.openpty()
    before = termios.tcgetattr(end)
    child = subprocess.Popen(words, stdin=end, stdout=end, stderr=end, start_new_session=True)
    seen = b""
    while until not in seen:
        more = read_some(terminal)
        if not more:
            sys.exit(f"nothing more came, and no {until!r} in {seen!r}")
        seen += more
    if typed == "SIGINT":
        child.send_signal(signal.SIGINT)
    elif typed:
        os.write(terminal, typed.encode())
    end_by = time.monotonic() + SECONDS_MAX
    while child.poll() is None:  # it may have more to say than a terminal holds
        if time.monotonic() > end_by:
            child.kill()
            sys.exit(f"it does not end: {seen!r}")
        if select.select([terminal], [], [], 0.05)[0]:
            seen += read_some(terminal)
    found = child.returncode
    after = termios.tcgetattr(end)
    os.close(end)
    while more := read_some(terminal):
        seen += more
    if found != code:
        sys.exit(f"exit {found}, expected {code}: {seen!r}")
    if not re.search(pattern.encode(), seen):
        sys.exit(f"no {pattern!r} in {seen!r}")
    if after != before:
        sys.exit("the terminal was not given back as it was")


main()
