"""What hosts tell in hard times: a file system that never answers, a clock that jumps, names that would act on a
screen, and a disk without a byte left. One story a host, side by side. usage: hosts_hardship_test.py FOLDER-OF-PACKAGES"""

import base64
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

from fleet import Fleet, claim, run_test, wait_for
from hung_mount import HungMount

ALL = ("resource", "patch", "backup", "certificate", "service", "usage")
SAD = "[Service]\nExecStart=/bin/false\n"
SETTINGS = {
    "backup": """kind: backup
name: all
sets:
  - {name: good, tool: files, pattern: "/srv/good/*.dump", objectives: {rpo: 26h}}
  - {name: %(name)s, tool: files, pattern: "%(folder)s/*.dump", objectives: {rpo: 26h}}
""",
    "certificate": """kind: certificate
name: all
sets:
  - {name: all, files: ["%(folder)s/a.pem", /etc/ssl/own]}
""",
}
CVE = "CVE-2026-31337"
# Clears a screen, ends a line, is no UTF-8, and would act in a shell or a template.
EVIL = b"\x1b[2J\n\xff$(reboot)'\"{{x}}`id`"
# Octal for printf(1), and as YAML has it.
EVIL_OCTAL = "".join(f"\\{byte:03o}" for byte in EVIL)
EVIL_YAML = "\\e[2J\\r\\u009b$(reboot)'\\\"{{x}}`id`"


def look_often(host):
    kept = host.read("/etc/mainstay/agent.conf")
    host.write("/etc/mainstay/agent.conf", kept + "sources: " + ", ".join(f"{source} 5s" for source in ALL) + "\n")
    host.shell("mkdir -p /srv/good /etc/ssl/own; echo x > /srv/good/a.dump; touch -d '1 hour ago' /srv/good/a.dump")
    host.run("systemctl", "restart", "mainstay-agent")


def shown(fleet, host):
    return json.loads(fleet.mainstay("host", "show", host.name, "-o", "json"))


def looked_at(fleet, host):
    return {source["source"] for source in shown(fleet, host)["findings"] if source["at"]}


def finding(fleet, host, subject):
    return next((one for source in shown(fleet, host)["findings"] for one in source["findings"]
                 if one["subject"] == subject), {})


def told(host, what, predicate, timeout=60):
    claim(f"{host.name}: {what}", wait_for(f"{host.name}: {what}", predicate, timeout))


def says(fleet, host, subject, judgement, words=""):
    one = finding(fleet, host, subject)
    return one.get("judgement") == judgement and words in one["text"]


def hears_news(fleet, host, unit, what):
    """All the way: a unit fails, and the centre needs somebody."""
    host.write(f"/etc/systemd/system/{unit}.service", SAD)
    host.run("systemctl", "start", unit, check=False)
    told(host, what, lambda: says(fleet, host, f"{unit}.service", "refuted"))


def sees_backup_of(fleet, host, hours, what):
    """Unchanged findings are not told again: so the backup gets another age, which takes no byte of a disk."""
    host.run("touch", "-d", f"{hours} hours ago", "/srv/good/a.dump")
    told(host, what, lambda: says(fleet, host, "good", "proved") and
         hours * 3600 <= finding(fleet, host, "good")["readings"]["age_seconds"] < (hours + 1) * 3600)


def waiting_in(host):
    """Looks that wait for a file system, and cannot be ended."""
    return host.shell("cat /proc/[0-9]*/stat 2> /dev/null | grep -c '(mainstay-collec) D' || true").strip()


def units_of_probes(host):
    """The states of the units whose child waits; those that run just now come and go."""
    lines = host.shell("systemctl list-units --all --plain --no-legend 'mainstay-probe-*'").splitlines()
    return {line.split()[2] for line in lines} - {"active", "activating", "deactivating"}


