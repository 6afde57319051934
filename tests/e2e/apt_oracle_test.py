"""What the package helper says of a root with over 250 packages, line by line beside what apt says of it.

    apt_oracle_test.py MAINSTAY-APT MAINSTAY-COLLECT

Epochs, tildes, pins (1001, 990, 100, -1), holds, phased updates, a second architecture, backports, new
dependencies, conflicts, and names that are none. The packages are real and installed by dpkg below a root."""

import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

HELPER, COLLECT = (os.path.realpath(word) for word in sys.argv[1:3])
FLEET = pathlib.Path(__file__).resolve().parents[2] / "packaging" / "fleet"
NATIVE = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True,
                        check=True).stdout.strip()
FOREIGN = "armhf" if NATIVE != "armhf" else "amd64"
SUITES = {  # codename: Suite and Label of its Release file
    "bookworm": ("oldstable", "Debian"),
    "bookworm-security": ("oldstable-security", "Debian-Security"),
    "bookworm-updates": ("oldstable-updates", "Debian"),
    "bookworm-backports": ("oldstable-backports", "Debian Backports"),
}
failures = []


def claim(text, expected, actual):
    if expected == actual:
        print(f"ok - {text}")
        return
    failures.append(text)
    print(f"not ok - {text}")
    if isinstance(expected, set):
        for line in sorted(expected - actual):
            print(f"    apt only:  {line}")
        for line in sorted(actual - expected):
            print(f"    ours only: {line}")
    else:
        print(f"    expected: {expected}\n    actual:   {actual}")


class Package:
    """One installed package; `offers` has (suite, version, more fields)."""

    def __init__(self, name, version, arch=NATIVE, offers=(), fields="", local=False):
        self.name, self.version, self.arch, self.fields, self.local = name, version, arch, fields, local
        self.offers = list(offers)


def sec(version, fields=""):
    return ("bookworm-security", version, fields)


def upd(version, fields=""):
    return ("bookworm-updates", version, fields)


def bpo(version, fields=""):
    return ("bookworm-backports", version, fields)


def versions_family():
    for i in range(40):
        yield Package(f"sec-{i}", "1.0-1", offers=[sec("1.0-1+deb12u1")])
    for i in range(25):
        yield Package(f"upd-{i}", "1.0-1", arch="all" if i % 3 else NATIVE, offers=[upd("1.0-2")])
    for i in range(15):  # the update that wins comes on top of a security update
        yield Package(f"both-{i}", "1.0-1", offers=[sec("1.0-1+deb12u1"), upd("1.0-2")])
    for i in range(10):
        yield Package(f"epoch-up-{i}", "9.9-1", offers=[(sec if i % 2 else upd)("1:0.1-1")])
    for i in range(10):
        yield Package(f"epoch-down-{i}", "2:1.0-1", offers=[sec("1:9.0-1"), upd("9.9-1")])
    tildes = [("2.0~rc1-1", "2.0-1"), ("1.0~~-1", "1.0~-1"), ("1.0-1~deb12u1", "1.0-1"),
              ("2.0-1", "2.0~rc9-1"), ("1.0~-1", "1.0~~-1"), ("1.0", "1.0+b1"), ("1.0-1", "1.0-1.1"),
              ("1.0-1", "1.0a-1"), ("1.0-10", "1.0-9"), ("1:1~~a-1", "1:1~a-1")]
    for i, (old, new) in enumerate(tildes):
        yield Package(f"tilde-{i}", old, offers=[sec(new)])
        yield Package(f"lib+t.{i}-x", old, arch="all", offers=[upd(new)])
    for i in range(10):
        yield Package(f"local-{i}", "1.0-1", local=True)
    for i in range(10):
        yield Package(f"backport-{i}", "1.0-1", offers=[bpo("3.0-1~bpo12+1")])
    for i in range(5):  # from backports already: newer ones come by themselves
        yield Package(f"backported-{i}", "2.0-1~bpo12+1", local=True, offers=[bpo("3.0-1~bpo12+1")])


