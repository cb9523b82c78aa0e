#!/usr/bin/env python3
"""Names what clang-tidy would see of one file: the same name, the same verdict.

    tidy_key.py BUILD_DIRECTORY FILE

Prints a digest of the checks, the flags and the preprocessed text with its
comments and macros, whatever directory the tree lies in.
"""

import hashlib
import json
import os
import shlex
import subprocess
import sys


def command_of(build, path):
    with open(os.path.join(build, "compile_commands.json"),
              encoding="utf-8") as file:
        for entry in json.load(file):
            if entry["file"] == path:
                return entry["directory"], shlex.split(entry["command"])
    sys.exit("%s is not built" % path)


def main():
    build, path = sys.argv[1], os.path.abspath(sys.argv[2])
    directory, words = command_of(build, path)
    # ccache and the compiler; the object; the source.
    first = next(k for k, word in enumerate(words) if word.startswith("-"))
    flags = words[first:words.index("-o")]
    root = os.getcwd()
    digest = hashlib.sha256()
    with open(".clang-tidy", "rb") as file:
        digest.update(file.read())
    digest.update(subprocess.check_output(["clang-tidy-14", "--version"]))
    digest.update(" ".join(flags).replace(root, "").encode())
    text = subprocess.check_output(
        ["clang++-14", *flags, "-w", "-E", "-C", "-P", "-dD", path],
        cwd=directory)
    digest.update(text.replace(root.encode(), b""))
    print(digest.hexdigest())


if __name__ == "__main__":
    main()