def hung(fleet, host):
    if not pathlib.Path("/dev/fuse").exists():
        print("# no /dev/fuse: no mount hangs", flush=True)
        return
    host.run("mkdir", "-p", "/srv/far")
    host.write("/etc/mainstay/backup.yaml", SETTINGS["backup"] % {"name": "far", "folder": "/srv/far"})
    told(host, "its good backup is proved", lambda: says(fleet, host, "good", "proved"))
    agent = host.main_pid("mainstay-agent")
    with HungMount("/srv/far", host.first_process()) as mount:
        host.run("stat", "/srv/far")
        mount.fall_silent()
        told(host, "a silent mount is told", lambda: says(fleet, host, "/srv/far", "not proved", "does not answer"))
        told(host, "a backup on it is not proved", lambda: says(fleet, host, "far", "not proved", "/srv/far/: "))
        # A child of it waits on; systemd has told of its end all the same, and nothing of ours is failed.
        told(host, "root's probe of it has ended", lambda: units_of_probes(host) == {"inactive"})
        hears_news(fleet, host, "while-hung", "the agent goes on")
        sees_backup_of(fleet, host, 3, "the good backup is looked at and proved")
        claim(f"{host.name}: by the same agent", host.main_pid("mainstay-agent") == agent != 0)
    host.run("umount", "/srv/far")
    told(host, "with its end nobody waits any more", lambda: waiting_in(host) == "0")
    told(host, "and all is told anew", lambda: not finding(fleet, host, "/srv/far"))


def jumps(fleet, host):
    told(host, "all is well at first", lambda: {"memory", "machine"} <= {
        one["topic"] for source in shown(fleet, host)["findings"] for one in source["findings"]})
    for number, jump in enumerate(("-1d", "+365d", None)):
        host.set_clock(jump)
        told(host, f"it is live with its clock {jump or 'right again'}",
             lambda: f"{host.name}  live" in fleet.mainstay("host", "list"))
        hears_news(fleet, host, f"jump-{number}", f"what fails with its clock {jump or 'right again'} is told")
        readings = [reading for source in shown(fleet, host)["findings"] for one in source["findings"]
                    for name, reading in one.get("readings", {}).items() if name.endswith("age_seconds")]
        claim(f"{host.name}: no age is below zero", all(reading >= 0 for reading in readings), readings)


def evil_files(host, folder):
    """A mount, a control group, a deleted file of a process, its library, a unit's words, each with such a name."""
    host.shell(f"""
evil=$(printf '{EVIL_OCTAL}_'); evil=${{evil%_}}
mkdir "/srv/mount-$evil"
find /sys/fs/cgroup -maxdepth 3 -name system.slice | while read -r slice; do mkdir "$slice/group-$evil.service" || true; done
mount -t tmpfs -o size=1M none "/srv/mount-$evil"
cat /dev/zero > "/srv/mount-$evil/full" 2> /dev/null || true
cp /usr/bin/systemd-socket-activate "/usr/local/bin/run-$evil"
""")
    host.write("/usr/local/bin/hold", f"""#!/bin/bash
evil=$(printf '{EVIL_OCTAL}_'); evil=${{evil%_}}
exec 7> "/var/tmp/gone-$evil"
head -c 300000 /dev/zero >&7
rm "/var/tmp/gone-$evil"
exec "/usr/local/bin/run-$evil" -l 127.0.0.1:7999 /bin/true
""", mode="755")
    host.write("/etc/systemd/system/evil\\x1b\\x5b2J.service",
               f"[Unit]\nDescription={'x' * 100_000}\n[Service]\nExecStart=/usr/local/bin/hold\n")
    host.shell("systemctl daemon-reload; systemctl start 'evil\\x1b\\x5b2J.service'")
    host.shell(f"""
evil=$(printf '{EVIL_OCTAL}_'); evil=${{evil%_}}
until grep -qs run- /proc/[0-9]*/comm; do sleep 0.05; done
cp "/usr/local/bin/run-$evil" /usr/local/bin/new; mv /usr/local/bin/new "/usr/local/bin/run-$evil"
""")
    made = pathlib.Path(folder, "evil.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "5", "-subj",
                    b"/O=issuer-" + EVIL.replace(b"/", b"") + b"/CN=owner-\x1b[2J\n$(reboot){{x}}",
                    "-keyout", "/dev/null", "-out", made], check=True, capture_output=True)
    host.write("/etc/ssl/own/a.pem", made.read_text())


def printed(host, *words, env=None):
    """The very bytes."""
    script = " ".join(shlex.quote(word) for word in words) + " 2>&1 | base64 -w0"
    return base64.b64decode(host.shell(script, env=env))


def is_harmless(text):
    """UTF-8, and nothing that acts on a terminal."""
    try:
        return not any(ord(one) < 32 and one != "\n" or 127 <= ord(one) < 160 for one in text.decode())
    except UnicodeDecodeError:
        return False


def is_exposed(fleet):
    """Its hostile process listens with the C library."""
    return "run-" in fleet.mainstay("cve", CVE, "-o", "json", check=False)


