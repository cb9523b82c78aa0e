#!/usr/bin/env python3
"""docs/ holds METHOD, FORMATS and ARCHITECTURE as the contract has them.

The contract lies beside the project (../shared). Where it is absent there is
nothing to compare with: exit status 77, which ctest shows as skipped.
"""

import os
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SHARED = os.path.join(ROOT, "..", "shared")
NAMES = ("METHOD.md", "FORMATS.md", "ARCHITECTURE.md")


def read(*parts):
    with open(os.path.join(*parts), "rb") as f:
        return f.read()


def main():
    if not os.path.isdir(SHARED):
        print("no ../shared: nothing to compare docs/ with")
        return 77
    different = [n for n in NAMES
                 if read(ROOT, "docs", n) != read(SHARED, n)]
    for name in different:
        print(f"docs/{name} differs from ../shared/{name}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
