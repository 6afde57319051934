"""Words that do not stay in the tree, each with the reason. A line of code that must say one ends
in `// tidy: allow WORD, reason`."""

import os
import re
import sys

from tree import Tree, code_only, finish

HOME = "/" + "(work|root|home)" + "/"  # split, so that this file does not complain about itself
GUARDS = ("guard.h", "main.cc")

# (name, pattern in code, where it is refused, why)
CODE = [
    ("assert", r"(?<![\w_])assert\s*\(", "ours", "use CHECK, which is on in every build"),
    ("cout", r"std::(cout|cerr|clog)\b", "library", "a library prints nothing"),
    ("system", r"(?<![\w.>_])(std::)?system\s*\(", "ours", "no shell anywhere: argv arrays"),
    ("popen", r"(?<![\w_])popen\s*\(", "ours", "no shell anywhere: argv arrays"),
    ("throw", r"\bthrow\b", "noguard", "errors are values"),
    ("try", r"\btry\s*\{|\bcatch\s*\(", "noguard", "exceptions stop in guard.h and main.cc"),
    ("regex", r"\bstd::regex", "all", "unbounded in time and stack"),
    ("value", r"\)\s*\.value\(\)", "ours", "throws; use TRY or has_value() and *"),
    ("unordered", r"\bunordered_(map|set|multimap|multiset)\b", "core", "order would vary"),
    ("float", r"\b(float|double)\b", "core", "decisions are made in integers"),
    ("distribution", r"\b\w+_distribution\b|\bmt19937", "core", "differs between libraries"),
    ("now", r"\b(system|steady|high_resolution)_clock\b", "core", "the core is told the time"),
    ("thread_local", r"\bthread_local\b", "ours", "no hidden state"),
]
TEXT = [
    ("todo", r"TODO\((?!soon|someday|security)\w*\)|TODO(?!\()|\bFIXME\b|\bXXX\b",
     "do it, or say TODO(soon|someday|security)"),
    ("path", r"(?<![\w/.$}*-])" + HOME, "a path of somebody's machine"),
]


def applies(where, file, layer):
    test = file.endswith("_test.cc") or file.startswith("tests/")
    if where == "all":
        return True
    if where == "ours":
        return not test
    if where == "noguard":
        return not test and os.path.basename(file) not in GUARDS
    if where == "library":
        return not test and layer in ("core", "port", "adapter")
    return layer == "core"


def complaints_of(tree, file):
    text = tree.read(file)
    lines = text.split("\n")
    if file.endswith((".h", ".cc")):
        layer = tree.layer_of(file)
        for number, code in enumerate(code_only(text).split("\n")):
            for name, pattern, where, why in CODE:
                if applies(where, file, layer) and re.search(pattern, code):
                    if f"tidy: allow {name}," not in lines[number]:
                        yield f"{file}:{number + 1}: {name}: {why}"
    if file.startswith("tests/tidy/"):
        return  # it has to spell them
    for number, line in enumerate(lines):
        for name, pattern, why in TEXT:
            if re.search(pattern, line) and f"tidy: allow {name}," not in line:
                yield f"{file}:{number + 1}: {name}: {why}"


def main():
    tree = Tree(sys.argv[1], sys.argv[2])
    finish("words", [c for file in tree.files for c in complaints_of(tree, file)])


main()
