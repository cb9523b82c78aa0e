#!/usr/bin/env python3
"""Every list is a workbook, too: the first sheet holds the table of the CSV,
cell for cell. The demonstration world, with flags, subscriptions, reports and
releases, so that no list is empty by accident."""

import csv
import io
import os
import re
import subprocess
import unittest
import xml.etree.ElementTree as xml
import zipfile

import harness

CATALOGUE = os.path.join(harness.ROOT, "db", "catalogue")
SAMPLE = os.path.join(harness.ROOT, "db", "sample")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ITEM = "cnc-c06"  # of the catalogue, with alerts in the sample
ALLIANCE = """organization_id,name_zh,kind,country,sectors
al-tools,机床联盟,alliance,CHN,cnc-robotics
"""
NEEDS = """need_id,item_id,organization_id,quantity,year
n1,%s,al-tools,5,2027
""" % ITEM
OFFERS = """offer_id,need_id,organization_id,quantity,unit_price_cny
o1,n1,al-tools,3,120000
"""
LISTS = [
    "sector list", "item list", "organization list", "supply list",
    "input list", "demand list", "project list", "milestone list",
    "need list", "offer list",
    "item history " + ITEM, "metrics", "coverage show", "target show", "rank", "chokepoints",
    "alerts list", "alerts history IMPORT_DEPENDENCE " + ITEM,
    "alerts minutes --since 2020-01-01", "rule list",
    "rule history IMPORT_DEPENDENCE", "rule test IMPORT_DEPENDENCE",
    "flag list", "subscription list", "subscription dead", "report list",
    "release list",
]
MAY_BE_EMPTY = {"subscription dead", "rule history IMPORT_DEPENDENCE",
                "rule test IMPORT_DEPENDENCE"}


def text_of(element):
    return "".join(t.text or "" for t in element.iter(MAIN + "t"))


def first_sheet(book):
    """Rows of cells as text; blanks are ''."""
    with zipfile.ZipFile(io.BytesIO(book)) as z:
        shared = []
        if "xl/sharedStrings.xml" in z.namelist():
            shared = [text_of(s) for s in xml.fromstring(
                z.read("xl/sharedStrings.xml")).iter(MAIN + "si")]
        sheet = xml.fromstring(z.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in sheet.iter(MAIN + "row"):
        cells = {}
        for cell in row.iter(MAIN + "c"):
            value = cell.find(MAIN + "v")
            if cell.get("t") == "s":
                text = shared[int(value.text)]
            elif cell.get("t") == "b":
                text = "true" if value.text == "1" else "false"
            elif cell.get("t") == "inlineStr":
                text = text_of(cell)
            else:
                text = "" if value is None else value.text
            column = 0
            for letter in re.match("[A-Z]+", cell.get("r")).group():
                column = column * 26 + ord(letter) - 64
            cells[column - 1] = text or ""
        rows.append([cells.get(k, "") for k in range(max(cells, default=-1)
                                                     + 1)])
    return rows


def same(a, b):
    """Shares have six decimals in CSV, all of them in a workbook."""
    if a == b:
        return True
    try:
        return abs(float(a) - float(b)) <= 5.01e-7
    except ValueError:
        return False


class ListsAsWorkbooks(harness.EndToEnd):
    def book(self, server, words):
        done = subprocess.run(
            [os.path.join(harness.BIN, "qiangji"), *words, "--output", "xlsx",
             "--server", server.address], capture_output=True, timeout=300,
            env=dict(os.environ, HOME="/nonexistent", LANG="C.UTF-8"))
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return first_sheet(done.stdout)

    def test_the_first_sheet_is_the_csv(self):
        server = self.serve()
        for directory in (CATALOGUE, SAMPLE):
            harness.client(server.address, "import", directory)
        alliance = self.write("alliance/organizations.csv", ALLIANCE)
        self.write("alliance/needs.csv", NEEDS)
        self.write("alliance/offers.csv", OFFERS)
        harness.client(server.address, "import", os.path.dirname(alliance))
        for words in (
                ["flag", "create", ITEM, "--severity", "high", "--reason",
                 "缺高精度轴承", "--goal", "assured_share>=0.3", "--due",
                 "2027-12-31", "--alliance", "al-tools"],
                ["subscription", "create", "s1", "--channel", "file",
                 "--address", "alerts.jsonl"],
                ["report", "create", "--id", "r1", "--year", "2025"],
                ["release", "create", "--id", "e1", "--year", "2025"]):
            harness.client(server.address, *words)
        for words in LISTS:
            with self.subTest(list=words):
                table = list(csv.reader(io.StringIO(harness.client(
                    server.address, *words.split(), "--output", "csv").out)))
                book = self.book(server, words.split())
                if words not in MAY_BE_EMPTY:
                    self.assertGreater(len(table), 1)
                # Columns have titles there, names here.
                self.assertEqual(len(book[0]), len(table[0]))
                self.assertTrue(all(book[0]))
                self.assertEqual(len(book), len(table))
                for sheet, line in zip(book[1:], table[1:]):
                    sheet += [""] * (len(line) - len(sheet))
                    wrong = [(a, b) for a, b in zip(sheet, line)
                             if not same(a, b)]
                    self.assertFalse(wrong)


if __name__ == "__main__":
    harness.main()
