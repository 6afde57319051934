"""Who is vulnerable, on real hosts: lists imported at the centre, packages told by agents and probes, the fix installed,
its old code still running, restarted; hosts cut off, lists lost and hostile. usage: hosts_cve_test.py FOLDER-OF-PACKAGES"""

import json
import sys

from fleet import Fleet, claim, run_test, wait_for

SOURCES = "sources: patch 5s\n"
CVE = "CVE-2026-31337"
OPEN = "CVE-2026-31338"
FIX = "1.0-1+deb12u1"
# It would clear the screen.
HOSTILE = "remote \x1b[2Jcode execution $(reboot) {{x}}"


def statement(status, fixed=None):
    release = {"status": status, "repositories": {"bookworm": "1.0-1"}, "urgency": "high"}
    return {"bookworm": release | ({"fixed_version": fixed} if fixed else {})}


TRACKER = {"libgreet1": {CVE: {"description": HOSTILE, "scope": "remote", "releases": statement("resolved", FIX)},
                         OPEN: {"description": "nothing mends it", "releases": statement("open")}}}
EXPLOITED = {"title": "known exploited", "dateReleased": "2026-11-20T00:00:00.000Z", "vulnerabilities": [{"cveID": CVE}]}


def bring(fleet, name, value):
    path = f"/tmp/{name}"
    fleet.centre.write(path, value if isinstance(value, str) else json.dumps(value))
    return fleet.mainstay("vulnerability", "import", path, check=False)


def cve(fleet, number=CVE, *words):
    return json.loads(fleet.mainstay("cve", number, *words, "-o", "json"))


def adds_up(seen):
    return seen["total"] == seen["vulnerable"] + seen["not_affected"] + seen["not_known"]


def told(fleet, what, predicate, number=CVE, timeout=90):
    claim(what, wait_for(what, lambda: predicate(cve(fleet, number)), timeout))
    seen = cve(fleet, number)
    claim("vulnerable, not affected and not known add up", adds_up(seen), seen)


def lists(fleet):
    said = fleet.mainstay("cve", CVE, check=False)
    claim("without a list nobody is called safe", said.code == 2 and "vulnerability import" in said.errors, said.errors)
    said = bring(fleet, "tracker.json", TRACKER)
    claim("the tracker is imported", said.code == 0 and "debian-tracker: 2 vulnerabilities" in said, said)
    said = bring(fleet, "nonsense.json", '{"what": "is this"}')
    claim("nonsense is refused, by name", said.code == 2 and "nonsense.json" in said.errors, said.errors)
    said = fleet.mainstay("cve", "CVE-1999-1", check=False)
    claim("what no list knows is no proof", said.code == 2 and "proves nothing" in said.errors, said.errors)
    claim("the list is listed", "debian-tracker" in fleet.mainstay("vulnerability", "list"))


def vulnerable(fleet):
    told(fleet, "both hosts can reach the fix",
         lambda seen: seen["vulnerable"] == 2 and seen["remedies"]["reachable"] == 2)
    told(fleet, "what nothing mends is told apart", lambda seen: seen["remedies"]["none"] == 2, OPEN)
    for words in ((), ("--hosts",), ("-o", "json"), ("--where", "region = eu")):
        said = fleet.mainstay("cve", CVE, *words)
        claim(f"nothing of a list acts on a terminal: mainstay cve {' '.join(words)}", "\x1b" not in said, repr(said))
    said = fleet.mainstay("cve", CVE)
    claim("the screen adds up, too", "2 hosts = 2 vulnerable + 0 not affected + 0 not known" in said, said)
    claim("nobody is asked about no host", fleet.mainstay("cve", CVE, "--where", "", check=False).code == 2)
    claim("it is not said to be exploited", not cve(fleet)["exploited"])
    claim("the list of exploited ones is imported", bring(fleet, "kev.json", EXPLOITED).code == 0)
    claim("then it is", cve(fleet)["exploited"])


def needs(fleet):
    """Those about vulnerabilities, by their text."""
    return {need["text"]: need for need in json.loads(fleet.mainstay("status", "-o", "json"))["needs"]
            if need["cause"].startswith("vulnerability/")}


def whole_fleet(fleet, *words):
    return json.loads(fleet.mainstay("cve", *words, "-o", "json"))


