#!/usr/bin/env python3
"""--as-of before an update gives the old figures, after it the new ones."""

import json
import time

import harness

ITEMS = """item_id,name_zh,category,sectors,unit
bolt,螺栓,component,cnc-robotics,piece
"""
SUPPLY = """item_id,year,origin_country,quantity
bolt,2025,CHN,%d
bolt,2025,DEU,%d
"""


class AsOf(harness.EndToEnd):
    def load(self, home, abroad):
        self.write("in/items.csv", ITEMS)
        self.write("in/supply.csv", SUPPLY % (home, abroad))
        harness.client(self.address, "import", self.path("in"))
        # Evaluated and recorded before the next update.
        harness.client(self.address, "alerts", "list")

    def located(self, *options):
        return harness.client(self.address, "metrics", "--year", "2025",
                              "--output", "csv", *options).rows()[0][
                                  "located_share"]

    def foreign_share(self, *options):
        alert = json.loads(harness.client(
            self.address, "alerts", "show", "IMPORT_DEPENDENCE",
            "items/bolt", "--output", "json", *options).out)
        return [f["value"] for f in alert["figures"]
                if f["column"] == "foreign_share"][0]

    def test_figures_and_evidence(self):
        self.address = self.serve().address
        self.load(10, 90)
        between = "%.6f" % time.time()
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(
            float(between))) + "." + between.split(".")[1] + "Z"
        self.load(20, 80)
        self.assertEqual(self.located(), "0.200000")
        self.assertEqual(self.located("--as-of", moment), "0.100000")
        self.assertAlmostEqual(self.foreign_share(), 0.8)
        self.assertAlmostEqual(self.foreign_share("--as-of", moment), 0.9)
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(
            time.time() + 2))
        self.assertEqual(self.located("--as-of", now), "0.200000")


if __name__ == "__main__":
    harness.main()
