"""The order of versions beside the tools whose order it is.

    version_order_test.py VERSION-ORDER [SEED]

Pairs are made at random of what versions are made of, most of them nearly equal. dpkg itself is asked by a process a
pair; Dpkg::Version, its other implementation, and rpm by one process for all. A seed that fails is printed."""

import itertools
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

OURS = os.path.realpath(sys.argv[1])
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
DPKG_PAIRS, PERL_PAIRS, RPM_PAIRS = 1500, 30000, 30000
PERL = r"""use Dpkg::Version; while (<STDIN>) { my ($x, $y) = split; print version_compare($x, $y), "\n"; }"""
LUA = """%%{lua:for line in io.lines("%s") do
  local x, y = line:match("(%%S+) (%%S+)")
  io.write(tostring(rpm.vercmp(x, y)), "\\n")
end}"""
# What people got wrong before, and what the manuals name.
KNOWN = ["1.0", "1.0-1", "1.0-0", "1.0~", "1.0~~", "1.0~rc1", "1.0~rc1-1~bpo12+1", "1.0+b1", "1.0-1+b1", "1.0a", "1.0.a", "1.0.",
         "1.0..1", "1.00", "01.0", "1", "1.", "0", "0:0", "0:1.0", "1:0", "1:1.0-1", "10:1", "2:1", "1.0-1-1", "1.0-1.1",
         "1.0+dfsg", "1.0-dfsg", "1.0.10", "1.0.9", "1.0z", "1.0A", "1.0.0", "9", "9a", "9-a", "20260101", "4.4.0-1ubuntu1~18.04.1",
         "99999999999999999999", "100000000000000000000", "1.0-99999999999999999999", "6.1.0-13", "6.1.0+13"]
KNOWN_RPM = KNOWN + ["1.0^", "1.0^git1", "1.0^git1-1", "1.0~^", "1.0^~", "1.0^^", "1_0", "1__0", "1.0-1.el9", "1.0-1.el9_4",
                     "1.0-1_el9", "a", "A", "~", "^", "a1", "1a1", "1.a1", "1^a", "1.0-1.module+el9", "0:1.0-1.el9"]
failures = []


def claim(text, bad):
    print(f"{'ok' if not bad else 'not ok'} - {text}" + (f" (seed {SEED}): {bad[:5]}" if bad else ""), flush=True)
    if bad:
        failures.append(text)


def version(rng, letters):
    """A version that both policies call one: it begins with a digit."""
    text = "".join(rng.choice(letters) for _ in range(rng.randrange(12)))
    revision = "-" + "".join(rng.choice(letters) for _ in range(rng.randrange(1, 6))) if rng.random() < 0.5 else ""
    epoch = f"{rng.randrange(3)}:" if rng.random() < 0.2 else ""
    return epoch + rng.choice("019") + text + revision


def changed(rng, text, letters):
    """Nearly the same: one character more, less, or another. Never the first, nor one of an epoch or a dash."""
    at = rng.randrange(text.find(":") + 2, len(text) + 1)
    if at < len(text) and text[at] == "-":
        return text + rng.choice(letters)
    return text[:at] + rng.choice(["", rng.choice(letters), rng.choice(letters) * 2]) + text[at + rng.randrange(2):]


def is_version(text):
    """What dpkg warns of is none."""
    upstream = text.split(":", 1)[-1]
    return upstream[:1].isdigit() and not text.endswith("-") and "--" not in text


def pairs(rng, letters, known, count):
    made = list(itertools.product(known, known))
    while len(made) < count:
        left = version(rng, letters)
        right = version(rng, letters) if rng.random() < 0.3 else changed(rng, left, letters)
        if is_version(left) and is_version(right):
            made.append((left, right))
    rng.shuffle(made)
    return made[:count]


def ours(rules, asked):
    text = "".join(f"{rules} {left} {right}\n" for left, right in asked)
    out = subprocess.run([OURS], input=text, capture_output=True, text=True, check=True).stdout
    return [int(line) for line in out.split()]


def differing(asked, mine, theirs):
    assert len(asked) == len(mine) == len(theirs), (len(asked), len(mine), len(theirs))
    return [(pair, a, b) for pair, a, b in zip(asked, mine, theirs) if a != b]


def ask_perl(asked):
    text = "".join(f"{left} {right}\n" for left, right in asked)
    out = subprocess.run(["perl", "-e", PERL], input=text, capture_output=True, text=True, check=True).stdout
    return [int(line) for line in out.split()]


def ask_rpm(asked):
    with tempfile.NamedTemporaryFile("w", suffix=".pairs") as file:
        file.write("".join(f"{left} {right}\n" for left, right in asked))
        file.flush()
        out = subprocess.run(["rpm", "--eval", LUA % file.name], capture_output=True, text=True, check=True).stdout
    return [int(line) for line in out.split()]


def dpkg_says(left, relation, right):
    return subprocess.run(["dpkg", "--compare-versions", left, relation, right], stderr=subprocess.DEVNULL).returncode == 0


def main():
    missing = [tool for tool in ("dpkg", "perl", "rpm") if not shutil.which(tool)]
    if missing:
        print(f"SKIP: no {', '.join(missing)}")
        sys.exit(77)
    rng = random.Random(SEED)
    letters = "0001129aabzAZ..++~~"
    asked = pairs(rng, letters, KNOWN, PERL_PAIRS)
    mine = ours("dpkg", asked)
    # Dpkg::Version takes numbers for doubles, and 20 digits for equal that are not: there dpkg has the last word.
    differences = differing(asked, mine, ask_perl(asked))
    claim(f"{len(asked)} pairs stand as Dpkg::Version has them",
          [one for one in differences if not all(re.search(r"\d{16}", text) for text in one[0])])
    relations = {-1: "lt", 0: "eq", 1: "gt"}
    few = [(pair, order) for pair, order, _ in differences] + list(zip(asked, mine))[:DPKG_PAIRS]
    claim(f"{len(few)} pairs stand as dpkg has them",
          [(pair, order) for pair, order in few if not dpkg_says(pair[0], relations[order], pair[1])])
    asked = pairs(rng, letters + "^^__", KNOWN_RPM, RPM_PAIRS)
    mine = ours("rpm", asked)
    claim(f"{len(asked)} pairs stand as rpm has them", differing(asked, mine, ask_rpm(asked)))
    # A test of the test: were all of them far apart, or none equal, little would be shown.
    claim("equal pairs are among them", [] if mine.count(0) > 100 else [mine.count(0)])
    swapped = differing(asked, mine, [-order for order in ours("rpm", [(b, a) for a, b in asked])])
    claim("turned around they stand the other way", swapped)


main()
sys.exit(1 if failures else 0)
