"""A slow, independent evaluator of the sample: METHOD 2.1-2.5, 3.1, 4.1, 4.2.

Reads CSV files of db/catalogue and db/sample and computes for one year what
sample_test.py asserts about the demonstration world. Home is CHN, criteria
and threshold are the defaults.
"""

import collections
import csv
import os

HOME = "CHN"
THETA = 0.5
EPS = 1e-9
PASSING = ("", "first_batch", "series", "promoted")


def read(folder, name):
    with open(os.path.join(folder, name + ".csv"), encoding="utf-8",
              newline="") as f:
        return list(csv.DictReader(f))


class World:
    def __init__(self, catalogue, sample):
        self.items = {r["item_id"]: r for r in
                      read(catalogue, "items") + read(sample, "items")}
        self.organizations = {r["organization_id"]: r
                              for r in read(sample, "organizations")}
        self.supply = collections.defaultdict(list)
        for r in read(sample, "supply"):
            self.supply[r["item_id"], int(r["year"])].append(r)
        self.demand = {(r["item_id"], int(r["year"])): r
                       for r in read(sample, "demand")}
        self.inputs = read(sample, "inputs")
        parents = {r.get("parent_item_id") for r in self.items.values()}
        self.leaves = [i for i, r in self.items.items() if i not in parents
                       and r["category"] in ("component", "material")]

    def controller(self, record):
        organization = self.organizations.get(record["supplier_id"])
        if organization is None:
            return record["origin_country"]
        return organization["controller_country"] or organization["country"]

    def origins(self, item, year):
        """METHOD 2.1: {origin: {(controller, licences, qualification): v}}."""
        flows = collections.defaultdict(lambda: collections.defaultdict(list))
        for r in self.supply.get((item, year), []):
            if r["market"] == "domestic":
                flow = r["origin_country"], r["supplier_id"]
                flows[flow][r["side"]].append(r)
        result = {}
        for origin in {o for o, _ in flows}:
            splits = {}
            for (o, supplier), sides in flows.items():
                if o == origin:
                    splits[supplier] = self.flow_split(sides)
            result[origin] = net(splits.pop("", {}), splits.values())
        return result

    def flow_split(self, sides):
        totals = {s: sum(volume(r) for r in rows)
                  for s, rows in sides.items()}
        size = max(totals.values())
        order = ("seller", "buyer", "third_party")
        lead = min(totals, key=lambda s: (-totals[s], order.index(s)))
        if totals.get("seller", 0) > 0:
            lead = "seller"
        split = collections.Counter()
        for r in sides[lead]:
            key = (self.controller(r), r["licence_countries"],
                   r["qualification"])
            split[key] += volume(r) * (size / totals[lead] if totals[lead]
                                       else 0)
        return split

    def metrics(self, item, year):
        """METHOD 2.2-2.5; None without data."""
        records = self.supply.get((item, year), [])
        domestic = [r for r in records if r["market"] == "domestic"]
        if not domestic:
            return None
        is_share = domestic[0]["share"] != ""
        assert all((r["share"] != "") == is_share
                   and (r["quantity"] != "") != is_share for r in records)
        origins = self.origins(item, year)
        total = sum(sum(s.values()) for s in origins.values())
        declared = self.demand.get((item, year), {})
        unknown = sum(origins.get("ZZZ", {}).values())
        if is_share:
            assert total <= 1 + 1e-6, (item, year, total)
            unknown += max(0.0, 1 - total)
            bought = wanted = 1.0
        else:
            bought = total
            wanted = max(bought, float(declared.get("quantity") or 0))
            both = HOME in origins and set(origins) - {HOME, "ZZZ"}
            if not (both or declared.get("quantity")
                    or declared.get("complete") == "true"):
                return None
        if wanted <= 0:
            return None
        return self.shares(origins, bought, wanted, unknown)

    def shares(self, origins, bought, wanted, unknown):
        home = origins.get(HOME, {})
        assured = sum(v for (c, lic, q), v in home.items()
                      if c == HOME and lic in ("", HOME) and q in PASSING)
        but_quality = sum(v for (c, lic, q), v in home.items()
                          if c == HOME and lic in ("", HOME)
                          and q not in PASSING)
        abroad = {o: sum(s.values()) / bought for o, s in origins.items()
                  if o not in (HOME, "ZZZ")} if bought else {}
        return {"n": sum(home.values()) / wanted, "a": assured / wanted,
                "a_upper": (assured + unknown) / wanted,
                "unqualified": but_quality / wanted, "abroad": abroad,
                "bought_a": assured / bought if bought else 0.0,
                "bought_a_upper": (assured + unknown) / bought
                if bought else 0.0}

    def content(self, year, metrics):
        """METHOD 3.1: {item: (lower, upper)}."""
        own = {i: 1.0 for i in self.items}
        lines = collections.defaultdict(list)
        for r in self.inputs:
            if (int(r["first_year"] or 0) <= year
                    <= int(r["last_year"] or 9999)):
                cost = float(r["cost_share"] or 0)
                own[r["item_id"]] -= cost
                lines[r["item_id"]].append((r["input_item_id"], cost))
        assert min(own.values()) > -EPS
        bounds = []
        for missing, column in ((0.0, "bought_a"), (1.0, "bought_a_upper")):
            a = {i: metrics[i][column] if metrics[i] else missing
                 for i in self.items}
            d = dict.fromkeys(self.items, 0.0)
            for _ in range(200):
                d = {i: a[i] * (own[i] + sum(c * d[j] for j, c in lines[i]))
                     for i in self.items}
            bounds.append(d)
        return {i: (bounds[0][i], bounds[1][i]) for i in self.items}

    def coverage(self, metrics, sector=None):
        scope = [i for i in self.leaves if sector is None
                 or sector in self.items[i]["sectors"].split(";")]
        known = [metrics[i] for i in scope if metrics[i]]
        reached = sum(1 for m in known if m["a"] >= THETA - EPS)
        upper = sum(1 for m in known if m["a_upper"] >= THETA - EPS)
        missing = len(scope) - len(known)
        return {"items": len(scope), "known": len(known),
                "share": reached / len(scope),
                "share_upper": (upper + missing) / len(scope)}


def volume(record):
    return float(record["share"] or record["quantity"])


def net(total, parts):
    """METHOD 2.1: the total's split less its parts, plus the parts."""
    rest = collections.Counter(total)
    result = collections.Counter()
    left = 0.0
    for split in parts:
        for key, v in split.items():
            result[key] += v
            # A record that states no qualification is `series` (2.1).
            same = next((k for k in rest if k[:2] == key[:2] and
                         (k[2] or "series") == (key[2] or "series")), None)
            taken = min(v, rest[same]) if same else 0.0
            if same:
                rest[same] -= taken
            left += v - taken
    remaining = sum(rest.values())
    for key, v in rest.items():
        factor = max(0.0, 1 - left / remaining) if remaining > 0 else 0.0
        result[key] += v * factor
    return result
