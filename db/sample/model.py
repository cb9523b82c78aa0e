"""The world as the generator sees it: items with their curves, and the
hand-written files of world/ that they come from."""

import csv
import hashlib
import math
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
WORLD = os.path.join(HERE, "world")
CATALOGUE = os.path.join(HERE, "..", "catalogue")
SOURCE = "illustrative: db/sample/generate.py"
FIRST_YEAR, LAST_YEAR = 2015, 2025
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
STALE_AFTER = 2021
# How much later (above 0) or earlier than its sector's average a class of
# items gets home-made.
LATE = {
    "bearing": 0.3, "chip": 0.3, "sensor": 0.22, "powersemi": 0.2,
    "semi": 0.22, "display": 0.12, "drive": 0.1, "gear": 0.06, "medical": 0.1,
    "superalloy": 0.05, "hotpart": 0.05, "polymer": 0.02, "motor": -0.1,
    "energy": -0.1, "battery": -0.12, "steel": -0.2, "nonferrous": -0.22,
    "structure": -0.25, "switchgear": -0.05, "hydraulic": 0.0,
    "rareearth": -0.45, "ceramic": 0.0, "fibre": 0.0, "biomaterial": 0.0,
    "passive": 0.0,
}


def unit_hash(*key):
    """A number in [0, 1) that depends on nothing but `key`."""
    text = "qiangji sample 1|" + "|".join(str(k) for k in key)
    digest = hashlib.sha256(text.encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def logit(p):
    return math.log(p / (1 - p))


def logistic(x):
    return 1 / (1 + math.exp(-x))


def read(name, folder=WORLD):
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def parse_weights(text):
    """"JPN:4;DEU:3" -> [("JPN", 4.0), ("DEU", 3.0)]."""
    pairs = [part.split(":") for part in text.split(";") if part]
    return [(code, float(weight)) for code, weight in pairs]


def three_digits(x):
    """Rounded to three significant digits, a whole number."""
    if x < 100:
        return int(round(x))
    step = 10 ** (int(math.floor(math.log10(x))) - 2)
    return int(round(x / step)) * step


class Item:
    """One item with what the world knows of it."""

    def __init__(self, row, sectors):
        self.id = row["item_id"]
        self.row = row
        self.category = row["category"]
        self.sectors = row["sectors"].split(";")
        self.sector = sectors[self.sectors[0]]
        self.sample = self.id.startswith("smp-")
        self.mode = ""
        self.pinned = None  # shares of 2015 and 2025
        self.measure = "quantity"
        self.origins = parse_weights(self.sector["origins"])
        self.cls = ""
        self.growth = 0.03 + 0.09 * unit_hash(self.id, "growth")
        self.slope = 0.2 + 0.16 * unit_hash(self.id, "slope")
        self.crossing = None  # year in which the share reaches one half
        if self.sample:
            self.price = float(row["price_cny"])
            self.market = float(row["market_bn"]) * 1e9
            self.measure = row["measure"]
            self.origins = parse_weights(row["origins"])
            self.pinned = (float(row["share_2015"]), float(row["share_2025"]))

    @property
    def traded(self):
        return self.category in ("component", "material", "equipment",
                                 "software")

    @property
    def headline(self):
        return self.category in ("component", "material")

    def market_in(self, year):
        return self.market * (1 + self.growth) ** (year - LAST_YEAR)

    def price_in(self, year):
        return self.price * (1 + 0.012 * (LAST_YEAR - year))

    def share_in(self, year):
        """Located share of the year."""
        if self.mode == "declining" and year == LAST_YEAR:
            return max(0.0, self.share_in(year - 1) - 0.13)
        if self.pinned:
            low, high = (min(max(s, 0.002), 0.995) for s in self.pinned)
            t = (year - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR)
            x = logit(low) + t * (logit(high) - logit(low))
        else:
            x = self.slope * (year - self.crossing)
        share = logistic(x) + 0.016 * (unit_hash(self.id, year) - 0.5)
        return 0.0 if share < 0.01 else min(share, 1.0)


def classify(item, classes):
    for c in classes:
        if c["category"] == item.category and re.search(
                c["pattern"], item.row["name_zh"]):
            return c
    return None


def load_items():
    sectors = {s["sector_id"]: s for s in read("sectors.csv")}
    classes = read("classes.csv")
    items = [Item(row, sectors) for row in
             read("items.csv", CATALOGUE) + read("items.csv")]
    for item in items:
        found = classify(item, classes)
        if item.sample or found is None:
            continue
        item.cls = found["class"]
        low, high = (math.log(float(found[k])) for k in
                     ("price_low", "price_high"))
        item.price = math.exp(low + (high - low) * unit_hash(item.id, "price"))
        item.market = 4e8 * math.exp(3.6 * unit_hash(item.id, "market"))
        item.origins = parse_weights(found["origins"])
        if unit_hash(item.id, "measure") < 0.18:
            item.measure = "share"
    by_id = {item.id: item for item in items}
    for s in read("story.csv"):
        item = by_id[s["item_id"]]
        item.pinned = (float(s["share_2015"]), float(s["share_2025"]))
        item.mode = s["mode"]
        item.origins = parse_weights(s["origins"])
    for m in read("figures_mapping.csv"):
        if m["item_id"] != "none":
            by_id[m["item_id"]].measure = "share"
    return items, by_id, sectors


def place_crossings(items, sectors):
    """Gives the items without a story the year in which they reach one half,
    so that each sector's share of such items follows its curve."""
    for sector_id, sector in sectors.items():
        own = [i for i in items if i.headline and not i.sample
               and i.sectors[0] == sector_id]
        free = [i for i in own if i.pinned is None]
        if not free:
            continue
        rates = []
        for column, index in (("known_2015", 0), ("known_2025", 1)):
            pinned = sum(1 for i in own if i.pinned and i.pinned[index] >= 0.5)
            rate = (float(sector[column]) * len(own) - pinned) / len(free)
            rates.append(logit(min(max(rate, 0.03), 0.985)))
        slope = (rates[1] - rates[0]) / (LAST_YEAR - FIRST_YEAR)
        free.sort(key=lambda i: (unit_hash(i.id, "rank") + LATE[i.cls], i.id))
        for rank, item in enumerate(free):
            u = (rank + 0.5) / len(free)
            item.crossing = FIRST_YEAR + (logit(u) - rates[0]) / slope
