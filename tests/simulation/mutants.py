#!/usr/bin/env python3
"""Copies of sources with one guard taken out each, for the proof that the simulator notices.

mutants.py SOURCE_FOLDER OUT_FOLDER writes OUT/<mutant>/<path> where it has changed, and prints a
line "<mutant> <path>..." for each. A mutant is named for its invariant, I07; or, where that has
several guards, for who keeps it, gate_I10. A text that is no longer there ends it: mutants keep up with
the code."""
import pathlib
import sys

GUARD = "agent/executor/core/guard.cc"
AUTHORITY = "agent/executor/core/authority.cc"
HOLD = "coordinator/core/rollout/hold.cc"
GRANT = "coordinator/core/rollout/grant.cc"
PROGRESS = "coordinator/core/rollout/progress.cc"
OUTCOME = "coordinator/core/rollout/outcome.cc"
INVARIANTS = "coordinator/core/invariants.cc"
PORTER = "coordinator/gate/porter.cc"
PACKAGES = "coordinator/core/fleet/packages.cc"
EXPOSURES = "coordinator/core/fleet/exposures.cc"

# mutant: [(file, text, what takes its place)]
MUTANTS = {
    "I01": [(GUARD, "if (!signatures) {", "if (false) {")],
    "I02": [(GUARD, "if (!is_proven(offered.head->leaves_root,",
             "if (false && !is_proven(offered.head->leaves_root,")],
    "I03": [(GUARD, "if (row.permit_until <= now.mono) {", "if (false) {")],
    # The shim's exclusive file, as the simulator models it.
    "I04": [("tests/simulation/host_executor.cc", "if (folder.mark) {",
             "if (folder.mark && traces::shown_by_mark(*folder.mark).barred) {"),
            # And as the small world does.
            ("tests/property/tasks.cc", "if (folder.barred || folder.started) {",
             "if (folder.barred) {")],
    "I05": [("agent/executor/core/journal.cc", "if (term <= seen) return true;", ""),
            ("agent/executor/core/journal.cc",
             "if (term.value - seen.value > turn.limits.term_leap_max) return false;", ""),
            (AUTHORITY, "if (beacon.term < turn.journal.host.term_seen) return;", "")],
    "I06": [("coordinator/core/step.cc", "state.reign.term.value += 1;", "")],
    "I07": [("coordinator/core/ledger/ledger.cc", "if (state.slots.contains(id)) {",
             "if (false) {"),
            (INVARIANTS, "CHECK(count <= budget.amount);", "(void)count;")],
    "I08": [(PROGRESS, "if (open >= at_once) return;", ""),
            (PROGRESS, "CHECK(open <= at_once);", ""),
            (INVARIANTS, "CHECK(open <= static_cast<std::ptrdiff_t>("
             "std::max(1U, head.order.regions_at_once)));", "(void)open;")],
    "I09": [(HOLD, "if (region->phase == RegionPhase::Done || leaf.wave <= region->wave) return",
             "return")],
    "I10": [(HOLD, "outlook.starts >= outlook.limits.starts_per_minute", "false"),
            (GRANT, "CHECK(outlook.starts <= turn.limits.starts_per_minute);", "")],
    "I12": [(GUARD, "if (journal.host.stopped) return", "if (false) return")],
    "I13": [(AUTHORITY, "if (statement.number.value != host.control_number.value + 1) return;", ""),
            (AUTHORITY, "if (statement.previous != host.control_head || !is_timely(turn, statement))"
             " return;", "(void)is_timely;")],
    "I19": [(GUARD, "if (age > limits.beacon_age_max) return", "if (false) return")],
    "I20": [(OUTCOME, "turn.put(RecordRow{", "static_cast<void>(RecordRow{")],
    "I21": [(OUTCOME, "if (record.attempt.host != host->row.host) {", "if (false) {")],
    "I22": [("coordinator/core/fleet/control.cc", "turn.state.links.erase(act.link_key);", "")],
    "I24": [(GRANT, 'turn.audit("attempt granted " +', 'static_cast<void>("attempt granted " +')],
    "I25": [("common/wire/open.cc", "Status Verifier::expect_known(const DocumentHeader& header) {",
             "Status Verifier::expect_known(const DocumentHeader& header) {\n"
             "  if (!header.required_features.empty()) return {};")],
    "I26": [("coordinator/core/requests.cc",
             "if (is_full && !std::holds_alternative<AddControl>(request.act)) {", "if (false) {"),
            ("coordinator/core/requests.cc", "ruling.verdict == Verdict::Done && !is_full",
             "ruling.verdict == Verdict::Done")],
    "I27": [(EXPOSURES, "if (exposure.has_fix && row.fix_at == WallTime{})",
             "if (exposure.has_fix)")],
    # A wait that no book confirms: any host that is left hurt holds up all others.
    "hold_liveness": [(HOLD, "if (!shortage) return std::nullopt;",
                       "if (!shortage) {\n"
                       "    for (const auto& [id, other] : outlook.state.slots) {\n"
                       "      if (!other.tainted || id == host.row.host) continue;\n"
                       "      Hold lie = hold(Bind::Budget, \"a lie\");\n"
                       "      lie.blocking = id;\n"
                       "      return lie;\n"
                       "    }\n"
                       "    return std::nullopt;\n"
                       "  }")],
    # Lists of packages: nobody is asked.
    "packages_liveness": [(PACKAGES, "if (known.stored) return;", "return;")],
    # Gates, whose own limits stand while the coordinator is not to be trusted.
    "gate_I10": [(PORTER, "if (!may_start(order)) return true;", "return true;")],
    "word_I10": [(PORTER, "if (order.starts) return true;", "return order.starts;")],
    "gate_I13": [("coordinator/gate/admitted.cc", "if (list->number < number_) return fail(",
                  "if (false) return fail(")],
    "gate_I22": [(PORTER, "return admitted_.is_fresh(now);", "return true;")],
    # The fabric's look-up for each message, as the simulator models it.
    "listed_I22": [("tests/simulation/gate.cc", "if (!is_listed) return", "if (false) return")],
    # Both machines of a cloned host are quarantined.
    "clone_I04": [("coordinator/core/fleet/liveness.cc", "return sight.flips >= 2 &&",
                   "return false &&")],
    "gate_I26": [("coordinator/gate/sender_limiter.cc", "if (due - now > ahead_max_) return false;",
                  "")],
}


def mutate(sources: pathlib.Path, out: pathlib.Path, invariant: str) -> list[str]:
    texts: dict[str, str] = {}
    for path, text, instead in MUTANTS[invariant]:
        before = texts.get(path) or (sources / path).read_text()
        if text not in before:
            sys.exit(f"mutants.py: {invariant}: {path} does not hold any more: {text}")
        texts[path] = before.replace(text, instead, 1)
    for path, text in texts.items():
        target = out / invariant / path
        if target.exists() and target.read_text() == text:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return sorted(texts)


def main() -> None:
    sources, out = map(pathlib.Path, sys.argv[1:3])
    for invariant in MUTANTS:
        print(invariant, *mutate(sources, out, invariant))


if __name__ == "__main__":
    main()
