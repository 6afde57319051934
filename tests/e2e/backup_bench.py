"""What backup_test.py works with: a folder, mainstay-collect in a mount namespace of its own, faults, and
claims."""

import contextlib
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time

PGBACKREST_CONF = "/etc/pgbackrest.conf"  # of the package, and where it looks
PASSWORD = "correct horse battery"
HOST = socket.gethostname()
failures = []


def claim(text, is_true, found=""):
    print(f"{'ok' if is_true else 'not ok'} - {text}" + ("" if is_true else f": {found}"), flush=True)
    if not is_true:
        failures.append(text)


def wait_until(what, condition):
    """Waits for an event of another process, for a minute at most."""
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"not ok - {what} did not come")
        time.sleep(0.02)


class Bench:
    """The folder of the test, and the program in it, seeing a home and a pgbackrest.conf of its own."""

    def __init__(self, program, work):
        self.work = work
        work.chmod(0o755)
        self.program = work / "mainstay-collect"
        shutil.copy(program, self.program)
        self.home = work / "home"
        self.state = work / "state"
        for folder in (self.home, self.state):
            folder.mkdir()
        self.conf = work / "pgbackrest.conf"
        self.conf.write_text("")
        self.env = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo",
                    "RESTIC_PASSWORD": PASSWORD, "BORG_PASSPHRASE": PASSWORD, "ASAN_OPTIONS": "verify_asan_link_order=0"}
        self.sets = {}
        self.key = self.write("key", PASSWORD + "\n", 0o600)

    def write(self, name, text, mode=0o644):
        path = self.work / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def run(self, *words, user=None, check=True, feed=""):
        done = subprocess.run([str(word) for word in words], env=self.env, cwd=self.work, user=user,
                              capture_output=True, text=True, input=feed, check=False)
        if check and done.returncode != 0:
            sys.exit(f"not ok - {words}: {done.stdout}{done.stderr}")
        return done

    def collect(self, *words, later=None, user=None, read_only=False):
        file = self.write("backup.yaml", json.dumps({"kind": "backup", "name": "bench", "sets": list(self.sets.values())}))
        command = ["faketime", later] if later else []
        command += [self.program, *(["--read-only"] if read_only else []), "backup", "--file", file, *words]
        if user is not None:
            return json.loads(self.run(*command, user=user).stdout)
        mounts = 'mount --bind "$1" "$2" && mount --bind "$3" "$4" && shift 4 && exec "$@"'
        said = self.run("unshare", "--mount", "sh", "-c", mounts, "sh", self.home, pwd.getpwuid(0).pw_dir,
                        self.conf, PGBACKREST_CONF, *command)
        if PASSWORD in said.stdout + said.stderr:
            claim("the password is in no report", False, said.stdout)
        return json.loads(said.stdout)

    def look(self, **how):
        report = self.collect("--state", self.state, **how)
        return {finding["subject"]: finding for finding in report["findings"]}, report["facts"]

    def check(self, name):
        (finding,) = self.collect("--state", self.state, "--check", name)["findings"]
        return finding

    def look_as_nobody(self):
        """At the one set, by a user who may read its key but nothing else."""
        ((name, kept),) = self.sets.items()
        key = self.write("nobodys", PASSWORD + "\n", 0o600)
        shutil.chown(key, "nobody")
        if "password_file" in kept:
            self.sets[name] = {**kept, "password_file": str(key)}
        (finding,) = self.collect(user="nobody")["findings"]
        self.sets[name] = kept
        return finding

    def expect(self, text, finding, judgement, words=""):
        claim(text, finding["judgement"] == judgement and words in finding["text"], finding)


def overwrite(path, at):
    """Four bytes, as a disk does it that lies."""
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"XXXX")


def largest(folder, pattern="*"):
    return max((path for path in folder.rglob(pattern) if path.is_file()), key=lambda path: path.stat().st_size)


@contextlib.contextmanager
def killed_backup(bench, lock, *words):
    """A backup of its standard input, killed while it holds its lock; paused before that."""
    worker = subprocess.Popen([str(word) for word in words], env=bench.env, cwd=bench.work, stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until("the lock", lambda: lock.is_dir() and any(lock.iterdir()))
        yield worker
    finally:
        worker.kill()
        worker.wait()
        worker.stdin.close()
