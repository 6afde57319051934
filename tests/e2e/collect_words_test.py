"""What mainstay-collect says to good and bad words: the help of each source, whose file is read as it stands
there, and the word that is wrong.

    collect_words_test.py PROGRAM"""

import json
import pathlib
import subprocess
import sys
import tempfile

SOURCES = ["resource", "patch", "backup", "certificate", "service", "usage"]
WITH_FILE = ["backup", "certificate", "service"]
failures = []


def claim(text, holds, said=""):
    print(f"{'ok' if holds else 'not ok'} - {text}")
    if not holds:
        print(f"      it says:  {said}")
        failures.append(text)


def file_of(help_text):
    """The YAML of a help: what is indented behind its line `  kind: ...`."""
    lines = help_text.splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("  kind: "))
    end = next(i for i in range(begin, len(lines)) if not lines[i].startswith("  "))
    return "".join(line[2:] + "\n" for line in lines[begin:end])


def try_helps(run):
    all_help = run("--help")
    for source in SOURCES:
        own = run(source, "--help")
        claim(f"{source} has a help of its own", own.returncode == 0 and own.stdout.startswith(f"mainstay-collect {source} - "), own)
        claim(f"{source} has a line in the help of all", f"\n  {source} " in all_help.stdout, all_help.stdout)
        claim(f"{source} has an example", f"example:\n  mainstay-collect {source}" in own.stdout or source == "backup", own.stdout)


def try_files(run, folder):
    for source in WITH_FILE:
        file = folder / f"{source}.yaml"
        file.write_text(file_of(run(source, "--help").stdout))
        said = run(source, "--file", file)
        wrong = [finding["text"] for finding in json.loads(said.stdout)["findings"] if str(file) in finding["text"]]
        claim(f"the file in the help of {source} is read", said.returncode == 0 and not wrong, wrong)
        file.write_text(file.read_text().replace("name: ", "nane: ", 1))
        (finding,) = [each for each in json.loads(run(source, "--file", file).stdout)["findings"] if str(file) in each["text"]]
        claim(f"and one with a typo is a finding of the source {source}", finding["topic"] == "source" and finding["subject"] == source, finding)


def try_wrong_words(run, folder):
    file = folder / "backup.yaml"
    file.write_text(file_of(run("backup", "--help").stdout))
    for words, expected in (
        ([], "expected a source; see mainstay-collect --help"),
        (["bakup"], "no such source: bakup; see mainstay-collect --help"),
        (["usage", "--state", "here"], "--state: expected a path that begins with /"),
        (["usage", "--state"], "--state: expected a path that begins with /"),
        (["usage", "\x1b[2J"], "no such option: \\x1b[2J; see mainstay-collect usage --help"),
        (["resource", "--all"], "no such option: --all; see mainstay-collect resource --help"),
        (["patch", "--root", "x"], "--root: expected a path that begins with /; see mainstay-collect patch --help"),
        (["service", "--file"], "--file: expected a path; see mainstay-collect service --help"),
        (["certificate", "--fil", "x"], "no such option: --fil; see mainstay-collect certificate --help"),
        (["backup", "--check", "home"], "--check: expected --state, too; see mainstay-collect backup --help"),
        (["backup", "--check", "hom", "--file", str(file), "--state", str(folder)],
         f"--check: no such set in {file}: hom; see mainstay-collect backup --help"),
    ):
        said = run(*words)
        claim(f"{words} is wrong use: {expected}", said.returncode == 2 and said.stderr == f"mainstay-collect: {expected}\n", said)


def main():
    def run(*words):
        return subprocess.run([sys.argv[1], *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    with tempfile.TemporaryDirectory(prefix="mainstay-words-") as folder:
        try_helps(run)
        try_files(run, pathlib.Path(folder))
        try_wrong_words(run, pathlib.Path(folder))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
