#!/usr/bin/env python3
"""Every command and option of docs/FORMATS.md, "Command line", is in --help.

Reads the table of commands and the paragraph on common options, then asks the
built client, in both languages. QJ_BIN_DIR says where it is.
"""

import functools
import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PROGRAM = os.path.join(os.environ.get("QJ_BIN_DIR", ""), "qiangji")
NOUNS = ("sector item organization supply input demand world-production "
         "country-risk milestone project target criteria indicator "
         "edition test standard capacity membership chain need offer round").split()
OPTION = re.compile(r"(?<![\w-])-{1,2}[a-z][a-z-]*")
WORD = re.compile(r"^[a-z][a-z-]*(\|[a-z][a-z-]*)*$")


@functools.lru_cache(maxsize=None)
def help_of(path, language):
    run = subprocess.run([PROGRAM, *path, "--help", "--lang", language],
                         capture_output=True, text=True, timeout=60)
    return run.returncode, run.stdout


def formats():
    with open(os.path.join(ROOT, "docs", "FORMATS.md"), encoding="utf-8") as f:
        text = f.read()
    return text[text.index("## Command line"):]


def rows():
    """(command cell, explanation cell) of each row of the client."""
    for line in formats().splitlines():
        if line.startswith("| `qiangji "):
            # A bar inside a cell is written \\|.
            cells = line.replace("\\|", "\0").split("|")
            yield [cell.replace("\0", "|") for cell in cells[1:3]]


def spans(cell):
    return re.findall(r"`([^`]*)`", cell)


def words_of(span):
    """The leading command words of a span: [["alerts"], ["list", "show"]]."""
    span = re.sub(r"\[[^\]]*\]", "", span).replace(" |", "|")
    words = []
    for token in span.split():
        if not WORD.match(token):
            break
        words.append(token.split("|"))
    return words


def expand(words):
    paths = [[]]
    for alternatives in words:
        paths = [p + [a] for p in paths for a in alternatives]
    return paths


def commands_of(cell, top):
    """Paths of the commands that a cell names."""
    found = []
    group = []
    for i, span in enumerate(spans(cell)):
        if i == 0:
            span = span[len("qiangji "):]
            if span.startswith("NOUN"):
                words = [NOUNS] + words_of(span[len("NOUN "):])
            else:
                words = words_of(span)
            group = words[0]
        else:
            words = words_of(span)
            # "`report create` · `list|show`": more of the same group.
            if words and words[0][0] not in top:
                words = [group] + words
        found += expand(words)
    return found


class Help(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        status, text = help_of((), "en")
        assert status == 0, PROGRAM
        cls.top = set(re.findall(r"^  ([a-z][a-z-]*) ", text, re.MULTILINE))

    def test_the_table_is_read(self):
        self.assertGreater(len(list(rows())), 20)
        paths = [" ".join(p) for row in rows()
                 for p in commands_of(row[0], self.top)]
        for path in ("coverage show", "template", "report bundle", "merge",
                     "flag withdraw", "rule set", "admin role", "chain show",
                     "edition history", "alerts minutes", "scenario exposure"):
            self.assertIn(path, paths)

    def test_every_command_has_help_in_both_languages(self):
        for cell, _ in rows():
            for path in commands_of(cell, self.top):
                for language in ("zh", "en"):
                    status, text = help_of(tuple(path), language)
                    self.assertEqual(status, 0, path)
                    self.assertIn("qiangji " + " ".join(path), text)
                    self.assertIn("用法" if language == "zh" else "Usage", text)

    def test_every_option_is_in_the_help_of_its_row(self):
        for command, explanation in rows():
            options = set()
            for span in spans(command) + spans(explanation):
                options.update(OPTION.findall(span))
            text = "".join(help_of(tuple(path), "en")[1]
                           for path in commands_of(command, self.top))
            for option in sorted(options):
                self.assertRegex(text, re.escape(option) + r"(?![a-z-])",
                                 command)

    def test_common_options_are_in_the_help_of_what_computes(self):
        paragraph = next(line for line in formats().splitlines()
                         if line.startswith("Common to all:"))
        paragraph = paragraph.replace("--tls-ca/-cert/-key",
                                      "--tls-ca --tls-cert --tls-key")
        options = {o for span in spans(paragraph) for o in OPTION.findall(span)}
        self.assertGreater(len(options), 12)
        options |= {"--output", "--names"}
        for path in (("metrics",), ("coverage", "show"), ("target", "show"),
                     ("rank",)):
            text = help_of(path, "en")[1]
            for option in sorted(options):
                self.assertIn(option, text, path)


if __name__ == "__main__":
    if not os.access(PROGRAM, os.X_OK):
        sys.exit("no program " + PROGRAM)
    unittest.main()
