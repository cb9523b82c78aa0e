#!/usr/bin/env python3
"""Sides and totals by CSV in any row order, a merge, a round of reporting."""

import itertools
import os

import harness

ITEMS = """item_id,name_zh,category,sectors,unit
bearing,轴承,component,cnc-robotics,套
"""
ORGANIZATIONS = """organization_id,name_zh,country
maker,制造厂,CHN
maker-2,制造厂有限公司,CHN
oem-a,主机厂甲,CHN
oem-b,主机厂乙,CHN
"""
HEADER = ("item_id,year,origin_country,supplier_id,reporter_id,side,"
          "quantity\n")
ROWS = ("bearing,2025,CHN,maker,maker,seller,40\n",
        "bearing,2025,CHN,maker,oem-a,buyer,25\n",
        "bearing,2025,CHN,maker,oem-b,buyer,10\n",
        "bearing,2025,CHN,,,third_party,100\n")


class Reporting(harness.EndToEnd):
    def run_client(self, *arguments, **named):
        return harness.client(self.address, *arguments, **named)

    def flows(self):
        return self.run_client("supply", "reconcile", "bearing", "--year",
                               "2025", "--output", "csv").rows()

    def test_sides_and_totals_reconcile_in_any_order(self):
        self.address = self.serve().address
        self.write("in/items.csv", ITEMS)
        self.write("in/organizations.csv", ORGANIZATIONS)
        seen = set()
        for order in itertools.permutations(ROWS):
            self.write("in/supply.csv", HEADER + "".join(order))
            self.run_client("import", self.path("in"))
            total, part = self.flows()
            seen.add(tuple(sorted(total.items())) +
                     tuple(sorted(part.items())))
            self.assertEqual((total["supplier_id"], total["reported_volume"],
                              total["taken_by_parts"], total["volume"]),
                             ("", "100", "40", "60"))
            self.assertEqual((part["seller"], part["buyer"],
                              part["reported_volume"], part["volume"],
                              part["split_side"]),
                             ("40", "35", "40", "40", "seller"))
        self.assertEqual(len(seen), 1)
        shown = self.run_client("supply", "reconcile", "bearing", "--year",
                                "2025", "--output", "table", "--lang", "en")
        self.assertIn("the largest side's 40 is taken", shown.out)
        self.assertIn("differ by more than 10 %", shown.out)

    def test_merge_and_undo(self):
        self.address = self.serve().address
        self.write("in/items.csv", ITEMS)
        self.write("in/organizations.csv", ORGANIZATIONS)
        self.write("in/supply.csv", HEADER + "".join(ROWS))
        self.run_client("import", self.path("in"))
        self.assertEqual(self.run_client(
            "merge", "maker", "maker-2", check=False).status, 2)
        self.run_client("merge", "organizations/maker-2",
                        "organizations/maker")
        self.assertEqual(self.flows()[1]["supplier_id"], "maker-2")
        got = self.run_client("organization", "get", "maker", "--output",
                              "csv").rows()[0]
        self.assertEqual(got["organization_id"], "maker-2")
        self.run_client("merge", "--undo", "organizations/maker")
        self.assertEqual(self.flows()[1]["supplier_id"], "maker")

    def test_round(self):
        self.address = self.serve().address
        self.write("in/items.csv", ITEMS)
        self.write("in/organizations.csv", ORGANIZATIONS)
        self.write("in/supply.csv", HEADER +
                   "bearing,2024,CHN,maker,maker,seller,100\n"
                   "bearing,2024,JPN,,,,20\n")
        self.run_client("import", self.path("in"))
        self.run_client("round", "create", "r25", "name_zh=2025 年填报",
                        "year=2025", "close_time=2026-03-31")
        self.run_client("round", "invite", "r25")
        self.run_client("round", "sheets", "r25", self.path("sheets"))
        sheet = self.path("sheets", "maker", "supply.csv")
        with open(sheet, encoding="utf-8") as f:
            text = f.read()
        self.assertIn("bearing,2025,domestic,CHN,maker", text)
        # What was left open is refused; filled in, it is taken.
        self.assertNotEqual(self.run_client("import", sheet,
                                            check=False).status, 0)
        with open(sheet, "w", encoding="utf-8") as f:
            f.write(text.replace("seller,,", "seller,150,"))
        self.run_client("import", sheet)
        self.run_client("round", "submit", "r25", "maker")
        self.assertEqual(self.run_client("round", "accept", "r25", "maker",
                                         check=False).status, 1)
        self.run_client("round", "submit", "r25", "maker", "--confirm",
                        "bearing=新产线")
        self.run_client("round", "accept", "r25", "maker")
        rates = self.run_client("round", "show", "r25", "--sectors",
                                "--output", "csv").rows()
        self.assertEqual([(r["sector"], r["response_rate"]) for r in rates],
                         [("", "1.000000"), ("cnc-robotics", "1.000000")])
        frozen = self.run_client("round", "freeze", "r25", "--output",
                                 "table", "--lang", "en").out
        self.assertIn("read with --as-of", frozen)


if __name__ == "__main__":
    harness.main()
