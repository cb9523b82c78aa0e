#!/usr/bin/env python3
"""Every answer contains what was acknowledged before it was asked for."""

import harness

ROUNDS = 100
ITEMS = """item_id,name_zh,category,sectors,unit
bolt,螺栓,component,cnc-robotics,piece
"""
SUPPLY = """item_id,year,origin_country,quantity
bolt,2025,CHN,%d
bolt,2025,DEU,%d
"""


class Freshness(harness.EndToEnd):
    def rounds(self, address):
        self.write("in/items.csv", ITEMS)
        for n in range(1, ROUNDS + 1):
            # Home share n/200: import-dependent until it reaches 0.30.
            self.write("in/supply.csv", SUPPLY % (n, 200 - n))
            harness.client(address, "import", self.path("in"))
            row = harness.client(address, "metrics", "--year", "2025",
                                 "--output", "csv").rows()[0]
            self.assertEqual(row["located_share"], "%.6f" % (n / 200.0))
            alerts = harness.client(address, "alerts", "list", "--output",
                                    "csv").rows()
            dependence = [a for a in alerts
                          if a["rule"] == "IMPORT_DEPENDENCE"]
            # Fires above 0.70 abroad, closes 0.02 lower (METHOD 5).
            self.assertEqual(
                [a for a in dependence if a["state"] != "resolved"] != [],
                (200 - n) / 200.0 > 0.68 + 1e-9, "round %d" % n)

    def test_one_process(self):
        self.rounds(self.serve(data="one").address)

    def test_three_processes(self):
        self.rounds(self.serve_apart(("coverage", "bottleneck", "registry")))


if __name__ == "__main__":
    harness.main()
