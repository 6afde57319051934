"""clang-tidy over every source, two at a time. A file found clean is remembered by a digest of
the configuration, the tool, its command and all our files it includes, so that a second run looks
only at what changed. usage: clang_tidy.py SOURCE BUILD [REGEX]"""

import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

TOOL = "clang-tidy-19"
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.M)


def closure(file, roots, seen):
    """The file and all of ours that it includes, at any distance."""
    if file in seen or not os.path.isfile(file):
        return
    with open(file, "rb") as content:
        seen[file] = content.read()
    for name in INCLUDE.findall(seen[file]):
        for root in [os.path.dirname(file), *roots]:
            closure(os.path.normpath(os.path.join(root, name.decode())), roots, seen)


def digest(entry, source, build, salt):
    seen = {}
    closure(entry["file"], [source, build], seen)
    total = hashlib.sha256(salt + entry["command"].encode())
    for name in sorted(seen):
        total.update(name.encode() + hashlib.sha256(seen[name]).digest())
    return total.hexdigest()


def main():
    source, build = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    wanted = re.compile(sys.argv[3] if len(sys.argv) > 3 else "")
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as text:
        entries = {e["file"]: e for e in json.load(text)}
    with open(os.path.join(source, ".clang-tidy"), "rb") as config:
        salt = config.read()
    salt += subprocess.run([TOOL, "--version"], capture_output=True, check=True).stdout
    cache = os.path.join(source, "build", "clang-tidy-cache")
    os.makedirs(cache, exist_ok=True)
    work = []
    for file, entry in sorted(entries.items()):
        # What a generator wrote is not ours to tidy.
        if not file.startswith(source + "/") or file.startswith(os.path.join(source, "build") + "/"):
            continue
        mark = os.path.join(cache, digest(entry, source, build, salt))
        if wanted.search(os.path.relpath(file, source)):
            work.append((file, mark))
    stale = [(f, m) for f, m in work if not os.path.exists(m)]
    print(f"clang-tidy: {len(work)} files, {len(stale)} changed", flush=True)

    def look(job):
        out = subprocess.run([TOOL, "--quiet", "-p", build, job[0]], capture_output=True, text=True,
                             check=False)
        if out.returncode == 0:
            with open(job[1], "w", encoding="utf-8"):
                pass
        return out

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for (file, _), out in zip(stale, pool.map(look, stale)):
            if out.returncode != 0:
                failed += 1
                print(f"== {os.path.relpath(file, source)}\n{out.stdout.strip()}")
                if "error:" not in out.stdout:
                    print(out.stderr.strip())
    print(f"clang-tidy: {failed} files with complaints")
    sys.exit(1 if failed or not work else 0)


main()
