"""Mainstay's packages on every host, a fleet with one operator, and each host admitted to it, by the
commands that an operator would type."""

AT_CENTRE = ("mainstay-coordinator", "mainstay")
AT_HOSTS = ("mainstay-agent", "mainstay-executor")
LISTEN = "tcp://127.0.0.1:7439"
GATE = "tcp://10.77.0.1:7440"
ENROLMENT = "tcp://10.77.0.1:7441"
DESK = "/var/lib/operator"  # of the operator, at the centre
TOKEN = "/var/lib/token"    # as it was carried to a host
AGENT_SOCKET = "/run/rig-ssh-agent"
OPERATOR = {"SSH_AUTH_SOCK": AGENT_SOCKET}

# A unit, so that the operator's key is there again after a reboot of the centre.
SSH_AGENT = f"""[Unit]
Description=Holds the operator's key
[Service]
ExecStartPre=/bin/rm -f {AGENT_SOCKET}
ExecStart=/usr/bin/ssh-agent -D -a {AGENT_SOCKET}
ExecStartPost=/bin/sh -c 'until SSH_AUTH_SOCK={AGENT_SOCKET} ssh-add -q {DESK}/id_ed25519; do sleep 0.05; done'
[Install]
WantedBy=multi-user.target
"""


def install(fleet):
    def on(host):
        wanted = AT_CENTRE if host is fleet.centre else AT_HOSTS
        host.run("apt-get", "-q", "update", timeout=120)
        host.run("apt-get", "-q", "-y", "--no-install-recommends", "install", *wanted, timeout=300)

    fleet.each(on)


def enrol(fleet):
    start_centre(fleet)
    fleet.each(lambda host: enrol_host(fleet, host), fleet.hosts.values())


def start_centre(fleet):
    centre = fleet.centre
    centre.run("mkdir", "-p", "-m", "700", DESK)
    centre.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ana", "-f", f"{DESK}/id_ed25519")
    centre.write("/etc/systemd/system/rig-ssh-agent.service", SSH_AGENT)
    centre.run("systemctl", "enable", "-q", "--now", "rig-ssh-agent")
    fleet.mainstay("init", "--system", "--fleet", "rig", "--operator", "ana", "--agent-key", f"{DESK}/id_ed25519.pub",
                   "--listen", LISTEN, "--gate", GATE, "--enrolment", ENROLMENT,
                   "--recovery-file", f"{DESK}/recovery.key")
    centre.run("systemctl", "enable", "-q", "--now", "mainstay-coordinator", "mainstay-gate", "mainstay-enrolment")


def labels_of(fleet, name):
    """web-N is one host a region; its zone follows from the number, too."""
    region, number = fleet.region_of(name), int(name.rsplit("-", 1)[1])
    return f"region={region},zone={region}-{'abc'[(number - 1) % 3]},role=web,cluster=web-{number}"


def enrol_host(fleet, host):
    token = f"{DESK}/token-{host.name}"
    fleet.mainstay("token", "create", host.name, "--labels", labels_of(fleet, host.name), "--file", token)
    host.write("/etc/mainstay/trust", fleet.centre.read("/etc/mainstay/trust"))
    host.write(TOKEN, fleet.centre.read(token), mode="600")
    host.run("mainstay-agent", "enrol", "--token", TOKEN)
    host.run("systemctl", "enable", "-q", "--now", "mainstay-agent")
