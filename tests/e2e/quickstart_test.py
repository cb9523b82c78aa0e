#!/usr/bin/env python3
"""deploy/quickstart.sh with built programs: what it prints fits a screen, and
every command that it prints works."""

import os
import re
import subprocess
import unicodedata

from harness import BIN, ROOT, EndToEnd, main

SCRIPT = os.path.join(ROOT, "deploy", "quickstart.sh")


def columns(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in text)


class Quickstart(EndToEnd):
    def setUp(self):
        super().setUp()
        self.environment = dict(
            os.environ, QIANGJI_BIN=BIN, QIANGJI_LISTEN="127.0.0.1:0",
            QIANGJI_DATA=self.path("demo"), HOME=self.path("home"),
            NO_COLOR="1", LANG="C.UTF-8", QIANGJI_LANG="en")
        self.environment.pop("QIANGJI_SERVER", None)

    def tearDown(self):
        for data in ("demo", "own"):
            self.shell("bash deploy/quickstart.sh --stop " + self.path(data))
        super().tearDown()

    def shell(self, command, **environment):
        # Not through pipes: the server that is started would hold them.
        out, err = self.path("out"), self.path("err")
        with open(out, "w") as o, open(err, "w") as e:
            status = subprocess.run(
                ["bash", "-c", command], stdout=o, stderr=e, cwd=ROOT,
                stdin=subprocess.DEVNULL, timeout=300,
                env=dict(self.environment, **environment)).returncode
        with open(out, encoding="utf-8") as o, open(err,
                                                    encoding="utf-8") as e:
            return status, o.read(), e.read()

    def start(self, **environment):
        status, out, err = self.shell("bash " + SCRIPT, **environment)
        self.assertEqual(status, 0, err)
        return out

    def test_prints_a_screen_that_says_it_is_illustrative(self):
        for language, mark in (("en", "illustrative"), ("zh", "示意")):
            out = self.start(QIANGJI_LANG=language,
                             LANG="zh_CN.UTF-8" if language == "zh"
                             else "C.UTF-8")
            lines = out.splitlines()
            self.assertLessEqual(len(lines), 30, out)
            for line in lines:
                if " $ " not in line:  # the scratch paths are long
                    self.assertLessEqual(columns(line), 100, line)
            self.assertIn(mark, out.lower())

    def test_every_command_that_it_prints_works(self):
        out = self.start()
        commands = re.findall(r"^\S.{0,7} \$ (.+)$", out, re.MULTILINE)
        self.assertEqual(len(commands), 5, out)
        for command in commands:
            command = command.replace("--own my-data",
                                      "--own " + self.path("own"))
            status, printed, err = self.shell(command)
            self.assertEqual(status, 0, command + "\n" + err)
            self.assertTrue(printed.strip(), command)
        # The last one stopped the server: a run starts it again.
        self.start()

    def test_a_second_run_changes_nothing(self):
        self.assertEqual(self.start(), self.start())

    def test_own_data_starts_empty_with_catalogue_and_targets(self):
        status, out, err = self.shell(
            "bash deploy/quickstart.sh --own " + self.path("own"))
        self.assertEqual(status, 0, err)
        call = re.search(r"\$ (.+) import DIRECTORY", out).group(1)
        status, supply, err = self.shell(call + " supply list --output csv")
        self.assertEqual(status, 0, err)
        self.assertEqual(len(supply.splitlines()), 1, supply)
        status, targets, err = self.shell(call + " target list --output csv")
        self.assertEqual(status, 0, err)
        self.assertIn("four-bases-2025", targets)


if __name__ == "__main__":
    main()
