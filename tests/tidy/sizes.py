"""Small files, and a short README in each folder. Sizes of functions are clang-tidy's."""

import os
import sys

from tree import Tree, finish

CEILING, LONG, README_MAX = 800, 400, 40


def main():
    tree = Tree(sys.argv[1])
    complaints, warnings = [], []
    for file in tree.files:
        lines = tree.read(file).count("\n")
        if os.path.basename(file) == "README.md" and "/" in file and lines > README_MAX:
            complaints.append(f"{file}: {lines} lines, a folder's README has at most {README_MAX}")
        if not file.endswith((".h", ".cc", ".py", ".capnp", ".cmake")):
            continue
        if lines > CEILING:
            complaints.append(f"{file}: {lines} lines, the ceiling is {CEILING}")
        elif lines > LONG:
            warnings.append(f"{file}: {lines} lines; time to split it by family of events")
    for folder in sorted({os.path.dirname(f) for f in tree.files} - {"", ".ci"}):
        if os.path.join(folder, "README.md") not in tree.files:
            complaints.append(f"{folder}: no README.md saying what it may know and do")
    finish("sizes", complaints, warnings)


main()
