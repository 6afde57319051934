"""Figure, ours, limit, ratio: as a table for people and as JSON."""


class Table:
    def __init__(self):
        self.rows = []
        self.notes = []
        self.raw = {}

    def note(self, text):
        self.notes.append(text)

    def add(self, figure, ours, limit=None, what="", unit="s"):
        self.rows.append({"figure": figure, "ours": ours, "unit": unit, "limit": limit, "what": what,
                          "ratio": ours / limit if limit else None})

    def fleet(self, hosts, ours, limits):
        self.raw[str(hosts)] = {"ours": ours, "limits": limits}
        name = f"{hosts:,} hosts: "
        wire = limits["wire"]
        join, order = ours["join"], ours["order_again"]
        self.add(name + "tokens and enrolment", ours["enrol"]["enrolment"])
        self.add(name + "join, all greeted and reported", join["present"], wire["join"], "raw CURVE joins")
        self.add(name + "join, all live in status", join["live"], wire["join"], "raw CURVE joins")
        self.add(name + "plan resolved and frozen", order["plan"])
        self.add(name + "approve, every leaf checked", order["approve"])
        bound = wire["order"] + limits["store"] + limits["signatures"]
        self.add(name + "order until all acknowledged", order["order"], bound,
                 f"raw 300 B and back {wire['order']:.2f} + LMDB {limits['store']:.2f} "
                 f"+ signatures {limits['signatures']:.2f}")
        self.add(name + "back after SIGKILL of gate", ours["gate_killed"], wire["back"], "raw server killed")
        self.add(name + "live after SIGKILL of coordinator", ours["centre_killed"])
        self.add(name + "gate, fresh connection", join["gate_kib"], wire["fresh_kib"], "raw ROUTER", "KiB")
        self.add(name + "gate, connection in use", ours["used_gate_kib"], wire["used_kib"], "raw ROUTER", "KiB")
        self.add(name + "coordinator, a host that is live", join["centre_kib"], None, "", "KiB")
        self.add(name + "coordinator, a host after two orders", ours["used_centre_kib"], None, "", "KiB")

    def idle(self, found):
        """Each figure of the agent beside each of its neighbours on the host."""
        self.raw["idle"] = found
        agent = found["agent"]
        for name in ("minimal process", "node_exporter", "collectd"):
            if name not in found:
                self.note(f"{name}: not measured")
                continue
            for key, what, unit in (("rss", "resident", "KiB"), ("pss", "PSS", "KiB"), ("private", "private", "KiB"),
                                    ("anonymous", "anonymous", "KiB"), ("cpu_ms", "CPU a minute, own", "ms"),
                                    ("wakeups", "wake-ups a minute", "")):
                self.add(f"idle agent: {what}", agent[key], found[name][key], name, unit)
        executor = found["executor"]
        limit = found.get("node_exporter", {}).get("cpu_ms")
        self.add("its helpers: CPU a minute", agent["children_ms"], unit="ms")
        self.add("executor and its probes: CPU a minute", executor["cpu_ms"], unit="ms")
        self.add("all of these: CPU a minute", agent["cpu_ms"] + agent["children_ms"] + executor["cpu_ms"], limit,
                 "node_exporter", "ms")
        self.add("executor: present", 100 * executor["present"], unit="%")
        self.add("executor: PSS at its most", executor.get("pss", 0), unit="KiB")
        self.add("sent to the centre an hour, with TCP/IP", found["hour"]["sent"] / 1024, unit="KiB")
        self.add("received from it an hour", found["hour"]["received"] / 1024, unit="KiB")
        for source, cost in found["looks"].items():
            self.add(f"a look at {source}, each {cost['minutes']} minutes: CPU", cost["cpu_ms"], unit="ms")
            self.add(f"a look at {source}: largest process", cost["peak_kib"] / 1024, unit="MiB")

    def patch_state(self, where, found):
        self.raw[f"patch state, {where}"] = found
        limit = found["apt-get"]
        for name in [name for name in found if name != "apt-get"]:
            self.add(f"patch state, {where}, {name}: CPU", found[name]["cpu_ms"], limit["cpu_ms"], "apt-get -s upgrade", "ms")
            self.add(f"patch state, {where}, {name}: largest process", found[name]["peak_kib"] / 1024,
                     limit["peak_kib"] / 1024, "apt-get -s upgrade", "MiB")

    def reports(self, hosts, found):
        self.raw["reports"] = found
        mine, limit = found["ours"], found["limit"]
        name = f"{hosts:,} hosts, 1 KiB each 10 s: "
        for state in ("quiet", "loud"):
            for who in ("coordinator", "gate"):
                self.add(f"{name}{who}, {state}: of a core", mine[state][who], limit["server"], "bare ROUTER, loud", "%")
        both = mine["loud"]["coordinator"] + mine["loud"]["gate"]
        self.add(name + "both, loud: of a core", both, limit["server"], "bare ROUTER, loud", "%")
        self.add(name + "reports a second", mine["loud"]["rate"], limit["rate"], "bare ROUTER", "")
        self.add(name + "bytes of a report", mine["bytes"], 1024, "bare ROUTER", "B")
        for key, what in (("p50_ms", "answer, median"), ("p99_ms", "answer, 99 %")):
            self.add(name + what, mine["latency"][key], limit["latency"][key], "bare ROUTER", "ms")

    def passes(self, found):
        self.raw["passes"] = found
        for entry in found:
            self.add(f"{entry['hosts']:,} hosts, {entry['targets']:,} targets: {entry['what']}", entry["ms"],
                     unit="ms")

    def text(self):
        lines = [("FIGURE", "OURS", "LIMIT", "RATIO")]
        for row in self.rows:
            limit = f"{row['limit']:,.2f} {row['unit']}  {row['what']}" if row["limit"] else "-"
            ratio = f"{row['ratio']:.2f}" if row["ratio"] else "-"
            lines.append((row["figure"], f"{row['ours']:,.2f} {row['unit']}", limit, ratio))
        widths = [max(len(line[at]) for line in lines) for at in range(4)]
        table = "\n".join(f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:<{widths[2]}}  {d:>{widths[3]}}"
                          for a, b, c, d in lines)
        return "\n".join([*self.notes, "", table])

    def data(self):
        return {"notes": self.notes, "figures": self.rows, "raw": self.raw}