def policy_family():
    for i in range(10):
        yield Package(f"held-{i}", "1.0-1", offers=[(sec if i % 2 else upd)("1.0-2")])
    for i in range(5):  # a downgrade that preferences force
        yield Package(f"pin-down-{i}", "1.5-1", local=True, offers=[("bookworm", "1.0-1", "")])
    for i in range(5):  # a version that is no longer the newest, chosen above all
        yield Package(f"pin-1001-{i}", "1.0-1", offers=[upd("1.0-2"), sec("1.0-3")])
    for i in range(5):
        yield Package(f"pin-990-{i}", "1.0-1", offers=[upd("1.0-2"), sec("1.0-3")])
    for i in range(5):
        yield Package(f"pin-100-{i}", "1.0-1", offers=[(sec if i % 2 else upd)("1.0-2")])
    for i in range(5):
        yield Package(f"pin-never-{i}", "1.0-1", offers=[(sec if i % 2 else upd)("1.0-2")])
    for i, percent in enumerate([0, 1, 10, 50, 99, 100]):
        yield Package(f"phased-{i}", "1.0-1",
                      offers=[upd("1.0-2", f"Phased-Update-Percentage: {percent}\n")])


def architectures_family():
    same = "Multi-Arch: same\n"
    for i in range(8):
        for arch in (NATIVE, FOREIGN):
            yield Package(f"libsame{i}", "1.0-1", arch=arch, fields=same,
                          offers=[(sec if i % 2 else upd)("1.0-2", same)])
    for i in range(3):  # the other architecture has not been built yet
        yield Package(f"liblate{i}", "1.0-1", fields=same, offers=[sec("1.0-2", same)])
        yield Package(f"liblate{i}", "1.0-1", arch=FOREIGN, fields=same)
    for i in range(4):
        yield Package(f"foreign-{i}", "1.0-1", arch=FOREIGN, fields="Multi-Arch: foreign\n",
                      offers=[upd("1.0-2", "Multi-Arch: foreign\n")])


def dependencies_family():
    for i in range(8):  # needs a package that is not installed
        yield Package(f"grows-{i}", "1.0-1", offers=[
            (sec if i % 2 else upd)("1.0-2", f"Depends: new-{i} (>= 1.0)\n")])
    for i in range(4):
        yield Package(f"fights-{i}", "1.0-1", offers=[
            (sec if i % 2 else upd)("1.0-2", f"Conflicts: victim-{i}\n")])
        yield Package(f"victim-{i}", "1.0-1")
    for i in range(4):
        yield Package(f"stuck-{i}", "1.0-1", offers=[sec("1.0-2", "Depends: nowhere (>= 2.0)\n")])
    for i in range(4):
        yield Package(f"behind-held-{i}", "1.0-1", offers=[
            sec("1.0-2", f"Depends: held-{i} (>= 1.0-2)\n")])
    for i in range(5):
        tied = f"Depends: tied-lib-{i} (= 1.0-1)\n"
        yield Package(f"tied-lib-{i}", "1.0-1", offers=[sec("1.0-2")])
        yield Package(f"tied-app-{i}", "1.0-1", fields=tied,
                      offers=[sec("1.0-2", tied.replace("1.0-1", "1.0-2"))])
    for i in range(4):
        yield Package(f"broken-app-{i}", "1.0-1", offers=[upd("1.0-2")] if i % 2 else [])
        yield Package(f"breaks-lib-{i}", "1.0-1", offers=[
            sec("1.0-2", f"Breaks: broken-app-{i} (<< 1.0-2)\n")])
    for i in range(4):
        yield Package(f"choice-{i}", "1.0-1", offers=[
            sec("1.0-2", f"Depends: nowhere | upd-{i} | other-{i}\n")])
    for i in range(3):
        yield Package(f"virtual-{i}", "1.0-1", offers=[upd("1.0-2", "Depends: a-service\n")])
    yield Package("provider", "1.0-1", offers=[upd("1.0-2", "Provides: a-service\n")])


