#!/usr/bin/env python3
"""The demonstration world: writes the CSV files beside this script.

    python3 db/sample/generate.py [OUTPUT_DIR]

Everything comes from world/*.csv (written by hand) and from hash(), so that
a run always gives the same bytes and one item's figures do not move when
another is added. Nothing here is measured: every record says `illustrative`,
but for those of world/figures.csv, which are published figures with their
sources, mapped to items by world/figures_mapping.csv. Columns: docs/FORMATS.
"""

import csv
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from model import (FIRST_YEAR, HERE, LAST_YEAR, SOURCE, STALE_AFTER, YEARS,
                   load_items, parse_weights, place_crossings, read,
                   three_digits, unit_hash)

MAKERS = 12  # home makers a sector


# ---- organizations ---------------------------------------------------------

def maker_id(code, n):
    return "demo-%s-%02d" % (code, n)


def organizations(sectors, countries):
    rows = []

    def add(oid, zh, en, kind, country, controller, parent, sector):
        rows.append({
            "organization_id": oid, "name_zh": zh, "name_en": en,
            "kind": kind, "country": country,
            "controller_country": controller,
            "parent_organization_id": parent, "sectors": sector,
            "tags": "illustrative"})

    for n in range(1, 6):
        add("demo-group-%d" % n, "示范集团%d（虚构）" % n,
            "Demo group %d (fictional)" % n, "enterprise", "CHN", "CHN", "", "")
    for sector_id, sector in sectors.items():
        code = sector["code"]
        upper = code.upper()
        for n in range(1, MAKERS + 1):
            group = int(unit_hash(code, n, "group") * 18) + 1
            add(maker_id(code, n), "示范企业%s%02d（虚构）" % (upper, n),
                "Demo maker %s%02d (fictional)" % (upper, n), "enterprise",
                "CHN", "CHN",
                "demo-group-%d" % group if group <= 5 else "", sector_id)
        owners = [c for c, _ in parse_weights(sector["origins"])[:2]]
        for n, owner in enumerate(owners, 1):
            add("demo-%s-f%d" % (code, n),
                "示范外资在华厂%s-%s（虚构）" % (upper, owner),
                "Demo foreign-owned plant %s-%s (fictional)" % (upper, owner),
                "enterprise", "CHN", owner, "", sector_id)
        for n in (1, 2):
            add("demo-%s-u%d" % (code, n), "示范用户企业%s%d（虚构）" % (upper, n),
                "Demo user %s%d (fictional)" % (upper, n), "enterprise", "CHN",
                "CHN", "", sector_id)
        add("demo-%s-i1" % code, "示范研究院%s（虚构）" % upper,
            "Demo institute %s (fictional)" % upper, "institute", "CHN", "CHN",
            "", sector_id)
    for country in sorted(countries):
        for n in (1, 2, 3):
            add("demo-x-%s-%d" % (country.lower(), n),
                "示范境外企业%s-%d（虚构）" % (country, n),
                "Demo maker abroad %s-%d (fictional)" % (country, n),
                "enterprise", country, country, "", "")
    return rows


def makers_of(item):
    """The item's home makers and their weights, largest first."""
    u = unit_hash(item.id, "makers")
    count = 1 if u < 0.05 else 2 if u < 0.4 else 3
    if item.mode == "sole-supplier":
        count = 1
    start = int(unit_hash(item.id, "first maker") * MAKERS)
    ids = [maker_id(item.sector["code"], (start + 5 * n) % MAKERS + 1)
           for n in range(count)]
    return list(zip(ids, (1.0, 0.62, 0.35)))


# ---- supply ----------------------------------------------------------------

def reports_in(item, year):
    """Whether anybody reported the item in the year, and both sides."""
    if item.mode == "stale":
        return year <= STALE_AFTER, True
    if item.pinned:
        return True, True
    u = unit_hash(item.id, "response")
    if u < 0.08:
        return False, False
    start = FIRST_YEAR
    if unit_hash(item.id, "start") < 0.25:
        start = 2016 + int(unit_hash(item.id, "start year") * 6)
    gap = unit_hash(item.id, year, "gap") < 0.02
    late = year == LAST_YEAR and unit_hash(item.id, "late") < 0.03
    return year >= start and not gap and not late, u >= 0.14


