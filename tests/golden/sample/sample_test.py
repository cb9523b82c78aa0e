#!/usr/bin/env python3
"""The demonstration world: the generator gives the checked-in bytes, every
record says what it is, and the world tells the story that its README tells."""

import filecmp
import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
CATALOGUE = os.path.join(ROOT, "db", "catalogue")
SAMPLE = os.path.join(ROOT, "db", "sample")
sys.path.insert(0, HERE)

from evaluate import THETA, World, read

TABLES = ("items", "organizations", "supply", "inputs", "demand",
          "milestones", "projects")
TEN = ("next-gen-it", "cnc-robotics", "aerospace", "marine", "rail", "nev",
       "power", "agri-machinery", "new-materials", "biomedical")
YEARS = range(2015, 2026)


class Generator(unittest.TestCase):
    def test_gives_the_checked_in_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [sys.executable, os.path.join(SAMPLE, "generate.py"), folder],
                check=True)
            for table in TABLES:
                name = table + ".csv"
                self.assertTrue(
                    filecmp.cmp(os.path.join(folder, name),
                                os.path.join(SAMPLE, name), shallow=False),
                    name + " differs: run python3 db/sample/generate.py")


class Provenance(unittest.TestCase):
    def test_every_record_is_illustrative_or_names_its_source(self):
        counts = {}
        for r in read(SAMPLE, "supply") + read(SAMPLE, "demand"):
            counts[r["evidence"]] = counts.get(r["evidence"], 0) + 1
            if r["evidence"] == "illustrative":
                self.assertEqual(r["source"],
                                 "illustrative: db/sample/generate.py")
            else:
                self.assertRegex(r["source"], r"^https?://.*comparator .* "
                                 r"(media|blog|industry analyst) grade")
        self.assertEqual(set(counts), {"illustrative", "published",
                                       "estimated"})

    def test_figures_are_mapped_or_left_out_with_a_reason(self):
        world = os.path.join(SAMPLE, "world")
        figures = {f["figure"]: f for f in read(world, "figures")}
        mapping = read(world, "figures_mapping")
        self.assertEqual(len(figures), 36)
        self.assertEqual({m["figure"] for m in mapping}, set(figures))
        mapped = [m for m in mapping if m["item_id"] != "none"]
        self.assertEqual(len(mapped), 22)
        for m in mapping:
            if m["item_id"] == "none":
                self.assertTrue(m["reason"], m)
        supply = {}
        for r in read(SAMPLE, "supply"):
            supply.setdefault((r["item_id"], r["year"]), []).append(r)
        for m in mapped:
            f = figures[m["figure"]]
            rows = supply[m["item_id"], f["year"]]
            self.assertAlmostEqual(sum(float(r["share"]) for r in rows), 1)
            home = sum(float(r["share"]) for r in rows
                       if r["origin_country"] == "CHN")
            want = (float(f["share_domestic"]) if f["share_domestic"]
                    else 100 - float(f["share_import"]))
            self.assertAlmostEqual(home, want / 100)
            grade = "published" if f["comparator"] == "=" else "estimated"
            for r in rows:
                self.assertEqual(r["evidence"], grade, r)
                self.assertTrue(r["source"].startswith(f["source"]), r)

    def test_suppliers_are_fictional(self):
        for r in read(SAMPLE, "organizations"):
            self.assertTrue(r["organization_id"].startswith("demo-"), r)
            self.assertIn("虚构", r["name_zh"])
            self.assertEqual(r["tags"], "illustrative")


class Rows(unittest.TestCase):
    def test_keys_are_unique_and_references_hold(self):
        items = {r["item_id"] for r in
                 read(CATALOGUE, "items") + read(SAMPLE, "items")}
        organizations = {r["organization_id"]
                         for r in read(SAMPLE, "organizations")}
        keys = {
            "supply": ("item_id", "year", "market", "origin_country",
                       "supplier_id", "licence_countries", "qualification",
                       "reporter_id", "side"),
            "inputs": ("item_id", "input_item_id"),
            "demand": ("item_id", "year"),
            "milestones": ("item_id", "stage", "organization_id"),
            "projects": ("project_id",), "items": ("item_id",),
            "organizations": ("organization_id",)}
        for table, columns in keys.items():
            rows = read(SAMPLE, table)
            found = {tuple(r[c] for c in columns) for r in rows}
            self.assertEqual(len(found), len(rows), table)
            for r in rows:
                for c in ("item_id", "input_item_id", "parent_item_id"):
                    if r.get(c):
                        self.assertIn(r[c], items, r)
                for c in ("supplier_id", "reporter_id", "organization_id",
                          "parent_organization_id"):
                    if r.get(c):
                        self.assertIn(r[c], organizations, r)

    def test_ids_are_ids(self):
        for table in TABLES:
            for r in read(SAMPLE, table):
                for column, cell in r.items():
                    if column.endswith("_id") and cell:
                        self.assertTrue(
                            re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", cell),
                            (table, column, cell))


