"""Each foreign library has one folder that may include it; the core includes only the core; agent
and coordinator know nothing of each other. What the linker cannot see, for a header is enough."""

import os
import re
import sys

from tree import Tree, finish

# Of an include: which folders may write it.
OWNERS = [
    (r"zmq(_\w+)?\.(hpp|h)$", ["common/fabric"]),
    (r"(capnp|kj)/|schemas/.*\.capnp\.h$|.*\.capnp\.h$", ["common/wire", "schemas"]),
    (r"lmdb\.h$", ["common/store"]),
    (r"uv\.h$", ["common/loop"]),
    (r"openssl/", ["common/crypto"]),
    (r"yaml-cpp/", ["common/document"]),
    (r"apt-pkg/", ["agent/apt"]),
]
# In the core the standard library is a list, too: these know the world outside.
CORE_DENIED = set("""chrono_io ctime cstdio fstream iostream istream ostream sstream filesystem random
thread mutex shared_mutex condition_variable future semaphore stop_token locale iomanip regex
unordered_map unordered_set time.h stdio.h unistd.h fcntl.h csignal signal.h print cmath
syncstream atomic latch barrier""".split())
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def complaints_of(tree, file):
    folder = os.path.dirname(file)
    layer = tree.layer_of(file)
    side = folder.split("/")[0]
    for bracket, name in INCLUDE.findall(tree.read(file)):
        for pattern, owners in OWNERS:
            if re.match(pattern, name) and not any(
                    folder == o or folder.startswith(o + "/") for o in owners):
                yield f"{file}: only {' and '.join(owners)} may include {name}"
        other = name.split("/")[0]
        if {side, other} == {"agent", "coordinator"} or (
                side == "common" and other in ("agent", "coordinator")):
            yield f"{file}: {side} must not include {name}"
        if bracket == '"' and name.startswith("../"):
            yield f"{file}: {name}: include from the root of the tree"
        if layer != "core":
            continue
        # sys/types.h has names of types and nothing that does anything.
        if bracket == "<" and name != "sys/types.h" and (name in CORE_DENIED or "/" in name or
                               (name.endswith(".h") and name not in CORE_DENIED)):
            yield f"{file}: the core must not include <{name}>"
        if bracket == '"' and tree.layer_of(name) != "core":
            yield f"{file}: core includes {name}, which is {tree.layer_of(name) or 'of no layer'}"


def main():
    tree = Tree(sys.argv[1], sys.argv[2])
    finish("includes", [c for file in tree.code() for c in complaints_of(tree, file)])


main()
