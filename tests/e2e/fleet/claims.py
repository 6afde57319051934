"""What a test claims, line by line, and how it ends: 0, 1 when a claim is not so, 77 when skipped."""

import sys
import traceback

from .can import reason_it_cannot

_failed = []


def claim(text, truth, detail=""):
    """A failed claim does not end the test: the next ones say more about what is wrong."""
    print(f"{'ok' if truth else 'not ok'} - {text}", flush=True)
    if not truth:
        _failed.append(text)
        if detail != "":
            print(f"  {detail}", flush=True)
    return bool(truth)


def claim_same(text, expected, actual):
    return claim(text, expected == actual, f"expected: {expected}\n  actual:   {actual}")


def end_claims():
    print(f"{len(_failed)} claims failed" if _failed else "all claims hold", flush=True)
    sys.exit(1 if _failed else 0)


def run_test(story):
    reason = reason_it_cannot()
    if reason:
        print(f"SKIP: {reason}")
        sys.exit(77)
    try:
        story()
    except Exception as error:
        traceback.print_exc()
        claim(f"the test comes to its end: {error}", False)
    end_claims()
