#!/usr/bin/env python3
"""One process or three, in any start order: the same answers."""

import itertools
import os

import harness

SMALL = os.path.join(harness.GOLDEN, "small")
COMMANDS = (
    ("metrics", "--year", "2025"),
    ("coverage", "show", "--by", "sector,category", "--year", "2025"),
    ("target", "show"),
    ("rank", "--year", "2025"),
)
# Times of first and last sight differ from run to run.
ALERTS = ("alerts", "list")
TIMES = ("first_seen", "last_seen", "age_days")


class Processes(harness.EndToEnd):
    def answers(self, address):
        tables = [harness.client(address, *c, "--output", "csv").out
                  for c in COMMANDS]
        alerts = harness.client(address, *ALERTS, "--output", "csv").rows()
        self.assertTrue(alerts)
        return tables, [{k: v for k, v in a.items() if k not in TIMES}
                        for a in alerts]

    def test_three_processes_answer_as_one(self):
        one = self.serve(data="one").address
        harness.client(one, "import", SMALL)
        expected = self.answers(one)
        for order in itertools.permutations(harness.SERVICES):
            with self.subTest(order=order):
                where = self.serve_apart(order)
                harness.client(where, "import", SMALL, "--timeout", "60")
                self.assertEqual(self.answers(where), expected)
                for server in self.servers[-3:]:
                    self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    harness.main()
