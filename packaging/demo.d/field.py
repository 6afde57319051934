"""Prints one value of the JSON on standard input: `totals.succeeded`, `targets.web-eu-2.state`,
`attempts.0.outcome`. A list of objects is entered by position or by the `host` of its entries."""

import json
import sys


def enter(value, key):
    if isinstance(value, dict):
        return value[key]
    if key.isdigit():
        return value[int(key)]
    return next(entry for entry in value if entry.get("host") == key)


def main():
    value = json.load(sys.stdin)
    for key in sys.argv[1].split("."):
        value = enter(value, key)
    print(value if isinstance(value, str) else json.dumps(value))


main()