def listed(fleet, host):
    claim("what is exploited is a need", wait_for("the need", lambda: f"{CVE} (exploited): 2 hosts vulnerable" in needs(fleet), 30))
    need = needs(fleet)[f"{CVE} (exploited): 2 hosts vulnerable"]
    claim("with the command that deals with it", need["next"] == f"mainstay cve {CVE}" and need["urgency"] == "!", need)
    claim("and since when", need["since"] is not None and need["since_seconds"] < 600, need)
    seen = whole_fleet(fleet)
    named = {one["id"]: one for one in seen["vulnerabilities"]}
    claim("the fleet's list has what is exploited first", seen["vulnerabilities"][0]["id"] == CVE, seen)
    claim("for every host", named[CVE]["hosts"] == 2 == named[CVE]["with_fix"] and named[OPEN]["with_fix"] == 0, named)
    claim("with 72 hours to mend it", 71 * 3600 < named[CVE]["deadline_seconds"] <= 72 * 3600, named[CVE])
    claim("what nothing mends has no deadline", named[OPEN]["deadline_at"] is None, named[OPEN])
    claim("it says what each number says alone", all(one["hosts"] == cve(fleet, one["id"])["vulnerable"] for one in named.values()))
    said = fleet.mainstay("cve")
    claim("the screen adds up", "2 hosts = 2 looked at + 0 not known" in said and "1 exploited, 0 critical" in said, said)
    claim("nothing of it acts on a terminal", "\x1b" not in said, repr(said))
    claim("none of no region", whole_fleet(fleet, "--where", "region = us")["vulnerabilities"] == [])
    said = fleet.mainstay("host", "show", host.name)
    claim("a host names it and its fix", f"{CVE} libgreet1 (fix {FIX}, exploited)" in said, said)
    said = fleet.mainstay("report", "patch")
    claim("so does the report", f"{CVE} libgreet1 (fix {FIX}, exploited)" in said and "FIRST TO MEND" in said, said)
    claim("and the line of what is proved", "security patches " in fleet.mainstay("status"))


def mended(fleet, host):
    host.run("apt-get", "-q", "-y", "install", "libgreet1", timeout=120)
    told(fleet, "an installed fix does not count while the old code runs",
         lambda seen: seen["remedies"]["restart"] == 1 and seen["remedies"]["reachable"] == 1)
    named = [entry for entry in cve(fleet)["hosts"] if entry["host"] == host.name]
    claim("and the process that runs it is named", named[0]["stale"] == ["greetd"], named)
    host.run("systemctl", "restart", "greetd")
    told(fleet, "a restart ends it", lambda seen: seen["vulnerable"] == 1 and seen["not_affected"] == 1)
    claim("the need is about one host then", wait_for("the need", lambda: f"{CVE} (exploited): 1 host vulnerable" in needs(fleet), 30))


def silent(fleet, host):
    fleet.cut(host.name)
    told(fleet, "of a silent host it is not known",
         lambda seen: seen["not_known"] == 1 and seen["why_not_known"][0]["why"] == "silent", timeout=120)
    fleet.heal(host.name)
    told(fleet, "until it is back", lambda seen: seen["not_known"] == 0, timeout=120)


def survives(fleet):
    before = cve(fleet)
    since = {text: need["since"] for text, need in needs(fleet).items()}
    fleet.centre.run("systemctl", "kill", "-s", "KILL", "mainstay-coordinator")
    wait_for("the coordinator is back", lambda: fleet.mainstay("status", check=False).code == 0, 60)
    told(fleet, "lists and packages outlive a kill", lambda seen: seen["vulnerable"] == before["vulnerable"] and
         seen["not_affected"] == before["not_affected"])
    claim("no clock of a deadline begins anew",
          wait_for("the needs", lambda: {text: need["since"] for text, need in needs(fleet).items()} == since and since, 60), since)
    fleet.centre.shell("for file in $(find /var/lib/mainstay* -path '*/feeds/*' -type f); do echo x >> $file; done; "
                       "systemctl restart mainstay-coordinator")
    wait_for("the coordinator is back", lambda: fleet.mainstay("status", check=False).code == 0, 60)
    said = fleet.mainstay("status")
    claim("a damaged list is a need", "the list debian-tracker is lost" in said, said)
    claim("and proves nothing", fleet.mainstay("cve", CVE, check=False).code == 2)
    claim("it is imported again", bring(fleet, "tracker.json", TRACKER).code == 0)
    told(fleet, "and counts", lambda seen: seen["vulnerable"] == before["vulnerable"])


def story():
    with Fleet(regions=("eu",), hosts_per_region=2, debs=sys.argv[1]) as fleet:
        first, second = fleet.hosts.values()
        for host in (first, second):
            host.write("/etc/mainstay/agent.conf", host.read("/etc/mainstay/agent.conf") + SOURCES)
            host.run("systemctl", "restart", "mainstay-agent")
        lists(fleet)
        vulnerable(fleet)
        listed(fleet, first)
        mended(fleet, second)
        silent(fleet, second)
        survives(fleet)


run_test(story)
