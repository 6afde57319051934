"""Every source is built by somebody, and every header is included by somebody."""

import os
import re
import sys

from tree import Tree, finish


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
            own = os.path.join(folder, "CMakeLists.txt")
            words = re.split(r"[\s()]+", tree.read(own)) if own in tree.files else []
            if name not in words and file not in lists:
                complaints.append(f"{file}: named by no CMakeLists.txt")
        elif file not in included and name not in included:
            complaints.append(f"{file}: included by nobody")
    finish("dead_files", complaints)


main()