def names(fleet, host, folder):
    agent = host.main_pid("mainstay-agent")
    evil_files(host, folder)
    host.write("/etc/mainstay/backup.yaml",
               SETTINGS["backup"] % {"name": "evil", "folder": f"/srv/repository-{EVIL_YAML}"})
    host.write("/etc/mainstay/certificate.yaml", SETTINGS["certificate"] % {"folder": "/etc/ssl/own"})
    for name in ("mount-", "repository-", "owner-", "run-", "x5b2J.service"):
        told(host, f"a hostile name is told, {name}", lambda: name in json.dumps(shown(fleet, host)["findings"]), 90)
    fleet.centre.write("/tmp/tracker.json", json.dumps({"glibc": {CVE: {"releases": {"bookworm": {
        "status": "open", "repositories": {"bookworm": "1.0-1"}, "urgency": "high"}}}}}))
    fleet.mainstay("vulnerability", "import", "/tmp/tracker.json")
    told(host, "who listens is told of a number that concerns it", lambda: is_exposed(fleet), 90)
    operator = {"SSH_AUTH_SOCK": "/run/rig-ssh-agent"}
    columns = "region,disk.free_percent,backup.age,certificate.left,service.failed"
    screens = [("host", "show", host.name), ("host", "list"), ("host", "list", "--columns", columns), ("status",),
               ("status", "--snoozed"), ("cve", CVE), ("cve", CVE, "--hosts"),
               *(("report", name) for name in ("patch", "backup", "certificate", "capacity", "cleanup", "service"))]
    for words in screens:
        text = printed(fleet.centre, "mainstay", *words, env=operator)
        claim(f"{host.name}: nothing acts on a terminal: mainstay {' '.join(words)}", text and is_harmless(text), text)
        text = printed(fleet.centre, "mainstay", *words, "-o", "json", env=operator)
        claim(f"{host.name}: nor as JSON: mainstay {' '.join(words)}", is_harmless(text) and is_json(text), text)
    told(host, "a hostile name is on the host's own screen", lambda: b"run-" in printed(host, "mainstay-agent", "show"))
    text = printed(host, "mainstay-agent", "show")
    claim(f"{host.name}: nor on the host itself", text and is_harmless(text), text)
    claim(f"{host.name}: all by one agent", host.main_pid("mainstay-agent") == agent != 0,
          host.shell("journalctl -u mainstay-agent -n 30 --no-pager"))
    claim(f"{host.name}: and nobody rebooted", host.shell("cat /proc/sys/kernel/random/boot_id").strip() == host.boot_id)


def is_json(text):
    """Or a refusal, in words."""
    if not text.lstrip().startswith((b"{", b"[")):
        return True
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def full(fleet, host):
    host.write("/etc/mainstay/backup.yaml", SETTINGS["backup"] % {"name": "none", "folder": "/srv/none"})
    told(host, "all sources are told of", lambda: looked_at(fleet, host) >= set(ALL) - {"certificate"} and
         says(fleet, host, "good", "proved"))
    agent = host.main_pid("mainstay-agent")
    host.fill_disk(leave="0")
    host.shell("! mountpoint -q /tmp || cat /dev/zero > /tmp/filler || true")
    sees_backup_of(fleet, host, 3, "backups are looked at with no byte left")
    told(host, "what fails meanwhile is told", lambda: hears_failure(fleet, host))
    claim(f"{host.name}: by the same agent", host.main_pid("mainstay-agent") == agent != 0)
    host.free_disk()
    host.run("rm", "-f", "/tmp/filler")
    hears_news(fleet, host, "after-full", "with room again it goes on")


def hears_failure(fleet, host):
    """A unit that is there needs no byte of the disk."""
    host.run("systemd-run", "--unit=while-full", "/bin/false", check=False)
    return says(fleet, host, "while-full.service", "refuted")


def story():
    with tempfile.TemporaryDirectory() as folder, \
            Fleet(regions=("eu",), hosts_per_region=4, debs=sys.argv[1], disks={"web-eu-4": "700M"}) as fleet:
        fleet.each(look_often, fleet.hosts.values())
        acts = dict(zip(fleet.hosts, (hung, jumps, lambda *both: names(*both, folder), full)))
        fleet.each(lambda host: acts[host.name](fleet, host), fleet.hosts.values())
        claim("at the end all are live", "4 live" in fleet.mainstay("status"))


run_test(story)
