"""A check that cannot fail proves nothing: each gets a small bad tree and has to complain."""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = "// A purpose.\n#pragma once\n"
# What each bad tree holds beside the good one, and what the check must say of it.
CASES = [
    ("purity", {"common/core/a.cc": "#include <ctime>\nlong a() { return time(nullptr); }\n"},
     "knows time"),
    ("purity", {"common/core/a.cc": "#include <random>\nunsigned a() { return std::random_device{}(); }\n"},
     "random_device"),
    ("purity", {"common/core/a.cc": "#include <chrono>\nlong a() { return std::chrono::steady_clock::now()"
                ".time_since_epoch().count(); }\n"}, "::now"),
    ("purity", {"common/core/a.cc": "#include <cstdlib>\nchar* a() { return std::getenv(\"A\"); }\n"},
     "knows getenv"),
    ("purity", {"common/core/a.cc": "namespace mainstay { int outside(); }\nint a() { return mainstay::outside(); }\n"},
     "mainstay::outside"),
    ("includes", {"common/core/a.cc": "#include <zmq.hpp>\n"}, "only common/fabric"),
    ("includes", {"common/core/a.cc": "#include <fstream>\n"}, "must not include <fstream>"),
    ("includes", {"common/core/a.cc": '#include "common/loop/b.h"\n'}, "core includes common/loop/b.h"),
    ("includes", {"common/loop/b.cc": '#include "common/other/c.h"\n', "common/other/c.h": HEAD},
     "adapter includes common/other/c.h, which is adapter"),
    ("includes", {"common/ports/p.cc": '#include "common/loop/b.h"\n', "common/loop/b.h": HEAD},
     "port includes common/loop/b.h, which is adapter"),
    ("includes", {"agent/x.cc": '#include "coordinator/y.h"\n'}, "agent must not include"),
    ("includes", {"common/core/a.cc": '#include "agent/y.h"\n'}, "common must not include"),
    ("sizes", {"common/core/a.cc": "\n" * 801}, "the ceiling is 800"),
    ("sizes", {"common/core/README.md": "x\n" * 41}, "at most 40"),
    ("sizes", {"agent/x.cc": "\n"}, "agent: no README.md"),
    ("sizes", {"packaging/p/run.sh": "\n"}, "packaging/p: no README.md"),
    ("words", {"common/core/a.cc": "void a() { assert(1); }\n"}, "assert:"),
    ("words", {"common/core/a.cc": "void a() { std::cout << 1; }\n"}, "cout:"),
    ("words", {"common/core/a.cc": 'void a() { system("ls"); }\n'}, "system:"),
    ("words", {"common/core/a.cc": 'void a() { popen("ls", "r"); }\n'}, "popen:"),
    ("words", {"common/core/a.cc": "void a() { throw 1; }\n"}, "throw:"),
    ("words", {"common/core/a.cc": "void a() { try { } catch (...) { } }\n"}, "try:"),
    ("words", {"common/core/a.cc": "std::regex a;\n"}, "regex:"),
    ("words", {"common/core/a.cc": "int a() { return b().value(); }\n"}, "value:"),
    ("words", {"common/core/a.cc": "std::unordered_map<int, int> a;\n"}, "unordered:"),
    ("words", {"common/core/a.cc": "double a;\n"}, "float:"),
    ("words", {"common/core/a.cc": "// " + "TODO(now): a\n"}, "todo:"),
    ("words", {"common/core/a.cc": "// " + "FIXME a\n"}, "todo:"),
    ("words", {"common/core/a.cc": "// see /" + "home/somebody/a\n"}, "path:"),
    ("dead_files", {"common/core/b.cc": "\n"}, "named by no CMakeLists.txt"),
    ("dead_files", {"common/core/b.h": "\n"}, "included by nobody"),
    ("format", {"common/core/a.cc": "int   a( ) ;\n"}, "common/core/a.cc: run"),
]
GOOD = {
    "common/core/a.cc": '// assert( and throw in a comment are fine.\n#include "common/core/a.h"\n\n'
                        "int a() {\n  return 1'000;\n}\n",
    "common/core/a.h": HEAD + "\nint a();\n",
    "common/core/README.md": "Core.\n",
    "common/core/CMakeLists.txt": "mainstay_library(core LAYER core SOURCES a.cc)\n",
}


def build(root, files):
    for name, text in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    with open(os.path.join(HERE, "../../.clang-format"), encoding="utf-8") as style:
        with open(os.path.join(root, ".clang-format"), "w", encoding="utf-8") as out:
            out.write(style.read())
    archive = os.path.join(root, "libcore.a")
    layers = os.path.join(root, "layers.txt")
    with open(layers, "w", encoding="utf-8") as out:
        out.write(f"core|core|common/core|{archive}|a.cc\nloop|adapter|common/loop|-|b.cc\n"
                  "other|adapter|common/other|-|c.cc\nports|port|common/ports|-|p.cc\n")
    return archive, layers


def run(check, files):
    with tempfile.TemporaryDirectory() as root:
        archive, layers = build(root, files)
        if check == "purity":
            unit = os.path.join(root, "a.o")
            subprocess.run(["g++", "-std=c++23", "-I", root, "-c", "-o", unit,
                            os.path.join(root, "common/core/a.cc")], check=True)
            subprocess.run(["ar", "rcs", archive, unit], check=True)
        return subprocess.run([sys.executable, "-B", os.path.join(HERE, check + ".py"), root, layers],
                              capture_output=True, text=True, check=False)


def main():
    wrong = 0
    for check in sorted({case[0] for case in CASES}):
        out = run(check, GOOD)
        if out.returncode != 0:
            wrong += 1
            print(f"{check} refuses the good tree:\n{out.stdout}{out.stderr}")
    for check, bad, expected in CASES:
        out = run(check, {**GOOD, **bad})
        if out.returncode != 1 or expected not in out.stdout:
            wrong += 1
            print(f"{check} does not say '{expected}' of {bad}:\n{out.stdout}{out.stderr}")
    print(f"selftest: {len(CASES)} bad trees, {wrong} not as expected")
    sys.exit(1 if wrong else 0)


main()
