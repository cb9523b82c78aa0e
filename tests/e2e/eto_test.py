#!/usr/bin/env python3
"""The semiconductor data set as users have it, from files to figures.

Its licence forbids shipping it, so it is read where it lies beside the
project. Without it there is nothing to run: exit status 77, shown as skipped.
"""

import collections
import os
import sys

import harness

ETO = os.path.join(harness.SHARED, "data", "eto")


def published():
    """Input id -> published share of China, scaled where the sum of the
    countries exceeds 100 %."""
    stages = {"S1", "S2", "S3"}
    shares = collections.defaultdict(dict)
    countries = {p["provider_id"] for p in harness.read_csv(
        ETO, "providers.csv") if p["provider_type"] == "country"}
    for row in harness.read_csv(ETO, "provision.csv"):
        if (row["provided_id"] not in stages and row["share_provided"]
                and row["provider_id"] in countries):
            item = shares[row["provided_id"].lower()]
            item[row["provider_name"]] = float(row["share_provided"]) / 100
    result = {}
    for item, by_country in shares.items():
        if "CHN" in by_country:
            total = sum(by_country.values())
            result[item] = by_country["CHN"] / max(1.0, total)
    return result


class Eto(harness.EndToEnd):
    def test_figures(self):
        address = self.serve().address
        harness.client(address, "import", "--format", "eto", ETO)
        rows = harness.client(address, "metrics", "--year", "2025",
                              "--carry-forward=6", "--output", "csv").rows()
        self.assertEqual(len(rows), 126)
        self.assertEqual(
            sum(1 for r in rows if r["has_data"] == "true"), 93)
        located = {r["item_id"]: r["located_share"] for r in rows}
        expected = published()
        self.assertEqual(len(expected), 58)
        for item, share in sorted(expected.items()):
            self.assertLessEqual(abs(float(located[item]) - share), 0.002,
                                 "%s: %s, published %.4f" % (
                                     item, located[item], share))


if __name__ == "__main__":
    if not os.path.isdir(ETO):
        print("no ../shared/data/eto: bring your own copy to run this")
        sys.exit(77)
    harness.main()
