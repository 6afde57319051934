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
        self.raw["idle"] = found
        for name in ("node_exporter", "minimal process"):
            if name not in found:
                self.note(f"{name}: not measured")
                continue
            both = {key: found["agent"][key] + found["executor"][key] for key in ("pss", "private", "cpu_ms")}
            for part, mine in (("agent", found["agent"]), ("agent + executor", both)):
                self.add(f"idle {part}: PSS", mine["pss"], found[name]["pss"], name, "KiB")
                self.add(f"idle {part}: private", mine["private"], found[name]["private"], name, "KiB")
                self.add(f"idle {part}: CPU a minute", mine["cpu_ms"], found[name]["cpu_ms"], name, "ms")

        for source, cost in found.get("looks", {}).items():
            self.add(f"a look at {source}, each {cost['minutes']} minutes: CPU", cost["cpu_ms"], unit="ms")
            self.add(f"a look at {source}: memory at its peak", cost["peak_mib"], unit="MiB")

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
