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

    def test_trace(self):
        self.check("trace-robot.csv", ["input_item_id", "country"], "trace",
                   "robot", "--year", "2025")

    def test_scenario(self):
        self.check("scenario-SWE.csv", ["item_id"], "scenario", "run",
                   "--embargo", "SWE", "--year", "2025")

    def test_exposure(self):
        self.check("exposure.csv", ["country"], "scenario", "exposure",
                   "--year", "2025")

    def test_chokepoints(self):
        self.check("chokepoints.csv", ["item_id"], "chokepoints", "--year",
                   "2025")

    def test_every_expected_file_is_checked(self):
        with open(__file__, encoding="utf-8") as f:
            source = f.read()
        for file in os.listdir(os.path.join(SMALL, "expected")):
            self.assertIn('self.check("%s"' % file, source)

    def test_headers_are_those_of_formats(self):
        with open(os.path.join(harness.ROOT, "docs", "FORMATS.md"),
                  encoding="utf-8") as f:
            formats = f.read()
        for command in (["trace", "robot"], ["scenario", "run", "--embargo",
                                             "SE"],
                        ["scenario", "run", "--embargo", "SE", "--by",
                         "sector"],
                        ["chokepoints", "--top", "3"],
                        ["bom", "assess", "--item", "robot"]):
            header = harness.client(self.address, *command, "--year", "2025",
                                    "--output", "csv").out.splitlines()[0]
            self.assertIn("`%s`" % header, formats)

    def test_limits_are_said_beside_the_figures(self):
        for command in (["scenario", "run", "--embargo", "SE"],
                        ["scenario", "exposure"], ["chokepoints"]):
            result = harness.client(self.address, *command, "--year", "2025",
                                    "--output", "csv", "--lang", "en")
            self.assertIn("no stocks", result.err)
            result = harness.client(self.address, *command, "--year", "2025",
                                    "--output", "table", "--lang", "zh")
            self.assertIn("不计库存", result.out)

    def test_trace_is_a_tree_for_people(self):
        out = harness.client(self.address, "trace", "robot", "--year", "2025",
                             "--output", "table", "--lang", "en").out
        self.assertIn("├─ ", out)
        self.assertIn("Japan", out)

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
