"""Words for what happens inside a host: commands, files, processes, waiting."""

import shlex
import signal
import subprocess

from .errors import RigError, RunFailed
from .waiting import wait_for

ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
               "LANG": "C.UTF-8", "TERM": "dumb", "DEBIAN_FRONTEND": "noninteractive"}

AS_USER = ('user=$1; shift; exec setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups --pdeathsig KILL '
           '-- "$@"')


class Output(str):
    """What a command printed, without the last end of line; beside it, how it ended and what it complained of."""
    code = 0
    errors = ""


class Commands:
    """Base of Host. `enter` gives what to put before a command to run it inside."""

    def __init__(self, name, enter):
        self.name = name
        self._enter = enter

    def run(self, *argv, check=True, timeout=60, user=None, env=None, text=None):
        """An argv and no shell. text goes to its standard input. Raises RunFailed unless check=False."""
        argv = [str(word) for word in argv]
        done = self._ended(argv, timeout, user, env, text)
        if check and done.returncode != 0:
            raise RunFailed(self.name, argv, ending_of(done.returncode), done.stdout + done.stderr)
        output = Output(done.stdout.removesuffix("\n"))
        output.code, output.errors = done.returncode, done.stderr
        return output

    def _ended(self, argv, timeout, user, env, text):
        # The command ends with nsenter: what a test gave up on must not go on in the host.
        prefix = ["sh", "-c", AS_USER, "as", user] if user else ["setpriv", "--pdeathsig", "KILL", "--"]
        command = [*self._enter(), *prefix, *argv]
        try:
            return subprocess.run(command, input=text or "", capture_output=True, text=True, errors="replace",
                                  timeout=timeout, env={**ENVIRONMENT, **(env or {})}, check=False)
        except subprocess.TimeoutExpired as late:
            said = b"".join(part for part in (late.stdout, late.stderr) if part).decode(errors="replace")
            raise RunFailed(self.name, argv, f"not done after {timeout} s", said) from None

    def shell(self, script, **options):
        return self.run("sh", "-ec", script, **options)

    def read(self, path):
        return self.shell(f"cat {shlex.quote(str(path))}; echo")  # run takes one end of line away

    def write(self, path, text, mode="644"):
        """Folders on the way are made; a reader sees the old file or the new one."""
        path = str(path)
        self.run("sh", "-ec", 'mkdir -p "$(dirname "$1")"; cat > "$1.new"; chmod "$2" "$1.new"; mv "$1.new" "$1"',
                 "write", path, mode, text=text)

    def wait_for(self, what, predicate, timeout=30):
        return wait_for(f"{self.name}: {what}", predicate, timeout)

    def main_pid(self, unit):
        """As the host counts; 0 where nothing runs."""
        return int(self.run("systemctl", "show", "-p", "MainPID", "--value", unit))

    def kill(self, unit, sign="KILL"):
        """The main process of a unit; a systemd unit that is to come back does so by itself."""
        pid = self.main_pid(unit)
        if not pid:
            raise RigError(f"{self.name}: {unit} has no process to be killed")
        self.run("kill", "-s", sign, pid)

    def journal(self, unit=None, lines=50):
        return self.run("journalctl", "--no-pager", "-n", lines, *(["-u", unit] if unit else []))


def ending_of(code):
    return f"exit {code}" if code >= 0 else f"ended by {signal.Signals(-code).name}"
