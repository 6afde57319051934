"""Which processes use a package where rpm has the database: by rpm's own word, real processes, this machine's files.

    rpm_processes_test.py MAINSTAY-COLLECT

In a mount namespace of its own the machine becomes one of rpm and dnf: a database of real packages that own
its files (entered by --justdb, nothing is written over them), a repository with newer ones, no dpkg. A library is
replaced by a version whose file has another name, as rpm's distributions do. Then the same host is one of zypper."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from fleet.claims import claim_same, end_claims
from listener import Server, sees_first

COLLECT = os.path.realpath(sys.argv[1])
OVERLAID = ("/etc", "/var")
SPEC = """Name: {name}
Version: {version}
Release: 1.el9
Summary: x
License: none
BuildArch: noarch
AutoReqProv: no
%description
x
%install
{install}
%files
{files}
"""


def run(*words, **environment):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False,
                          env={**os.environ, **environment})
    if done.returncode != 0:
        sys.exit(f"{words[0]} failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def overlay(work):
    """Nothing that is done here is seen outside, and it goes with the namespace."""
    run("mount", "-t", "tmpfs", "none", work)
    for number, folder in enumerate((*OVERLAID, library_folder())):
        upper, inner = work / f"upper{number}", work / f"work{number}"
        upper.mkdir()
        inner.mkdir()
        run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={folder},upperdir={upper},workdir={inner}", folder)


def library_folder():
    return pathlib.Path("/usr/lib") / (run("gcc", "-print-multiarch").strip() if shutil.which("gcc") else "")


def build(work, folder, name, version, files):
    """`files` are names of files of this machine, as the package has them."""
    spec = work / "x.spec"
    install = "\n".join(f'mkdir -p "%{{buildroot}}{os.path.dirname(file)}"; echo x > "%{{buildroot}}{file}"'
                        for file in files)
    spec.write_text(SPEC.format(name=name, version=version, install=install, files="\n".join(files)))
    run("rpmbuild", "-bb", "--quiet", "--define", f"_topdir {work}/build", "--define", f"_rpmdir {work}/{folder}",
        "--define", "_build_name_fmt %%{NAME}-%%{VERSION}.rpm", "--define", "__os_install_post %{nil}", spec)
    return work / folder / f"{name}-{version}.rpm"


def become_rpm_host(work):
    shutil.rmtree("/var/lib/dpkg")
    for file in pathlib.Path("/etc/zypp/repos.d").glob("*"):
        file.unlink()
    for folder in ("/etc/rpm", "/etc/yum.repos.d", "/etc/dnf", "/var/lib/rpm"):
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    pathlib.Path("/etc/rpm/macros").write_text("%_dbpath /var/lib/rpm\n")
    pathlib.Path("/etc/dnf/dnf.conf").write_text("[main]\nplugins=0\n")
    shutil.rmtree("/var/cache/dnf", ignore_errors=True)
    for file in pathlib.Path("/etc/yum.repos.d").glob("*"):
        file.unlink()
    pathlib.Path("/etc/yum.repos.d/x.repo").write_text(
        f"[updates]\nname=u\nbaseurl=file://{work}/repo\nenabled=1\ngpgcheck=0\n")
    release = pathlib.Path("/etc/os-release")
    release.unlink()
    release.write_text('ID="rocky"\nVERSION_ID="9.4"\n')
    run("rpm", "--initdb")


def install(*packages):
    run("rpm", "-U", "--justdb", "--nodeps", "--nosignature", *packages)


def read_list(*options):
    report = json.loads(run(COLLECT, "patch", *options))
    if not report.get("packages"):
        sys.exit(f"no list of packages: {report['findings']}")
    head, *lines = report["packages"].splitlines()
    found = {}
    for line in lines:
        name, version, *more = line.split(" ")
        found[name] = {"version": version, **dict(word.split("=", 1) for word in more)}
    return report, head, found


def has(found, package, key, process):
    return process in found.get(package, {}).get(key, "").split(",")


def mapped(pid, word):
    lines = pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines()
    return next(line[line.index("/"):] for line in lines if word in line and " r-xp " in line)


def replace(library, newer):
    """As rpm does it: the new file under its own name, the link turned, the old file removed."""
    shutil.copy(library, newer)
    link = library.parent / "libz.so.1"
    link.unlink()
    link.symlink_to(newer.name)
    library.unlink()


def listens(work):
    with Server("!rpm,one", "tcp") as pid:
        program = os.path.realpath(f"/proc/{pid}/exe")
        library, libc = pathlib.Path(mapped(pid, "/libz.so")), mapped(pid, "/libc.so")
        newer = library.with_name("libz.so.1.99")
        link = str(library.parent / "libz.so.1")
        old = build(work, "base", "zlib-x", "1.2", [str(library), link])
        new = build(work, "repo", "zlib-x", "1.99", [str(newer), link])
        build(work, "repo", "python-x", "4.0", [program])
        run("createrepo_c", "-q", work / "repo")
        run("dnf", "-q", "makecache")
        install(old, build(work, "base", "python-x", "3.0", [program]), build(work, "base", "libc-x", "2.0", [libc]),
                build(work, "base", "other-x", "1.0", ["/usr/share/nobody-uses-this"]))
        owner = run("rpm", "-qf", "--qf", "%{NAME}", program)
        report, head, found = read_list()
        claim_same("the list is of this release", "rocky:9.4", head.split()[2])
        claim_same("rpm's own word is that of the list", True, has(found, owner, "listening", "!rpm?one"))
        claim_same("by its libraries, too", [True, True],
              [has(found, package, "listening", "!rpm?one") for package in ("zlib-x", "libc-x")])
        claim_same("and by no other package", False, has(found, "other-x", "listening", "!rpm?one"))
        if sees_first():
            claim_same("every process is seen", "all", head.split()[-1])
        claim_same("nothing runs old code yet", [], [name for name in found if has(found, name, "stale", "!rpm?one")])
        claim_same("what dnf offers is there", ("1.99-1.el9", "4.0-1.el9", None),
              tuple(found[name].get("candidate") for name in ("zlib-x", "python-x", "libc-x")))
        replace(library, newer)
        install(new)
        report, head, found = read_list()
        claim_same("whoever runs a library whose file is gone is told by the package that has replaced it", True,
              has(found, "zlib-x", "stale", "!rpm?one"))
        claim_same("which is new", "1.99-1.el9", found["zlib-x"]["version"])
        claim_same("and by no other package", [], [name for name in found if name != "zlib-x" and
                                              has(found, name, "stale", "!rpm?one")])
        run("rpm", "-e", "--justdb", "--nodeps", "zlib-x")
        claim_same("where nobody knows whose it was, not every process is seen", "some", read_list()[1].split()[-1])
        install(old)
    _, _, found = read_list()
    claim_same("one that ended is told no more", [], [name for name in found if has(found, name, "listening", "!rpm?one")])


def beside_zypper(work):
    """A list of rpm's packages and zypper's offers."""
    shutil.copytree("/etc/yum.repos.d", "/etc/zypp/repos.d", dirs_exist_ok=True)
    install(build(work, "base", "vim", "8.2", ["/usr/share/vim-x"]))
    build(work, "repo", "vim", "8.3", ["/usr/share/vim-x"])
    run("createrepo_c", "-q", work / "repo")
    # Its lock is not for the machine's other zyppers.
    run("zypper", "--non-interactive", "refresh", ZYPP_LOCKFILE_ROOT=str(work))
    (work / "state").mkdir()
    with Server("!zypper", "tcp"):
        report, head, found = read_list("--state", work / "state")
    claim_same("zypper is asked, dnf is not", (True, False), tuple(any(finding["subject"] == name for finding in
                                                              report["findings"]) for name in ("zypper", "dnf")))
    claim_same("the list has what rpm has", set(run("rpm", "-qa", "--qf", "%{NAME}\n").split()), set(found))
    claim_same("what zypper offers is there", ("8.3-1.el9", None), (found["vim"].get("candidate"),
                                                              found["libc-x"].get("candidate")))
    claim_same("and who listens", True, has(found, "python-x", "listening", "!zypper"))


def inside(work):
    overlay(work)
    become_rpm_host(work)
    for folder in ("base", "repo"):
        (work / folder).mkdir()
    listens(work)
    beside_zypper(work)


def main():
    if len(sys.argv) == 3:
        inside(pathlib.Path(sys.argv[2]))
        end_claims()
    missing = [tool for tool in ("dnf", "rpm", "rpmbuild", "createrepo_c", "unshare", "zypper") if not shutil.which(tool)]
    if os.geteuid() != 0 or missing:
        print(f"SKIP: needs root and {' '.join(missing)}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["unshare", "-m", sys.executable, "-B", __file__, COLLECT, folder], check=False)
    sys.exit(done.returncode)


main()