def split_home(item, volume):
    """Home volume as (supplier, fraction, qualification, licences)."""
    code = item.sector["code"]
    parts = []
    clean = 1.0
    foreign = 0.0
    if item.mode == "foreign-plant":
        foreign = 0.68
    elif not item.mode and unit_hash(item.id, "plant") < 0.14:
        foreign = 0.16
    if foreign:
        plant = "demo-%s-f%d" % (
            code, 1 + int(2 * unit_hash(item.id, "which plant")))
        parts.append((plant, foreign, "series", ""))
        clean -= foreign
    makers = makers_of(item)
    if item.mode == "not-qualified":
        parts.append((makers[-1][0], 0.62, "prototype", ""))
        clean -= 0.62
    if item.mode == "licensed":
        parts.append((makers[-1][0], 0.66, "series", "USA"))
        clean -= 0.66
    total = sum(w for _, w in makers)
    parts += [(oid, clean * w / total, "series", "") for oid, w in makers]
    return [(oid, f * volume, q, lic) for oid, f, q, lic in parts]


def split_abroad(item, year, volume):
    """Volume from abroad by origin, in the order of the origins."""
    weights = [(code, w * (0.85 + 0.3 * unit_hash(item.id, code, year)))
               for code, w in item.origins]
    u = unit_hash(item.id, "remainder")
    if u < 0.16 and item.mode != "single-origin":
        weights.append(("XXF", 0.08 * sum(w for _, w in weights)))
    total = sum(w for _, w in weights)
    return [(code, volume * w / total) for code, w in weights]


class Writer:
    """Collects the supply records of one item and year."""

    def __init__(self, item, year):
        self.item, self.year = item, year
        self.rows = []
        self.is_share = item.measure == "share"
        self.scale = 1.0 if self.is_share else (
            item.market_in(year) / item.price_in(year))

    def add(self, origin, volume, discount, supplier="", qualification="",
            licences="", reporter="", side="", market="domestic"):
        size = round(volume, 4) if self.is_share else three_digits(
            volume * self.scale)
        base = self.item.market_in(self.year) if self.is_share else (
            self.item.price_in(self.year))
        self.rows.append({
            "item_id": self.item.id, "year": self.year, "market": market,
            "origin_country": origin, "supplier_id": supplier,
            "qualification": qualification, "licence_countries": licences,
            "reporter_id": reporter, "side": side,
            "share" if self.is_share else "quantity": size,
            "value_cny": three_digits(size * base * discount),
            "source": SOURCE, "evidence": "illustrative",
            "visibility": "public"})
        return size


HOME_PRICE, ABROAD_PRICE = 0.93, 1.08


def add_home(w, item, home):
    """Home records in one of four ways of reporting; their volume."""
    parts = split_home(item, home)
    style = unit_hash(item.id, "style")
    plain = not item.mode or item.mode in ("single-origin", "declining",
                                           "stale")
    if plain and style < 0.36 and len(parts) < 4:
        # One total from statistics, a foreign-owned plant as its part.
        size = w.add("CHN", home, HOME_PRICE, side="third_party")
        for oid, volume, q, lic in parts:
            if "-f" in oid:
                w.add("CHN", volume, HOME_PRICE, oid, q, lic, oid, "seller")
        return size
    total = None
    if plain and style < 0.52:
        # A total, and the largest makers as parts of it.
        total = w.add("CHN", home, HOME_PRICE, side="third_party")
        parts = parts[:max(1, len(parts) - 1)]
    named = 0
    for n, (oid, volume, q, lic) in enumerate(parts):
        named += w.add("CHN", volume, HOME_PRICE, oid, q, lic, oid, "seller")
        if plain and style > 0.9 and n == 0 and volume > 0.05:
            # Two users report the same flow from their side.
            for user, part in ((1, 0.58), (2, 0.38)):
                w.add("CHN", volume * part, HOME_PRICE, oid, q, lic,
                      "demo-%s-u%d" % (item.sector["code"], user), "buyer")
    return named if total is None else total


