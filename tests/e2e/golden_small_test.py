#!/usr/bin/env python3
"""The worked example of METHOD through the command line."""

import os

import harness

SMALL = os.path.join(harness.GOLDEN, "small")
TOLERANCE = 2e-6


class GoldenSmall(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.address = self.serve().address
        harness.client(self.address, "import", SMALL)

    def check(self, file, keys, *command):
        result = harness.client(self.address, *command, "--output", "csv")
        self.assert_tables_equal(
            result.rows(), harness.read_csv(SMALL, "expected", file), keys,
            TOLERANCE)

    def test_metrics(self):
        self.check("metrics.csv", ["item_id"], "metrics", "--year", "2025")

    def test_coverage(self):
        self.check("coverage.csv", ["sector"], "coverage", "show", "--by",
                   "sector", "--year", "2025")

    def test_rank(self):
        self.check("rank.csv", ["item_id"], "rank", "--year", "2025")

    def test_metrics_columns_are_those_of_formats(self):
        with open(os.path.join(harness.ROOT, "docs", "FORMATS.md"),
                  encoding="utf-8") as f:
            formats = f.read()
        header = harness.client(
            self.address, "metrics", "--year", "2025", "--output",
            "csv").out.splitlines()[0]
        self.assertIn("`%s`" % header, formats)
        header = harness.client(
            self.address, "coverage", "show", "--year", "2025", "--output",
            "csv").out.splitlines()[0]
        self.assertIn("`%s`" % header, formats)


if __name__ == "__main__":
    harness.main()
