"""Whether this machine can carry a rig. Tried, not guessed: a container may be root and still be refused."""

import os
import shutil
import subprocess

from .place import RIG, own_name

TOOLS = ("systemd-nspawn", "mmdebstrap", "apt-ftparchive", "apt-get", "dpkg-deb", "gcc", "ip", "nft", "unshare",
         "nsenter", "setpriv", "mkfs.ext4")

# Each line is a thing the rig does; the first that fails is the reason. All of it is in namespaces that
# end with the shell. The overlay is tried where hosts will have theirs: not every file system carries one.
PROBE = """
step() { what=$1; shift; "$@" > /dev/null 2> why || { echo "$what: $(tail -n 1 why)"; exit 1; }; }
mkdir -p lower upper work merged
step 'mounts' mount --make-rprivate /
step 'overlay file system' mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged
truncate -s 8M disk
step 'ext4' mkfs.ext4 -q disk
step 'loop devices' mount -o loop disk lower
step 'bridges' ip link add bridge type bridge
step 'veth' ip link add end type veth peer name other
step 'nft on bridges' nft add table bridge rig
step 'device nodes' mknod node c 1 3
"""


def reason_it_cannot():
    """Empty where it can."""
    if os.geteuid() != 0:
        return "hosts need root"
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if not os.path.isdir("/sys/fs/cgroup"):
        return "no cgroups, without which systemd does not boot"
    folder = RIG / f"probe-{own_name()}"
    folder.mkdir(parents=True)
    try:
        tried = subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "--mount-proc", "sh", "-c", PROBE],
                               cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    finally:
        subprocess.run(["rm", "-rf", "--one-file-system", str(folder)], check=False)
    if tried.returncode == 0:
        return ""
    return (tried.stdout + tried.stderr).strip() or "namespaces are refused"