def add_abroad(w, item, year, volume, limit):
    """Records from abroad. Shares end at `limit` in spite of rounding."""
    named = unit_hash(item.id, "named abroad") < 0.3
    parts = split_abroad(item, year, volume)
    for n, (code, part) in enumerate(parts):
        supplier = ""
        if named and n == 0 and code != "XXF":
            supplier = "demo-x-%s-%d" % (
                code.lower(), 1 + int(3 * unit_hash(item.id, "abroad")))
        if w.is_share:
            part = max(0.0, limit if n == len(parts) - 1 else min(part, limit))
        limit -= w.add(code, part, ABROAD_PRICE, supplier,
                       "series" if supplier else "",
                       "USA" if item.id == "smp-lithography" else "",
                       "", "third_party")


def supply_of(item, year, demand):
    reported, both_sides = reports_in(item, year)
    if not reported:
        return []
    w = Writer(item, year)
    share = item.share_in(year)
    unknown = 0.05 if unit_hash(item.id, "unknown") < 0.05 else 0.0
    home, abroad = share * (1 - unknown), (1 - share) * (1 - unknown)
    size = add_home(w, item, home)
    home_only = (share > 0.965 and not w.is_share
                 and unit_hash(item.id, "complete") < 0.4)
    if home_only:
        # Nothing came from abroad, and the year says so.
        demand.append({"item_id": item.id, "year": year, "complete": "true",
                       "evidence": "illustrative", "source": SOURCE})
    elif both_sides or w.is_share:
        add_abroad(w, item, year, abroad, 1 - unknown - size)
        if unknown and not w.is_share:
            w.add("ZZZ", unknown, 1.0, side="third_party")
    if item.share_in(year) > 0.75 and unit_hash(item.id, "export") < 0.5:
        out = share * (0.06 + 0.2 * unit_hash(item.id, "export rate"))
        w.add("CHN", out, HOME_PRICE, side="third_party", market="export")
    if both_sides and not home_only:
        add_demand(w, item, year, demand)
    return w.rows


def add_demand(w, item, year, demand):
    """Some items have more demand than was supplied."""
    if (w.is_share or year < 2018 or item.mode
            or unit_hash(item.id, "demand") >= 0.09):
        return
    wanted = three_digits(w.scale * (1.08 + 0.09 * unit_hash(item.id, year)))
    demand.append({
        "item_id": item.id, "year": year, "quantity": wanted,
        "value_cny": three_digits(wanted * item.price_in(year)),
        "stock_days": 20 + int(70 * unit_hash(item.id, "stock")),
        "evidence": "illustrative", "source": SOURCE})


# ---- published figures -----------------------------------------------------

def published():
    """(item, year) -> records of world/figures.csv, by the mapping."""
    figures = {f["figure"]: f for f in read("figures.csv")}
    result = {}
    for m in read("figures_mapping.csv"):
        if m["item_id"] == "none":
            continue
        f = figures[m["figure"]]
        if f["share_domestic"]:
            home = float(f["share_domestic"]) / 100
        else:
            home = 1 - float(f["share_import"]) / 100
        home = round(home, 4)
        exact = f["comparator"] == "="
        source = "%s; %s %s; comparator %s; %s grade" % (
            f["source"], f["measure"],
            "domestic %s %%" % f["share_domestic"] if f["share_domestic"]
            else "import %s %%" % f["share_import"],
            f["comparator"], f["source_grade"])
        if f["note"]:
            source += "; " + f["note"]
        shares = [("CHN", home)] + [
            (code, part) for code, part in parse_weights(m["origins"])]
        rest = round(1 - sum(part for _, part in shares), 4)
        if rest > 0:
            shares.append(("XXF", rest))
        key = (m["item_id"], int(f["year"]))
        assert key not in result, key
        result[key] = [{
            "item_id": key[0], "year": key[1], "market": "domestic",
            "origin_country": code, "side": "third_party", "share": part,
            "source": source,
            "evidence": "published" if exact else "estimated",
            "visibility": "public"} for code, part in shares]
    return result


