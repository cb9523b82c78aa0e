"""The ratios that landed last, and whether a run has lost ground to them.

`landed.json` holds one ratio for every row of the table that has a goal on it.
A ratio that is worse by more than WORSE fails the run (tests/nightly.sh);
QJ_BENCH_LAND=1 writes the run's ratios instead, to be committed with the table
in the README. Rows of other sizes than the landed ones are not compared.
"""

import json
import os
import re

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "landed.json")
WORSE = 1.5


def key_of(row):
    """What was measured against what, without figures of the run."""
    rival = row["rival"].split(":")[0]
    return "%s | %s" % (row["what"], rival) if rival else row["what"]


def ratios_of(rows):
    """{key: (ratio, larger is better)} of the rows with a goal on a ratio."""
    ratios = {}
    for row in rows:
        goal = re.match(r"(>=|<=|<)", row["goal"])
        if goal and row["ratio"]:
            ratios[key_of(row)] = (float(row["ratio"]), goal.group(1) == ">=")
    return ratios


def read():
    if not os.path.exists(PATH):
        return {}
    with open(PATH, encoding="utf-8") as file:
        return json.load(file)


def write(rows):
    landed = read()
    landed.update({key: ratio for key, (ratio, _) in ratios_of(rows).items()})
    with open(PATH, "w", encoding="utf-8") as file:
        json.dump(landed, file, indent=1, sort_keys=True, ensure_ascii=False)
        file.write("\n")


def regressions(rows):
    """A line for every ratio that is worse by more than WORSE."""
    landed = read()
    lines = []
    for key, (ratio, larger) in ratios_of(rows).items():
        before = landed.get(key)
        if before is None:
            continue
        worse = before / ratio if larger else ratio / before
        if worse > WORSE:
            lines.append("%s: %.3g, landed with %.3g: %.1f times worse" % (
                key, ratio, before, worse))
    return lines
