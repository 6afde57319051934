"""Every source is built by somebody, and every header is included by somebody."""

import os
import re
import sys

from tree import Tree, finish


def is_named(tree, file):
    """By its own folder's list, or by one above with the path from there."""
    folder = os.path.dirname(file)
    while folder:
        words = re.split(r"[\s()]+", tree.read(f"{folder}/CMakeLists.txt")) \
            if f"{folder}/CMakeLists.txt" in tree.files else []
        if os.path.relpath(file, folder) in words:
            return True
        folder = os.path.dirname(folder)
    return False


def main():
    tree = Tree(sys.argv[1])
    complaints = []
    lists = "\n".join(tree.read(f) for f in tree.files
                      if f.endswith(("CMakeLists.txt", ".cmake")))
    included = set()
    for file in tree.code():
        included |= set(re.findall(r'#\s*include\s*"([^"]+)"', tree.read(file)))
    for file in tree.code():
        folder, name = os.path.split(file)
        if name.endswith(".cc"):
            if not is_named(tree, file) and file not in lists:
                complaints.append(f"{file}: named by no CMakeLists.txt")
        elif file not in included and name not in included:
            complaints.append(f"{file}: included by nobody")
    finish("dead_files", complaints)


main()