# ---- inputs ----------------------------------------------------------------

def inputs(items, by_id):
    rows = [dict(r, visibility="public") for r in read("bom.csv")]
    listed = {r["item_id"] for r in rows}
    recipes = read("recipes.csv")
    for item in items:
        if not item.headline or item.id in listed:
            continue
        for r in recipes:
            j = r["input_item_id"]
            keep = r["essentiality"] == "1" or unit_hash(
                item.id, j, "keep") < 0.62
            if r["class"] != item.cls or j == item.id or not keep:
                continue
            cost = float(r["cost_share"]) * (
                0.75 + 0.5 * unit_hash(item.id, j, "cost"))
            rows.append({
                "item_id": item.id, "input_item_id": j,
                "cost_share": round(cost, 3),
                "essentiality": r["essentiality"], "visibility": "public"})
    sums = {}
    for r in rows:
        assert r["item_id"] in by_id and r["input_item_id"] in by_id, r
        sums[r["item_id"]] = sums.get(r["item_id"], 0) + float(r["cost_share"])
    assert max(sums.values()) < 0.9, max(sums, key=sums.get)
    return rows


# ---- milestones and projects -----------------------------------------------

def first_year_with(item, share):
    for year in YEARS:
        if item.share_in(year) >= share:
            return year
    return None


def milestones(items, sectors, projects):
    rows = {}
    written = {}
    for r in read("stages.csv"):
        written.setdefault(r["item_id"], []).append(r)

    def add(item, stage, year, oid):
        if item.id in written:
            return
        put(item, stage, year, oid)

    def put(item, stage, year, oid):
        month = 1 + int(12 * unit_hash(item.id, stage, "month"))
        rows.setdefault((item.id, stage, oid), {
            "item_id": item.id, "stage": stage,
            "date": "%d-%02d-%02d" % (year, month, 15),
            "organization_id": oid, "document": SOURCE})

    for sector_id, sector in sectors.items():
        own = sorted((i for i in items if i.category == "process"
                      and i.sectors[0] == sector_id),
                     key=lambda i: unit_hash(i.id, "rank"))
        promoted = int(float(sector["known_2025"]) * len(own))
        for rank, item in enumerate(own):
            oid = makers_of(item)[0][0]
            if rank < promoted:
                year = 2014 + int(11.99 * (rank + 0.5) / promoted)
                add(item, "series", year - 2, oid)
                add(item, "promoted", year, oid)
            elif rank == promoted and unit_hash(item.id, "stalled") < 0.5:
                add(item, "first_batch", 2021, oid)
            else:
                add(item, "series", 2023, oid)
    for item in items:
        if item.category == "foundation":
            if unit_hash(item.id, "home body") < 0.7:
                add(item, "series", 2012 + int(13 * unit_hash(item.id, "y")),
                    "demo-%s-i1" % item.sector["code"])
        elif item.headline and unit_hash(item.id, "milestone") < 0.36:
            add_stages(item, add)
    for item, year, late in projects:
        if year <= LAST_YEAR and not late:
            add(item, "first_batch", year, makers_of(item)[0][0])
            if year + 1 <= LAST_YEAR and unit_hash(item.id, "stalled") < 0.7:
                add(item, "series", year + 1, makers_of(item)[0][0])
    for item in items:
        for r in written.get(item.id, []):
            oid = ("demo-%s-i1" % item.sector["code"]
                   if item.category == "foundation" else makers_of(item)[0][0])
            put(item, r["stage"], int(r["year"]), oid)
    return [rows[key] for key in sorted(rows)]


def add_stages(item, add):
    oid = makers_of(item)[0][0]
    first = first_year_with(item, 0.04)
    series = first_year_with(item, 0.12)
    promoted = first_year_with(item, 0.5)
    if first is None or series is None:
        # Not yet in series: most still move, some have stood for years.
        stalled = unit_hash(item.id, "stalled") < 0.4
        add(item, "prototype", 2019 if stalled else 2024, oid)
        return
    add(item, "first_batch", first - 1, oid)
    add(item, "series", series, oid)
    if promoted is not None:
        add(item, "promoted", promoted, oid)


