#!/usr/bin/env python3
"""An alliance's flags: raised, endorsed, reached; proposed, adopted, declined."""

import json
import os
import subprocess
import zipfile

import harness

ITEMS = """item_id,name_zh,category,sectors,unit
bearing,轴承,component,cnc-robotics,套
robot,机器人,equipment,cnc-robotics,台
"""
ORGANIZATIONS = """organization_id,name_zh,kind,country,sectors
al-robot,机器人联盟,alliance,CHN,cnc-robotics
maker,制造厂,enterprise,CHN,
other,他厂,enterprise,CHN,
"""
MEMBERSHIPS = """alliance_id,organization_id
al-robot,maker
"""
SUPPLY = """item_id,year,origin_country,supplier_id,qualification,quantity
bearing,2025,CHN,maker,series,%d
bearing,2025,JPN,,,40
bearing,2025,DEU,,,40
"""


class Flags(harness.EndToEnd):
    def run_client(self, *arguments, **named):
        return harness.client(self.address, *arguments, **named)

    def alerts(self, *arguments):
        rows = self.run_client("alerts", "list", "--rule", "ALLIANCE_FLAG",
                               "--output", "csv", *arguments).rows()
        return [(r["subject"], r["severity"]) for r in rows]

    def flags(self, *arguments):
        rows = self.run_client("flag", "list", "--output", "csv",
                               *arguments).rows()
        return [(r["flag_id"], r["state"]) for r in rows]

    def setUp(self):
        super().setUp()
        self.address = self.serve().address
        self.write("in/items.csv", ITEMS)
        self.write("in/organizations.csv", ORGANIZATIONS)
        self.write("in/memberships.csv", MEMBERSHIPS)
        self.write("in/supply.csv", SUPPLY % 20)
        self.run_client("import", self.path("in"))

    def create(self, *arguments, **named):
        return self.run_client(
            "flag", "create", *arguments, "--severity", "high", "--reason",
            "两批到货延迟", "--alliance", "al-robot", **named)

    def test_a_flag_lives_until_its_goal_is_reached(self):
        self.create("bearing", "--id", "f1", "--goal", "assured_share>=0.3",
                    "--due", "2099-12-31", "--equipment", "robot",
                    "--evidence", "https://example.com/a")
        self.assertEqual(self.alerts(), [("items/bearing", "high")])
        self.run_client("flag", "endorse", "f1", "--organization", "maker",
                        "--reason", "我厂也缺")
        refused = self.run_client("flag", "contest", "f1", "--organization",
                                  "other", "--lang", "en", check=False)
        self.assertEqual(refused.status, 1)
        self.assertIn("no member", refused.err)
        shown = self.run_client("alerts", "show", "ALLIANCE_FLAG", "bearing",
                                "--output", "table", "--lang", "zh").out
        for part in ("al-robot", "assured_share>=0.3", "附议  maker  我厂也缺",
                     "2099-12-31", "两批到货延迟"):
            self.assertIn(part, shown)
        minutes = self.run_client("alerts", "minutes", "--since", "2020-01-01",
                                  "--output", "table", "--lang", "en").out
        self.assertIn("flag  bearing  f1", minutes)
        before = json.loads(self.run_client("flag", "list", "--output",
                                            "json").out)["read_seq"]
        self.write("in/supply.csv", SUPPLY % 120)
        self.run_client("import", self.path("in"))
        self.assertEqual(self.alerts(), [])
        self.assertEqual(self.flags(), [("f1", "reached")])
        self.assertEqual(self.flags("--as-of", before), [("f1", "open")])
        self.assertEqual(self.alerts("--as-of", before),
                         [("items/bearing", "high")])
        events = self.run_client("flag", "show", "f1", "--output", "table",
                                 "--lang", "en").out
        for word in ("made", "endorsed", "goal reached", "robot"):
            self.assertIn(word, events)
        self.run_client("admin", "verify")

    def test_a_proposal_is_adopted_or_declined(self):
        new = ("--new", "--category", "material", "--sector", "cnc-robotics",
               "--goal-text", "两家国内钢厂供货")
        self.create("柔轮专用钢", "--id", "f1", *new)
        self.create("无名件", "--id", "f2", *new)
        self.assertEqual(self.flags("--state", "proposed"),
                         [("f1", "proposed"), ("f2", "proposed")])
        self.assertEqual(self.alerts(), [])
        self.assertEqual(self.run_client("flag", "decline", "f2",
                                         check=False).status, 2)
        self.run_client("flag", "decline", "f2", "--reason", "不属于四基")
        self.assertIn("不属于四基", self.run_client(
            "flag", "show", "f2", "--output", "table").out)
        self.run_client("item", "create", "flexspline-steel",
                        "name_zh=柔轮专用钢", "category=material",
                        "sectors=cnc-robotics")
        self.run_client("flag", "adopt", "f1", "flexspline-steel")
        self.assertEqual(self.alerts(), [("items/flexspline-steel", "high")])
        self.run_client("flag", "judge", "f1", "--reached", "--reason",
                        "现场核验")
        self.assertEqual(self.alerts(), [])
        self.run_client("flag", "withdraw", "f1", "--reason", "了结")
        self.assertEqual(dict(self.flags()),
                         {"f1": "withdrawn", "f2": "declined"})
        book = self.path("flags.xlsx")
        with open(book, "wb") as f:
            subprocess.run([os.path.join(harness.BIN, "qiangji"), "flag",
                            "list", "--output", "xlsx", "--server",
                            self.address], stdout=f, check=True, timeout=60)
        with zipfile.ZipFile(book) as z:
            sheet = z.read("xl/worksheets/sheet1.xml").decode() + (
                z.read("xl/sharedStrings.xml").decode()
                if "xl/sharedStrings.xml" in z.namelist() else "")
        self.assertIn("柔轮专用钢", sheet)

    def test_what_is_wrong_is_told_at_once(self):
        told = self.create("nowhere", "--goal", "no_such_column>1", "--lang",
                           "en", check=False)
        self.assertEqual(told.status, 1)
        for field in ("flag.item_id", "flag.goal.condition"):
            self.assertIn(field, told.err)
        for goal in ([], ["--goal", "ssr>1", "--goal-text", "x"],
                     ["--goal-test", "accuracy"], ["--goal", "stage>=never"]):
            self.assertEqual(self.create("bearing", *goal,
                                         check=False).status, 2, goal)
        self.create("bearing", "--goal", "stage>=series", "--dry-run")
        self.assertEqual(self.flags(), [])


if __name__ == "__main__":
    harness.main()