def sources_family():
    """Binary packages of other names and versions than their sources."""
    def of(source):
        return f"Source: {source}\n"

    for i in range(4):  # built again without a change of the source
        yield Package(f"libbuilt-{i}", "1.0-1+b1", fields=of(f"built-{i} (1.0-1)"),
                      offers=[sec("1.0-2", of(f"built-{i}"))] if i % 2 else [])
    for i in range(3):  # a binary with an epoch of its own, and a source before its release
        yield Package(f"epoch-bin-{i}", "3:1.0-1", fields=of(f"epoch-src-{i} (1:1.0~rc{i}-1)"),
                      offers=[upd("3:1.0-2", of(f"epoch-src-{i} (1:1.0-1)"))])
    for i in range(3):  # what one of them has reached, the other has not, and never will
        yield Package(f"lagging-{i}", "1.0-1", fields=of(f"uneven-{i}"))
        yield Package(f"leading-{i}", "1.0-1", fields=of(f"uneven-{i}"),
                      offers=[sec("1.0-2", of(f"uneven-{i}"))])
    for i in range(3):  # the same, but both can be brought further
        yield Package(f"even-low-{i}", "1.0-1", fields=of(f"even-{i}"), offers=[sec("1.0-3", of(f"even-{i}"))])
        yield Package(f"even-high-{i}", "1.0-2", fields=of(f"even-{i}"), local=True,
                      offers=[sec("1.0-3", of(f"even-{i}"))])
    yield Package("moves-on", "1.0-1", fields=of("old-home"), offers=[upd("1.0-2", of("new-home"))])


def kernel_family():
    signed = f"linux-signed-{NATIVE}"
    for abi, version in (("6.1.0-39", "6.1.140-1"), ("6.1.0-40", "6.1.147-1")):
        yield Package(f"linux-image-{abi}-{NATIVE}", version, fields=f"Source: {signed} ({version.replace('-', '+')})\n")
    new = f"Depends: linux-image-6.1.0-41-{NATIVE} (= 6.1.148-1)\n"
    yield Package(f"linux-image-{NATIVE}", "6.1.147-1", fields=f"Source: {signed} (6.1.147+1)\n",
                  offers=[sec("6.1.148-1", f"Source: {signed} (6.1.148+1)\n" + new)])
    # One that is mended under its own name.
    yield Package("linux-image-6.1.0-40-cloudy", "6.1.147-1", fields="Source: linux-signed-cloudy (6.1.147+1)\n",
                  offers=[sec("6.1.147-2", "Source: linux-signed-cloudy (6.1.147+2)\n")])
    # Its version may be any: no code of it runs.
    yield Package("linux-libc-dev", "6.1.99-1", fields="Source: linux\n", offers=[sec("6.1.148-1", "Source: linux\n")])


PACKAGES = [*versions_family(), *policy_family(), *architectures_family(), *dependencies_family(),
            *sources_family(), *kernel_family()]
NEW = [*((f"new-{i}", "1.0-1", "bookworm-security" if i % 2 else "bookworm-updates", "") for i in range(8)),
       (f"linux-image-6.1.0-41-{NATIVE}", "6.1.148-1", "bookworm-security",
        f"Source: linux-signed-{NATIVE} (6.1.148+1)\n")]
PREFERENCES = "\n".join([
    "Package: pin-down-*\nPin: version 1.0-1\nPin-Priority: 1001\n",
    "Package: pin-1001-*\nPin: version 1.0-2\nPin-Priority: 1001\n",
    "Package: pin-990-*\nPin: release a=oldstable-updates\nPin-Priority: 990\n",
    "Package: pin-100-*\nPin: version 1.0-2\nPin-Priority: 100\n",
    "Package: pin-never-*\nPin: version 1.0-2\nPin-Priority: -1\n"])


