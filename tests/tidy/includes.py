"""Each foreign library has one folder that may include it; a layer includes only what it may link;
agent and coordinator know nothing of each other. What the linker cannot see, for a header is enough."""

import os
import re
import sys

from tree import Tree, finish

# Of an include: which folders may write it; tests/bench measures the bare libraries.
OWNERS = [
    # Hostile peers must do what the fabric refuses to do: several frames, frames too long, unread.
    (r"zmq(_\w+)?\.(hpp|h)$", ["common/fabric", "tests/bench", "tests/hostile"]),
    (r"(capnp|kj)/|schemas/.*\.capnp\.h$|.*\.capnp\.h$", ["common/wire", "schemas"]),
    (r"lmdb\.h$", ["common/store", "tests/bench"]),
    (r"uv\.h$", ["common/loop", "tests/bench"]),
    (r"openssl/", ["common/crypto", "agent/collect/certificate"]),
    (r"sodium(/|\.h$)", ["common/crypto"]),
    (r"yaml-cpp/", ["common/document"]),
    (r"apt-pkg/", ["agent/apt"]),
    (r"libmount/", ["agent/collect/resource/disks"]),
    (r"expat\.h$", ["coordinator/feed"]),
]
# In the core the standard library is a list, too: these know the world outside.
CORE_DENIED = set("""chrono_io ctime cstdio fstream iostream istream ostream sstream filesystem random
thread mutex shared_mutex condition_variable future semaphore stop_token locale iomanip regex
unordered_map unordered_set time.h stdio.h unistd.h fcntl.h csignal signal.h print cmath
syncstream atomic latch barrier""".split())
# As in cmake/mainstay.cmake: what the files of a layer may know of our own.
ALLOWED = {"core": {"core"}, "port": {"core", "port"}, "adapter": {"core", "port"}}
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
        if bracket == '"' and layer in ALLOWED and not name.endswith(".capnp.h"):
            known = tree.layer_of(name)
            # An adapter is one folder: its own headers are its own business.
            if known not in ALLOWED[layer] and not (layer == "adapter" and os.path.dirname(name) == folder):
                yield f"{file}: {layer} includes {name}, which is {known or 'of no layer'}"
        # sys/types.h has names of types and nothing that does anything.
        if layer == "core" and bracket == "<" and name != "sys/types.h" and (
                name in CORE_DENIED or "/" in name or name.endswith(".h")):
            yield f"{file}: the core must not include <{name}>"


def main():
    tree = Tree(sys.argv[1], sys.argv[2])
    finish("includes", [c for file in tree.code() for c in complaints_of(tree, file)])


main()
