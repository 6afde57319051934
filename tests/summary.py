"""Reads what ctest wrote (JUnit files) and prints a line a kind, the failures, and each skip with
its reason. Appends "passed failed skipped" to the file of totals. usage: summary.py TOTALS KIND FILE"""

import os
import re
import sys
import xml.etree.ElementTree as xml

MUST_RUN = os.environ.get("MAINSTAY_MUST_RUN") == "1"


def reason_of(text):
    found = re.search(r"SKIP: *(.*)", text)
    if found:
        return found.group(1).strip()
    # gtest's GTEST_SKIP: a binary that passed while some of its tests did not run.
    lines = [line for line in text.splitlines() if "[  SKIPPED ]" in line]
    return lines[0].strip() if lines else ""


def verdict(case):
    text = case.findtext("system-out") or ""
    status = case.get("status")
    if status == "fail" or case.find("failure") is not None:
        return "failed", ""
    skipped = case.find("skipped") is not None or status == "notrun"
    if skipped or "[  SKIPPED ]" in text:
        reason = reason_of(text) or "no reason given"
        return ("failed" if MUST_RUN else "skipped"), "skipped: " + reason
    return "passed", ""


def main():
    totals, kind, file = sys.argv[1:4]
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    notes, seconds = [], 0.0
    for case in xml.parse(file).getroot().iter("testcase"):
        outcome, note = verdict(case)
        counts[outcome] += 1
        seconds += float(case.get("time") or 0)
        if outcome != "passed":
            notes.append(f"    {outcome}: {case.get('name')} {note}".rstrip())
    print(f"{kind:<12} {counts['passed']:>4} passed {counts['failed']:>3} failed "
          f"{counts['skipped']:>3} skipped   {seconds:6.1f} s")
    for note in notes:
        print(note)
    with open(totals, "a", encoding="utf-8") as out:
        out.write(f"{counts['passed']} {counts['failed']} {counts['skipped']}\n")


main()