def tar_of(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, text in files:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(text), 0o644
            tar.addfile(entry, io.BytesIO(text))
    return out.getvalue()


def write_deb(folder, name, version, arch, fields):
    """A package without files: what is tested is which one would be installed."""
    control = (f"Package: {name}\nVersion: {version}\nArchitecture: {arch}\n{fields}"
               f"Maintainer: Fleet <fleet@example.net>\nDescription: {name}\n")
    members = [("debian-binary", b"2.0\n"), ("control.tar", tar_of([("./control", control.encode())])),
               ("data.tar", tar_of([]))]
    path = folder / f"{name}_{version.replace(':', '%3a')}_{arch}.deb"
    with open(path, "wb") as deb:
        deb.write(b"!<arch>\n")
        for member, data in members:
            deb.write(f"{member:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode())
            deb.write(data + b"\n" * (len(data) % 2))
    return path


def index(repository, codename):
    suite, label = SUITES[codename]
    pool = f"pool/{codename}"
    packages = subprocess.run(["apt-ftparchive", "packages", pool], cwd=repository, check=True,
                              capture_output=True, text=True).stdout
    folder = repository / "dists" / codename
    for arch in (NATIVE, FOREIGN):
        binary = folder / "main" / f"binary-{arch}"
        binary.mkdir(parents=True)
        keep = [one for one in packages.split("\n\n")
                if re.search(rf"^Architecture: ({arch}|all)$", one, re.M)]
        (binary / "Packages").write_text("".join(one.strip("\n") + "\n\n" for one in keep))
    options = {"Origin": "Debian", "Label": label, "Suite": suite, "Codename": codename,
               "Architectures": f"{NATIVE} {FOREIGN}", "Components": "main"}
    if codename.endswith("backports"):
        options |= {"NotAutomatic": "yes", "ButAutomaticUpgrades": "yes"}
    words = [f"-o=APT::FTPArchive::Release::{key}={value}" for key, value in options.items()]
    release = subprocess.run(["apt-ftparchive", *words, "release", str(folder)], check=True,
                             capture_output=True, text=True).stdout
    (folder / "Release").write_text(release)


def build(work):
    repository, base = work / "repository", []
    for codename in SUITES:
        (repository / "pool" / codename).mkdir(parents=True)
    (work / "local").mkdir()
    for package in PACKAGES:
        folder = work / "local" if package.local else repository / "pool" / "bookworm"
        base.append(write_deb(folder, package.name, package.version, package.arch, package.fields))
        for suite, version, fields in package.offers:
            write_deb(repository / "pool" / suite, package.name, version, package.arch, fields)
    for name, version, suite, fields in NEW:
        write_deb(repository / "pool" / suite, name, version, NATIVE, fields)
    for codename in SUITES:
        index(repository, codename)
    return repository, base


def make_root(work, repository, debs):
    root = work / "root"
    for folder in ("bin", "boot", "tmp", "etc/apt/apt.conf.d", "etc/apt/preferences.d",
                   "etc/apt/sources.list.d", "etc/apt/trusted.gpg.d", "var/lib/dpkg/info",
                   "var/lib/dpkg/updates", "var/lib/apt/lists/partial", "var/log/apt",
                   "var/cache/apt/archives/partial"):
        (root / folder).mkdir(parents=True)
    for file in ("status", "available"):
        (root / "var/lib/dpkg" / file).touch()
    (root / "var/lib/dpkg/arch").write_text(f"{NATIVE}\n{FOREIGN}\n")
    (root / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n')
    (root / "etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    (root / "etc/apt/apt.conf").write_text(
        'APT::Sandbox::User "root";\nAPT::Install-Recommends "false";\nAcquire::Languages "none";\n'
        f'APT::Architectures {{ "{NATIVE}"; "{FOREIGN}"; }};\n')
    (root / "etc/apt/sources.list").write_text(
        "".join(f"deb [trusted=yes] copy:{repository} {codename} main\n" for codename in SUITES))
    (root / "etc/apt/preferences").write_text(PREFERENCES)
    shutil.copy("/bin/busybox", root / "bin/busybox")
    os.symlink("busybox", root / "bin/sh")
    run(["dpkg", f"--root={root}", "--force-unsafe-io", f"--log={root}/var/log/dpkg.log", "-i",
         *map(str, debs)])
    in_root(root, "apt-get", "update")
    in_root(root, "apt-mark", "hold", *(f"held-{i}" for i in range(10)))
    return root


def run(words):
    result = subprocess.run(words, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{words[0]} failed: {result.stdout[-2000:]}{result.stderr[-2000:]}")
    return result.stdout


def in_root(root, *words):
    return run([str(FLEET / "in-root"), str(root), *words])


def helper(root, *words):
    result = subprocess.run([HELPER, words[0], "--root", str(root), *words[1:]],
                            capture_output=True, text=True)
    return json.loads(result.stdout)


def oracle_list(root):
    """`apt list --upgradable`: name/suites version arch [upgradable from: installed]"""
    lines = in_root(root, "apt", "list", "--upgradable").splitlines()
    found = (re.match(r"(\S+?)/(\S+) (\S+) (\S+) \[upgradable from: (\S+)\]", line) for line in lines)
    return {f"{m[1]}:{m[4]} {m[5]} -> {m[3]}" for m in found if m}


def oracle_upgrade(root, *options):
    """`apt-get -s upgrade`: Inst name[:arch] [installed] (version suites [arch])"""
    text = in_root(root, "apt-get", "-s", "--with-new-pkgs",
                   "-o", "APT::Get::Never-Include-Phased-Updates=true", *options, "upgrade")
    found = re.findall(r"^Inst (\S+?)(?::\S+)? (?:\[(\S+)\] )?\((\S+) .*\[(\S+)\]", text, re.M)
    return {f"{name}:{arch} {old or '-'} -> {new}" for name, old, new, arch in found}


def newer(one, other):
    return subprocess.run(["dpkg", "--compare-versions", one, "gt", other]).returncode == 0


def expected_security(updates):
    """By the table above: some security version lies above the installed one, up to the candidate."""
    found = set()
    for update in updates:
        offers = next(p.offers for p in PACKAGES
                      if (p.name, p.arch) == (update["name"], update["arch"]))
        for suite, version, _ in offers:
            if suite.endswith("-security") and newer(version, update["installed"]) and \
                    not newer(version, update["candidate"]):
                found.add(update["name"])
    return found


def compare(root):
    document = helper(root, "list")
    updates = document["updates"]
    ours = {f"{u['name']}:{u['arch']} {u['installed']} -> {u['candidate']}" for u in updates}
    theirs = oracle_list(root)
    print(f"# {len(PACKAGES)} packages installed, {len(theirs)} upgradable")
    claim("there is much to compare", True, len(PACKAGES) >= 250 and len(theirs) >= 120)
    claim("list is what `apt list --upgradable` says, versions and architectures too", theirs, ours)
    claim("security is what the table says", expected_security(updates),
          {u["name"] for u in updates if u["security"]})
    held = set(in_root(root, "apt-mark", "showhold").split())
    claim("holds are what apt-mark shows", held, {u["name"] for u in updates if u["held"]})
    claim("phases are what the lists say", {("phased-%d" % i, p) for i, p in
                                            enumerate([0, 1, 10, 50, 99])},
          {(u["name"], u["phased_percent"]) for u in updates if u["phased_percent"] != 100})
    claim("security updates that preferences keep out are told",
          {f"pin-990-{i} 1.0-3" for i in range(5)} | {f"pin-1001-{i} 1.0-3" for i in range(5)} |
          {f"{kind}-{i} 1.0-2" for kind in ("pin-100", "pin-never") for i in (1, 3)},
          {f"{u['name']} {u['candidate']}" for u in document["pinned"]})
    simulation = helper(root, "simulate", "--all")
    ours = {f"{p['name']}:{p['arch']} {p['installed'] or '-'} -> {p['version']}"
            for p in simulation["set"]}
    theirs = oracle_upgrade(root)
    # The one rule of our own: apt obeys a pin of 1001, we never install an older version.
    downgrades = {f"pin-down-{i}:{NATIVE} 1.5-1 -> 1.0-1" for i in range(5)}
    claim("apt would downgrade what is pinned to an older version", downgrades, theirs & downgrades)
    claim("simulate --all is what `apt-get -s upgrade` would install, downgrades left out",
          theirs - downgrades, ours)
    claim("nothing is removed", [], simulation["removals"])
    return document


def compare_security(root, document):
    simulation = helper(root, "simulate", "--security")
    ours = {p["name"] for p in simulation["set"] if p["security"]}
    kept = {k["name"]: k["reason"] for k in simulation["kept"]}
    wanted = {u["name"] for u in document["updates"] if u["security"]}
    claim("each security update is in the set or kept with a reason", wanted, (ours | set(kept)) & wanted)
    claim("kept for their reasons",
          {f"held-{i} held" for i in (1, 3, 5, 7, 9)} | {f"stuck-{i} impossible" for i in range(4)} |
          {f"fights-{i} would-remove" for i in (1, 3)} |
          {f"behind-held-{i} impossible" for i in range(4)} |
          {f"breaks-lib-{i} would-remove" for i in (0, 2)},
          {f"{name} {reason}" for name, reason in kept.items() if not name.startswith("liblate")})


def compare_collect(root, document, state):
    words = [COLLECT, "patch", "--root", str(root), "--apt-helper", HELPER, "--state", str(state)]
    report = json.loads(run(words))
    findings = {f["subject"]: f for f in report["findings"]}
    count = sum(u["security"] for u in document["updates"]) + len(document["pinned"])
    claim("the finding counts what is open", count, findings["apt"]["readings"]["count"])
    claim("it is refuted", "refuted", findings["apt"]["judgement"])
    claim("the oldest eighty findings are there, the rest is counted", count + 1 - 80, report["omitted"])
    claim("the look remembers what it saw", count, len((state / "first_seen").read_text().splitlines()) - 1)
    before = (state / "first_seen").stat().st_ino
    run(words)
    claim("and writes nothing where nothing changed", before, (state / "first_seen").stat().st_ino)
    (state / "first_seen").write_text("damaged")
    report = json.loads(run(words))
    claim("a damaged memory is said and begun anew", True,
          any(f["subject"] == "first seen" and f["judgement"] == "not proved" for f in report["findings"])
          and (state / "first_seen").read_text().startswith("mainstay first seen 1\n"))


def source_of(name, version, field):
    """By the field Source of a record: "", "openssl" or "openssl (3.0.15-1)"."""
    found = re.fullmatch(r"(\S+)(?: \((\S+)\))?", field)
    return (found[1], found[2] or version) if found else (name, version)


def oracle_candidates(root, installed):
    """Which source and version the candidate of each package comes from, by apt-cache."""
    words = [f"{name}:{arch}" for name, arch in installed]
    policy = in_root(root, "apt-cache", "policy", *words)
    found = re.findall(r"^(\S+?)(?::(\S+))?:\n  Installed: (\S+)\n  Candidate: (\S+)$", policy, re.M)
    candidates = {(name, arch or NATIVE): version for name, arch, _, version in found}
    shown = in_root(root, "apt-cache", "show", *{f"{name}:{arch}={version}"
                                                 for (name, arch), version in candidates.items()})
    sources = {}
    for record in shown.split("\n\n"):
        fields = dict(re.findall(r"^(Package|Version|Source): (.*)$", record, re.M))
        if fields:
            key = fields["Package"], fields["Version"]
            sources[key] = source_of(*key, fields.get("Source", ""))
    return {key: sources[key[0], version] for key, version in candidates.items()}


def oracle_sources(root):
    """The list of packages, made of what dpkg-query and apt-cache say and of dpkg's order."""
    form = "${Package}|${Architecture}|${source:Package}|${source:Version}|${db:Status-Status}\n"
    rows = [line.split("|") for line in run(["dpkg-query", f"--root={root}", "-W", "-f", form]).splitlines()]
    candidates = oracle_candidates(root, [(row[0], NATIVE if row[1] == "all" else row[1]) for row in rows])
    lowest, reached = {}, {}
    for name, arch, source, version, status in rows:
        if status in ("config-files", "not-installed") or "linux" in source:
            continue
        if source not in lowest or newer(lowest[source], version):
            lowest[source] = version
        its_source, candidate = candidates[name, NATIVE if arch == "all" else arch]
        best = candidate if its_source == source and newer(candidate, version) else version
        if source not in reached or newer(reached[source], best):
            reached[source] = best
    return {f"{name} {version}" + (f" candidate={reached[name]}" if newer(reached[name], version) else "")
            for name, version in lowest.items()}


def break_package(root):
    """One half installed, one half configured, one removed with its settings left."""
    status = root / "var/lib/dpkg/status"
    text = status.read_text()
    for name, word in (("upd-1", "half-installed"), ("upd-2", "half-configured"), ("upd-4", "config-files")):
        chosen = "deinstall" if word == "config-files" else "install"
        text, count = re.subn(rf"(?m)^(Package: {name}\nStatus: )install ok installed$", rf"\1{chosen} ok {word}", text)
        claim(f"{name} is made {word}", 1, count)
    status.write_text(text)


def packages_of(root):
    text = json.loads(run([COLLECT, "patch", "--root", str(root), "--apt-helper", HELPER])).get("packages", "")
    return text.splitlines()


def compare_list(root):
    lines = packages_of(root)
    claim("the list is of this release, and says that no process was seen", "packages 1 debian:12 some", lines[0])
    linux = [line for line in lines if "linux" in line]
    claim("of each kernel there is one line, of the lowest image, brought to what follows the newest",
          ["linux 6.1.140-1 candidate=6.1.148-1", "linux-cloudy 6.1.147-1 candidate=6.1.147-2"], linux)
    theirs = oracle_sources(root)
    print(f"# {len(theirs)} source packages")
    claim("there is much to compare with", True, len(theirs) >= 250)
    claim("sources, versions and candidates are what dpkg-query and apt-cache say", theirs,
          set(lines[1:]) - set(linux))
    claim("in order, each once", sorted(set(lines[1:])), lines[1:])
    status = (root / "var/lib/dpkg/status").read_text()
    break_package(root)
    lines = packages_of(root)
    claim("what dpkg has begun is installed, what it removed is not", oracle_sources(root),
          {line for line in lines[1:] if "linux" not in line})
    claim("of these three the removed one is gone", ["upd-1", "upd-2"],
          [line.split()[0] for line in lines if line.split()[0] in ("upd-1", "upd-2", "upd-4")])
    (root / "var/lib/dpkg/status").write_text(status)


def compare_hostile_sources(root):
    """A Source that is no name, in dpkg's own file: whoever made the package chose it."""
    status = root / "var/lib/dpkg/status"
    text = status.read_text(encoding="latin-1")
    for i, field in enumerate(("$(reboot)", "a,b=c (1)", "\x1b[2J (1.0)", "evil (1.0 candidate=9)", "\xff\xfe", "x" * 5000)):
        text = text.replace(f"Package: local-{i}\n", f"Package: local-{i}\nSource: {field}\n")
    status.write_text(text, encoding="latin-1")
    report = json.loads(run([COLLECT, "patch", "--root", str(root), "--apt-helper", HELPER]))
    lines = report["packages"].splitlines()
    claim("hostile sources leave no trace", [],
          [line for line in lines if re.search(r"reboot|=c|\[2J|evil|=9|xxx|\?|[^ -~]", line)])
    claim("and all others are there", True, len(lines) > 250)
    said = [f["text"] for f in report["findings"] if f["subject"] == "list of packages"]
    claim("that they are missing is said", 1, len(said))
    print(f"# {said}")


def compare_hostile(root, document):
    """Versions that dpkg's policy forbids, in the lists of a repository: counted, never repeated."""
    lists = next((root / "var/lib/apt/lists").glob(f"*bookworm-security_main_binary-{NATIVE}_Packages"))
    text = lists.read_text()
    for name, version in (("sec-0", "1.0-2$(reboot)"), ("sec-1", "1.0-2;\x1b[2J"), ("sec-2", "1.0-2\xff"),
                          ("sec-3", "9" * 4000)):
        text = re.sub(rf"(?m)^(Package: {name}\n(?:.+\n)*?Version: ).+$", lambda m: m[1] + version, text)
    lists.write_text(text, encoding="latin-1")
    hostile = helper(root, "list")
    claim("unlawful versions are rejected and counted", 4, hostile["rejected"])
    claim("and hide no other update", {u["name"] for u in document["updates"]} -
          {f"sec-{i}" for i in range(4)}, {u["name"] for u in hostile["updates"]})
    claim("and are not repeated", False, "reboot" in json.dumps(hostile))


def main():
    if os.geteuid() != 0 or not os.path.exists("/bin/busybox") or not shutil.which("apt-ftparchive"):
        print("SKIP: needs root, busybox-static and apt-utils")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        work.chmod(0o755)
        root = make_root(work, *build(work))
        document = compare(root)
        compare_security(root, document)
        (work / "state").mkdir()
        compare_collect(root, document, work / "state")
        compare_list(root)
        compare_hostile(root, document)
        compare_hostile_sources(root)
    if failures:
        sys.exit(f"{len(failures)} claims failed")


main()
