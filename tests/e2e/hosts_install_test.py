"""Installs Mainstay on two fresh hosts by the very commands of the README.
usage: hosts_install_test.py FOLDER-OF-PACKAGES"""

import base64
import pathlib
import re
import sys

from fleet import Fleet, claim, run_test, wait_for

README = pathlib.Path(__file__).parents[2] / "README.md"
FOLDER = "/srv/packages"
SOCKET = "/run/operator-agent"
OPERATOR = {"SSH_AUTH_SOCK": SOCKET}


def blocks():
    """The commands of the section on installing, by the first words before them."""
    section = README.read_text().split("\n## Installing it\n")[1].split("\n## ")[0]
    found, name = {}, None
    for line in section.splitlines():
        if line.startswith("    "):
            found.setdefault(name, []).append(line[4:])
        elif heading := re.match(r"(On the centre|On the host|Then), ", line):
            name = heading[1]
    return {name: "\n".join(lines) for name, lines in found.items()}


def carry(host, path, content):
    host.run("sh", "-ec", f'mkdir -p {FOLDER}; base64 -d > "$1"', "carry", f"{FOLDER}/{path}",
             text=base64.b64encode(content).decode())


def follow(host, script, **options):
    for command in script.replace("\\\n", "").splitlines():
        print(f"# {host.name}: {command}", flush=True)
        yield host.shell(f"cd {FOLDER}; {command}", timeout=300, **options)


def hold_a_key(centre):
    """What an operator has before anything of Mainstay: a key in an ssh-agent."""
    centre.shell("mkdir -p -m 700 ~/.ssh; ssh-keygen -q -t ed25519 -N '' -C ana -f ~/.ssh/id_ed25519; "
                 f"systemd-run -q ssh-agent -D -a {SOCKET}")
    wait_for("the ssh-agent", lambda: centre.shell("ssh-add -q ~/.ssh/id_ed25519; ssh-add -l", env=OPERATOR), 10)


def story():
    debs = sorted(pathlib.Path(sys.argv[1]).glob("*.deb"))
    commands = blocks()
    claim("the README has commands for centre, host and afterwards", len(commands) == 3)
    with Fleet(regions=("eu",), hosts_per_region=1) as fleet:
        centre, host = fleet.centre, fleet.hosts["web-eu-1"]
        for deb in debs:
            carry(centre, deb.name, deb.read_bytes())
            carry(host, deb.name, deb.read_bytes())
        hold_a_key(centre)
        list(follow(centre, commands["On the centre"], env=OPERATOR))
        carry(host, "trust", centre.read("/etc/mainstay/trust").encode())
        carry(host, "web-eu-1.token", centre.read(f"{FOLDER}/web-eu-1.token").encode())
        list(follow(host, commands["On the host"]))
        wait_for("the host is live", lambda: "1 live" in fleet.mainstay("status", check=False), 30)
        listed, told = follow(centre, commands["Then"], env=OPERATOR)
        claim("the host is listed with its labels", "web-eu-1" in listed and "cluster=web-1" in listed, listed)
        claim("and answers", "succeeded" in told and host.run("uname", "-r") in told, told)
        words = "$HOME ${x} $$ %b $1"
        said = centre.run("mainstay", "run", "--targets", "region = eu", "--", "echo", *words.split(), env=OPERATOR)
        claim("what was signed is what runs, word by word", words in said, said)
        claim("the agent is no root", host.shell("ps -o user= -C mainstay-agent").strip() not in ("", "root"))
        keys = centre.run("stat", "-c", "%U %a", "/etc/mainstay/keys")
        claim("the keys are root's", keys == "root 700", keys)


run_test(story)
