"""Small packages of our own, made with the machine's compiler and dpkg-deb: what a test wants to see
replaced, restarted or broken, and no genuine package does on demand."""

import dataclasses
import pathlib

from .machine import command, remove

HERE = pathlib.Path(__file__).parent


@dataclasses.dataclass
class Package:
    """files: path -> text, or a Path to copy. scripts: name of a maintainer script -> text."""
    name: str
    version: str
    depends: str = ""
    files: dict = dataclasses.field(default_factory=dict)
    conffiles: tuple = ()
    scripts: dict = dataclasses.field(default_factory=dict)
    fields: str = ""  # further lines of the control file

    def build(self, folder):
        tree = pathlib.Path(folder) / f"{self.name}.tree"
        remove(tree)
        control = (f"Package: {self.name}\nVersion: {self.version}\nArchitecture: {architecture()}\n"
                   "Maintainer: Rig <rig@example.net>\n" + (f"Depends: {self.depends}\n" if self.depends else "") +
                   self.fields + f"Description: {self.name}, a small package for trying patches\n")
        put(tree / "DEBIAN/control", control)
        put(tree / "DEBIAN/conffiles", "".join(f"{path}\n" for path in self.conffiles))
        for name, text in self.scripts.items():
            put(tree / "DEBIAN" / name, text, 0o755)
        for path, content in self.files.items():
            put(tree / path.lstrip("/"), content)
        made = pathlib.Path(folder) / f"{self.name}_{self.version}_{architecture()}.deb"
        command("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made)
        remove(tree)
        return made


def put(path, content, mode=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, pathlib.Path):
        path.write_bytes(content.read_bytes())
        path.chmod(content.stat().st_mode)
    else:
        path.write_text(content)
    if mode:
        path.chmod(mode)


def architecture():
    return command("dpkg", "--print-architecture").strip()


def libgreet(folder, version):
    """A shared library that says its version; greetd maps it, and goes on with the old one until it is
    started again."""
    triplet = command("gcc", "-print-multiarch").strip()
    library = pathlib.Path(folder) / "libgreet.so.1"
    command("gcc", "-shared", "-fPIC", "-Wl,-soname,libgreet.so.1", f'-DVERSION="{version}"',
            HERE / "libgreet.c", "-o", library)
    # As in each package of a shared library: ldconfig runs once dpkg has put the file there.
    return Package("libgreet1", version, files={f"/usr/lib/{triplet}/libgreet.so.1": library},
                   scripts={"postinst": "#!/bin/sh\nldconfig\n"}, fields="Multi-Arch: same\n")


def greetd(folder, version, library):
    program = pathlib.Path(folder) / "greetd"
    command("gcc", HERE / "greetd.c", library, "-o", program)
    return Package("greetd", version, "libgreet1 (>= 1.0)", scripts={"postinst": start_script("greetd")},
                   files={"/usr/sbin/greetd": program, "/lib/systemd/system/greetd.service": GREETD_UNIT})


def webd(version):
    """A service that its package starts again, with a configuration file. Its postinst fails as long as
    /etc/webd/broken exists: removing the file is the repair."""
    return Package("webd", version, files={"/lib/systemd/system/webd.service": WEBD_UNIT,
                                           "/etc/webd/webd.conf": f"# webd {version}: shipped configuration\n"},
                   conffiles=("/etc/webd/webd.conf",),
                   scripts={"postinst": start_script("webd", "[ ! -e /etc/webd/broken ] || "
                                                     "{ echo 'webd: bind() to 0.0.0.0:80 failed' >&2; exit 1; }\n")})


def start_script(name, first=""):
    """In a chroot, where the cached root is made, systemctl only enables."""
    return (f"#!/bin/sh\nset -e\n[ \"$1\" = configure ] || exit 0\n{first}systemctl enable -q {name}\n"
            f"if [ -d /run/systemd/system ]; then\n  systemctl daemon-reload\n  systemctl restart {name}\nfi\n")


GREETD_UNIT = """[Unit]
Description=Says hello, and what time it is
[Service]
ExecStart=/usr/sbin/greetd
RuntimeDirectory=greetd
Restart=always
RestartSec=100ms
[Install]
WantedBy=multi-user.target
"""

WEBD_UNIT = """[Unit]
Description=Serves nothing, patiently
[Service]
ExecStart=/bin/sleep infinity
Restart=always
RestartSec=100ms
[Install]
WantedBy=multi-user.target
"""
