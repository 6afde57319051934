"""The build refuses a wrong link: small trees of targets without sources are configured, and each wrong
one has to end with the rule's own words."""

import os
import subprocess
import sys
import tempfile

# folder, name, layer, what it links, foreign libraries; then what cmake must say, or nothing.
CASES = [
    ([("common/core", "a", "core", "", ""), ("common/ports", "b", "port", "a", ""),
      ("common/loop", "c", "adapter", "a b", "uv"), ("agent/shell", "d", "shell", "a b c", "")], ""),
    ([("common/ports", "b", "port", "", ""), ("common/core", "a", "core", "b", "")], "a (core) must not link b (port)"),
    ([("common/loop", "c", "adapter", "", ""), ("common/core", "a", "core", "c", "")],
     "a (core) must not link c (adapter)"),
    ([("common/loop", "c", "adapter", "", ""), ("common/ports", "b", "port", "c", "")],
     "b (port) must not link c (adapter)"),
    ([("common/loop", "c", "adapter", "", ""), ("common/wire", "e", "adapter", "c", "")],
     "e (adapter) must not link c (adapter)"),
    ([("coordinator/core", "f", "core", "", ""), ("agent/shell", "d", "shell", "f", "")],
     "d (agent/shell) must not link f (coordinator/core)"),
    ([("agent/core", "g", "core", "", ""), ("coordinator/shell", "h", "shell", "g", "")],
     "h (coordinator/shell) must not link g (agent/core)"),
    ([("agent/core", "g", "core", "", ""), ("common/core", "a", "core", "g", "")],
     "a (common/core) must not link g (agent/core)"),
    ([("common/core", "a", "core", "", "uv")], "a core library links no foreign library (uv)"),
    ([("common/core", "a", "core", "nobody", "")], "nobody, which is no Mainstay target"),
    ([("common/core", "a", "kernel", "", "")], "LAYER must be core, port, adapter or shell"),
]


def configure(rules, targets):
    with tempfile.TemporaryDirectory() as root:
        lines = ["cmake_minimum_required(VERSION 3.25)", "project(links LANGUAGES NONE)", f"include({rules})"]
        for folder, name, layer, depends, libraries in targets:
            os.makedirs(os.path.join(root, folder))
            with open(os.path.join(root, folder, "CMakeLists.txt"), "w", encoding="utf-8") as out:
                out.write(f"mainstay_library({name} LAYER {layer} DEPENDS {depends} LIBRARIES {libraries})\n")
            lines.append(f"add_subdirectory({folder})")
        with open(os.path.join(root, "CMakeLists.txt"), "w", encoding="utf-8") as out:
            out.write("\n".join(lines + ["mainstay_check_layers()", ""]))
        return subprocess.run(["cmake", "-G", "Ninja", "-S", root, "-B", os.path.join(root, "build")],
                              capture_output=True, text=True, check=False)


def main():
    rules = os.path.join(os.path.abspath(sys.argv[1]), "cmake/mainstay.cmake")
    wrong = 0
    for targets, expected in CASES:
        out = configure(rules, targets)
        said = " ".join(out.stderr.split())
        if (out.returncode == 0) != (not expected) or expected not in said:
            wrong += 1
            print(f"of {targets}: expected `{expected}`, cmake ended with {out.returncode} and said: {said}")
    print(f"links: {len(CASES)} trees, {wrong} not as expected")
    sys.exit(1 if wrong else 0)


main()
