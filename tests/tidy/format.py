"""Every C++ file is as clang-format leaves it."""

import os
import subprocess
import sys

from tree import Tree, finish


def main():
    tree = Tree(sys.argv[1])
    files = [os.path.join(tree.root, f) for f in tree.code()]
    if not files:
        finish("format", ["no C++ files found"])
    style = "--style=file:" + os.path.join(tree.root, ".clang-format")
    out = subprocess.run(["clang-format-19", "--dry-run", "-Werror", style, *files],
                         capture_output=True, text=True, check=False)
    bad = sorted({line.split(":")[0] for line in out.stderr.splitlines() if " error: " in line})
    complaints = [f"{os.path.relpath(f, tree.root)}: run clang-format-19 -i on it" for f in bad]
    if out.returncode != 0 and not complaints:
        complaints.append(out.stderr.strip())
    finish("format", complaints)


main()
