#!/usr/bin/env python3
"""Arrows and sizes of the tree (docs/ARCHITECTURE.md, "Tree").

Reads the include lines of every C++ file and checks that a directory only
includes what the architecture allows, and that no file is too long.
"""

import os
import re
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))

# Directory -> directories that it may include, itself aside.
ALLOWED = {
    "services/base": [],
    "services/domain": ["services/base"],
    "db/store": ["services/base", "services/domain"],
    "db/sql": ["services/base", "services/domain", "db/store"],
    "db/sqlite": ["services/base", "services/domain", "db/store", "db/sql"],
    "db/migrations": ["db/sql"],
    "services/rpc": ["services/base", "proto"],
    # The messages of coverage as its callers and its reports read them.
    "services/figures": ["services/base", "services/domain", "proto"],
    # The transaction of a writing rpc.
    "services/writes": ["services/base", "services/rpc", "db/store", "proto"],
    # A report as bytes: pure, from the message that it is kept as.
    "services/report": ["services/base", "services/rpc", "proto"],
    "clients/cpp": ["services/base", "proto"],
    "clients/cli": ["services/base", "proto", "clients/cpp"],
    "services/registry": [
        "services/base", "services/domain", "services/rpc", "services/writes",
        "db/store", "proto"],
    "services/coverage": [
        "services/base", "services/domain", "services/rpc", "services/figures",
        "services/writes", "services/report", "db/store", "clients/cpp", "proto"],
    "services/bottleneck": [
        "services/base", "services/domain", "services/rpc", "services/figures",
        "services/writes", "db/store", "clients/cpp", "proto"],
    # Wires everything; the only one that names a driver.
    "services/qiangjid": [
        "services/base", "services/domain", "services/rpc", "db/store",
        "db/sqlite", "db/migrations", "clients/cpp", "services/registry", "services/coverage",
        "services/bottleneck", "proto"],
}

# System headers that are closed to a directory, by prefix.
FORBIDDEN_SYSTEM = {
    "services/base": ["grpc", "google/protobuf", "sqlite3"],
    "services/domain": ["grpc", "google/protobuf", "sqlite3", "fstream",
                        "filesystem", "chrono", "spdlog"],
    "db/store": ["grpc", "google/protobuf", "sqlite3"],
    "db/sql": ["grpc", "google/protobuf", "sqlite3"],
    "services/rpc": ["sqlite3"],
    "services/registry": ["sqlite3"],
    "services/writes": ["grpc", "sqlite3"],
    "services/figures": ["grpc", "sqlite3", "fstream", "filesystem"],
    "services/report": ["grpc", "sqlite3", "fstream", "filesystem", "chrono"],
    "services/coverage": ["sqlite3"],
    "services/bottleneck": ["sqlite3"],
    "clients/cpp": ["sqlite3"],
    "clients/cli": ["sqlite3"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
MAX_LINES = 600
MAX_TEST_LINES = 800
MAX_HEADER_LINES = 400


def sources():
    for top in ("services", "clients", "db", "tests"):
        for folder, subfolders, files in os.walk(os.path.join(ROOT, top)):
            subfolders[:] = [s for s in subfolders if s != "node_modules"]
            for name in sorted(files):
                if name.endswith((".cc", ".h")):
                    yield os.path.relpath(os.path.join(folder, name), ROOT)


def home(path):
    """The architecture's directory of a path, or None."""
    best = None
    for folder in ALLOWED:
        if path.startswith(folder + "/") and len(folder) > len(best or ""):
            best = folder
    return best


def target(include):
    if include.startswith(("qiangji/", "google/")):
        return "proto"
    return home(include)


def check(path, problems):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        lines = f.read().split("\n")
    limit = MAX_TEST_LINES if path.startswith("tests/") else (
        MAX_HEADER_LINES if path.endswith(".h") else MAX_LINES)
    if len(lines) - 1 > limit:
        problems.append(f"{path}: {len(lines) - 1} lines, at most {limit}")
    here = home(path)
    if here is None:
        return
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, include = match.groups()
        to = target(include)
        if to not in (None, here) and to not in ALLOWED[here]:
            problems.append(f"{path}:{number}: {here} may not include {to}")
        if quote == '"' and to is None and "/" in include and not (
                include.startswith("absl/")):
            problems.append(f"{path}:{number}: unknown directory {include}")
        for prefix in FORBIDDEN_SYSTEM.get(here, []):
            if include.startswith(prefix):
                problems.append(f"{path}:{number}: {here} may not include "
                                f"{include}")


def main():
    problems = []
    count = 0
    for path in sources():
        count += 1
        check(path, problems)
    for problem in problems:
        print(problem)
    print(f"{count} files, {len(problems)} problems")
    return 1 if problems or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
