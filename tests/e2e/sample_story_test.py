#!/usr/bin/env python3
"""What the alerts say of the demonstration world is what is known of the real
one: story/README.md. The world is loaded as deploy/quickstart.sh loads it."""

import json
import os
import shutil
import tempfile
import unittest

import harness

STORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "story")
CATALOGUE = os.path.join(harness.ROOT, "db", "catalogue")
SAMPLE = os.path.join(harness.ROOT, "db", "sample")
# Rules that say that nothing is known flag no technology.
BLIND = {"NO_DATA", "STALE_DATA"}
HARD = ("high", "critical")


class SampleStory(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.mkdtemp(prefix="qj-e2e-")
        cls.addClassCleanup(shutil.rmtree, cls.scratch, ignore_errors=True)
        cls.server = harness.Server(os.path.join(cls.scratch, "data"))
        cls.addClassCleanup(cls.server.kill)
        for directory in (CATALOGUE, SAMPLE):
            cls.call("import", directory)
        cls.items = {r["item_id"]: r for d in (CATALOGUE, SAMPLE)
                     for r in harness.read_csv(d, "items.csv")}
        cls.alerts = {}  # item -> rule -> severity
        for row in cls.call("alerts", "list", "--output", "csv").rows():
            kind, _, subject = row["subject"].partition("/")
            if kind == "items":
                cls.alerts.setdefault(subject, {})[row["rule"]] = row[
                    "severity"]

    @classmethod
    def call(cls, *arguments):
        return harness.client(cls.server.address, *arguments)

    def show(self, rule, item):
        return json.loads(self.call("alerts", "show", rule, item, "--output",
                                    "json").out)

    def test_the_ten_are_critical_or_high(self):
        ten = harness.read_csv(STORY, "ten.csv")
        self.assertEqual(len({r["item_id"] for r in ten}), 10)
        for row in ten:
            with self.subTest(item=row["item_id"]):
                self.assertIn(row["severity"], HARD)
                self.assertTrue(row["reason"])
                found = self.alerts.get(row["item_id"], {})
                self.assertEqual(found.get(row["rule"]), row["severity"],
                                 found)

    def test_hidden_ones_show_their_chain(self):
        hidden = harness.read_csv(STORY, "hidden.csv")
        self.assertIn("smp-robot", {r["item_id"] for r in hidden})
        for row in hidden:
            with self.subTest(item=row["item_id"], rule=row["rule"]):
                alert = self.show(row["rule"], row["item_id"])
                self.assertEqual(" > ".join(alert["chain"]), row["chain"])
                self.assertIn(alert["severity"],
                              ("SEVERITY_HIGH", "SEVERITY_CRITICAL"))
                self.assertTrue(alert["evidence"], "no records named")
                if row["rule"] == "HIDDEN_DEPENDENCE":
                    self.check_hidden(alert)

    def check_hidden(self, alert):
        """It looks home-made, is not, and what it hangs on is flagged."""
        figures = {f["column"]: f.get("value") for f in alert["figures"]}
        self.assertGreaterEqual(figures["assured_share"], 0.5)
        self.assertLess(figures["assured_content_upper"], 0.5)
        last = self.alerts.get(alert["chain"][-1], {})
        self.assertTrue({"IMPORT_DEPENDENCE", "SINGLE_FOREIGN_ORIGIN",
                         "CONCENTRATED_SUPPLY"} & set(last), last)
        own = self.alerts[alert["chain"][0]]
        self.assertNotIn("IMPORT_DEPENDENCE", own)

    def test_the_robot_is_made_of_reducers_from_one_country(self):
        alert = self.show("HIDDEN_DEPENDENCE", "smp-robot")
        figures = {f["column"]: f.get("value") for f in alert["figures"]}
        self.assertLess(figures["assured_content_upper"], 1 / 3)
        reducer = self.show("SINGLE_FOREIGN_ORIGIN", alert["chain"][-1])
        self.assertEqual(reducer["depends_on"], "JPN")

    def test_technologies_of_2018_are_flagged(self):
        technologies = harness.read_csv(STORY, "chokepoints_2018.csv")
        self.assertEqual([t["no"] for t in technologies],
                         [str(n) for n in range(1, 36)])
        mapping = {m["no"]: m for m in harness.read_csv(STORY,
                                                        "technologies.csv")}
        self.assertEqual(set(mapping), {t["no"] for t in technologies})
        held, missing = [], []
        for t in technologies:
            ids = [i for i in mapping[t["no"]]["item_ids"].split(";") if i]
            said = self.describe(t, ids, mapping[t["no"]])
            print(said)
            if not ids:
                continue
            held.append(t["no"])
            if not any(self.flags(i) for i in ids):
                missing.append(said)
        self.assertEqual(missing, [])
        self.assertGreaterEqual(len(held), 15)
        print("%d of 35 have items, all flagged" % len(held))

    def flags(self, item):
        return sorted(set(self.alerts.get(item, {})) - BLIND)

    def describe(self, technology, ids, mapped):
        where = "; ".join("%s: %s" % (i, ", ".join(
            "%s %s" % (self.alerts[i][rule], rule) for rule in self.flags(i))
            or "not flagged") for i in ids)
        return "%2s %s (%s): %s" % (
            technology["no"], technology["name_zh"], technology["name_en"],
            where or "no item: " + mapped["note"])

    def test_the_mapping_names_items_and_misses_none(self):
        names = {r["name_zh"]: i for i, r in self.items.items()}
        for m in harness.read_csv(STORY, "technologies.csv"):
            ids = [i for i in m["item_ids"].split(";") if i]
            self.assertEqual(bool(ids), m["relation"] in (
                "same", "part", "wider"), m)
            self.assertTrue(ids or m["relation"] == "none" and m["note"], m)
            for item in ids:
                self.assertIn(item, self.items)
        for t in harness.read_csv(STORY, "chokepoints_2018.csv"):
            own = names.get(t["name_zh"])
            m = harness.read_csv(STORY, "technologies.csv")[int(t["no"]) - 1]
            if own is not None:
                self.assertIn(own, m["item_ids"].split(";"))

    def test_the_list_is_that_of_its_source(self):
        source = os.path.join(harness.SHARED, "data", "chokepoints.csv")
        if not os.path.exists(source):
            return  # the copy is what is shipped
        ours = harness.read_csv(STORY, "chokepoints_2018.csv")
        for row, theirs in zip(ours, harness.read_csv(source), strict=True):
            for column in ("no", "name_zh", "name_en", "dominating_countries",
                           "source", "verification"):
                self.assertEqual(row[column], theirs[column])


if __name__ == "__main__":
    harness.main()
