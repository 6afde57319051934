"""clang-tidy over every source, several at a time: the sources of one target are included into one
unit, so that their headers are read once (most of the cost). Sources whose names clash are looked at
apart. A unit found clean is remembered by a digest of the configuration, the tool, its command and all
our files it includes, so that a second run looks only at what changed.
usage: clang_tidy.py SOURCE BUILD [REGEX of targets]"""

import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys

TOOL, COMPILER = "clang-tidy-19", "clang++-19"
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.M)
UNIT_MAX = 12  # sources
# A test may copy what it likes, and a guard object in it need not be const.
IN_TESTS = "--checks=-performance-*,-misc-const-correctness"


def closure(file, roots, seen):
    """The file and all of ours that it includes, at any distance."""
    if file in seen or not os.path.isfile(file):
        return
    with open(file, "rb") as content:
        seen[file] = content.read()
    for name in INCLUDE.findall(seen[file]):
        for root in [os.path.dirname(file), *roots]:
            closure(os.path.normpath(os.path.join(root, name.decode())), roots, seen)


def sources_of(entry, source, build):
    """Ours among what one compiler call reads: its file, or what a unity file includes."""
    file = entry["file"]
    if file.startswith(build + "/") and "/Unity/" in file:
        with open(file, "rb") as content:
            return [name.decode() for name in INCLUDE.findall(content.read())]
    ours = file.startswith(source + "/") and not file.startswith(os.path.join(source, "build") + "/")
    return [file] if ours else []


def flags_of(entry):
    words = shlex.split(entry["command"])
    while not words[0].startswith("-"):
        words.pop(0)  # compiler cache and compiler
    drop = {words.index("-o") + 1, words.index("-o"), words.index("-c"), words.index("-c") + 1}
    # What GCC alone knows, what its library does with its own deprecated functions, and CHECK(!"why").
    quiet = ["-Wno-unknown-warning-option", "-Wno-deprecated-declarations", "-Wno-string-conversion"]
    return [word for i, word in enumerate(words) if i not in drop] + quiet


class Lint:
    def __init__(self, source, build):
        self.source, self.build = source, build
        self.folder = os.path.join(source, "build", "lint")
        os.makedirs(self.folder, exist_ok=True)
        with open(os.path.join(source, ".clang-tidy"), "rb") as config:
            self.salt = config.read()
        self.salt += subprocess.run([TOOL, "--version"], capture_output=True, check=True).stdout

    def groups(self, wanted):
        targets = {}
        with open(os.path.join(self.build, "compile_commands.json"), encoding="utf-8") as text:
            for entry in json.load(text):
                target = re.search(r" -o \S*/([^/]+)\.dir/", entry["command"])[1]
                mine = targets.setdefault(target, (flags_of(entry), []))
                mine[1].extend(sources_of(entry, self.source, self.build))
        for target, (flags, files) in sorted(targets.items()):
            if wanted.search(target):
                files = sorted(set(files))
                for first in range(0, len(files), UNIT_MAX):
                    yield target, flags, files[first:first + UNIT_MAX]

    def mark(self, flags, files):
        seen = {}
        for file in files:
            closure(file, [self.source, self.build], seen)
        total = hashlib.sha256(self.salt + "\n".join(flags + files).encode())
        for name in sorted(seen):
            total.update(name.encode() + hashlib.sha256(seen[name]).digest())
        return os.path.join(self.folder, total.hexdigest())

    def look(self, job):
        """What the tool says of these sources; empty if they are clean."""
        target, flags, files = job
        mark = self.mark(flags, files)
        if os.path.exists(mark):
            return ""
        unit = f"{mark}-{target}.cc"
        with open(unit, "w", encoding="utf-8") as text:
            text.writelines(f'#include "{file}"\n' for file in files)
        try:
            if len(files) > 1 and self.clashes(unit, flags):
                middle = len(files) // 2
                said = [self.look((target, flags, half)) for half in (files[:middle], files[middle:])]
                return "".join(said)
            is_test = all("/tests/" in file or file.endswith("_test.cc") for file in files)
            checks = [IN_TESTS] if is_test else []
            out = subprocess.run([TOOL, "--quiet", *checks, unit, "--", *flags], capture_output=True,
                                 text=True, check=False)
        finally:
            os.remove(unit)
        if out.returncode == 0:
            with open(mark, "w", encoding="utf-8"):
                pass
            return ""
        return out.stdout if "error:" in out.stdout else out.stdout + out.stderr

    @staticmethod
    def clashes(unit, flags):
        return subprocess.run([COMPILER, "-fsyntax-only", "-w", *flags, unit], capture_output=True,
                              check=False).returncode != 0


def main():
    lint = Lint(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
    jobs = list(lint.groups(re.compile(sys.argv[3] if len(sys.argv) > 3 else "")))
    print(f"clang-tidy: {sum(len(files) for *_, files in jobs)} sources", flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for said in pool.map(lint.look, jobs):
            if said.strip():
                failed += 1
                print(said.strip(), flush=True)
    print(f"clang-tidy: {failed} units with complaints")
    sys.exit(1 if failed or not jobs else 0)


main()
