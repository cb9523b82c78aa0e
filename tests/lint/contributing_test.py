#!/usr/bin/env python3
"""CONTRIBUTING.md's recipes name files that exist, at most 8 a table."""

import os
import re
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
MOST_FILES = 8


def main():
    with open(os.path.join(ROOT, "CONTRIBUTING.md"), encoding="utf-8") as f:
        text = f.read()
    problems = []
    tables = re.findall(r"\| file \| edit \|\n\|---\|---\|\n((?:\|.*\n)+)",
                        text)
    if len(tables) < 3:
        problems.append(f"{len(tables)} recipes, 3 at least are expected")
    for table in tables:
        named = []
        for row in table.splitlines():
            named += re.findall(r"`([^`]+/[^`]+)`", row.split("|")[1])
        if not 1 <= len(named) <= MOST_FILES:
            problems.append(f"a recipe names {len(named)} files: {named}")
        problems += [f"{name} does not exist" for name in named
                     if not os.path.exists(os.path.join(ROOT, name))]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
