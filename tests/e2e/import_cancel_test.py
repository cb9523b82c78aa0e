#!/usr/bin/env python3
"""Ctrl-C while `qiangji import` runs cancels the import on the server: status
1, nothing visible, and the next import goes through."""

import json
import os
import signal
import subprocess
import time

import harness

ROWS = 100000
TRIES = 8


class ImportCancel(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.write("in/items.csv", "item_id,name_zh,category,sectors\n" +
                   "".join("item-%06d,条目,component,rail\n" % i
                           for i in range(ROWS)))
        self.address = self.serve("--services", "registry").address

    def start(self, *options):
        environment = dict(os.environ, QIANGJI_SERVER=self.address,
                           HOME="/nonexistent", LANG="C.UTF-8")
        return subprocess.Popen(
            [os.path.join(harness.BIN, "qiangji"), "import", self.path("in"),
             "--lang", "en", *options], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=environment)

    def state(self):
        """The head's sequence, and whether an item is there."""
        listed = json.loads(harness.client(
            self.address, "item", "list", "--output", "json").out)
        return int(listed["read_seq"]), bool(listed.get("items"))

    def test_ctrl_c(self):
        before = self.state()
        self.assertFalse(before[1])
        began = time.monotonic()
        process = self.start("--dry-run")
        _, err = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 0, err)
        whole = time.monotonic() - began
        cancelled = 0
        for k in range(1, TRIES + 1):
            process = self.start()
            try:
                process.wait(timeout=whole * k / (TRIES + 1))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
            if process.returncode == 0:
                break  # it had been done: said so, and it is there
            # Before it listens for it, and once the import is over, Ctrl-C ends
            # the program as any other.
            self.assertIn(process.returncode, (1, -signal.SIGINT), err)
            if process.returncode < 0 and self.state()[1]:
                break
            if process.returncode == 1:
                self.assertIn("cancelled; nothing was written", err)
                cancelled += 1
            self.assertEqual(self.state(), before)
        self.assertGreaterEqual(cancelled, 2)
        if process.returncode != 0:
            # Nothing of the cancelled ones comes later either.
            harness.client(self.address, "import", self.path("in"))
        self.assertEqual(self.state(), (before[0] + 1, True))


if __name__ == "__main__":
    harness.main()
