"""The source tree as the tidy tests see it: which files there are, and which layer a file has."""

import os
import sys

FOLDERS = ["common", "agent", "coordinator", "schemas", "tests", "packaging", "cmake", ".ci"]


class Tree:
    def __init__(self, root, layers=None):
        self.root = os.path.abspath(root)
        self.files = sorted(self._walk())
        self.targets = self._read_layers(layers) if layers else []

    def _walk(self):
        for folder in FOLDERS:
            for path, names, files in os.walk(os.path.join(self.root, folder)):
                names[:] = [n for n in names if n not in ("__pycache__", "build", "corpus")]
                for name in files:
                    yield os.path.relpath(os.path.join(path, name), self.root)
        for name in os.listdir(self.root):
            if os.path.isfile(os.path.join(self.root, name)) and name != ".git":
                yield name

    @staticmethod
    def _read_layers(path):
        targets = []
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                name, layer, folder, archive, sources = line.rstrip("\n").split("|")
                targets.append({"name": name, "layer": layer, "folder": folder, "archive": archive,
                                "sources": [s for s in sources.split(";") if s]})
        return targets

    def code(self):
        return [f for f in self.files if f.endswith((".h", ".cc"))]

    def read(self, file):
        with open(os.path.join(self.root, file), encoding="utf-8", errors="replace") as text:
            return text.read()

    def layer_of(self, file):
        """A file has the layer of the target that names it, or that names the .cc beside it; a
        header alone has the layer that all libraries of its folder share."""
        folder, name = os.path.split(file)
        if name.startswith("test_") and name.endswith(".h"):
            return "test"
        here = [t for t in self.targets if t["folder"] == folder or any(
            os.path.dirname(f"{t['folder']}/{s}") == folder for s in t["sources"])]
        stem = os.path.splitext(file)[0]
        for target in self.targets:
            # A target may name sources of the folders below its own.
            if any(f"{target['folder']}/{os.path.splitext(s)[0]}" == stem for s in target["sources"]):
                return target["layer"]
        layers = {t["layer"] for t in here} - {"test", "program"}
        return layers.pop() if len(layers) == 1 else None


def code_only(text):
    """The text with comments and the insides of literals blanked, line for line."""
    out, i, state = [], 0, ""
    while i < len(text):
        two = text[i:i + 2]
        if not state:
            if two in ("//", "/*"):
                state = two
                out.append("  ")
                i += 2
                continue
            if text[i] == '"' and out and out[-1] == "R":
                end = text.index("(", i)
                stop = text.find(")" + text[i + 1:end] + '"', end)
                stop = len(text) if stop < 0 else stop + end - i + 1
                out.append("".join("\n" if c == "\n" else " " for c in text[i:stop]))
                i = stop
                continue
            # A quote between digits separates thousands and opens nothing.
            if text[i] == '"' or (text[i] == "'" and not (i and text[i - 1].isalnum())):
                state = text[i]
            out.append(text[i])
        elif state == "//":
            if text[i] == "\n":
                state = ""
            out.append("\n" if text[i] == "\n" else " ")
        elif state == "/*":
            if two == "*/":
                state = ""
                out.append("  ")
                i += 2
                continue
            out.append("\n" if text[i] == "\n" else " ")
        else:
            if text[i] == "\\":
                out.append("  ")
                i += 2
                continue
            if text[i] in (state, "\n"):
                out.append(text[i])
                state = ""
            else:
                out.append(" ")
        i += 1
    return "".join(out)


def finish(name, complaints, warnings=()):
    for line in warnings:
        print("warning: " + line)
    for line in complaints:
        print(line)
    print(f"{name}: {len(complaints)} complaints")
    sys.exit(1 if complaints else 0)