def choose_projects(items):
    """(item, completion year, late) of the items that projects serve."""
    chosen = []
    for item in items:
        if not item.headline or item.share_in(LAST_YEAR) >= 0.62:
            continue
        if unit_hash(item.id, "milestone") < 0.36 or not reports_in(
                item, LAST_YEAR)[0]:
            continue
        u = unit_hash(item.id, "project")
        if u < 0.2:
            chosen.append((item, 2019 + int(6 * u / 0.2), False))
        elif u < 0.26:
            chosen.append((item, 2022 + int(3 * (u - 0.2) / 0.06), True))
        elif u < 0.58:
            chosen.append((item, 2026 + int(4 * (u - 0.26) / 0.32), False))
    return chosen


def project_rows(projects):
    rows = []
    for item, year, _ in projects:
        part = 0.06 + 0.3 * unit_hash(item.id, "added")
        row = {
            "project_id": "demo-p-" + item.id, "item_id": item.id,
            "organization_id": makers_of(item)[0][0],
            "title": "示范项目：%s国产化（虚构）" % item.row["name_zh"],
            "completion_year": year,
            "probability": round(
                0.45 + 0.45 * unit_hash(item.id, "probability"), 2),
            "cost_cny": three_digits(
                item.market * part * (0.6 + unit_hash(item.id, "cost"))),
            "visibility": "public"}
        if item.measure == "share":
            row["added_share"] = round(part, 3)
        else:
            row["added_quantity"] = max(1, three_digits(
                part * item.market / item.price))
        rows.append(row)
    return rows


# ---- output ----------------------------------------------------------------

COLUMNS = {
    "items": "item_id,name_zh,name_en,category,sectors,unit,parent_item_id",
    "organizations": "organization_id,name_zh,name_en,kind,country,"
                     "controller_country,parent_organization_id,sectors,tags",
    "supply": "item_id,year,market,origin_country,supplier_id,"
              "licence_countries,qualification,reporter_id,side,quantity,"
              "share,value_cny,source,evidence,visibility",
    "inputs": "item_id,input_item_id,cost_share,essentiality,"
              "substitution_group,first_year,last_year,visibility",
    "demand": "item_id,year,quantity,value_cny,complete,stock_days,evidence,"
              "source",
    "milestones": "item_id,stage,date,organization_id,document",
    "projects": "project_id,item_id,organization_id,title,completion_year,"
                "added_quantity,added_share,probability,cost_cny,visibility",
}


def write(folder, name, rows):
    columns = COLUMNS[name].split(",")
    path = os.path.join(folder, name + ".csv")
    with open(path, "w", encoding="utf-8", newline="") as f:
        writer = csv.DictWriter(f, columns, restval="", lineterminator="\n",
                                extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else HERE
    items, by_id, sectors = load_items()
    place_crossings(items, sectors)
    figures = published()
    supply, demand, countries = [], [], set()
    for item in sorted(items, key=lambda i: i.id):
        countries.update(code for code, _ in item.origins)
        if not item.traded:
            continue
        for year in YEARS:
            if (item.id, year) in figures:
                # The figures state no money; the market's size is made up.
                supply += figures[item.id, year]
                demand.append({
                    "item_id": item.id, "year": year,
                    "value_cny": three_digits(item.market_in(year)),
                    "evidence": "illustrative", "source": SOURCE})
            else:
                supply += supply_of(item, year, demand)
    projects = choose_projects(items)
    write(folder, "items", [i.row for i in items if i.sample])
    write(folder, "organizations", organizations(sectors, countries))
    write(folder, "supply", supply)
    write(folder, "inputs", inputs(items, by_id))
    write(folder, "demand", demand)
    write(folder, "milestones", milestones(items, sectors, projects))
    write(folder, "projects", project_rows(projects))


if __name__ == "__main__":
    main()
