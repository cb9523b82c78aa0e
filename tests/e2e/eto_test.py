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


# Inputs of lithography, chip design and metrology, by a word of their name or
# of a class that they belong to.
WATCHED = {
    "lithography": ("lithography", "mask exposure", "direct write",
                    "mask aligner", "resist processing"),
    "EDA": ("electronic design automation",),
    "metrology": ("metrology", "inspection", "process control",
                  "process monitoring", "defect review"),
}
RULES = """[rules]
assessed_year = 2025
carry_forward_years = 6
"""


def country_shares():
    """Input id -> country -> share, scaled where the sum exceeds 100 %."""
    stages = {"S1", "S2", "S3"}
    shares = collections.defaultdict(dict)
    countries = {p["provider_id"] for p in harness.read_csv(
        ETO, "providers.csv") if p["provider_type"] == "country"}
    for row in harness.read_csv(ETO, "provision.csv"):
        if (row["provided_id"] not in stages and row["share_provided"]
                and row["provider_id"] in countries):
            item = shares[row["provided_id"].lower()]
            item[row["provider_name"]] = float(row["share_provided"]) / 100
    return {item: {country: share / max(1.0, sum(by_country.values()))
                   for country, share in by_country.items()}
            for item, by_country in shares.items()}


def published():
    """Input id -> published share of China."""
    return {item: by_country["CHN"]
            for item, by_country in country_shares().items()
            if "CHN" in by_country}


def watched():
    """Input id -> field, of the fields above."""
    classes = collections.defaultdict(set)
    for row in harness.read_csv(ETO, "sequence.csv"):
        if row["is_type_of_id"]:
            classes[row["input_id"]].add(row["is_type_of_name"])
    result = {}
    for row in harness.read_csv(ETO, "inputs.csv"):
        text = " / ".join([row["input_name"],
                           *classes[row["input_id"]]]).lower()
        for field, words in WATCHED.items():
            if any(word in text for word in words):
                result.setdefault(row["input_id"].lower(), field)
    return result


def one_country(by_country):
    """(country, share) of the largest one abroad; ("", 0) where none is."""
    abroad = {c: s for c, s in by_country.items()
              if c != "CHN" and len(c) == 3}
    return max(abroad.items(), key=lambda pair: pair[1], default=("", 0))


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

    def test_what_one_country_dominates_is_flagged(self):
        address = self.serve("--config",
                             self.write("rules.toml", RULES)).address
        harness.client(address, "import", "--format", "eto", ETO)
        alerts = collections.defaultdict(dict)
        for row in harness.client(address, "alerts", "list", "--output",
                                  "csv").rows():
            alerts[row["subject"].partition("/")[2]][row["rule"]] = row
        fields = watched()
        flagged = collections.Counter()
        shares = country_shares()
        for item in sorted(fields):
            country, share = one_country(shares.get(item, {}))
            if share < 0.75:
                continue
            found = alerts[item]
            print("%s %s: %s %.1f %%: %s" % (fields[item], item, country,
                                             100 * share, sorted(found)))
            self.assertIn("SINGLE_FOREIGN_ORIGIN", found, item)
            self.assertIn("IMPORT_DEPENDENCE", found, item)
            self.assertIn(country, found["SINGLE_FOREIGN_ORIGIN"]["summary"])
            if share > 0.955:
                self.assertEqual(found["IMPORT_DEPENDENCE"]["severity"],
                                 "critical", item)
            flagged[fields[item]] += 1
        self.assertGreaterEqual(flagged["lithography"], 5, flagged)
        self.assertGreaterEqual(flagged["metrology"], 3, flagged)
        self.assertEqual(flagged["EDA"], 1, flagged)
        # Data of 2019 are read too, and said so by their year.
        self.assertEqual(fields["n84"], "EDA")


if __name__ == "__main__":
    if not os.path.isdir(ETO):
        print("no ../shared/data/eto: bring your own copy to run this")
        sys.exit(77)
    harness.main()