class Story(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(CATALOGUE, SAMPLE)
        cls.metrics = {y: {i: cls.world.metrics(i, y) for i in cls.world.items}
                       for y in YEARS}
        cls.now = cls.metrics[2025]
        cls.content = cls.world.content(2025, cls.now)

    def coverage(self, year, sector=None):
        return self.world.coverage(self.metrics[year], sector)

    def test_headline_rises_and_ends_between_the_bounds_of_its_target(self):
        shares = [self.coverage(y)["share"] for y in YEARS]
        self.assertEqual(shares, sorted(shares))
        self.assertTrue(0.14 < shares[0] < 0.22, shares[0])
        self.assertTrue(0.30 < shares[4] < 0.36, shares[4])
        self.assertLess(shares[5], 0.40)
        last = self.coverage(2025)
        self.assertTrue(0.55 < last["share"] < 0.66, last)
        self.assertGreater(last["share_upper"], 0.70)
        self.assertTrue(0.85 < last["known"] / last["items"] < 0.90, last)

    def test_rail_and_power_are_ahead_of_information_technology(self):
        bars = {s: self.coverage(2025, s)["share"] for s in TEN}
        self.assertEqual(max(bars, key=bars.get), "rail")
        self.assertEqual(min(bars, key=bars.get), "next-gen-it")
        self.assertGreater(bars["power"], bars["next-gen-it"] + 0.2)

    def test_reducers_bearings_and_chips_come_from_abroad(self):
        for item in ("cnc-c06", "cnc-c08", "rail-c01", "smp-bearing",
                     "aero-c07", "it-c06", "it-c08", "smp-mcu"):
            self.assertGreater(sum(self.now[item]["abroad"].values()), 0.5,
                               item)
        self.assertGreater(max(self.now["cnc-c06"]["abroad"].values()), 0.75)

    def test_the_robot_looks_home_made_and_is_not(self):
        self.assertGreater(self.now["smp-robot"]["n"], 0.7)
        self.assertGreater(self.now["smp-robot"]["a"], THETA)
        self.assertLess(self.content["smp-robot"][1], 0.4)

    def test_products_of_every_sector_reach_down_three_tiers(self):
        lines = {}
        for r in self.world.inputs:
            lines.setdefault(r["item_id"], set()).add(r["input_item_id"])
        products = [r for r in self.world.items.values()
                    if r["category"] == "equipment" and r["item_id"] in lines]
        self.assertGreaterEqual(len(products), 15)
        for sector in TEN:
            self.assertTrue(any(sector in r["sectors"].split(";")
                                for r in products), sector)
        for r in products:
            tier = {r["item_id"]}
            for _ in range(3):
                tier = set().union(*(lines.get(i, set()) for i in tier))
            self.assertTrue(tier, r["item_id"])
        self.assertTrue(950 <= len(self.world.inputs) <= 1250,
                        len(self.world.inputs))

    def test_machine_tool_bearing_and_steel_need_each_other(self):
        lines = {}
        for r in self.world.inputs:
            lines.setdefault(r["item_id"], set()).add(r["input_item_id"])
        ring = ("smp-grinder", "cnc-c05", "cnc-m04", "smp-bearing",
                "smp-grinder")
        for item, needed in zip(ring, ring[1:]):
            self.assertIn(needed, lines[item])

    def test_every_kind_of_finding_has_a_case(self):
        now = {i: m for i, m in self.now.items() if m}
        findings = {
            "foreign control": [i for i, m in now.items() if m["n"] >= THETA
                                and m["a"] + m["unqualified"] < THETA],
            "not qualified": [i for i, m in now.items() if m["n"] >= THETA
                              > m["a"] and m["a"] + m["unqualified"]
                              >= THETA],
            "hidden": [i for i, m in now.items() if m["a"] >= THETA
                       > self.content[i][1]],
            "declining": [i for i, m in now.items() if self.metrics[2024][i]
                          and self.metrics[2024][i]["a"] - m["a"] >= 0.1],
            "stale": [i for i in self.now if self.metrics[2021][i]
                      and not any(self.metrics[y][i]
                                  for y in (2022, 2023, 2024, 2025))
                      and i not in self.world.leaves],
            "one-sided": [i for i, m in self.now.items() if m is None
                          and self.world.supply.get((i, 2025))],
        }
        for name, found in findings.items():
            self.assertTrue(1 <= len(found) <= 30, (name, found))

    def test_fewer_than_eighty_processes_are_promoted(self):
        processes = {i for i, r in self.world.items.items()
                     if r["category"] == "process"}
        promoted = {r["item_id"] for r in read(SAMPLE, "milestones")
                    if r["stage"] == "promoted"} & processes
        self.assertEqual(len(processes), 66)
        self.assertTrue(30 < len(promoted) < 66, len(promoted))


if __name__ == "__main__":
    unittest.main()
