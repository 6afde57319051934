"""Watches a rollout on a terminal of its own, leaves, and sees whether the terminal is as it was.

live_screen.py [--press KEYS TEXT]... KEY-OR-SIGNAL CODE WORD...: runs WORD... until its screen is drawn,
presses KEYS, after which TEXT must come, and then KEY, or sends SIGINT; it must exit with CODE, have left the
live screen, and have given the terminal back.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios

DRAWN = b"q leave"
ENTER = b"\x1b[?1049h"
LEAVE = b"\x1b[?1049l"
SECONDS_MAX = 20


def read_until(terminal, seen, until):
    while until not in seen:
        ready, _, _ = select.select([terminal], [], [], SECONDS_MAX)
        if not ready:
            sys.exit(f"nothing more came, and no {until!r} in {seen!r}")
        seen += os.read(terminal, 65536)
    return seen


def main():
    arguments, presses = sys.argv[1:], []
    while arguments[0] == "--press":
        presses.append((arguments[1].encode(), arguments[2].encode()))
        arguments = arguments[3:]
    leave, code, words = arguments[0], int(arguments[1]), arguments[2:]
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    before = termios.tcgetattr(end)
    child = subprocess.Popen(words, stdin=end, stdout=end, stderr=end, start_new_session=True)
    seen = read_until(terminal, b"", DRAWN)
    if ENTER not in seen:
        sys.exit("no live screen was entered")
    if termios.tcgetattr(end)[3] & termios.ICANON:
        sys.exit("keys would not come at once")
    for keys, text in presses:
        os.write(terminal, keys)
        read_until(terminal, b"", text)
    if leave == "SIGINT":
        child.send_signal(signal.SIGINT)
    else:
        os.write(terminal, leave.encode())
    read_until(terminal, seen, LEAVE)
    found = child.wait(SECONDS_MAX)
    if found != code:
        sys.exit(f"exit {found}, expected {code}")
    if termios.tcgetattr(end) != before:
        sys.exit("the terminal was not given back as it was")


main()
