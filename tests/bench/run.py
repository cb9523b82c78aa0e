#!/usr/bin/env python3
"""Runs the benchmarks of one build and prints what came out.

    run.py BUILD_DIRECTORY [DATA_DIRECTORY]

Ours and the rival run in the same minutes on the same machine; a figure is
the median of its repetitions. A goal that is missed is printed as missed.
Content is timed by the processor seconds of one thread, ours and the rivals'.
The status is 1 where a ratio lost ground to what landed last (landed.py).
"""

import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import alerts_rows
import landed

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
RECORDS = int(os.environ.get("QJ_BENCH_RECORDS", "1000000"))
REPEATS = int(os.environ.get("QJ_BENCH_REPEATS", "3"))

# The rival of the import: FORMATS' columns, the same ten-column key as text.
RIVAL_SQL = """\
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
CREATE TABLE supply (
  item_id TEXT NOT NULL, year INTEGER NOT NULL, market TEXT NOT NULL,
  origin_country TEXT NOT NULL, supplier_id TEXT NOT NULL,
  controller_country TEXT NOT NULL, licence_countries TEXT NOT NULL,
  qualification TEXT NOT NULL, reporter_id TEXT NOT NULL, side TEXT NOT NULL,
  quantity REAL, share REAL, value_cny REAL, source TEXT, evidence TEXT,
  visibility TEXT,
  PRIMARY KEY (item_id, year, market, origin_country, supplier_id,
    controller_country, licence_countries, qualification, reporter_id, side)
) WITHOUT ROWID;
.import --csv --skip 1 "%s" supply
SELECT count(*) FROM supply;
"""
# The same rows in the order of that key.
SORTED_SQL = """\
.mode csv
.headers on
.once "%s"
SELECT * FROM supply;
"""


def say(text):
    print(text, file=sys.stderr, flush=True)


class Server:
    """One qiangjid on a data directory."""

    def __init__(self, build, data):
        self.ready = data + ".ready"
        if os.path.exists(self.ready):
            os.remove(self.ready)
        with open(data + ".log", "ab") as log:
            self.process = subprocess.Popen(
                [os.path.join(build, "bin", "qiangjid"), "serve", "--data",
                 data, "--listen", "127.0.0.1:0", "--ready-file", self.ready],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        while not (os.path.exists(self.ready) and os.path.getsize(self.ready)):
            if self.process.poll() is not None:
                sys.exit("qiangjid ended; see %s.log" % data)
            time.sleep(0.01)
        with open(self.ready, encoding="utf-8") as file:
            self.address = file.read().split()[0]

    def memory(self, what):
        """MiB of VmHWM, VmRSS."""
        path = "/proc/%d/status" % self.process.pid
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith(what + ":"):
                    return int(line.split()[1]) / 1024
        return float("nan")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=120)


def timed(arguments, **named):
    start = time.monotonic()
    done = subprocess.run(arguments, capture_output=True, text=True, **named)
    seconds = time.monotonic() - start
    if done.returncode != 0:
        sys.exit("%s: status %d\n%s%s" % (
            arguments[0], done.returncode, done.stdout[-2000:],
            done.stderr[-2000:]))
    return seconds, done.stdout


def client(build, server, *arguments):
    return timed([os.path.join(build, "bin", "qiangji"), "--server",
                  server.address, "--timeout", "30m", *arguments])


def import_rival(csv, directory):
    database = os.path.join(directory, "rival.db")
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(database + suffix):
            os.remove(database + suffix)
    seconds, out = timed(["sqlite3", database], input=RIVAL_SQL % csv)
    if int(out.split()[-1]) != RECORDS:
        sys.exit("the rival imported %s" % out)
    return seconds


def import_ours(build, directory, round_number):
    data = os.path.join(directory, "data-%d" % round_number)
    server = Server(build, data)
    fresh, _ = client(build, server, "import", os.path.join(directory, "rows"))
    peak = server.memory("VmHWM")
    same, _ = client(build, server, "import", os.path.join(directory, "rows"))
    changed, _ = client(build, server, "import",
                        os.path.join(directory, "changed"))
    peak_all = server.memory("VmHWM")
    server.stop()
    shutil.rmtree(data)
    return {"fresh": fresh, "same": same, "changed": changed, "peak": peak,
            "peak_all": peak_all}


def median_of(rounds, key):
    return statistics.median(r[key] for r in rounds)


def bench_import(build, directory):
    for name in ("rows", "changed"):
        os.makedirs(os.path.join(directory, name), exist_ok=True)
        timed([os.path.join(build, "bin", "bench_generate"),
               os.path.join(directory, name), str(RECORDS), name])
    csv = os.path.join(directory, "rows", "supply.csv")
    in_order = os.path.join(directory, "sorted.csv")
    import_rival(csv, directory)
    timed(["sqlite3", os.path.join(directory, "rival.db")],
          input=SORTED_SQL % in_order)
    ours, rival, rival_sorted = [], [], []
    for number in range(REPEATS):
        say("import, round %d of %d" % (number + 1, REPEATS))
        rival.append(import_rival(csv, directory))
        rival_sorted.append(import_rival(in_order, directory))
        ours.append(import_ours(build, directory, number))
    our = RECORDS / median_of(ours, "fresh")

    def against(theirs, key):
        return statistics.median(
            their / our[key] for their, our in zip(theirs, ours))

    def speed(theirs):
        return "%.0f rows/s" % (RECORDS / statistics.median(theirs))

    unsorted_ratio = against(rival, "fresh")
    sorted_ratio = against(rival_sorted, "fresh")
    changed_ratio = against(rival_sorted, "changed")
    rows = "%d supply rows, random order" % RECORDS
    return [
        row("Import of %s, fresh store (with items and organizations)" % rows,
            "%.0f rows/s" % our, "sqlite3 .import, same key: "
            + speed(rival), unsorted_ratio, ">= 1.5", unsorted_ratio >= 1.5),
        row("The same against a file that is sorted already",
            "%.0f rows/s" % our, "sqlite3 .import, same key: "
            + speed(rival_sorted), sorted_ratio, ">= 0.6",
            sorted_ratio >= 0.6),
        row("Peak memory of the server in that import",
            "%.0f MiB" % median_of(ours, "peak"), "", None, "< 1024 MiB",
            median_of(ours, "peak") < 1024),
        row("The same rows again (nothing changes)",
            "%.0f rows/s" % (RECORDS / median_of(ours, "same")), "", None, "",
            None),
        row("The same rows, 1 % changed",
            "%.0f rows/s" % (RECORDS / median_of(ours, "changed")),
            "sqlite3 .import of all, sorted: " + speed(rival_sorted),
            changed_ratio, ">= 1.5", changed_ratio >= 1.5),
        row("Peak memory after the three imports",
            "%.0f MiB" % median_of(ours, "peak_all"), "", None, "", None),
    ]


def run_google_benchmark(program, directory, name, *arguments):
    """Median of real time in ms and of calls a second, by benchmark."""
    out = os.path.join(directory, name + ".json")
    with open(out + ".log", "wb") as log:
        subprocess.run(
            [program, "--benchmark_out=" + out, "--benchmark_out_format=json",
             "--benchmark_repetitions=%d" % max(REPEATS, 5),
             "--benchmark_enable_random_interleaving=true", *arguments],
            stdout=log, stderr=log, check=True)
    with open(out, encoding="utf-8") as file:
        runs = json.load(file)["benchmarks"]
    return {run["run_name"]: run for run in runs
            if run.get("aggregate_name") == "median"}


def bench_get_item(build, directory):
    say("GetItem")
    data = os.path.join(directory, "get-item")
    os.makedirs(data)
    runs = run_google_benchmark(
        os.path.join(build, "bin", "bench_get_item"), directory, "get_item",
        data)
    rows = []
    def of(name):
        return runs[name + "/process_time/real_time"]

    def calls(name, width):
        return of("%s/%d" % (name, width))["items_per_second"]

    for width in (1, 8, 64):
        ours, empty = calls("GetItem", width), calls("DoNothing", width)
        goal = 0.70 if width == 64 else 0.60
        rows.append(row("GetItem over loopback, %d at a time" % width,
                        "%.0f calls/s" % ours,
                        "empty method: %.0f calls/s" % empty, ours / empty,
                        ">= %.2f" % goal, ours / empty >= goal))
    for width in (1, 64):
        ours, empty = calls("UpdateItem", width), calls("DoNothing", width)
        goal = width == 64
        rows.append(row("UpdateItem, durable, %d at a time" % width,
                        "%.0f calls/s" % ours,
                        "empty method: %.0f calls/s" % empty, ours / empty,
                        ">= 0.30" if goal else "",
                        ours / empty >= 0.30 if goal else None))
    ours, bare, scan = (of(name)["bytes_per_second"] / 2 ** 20 for name in (
        "Export", "BareStream", "SqliteScan"))
    what = "Export of 100,000 items"
    rows.append(row(what, "%.0f MiB/s" % ours,
                    "bare stream of equal messages: %.0f MiB/s" % bare,
                    ours / bare, ">= 0.50", ours / bare >= 0.50))
    rows.append(row(what, "%.0f MiB/s" % ours,
                    "SQLite steps over the same cells: %.0f MiB/s" % scan,
                    ours / scan, "", None))
    return rows


def bench_list(build, directory):
    items = int(os.environ.get("QJ_BENCH_ITEMS", "1000000"))
    say("list of %d items, and old states" % items)
    data = os.path.join(directory, "list")
    os.makedirs(data)
    _, out = timed([os.path.join(build, "bin", "bench_list"), data, str(items),
                    "2000", "100"])
    ours = json.loads(out)
    shutil.rmtree(data)
    late = ours["last_page_s"] / ours["first_page_s"]
    old_get = ours["old_get_s"] / ours["get_s"]
    old_row = ours["old_row_s"] / ours["row_s"]
    return [
        row("Listing %d items in pages of 1,000" % ours["rows"],
            "%.0f rows/s" % (ours["rows"] / ours["list_s"]), "", None, "",
            None),
        row("A page of its last tenth",
            "%.2f ms" % (1000 * ours["last_page_s"]),
            "of its first tenth: %.2f ms" % (1000 * ours["first_page_s"]),
            late, "<= 1.5", late <= 1.5),
        row("GetItem of an old state, 100 revisions a row",
            "%.0f us" % (1e6 * ours["old_get_s"]),
            "of the head: %.0f us" % (1e6 * ours["get_s"]), old_get, "<= 2",
            old_get <= 2),
        row("A listed row of an old state, 100 revisions a row",
            "%.1f us" % (1e6 * ours["old_row_s"]),
            "of the head: %.1f us" % (1e6 * ours["row_s"]), old_row, "<= 2",
            old_row <= 2),
    ]


def bench_metrics(build, directory):
    say("metrics")
    runs = run_google_benchmark(
        os.path.join(build, "bin", "bench_metrics"), directory, "metrics")
    sums = runs["SqliteSums"]["real_time"]
    rows = []
    for name, what in (("Balance", "METHOD 2 of"), ("Metrics",
                                                    "All metrics of")):
        ours = runs[name]["real_time"]
        goal = name == "Balance"
        rows.append(row(
            "%s 100,000 items, 1,000,000 records, warm" % what,
            "%.0f ms" % ours, "SELECT sum GROUP BY item: %.0f ms" % sums,
            ours / sums, "< 1" if goal else "",
            ours < sums if goal else None))
    return rows


def bench_start(build, directory):
    say("start on the sample")
    data = os.path.join(directory, "sample")
    server = Server(build, data)
    client(build, server, "import", os.path.join(ROOT, "db", "catalogue"))
    client(build, server, "import", os.path.join(ROOT, "db", "sample"))
    with open(os.path.join(ROOT, "db", "sample", "items.csv"),
              encoding="utf-8") as file:
        item = file.read().splitlines()[1].split(",")[0]
    server.stop()
    program = os.path.join(build, "bin", "bench_start")
    rounds = []
    for _ in range(max(REPEATS, 5)):
        _, out = timed([program, os.path.join(build, "bin", "qiangjid"), data,
                        item, "3"])
        rounds.append(json.loads(out))
    get_item = median_of(rounds, "get_item_ms")
    coverage = median_of(rounds, "coverage_ms")
    idle = median_of(rounds, "idle_mib")
    return [
        row("Server start on the sample to the first GetItem",
            "%.0f ms" % get_item, "", None, "< 1000 ms", get_item < 1000),
        row("Server start on the sample to the first coverage table",
            "%.0f ms" % coverage, "", None, "< 1000 ms", coverage < 1000),
        row("Idle memory on the sample, after both", "%.0f MiB" % idle, "",
            None, "< 100 MiB", idle < 100),
    ]


def bench_content(build, directory):
    items = int(os.environ.get("QJ_BENCH_ITEMS", "1000000"))
    say("content of %d items" % items)
    network = os.path.join(directory, "network")
    os.makedirs(network, exist_ok=True)
    program = os.path.join(build, "bin", "bench_content")
    timed([program, "generate", network, str(items)])
    _, out = timed([program, "run", network, str(max(REPEATS, 5))])
    ours = json.loads(out)
    # Debian's own interpreter has the rivals' packages.
    _, out = timed(["/usr/bin/python3",
                    os.path.join(ROOT, "tests", "bench", "content_rival.py"),
                    network, str(REPEATS)])
    rival = json.loads(out)
    shutil.rmtree(network)
    if abs(ours["mean"] - rival["mean"]) > 1e-7 or rival["apart"] > 1e-9:
        sys.exit("not the same content: %s, %s" % (ours, rival))
    return content_rows(ours, rival)


def content_rows(ours, rival):
    solve = ours["solve_s"]
    name = "Content of %.0f items, %.1f million inputs, to 1e-12" % (
        ours["items"], ours["inputs"] / 1e6)
    sweep = solve / ours["sweeps"] / ours["inputs"] * 1e9
    ready = ours["read_s"] + ours["graph_s"]
    rows = [
        row(name, "%.3f s" % solve, "SciPy Jacobi: %.3f s, %d sweeps" % (
            rival["jacobi_s"], rival["sweeps"]), rival["jacobi_s"] / solve,
            ">= 4", rival["jacobi_s"] >= 4 * solve),
        row(name, "%.3f s" % solve,
            "SciPy GMRES, Jacobi-preconditioned: %.3f s, %d steps" % (
                rival["gmres_s"], rival["steps"]), rival["gmres_s"] / solve,
            ">= 5", rival["gmres_s"] >= 5 * solve),
        row("Sweeps of it; proven bound %.1e" % ours["error"],
            "%.0f" % ours["sweeps"], "", None, "<= 14", ours["sweeps"] <= 14),
        row("An input in a sweep, all else of the solve included",
            "%.2f ns" % sweep,
            "one random read: %.2f ns" % ours["gather_ns"],
            sweep / ours["gather_ns"], "<= 1.0", sweep <= ours["gather_ns"]),
        row("Lower, upper and located content at once",
            "%.3f s" % ours["three_s"], "three times one: %.3f s" % (3 * solve),
            3 * solve / ours["three_s"], "", None),
        row("Marginal value of every item", "%.3f s" % ours["marginal_s"],
            "one content: %.3f s" % solve, ours["marginal_s"] / solve,
            "<= 1.5", ours["marginal_s"] <= 1.5 * solve),
        row("Three CSV files to a graph ready to solve", "%.2f s" % ready,
            "pandas and SciPy: %.2f s" % rival["load_s"],
            rival["load_s"] / ready, ">= 5", rival["load_s"] >= 5 * ready),
        row("Graph and four solutions resident",
            "%.0f MiB" % ours["resident_mib"],
            "pandas and SciPy, peak: %.0f MiB" % rival["peak_mib"],
            ours["resident_mib"] / rival["peak_mib"], "<= 300 MB",
            ours["resident_mib"] * 1.048576 <= 300),
    ]
    return rows + change_rows(ours)


def change_rows(ours):
    solve = ours["solve_s"]
    rows = []
    for what, name in (("random", "One changed item of 300 random ones"),
                       ("used", "One changed item of the 20 most used")):
        for part in ("median", "p99", "max"):
            seconds = ours["change_%s_%s_s" % (what, part)]
            goal, met = "", None
            if part == "max":
                goal, met = "<= 1.3", seconds <= 1.3 * solve
            elif part == "median" and what == "random":
                goal, met = "<= 0.001", seconds <= 0.001 * solve
            rows.append(row(
                "%s, content to 1e-6, %s" % (name, part),
                "%.3g ms" % (1000 * seconds),
                "solving anew: %.0f ms" % (1000 * solve),
                "%.2g" % (seconds / solve), goal, met))
    return rows


def bench_alerts(build, directory):
    return alerts_rows.bench(sys.modules[__name__], build, directory)


def bench_store(build, directory):
    items = int(os.environ.get("QJ_BENCH_STORE_ITEMS", "100000"))
    say("store of %d items to a graph" % items)
    network = os.path.join(directory, "store-network")
    data = os.path.join(directory, "store")
    os.makedirs(network)
    timed([os.path.join(build, "bin", "bench_content"), "generate", network,
           str(items)])
    server = Server(build, data)
    client(build, server, "import", network)
    server.stop()
    shutil.rmtree(network)
    _, out = timed([os.path.join(build, "bin", "bench_store"),
                    os.path.join(build, "bin", "qiangjid"), data, "0",
                    str(REPEATS)])
    ours = json.loads(out)
    shutil.rmtree(data)
    scan = "SQLite steps over the same cells: %.2f s" % ours["scan_s"]
    what = "Store of %d items, %.1f million rows, over the stream" % (
        items, ours["rows"] / 1e6)
    return [
        row("%s to a picture that answers" % what, "%.2f s" % ours["facts_s"],
            scan, ours["facts_s"] / ours["scan_s"], "<= 2",
            ours["facts_s"] <= 2 * ours["scan_s"]),
        row("%s to graph, content and first trace" % what,
            "%.2f s" % ours["trace_s"], scan,
            ours["trace_s"] / ours["scan_s"], "", None),
        row("Peak memory of the coverage service then",
            "%.0f MiB" % ours["peak_mib"], "", None, "", None),
    ]


def bench_scenario(build, directory):
    items = int(os.environ.get("QJ_BENCH_ITEMS", "1000000"))
    say("exposure and chokepoints of %d items" % items)
    program = os.path.join(build, "bin", "bench_scenario")
    rows = []
    # Chokepoints to the proof where it takes minutes; else what a fixed amount
    # of work finds.
    for number, budget in ((items, 20000000), (items // 10, 0)):
        network = os.path.join(directory, "scenario-%d" % number)
        os.makedirs(network, exist_ok=True)
        timed([os.path.join(build, "bin", "bench_content"), "generate",
               network, str(number)])
        if number == items:
            _, out = timed([program, "exposure", network, str(REPEATS)])
            rows += exposure_rows(json.loads(out))
        _, out = timed([program, "chokepoints", network, str(budget)])
        rows.append(chokepoint_row(json.loads(out)))
        shutil.rmtree(network)
    return rows


def exposure_rows(ours):
    rows = []
    for name, text, goal in (("1e5", "1e-5", 25), ("1e6", "1e-6", 45)):
        taken = ours["exposure_%s_s" % name]
        what = "Exposure to %.0f countries, two threads, to %s" % (
            ours["countries"], text)
        solves = taken / ours["solve_s"]
        rows.append(row(what, "%.1f s" % taken,
                        "one content: %.3f s" % ours["solve_s"], solves,
                        "<= %d" % goal, solves <= goal))
        alone = ours["alone_s"] * ours["countries"]
        rows.append(row(what, "%.1f s" % taken,
                        "one country at a time, one thread: %.1f s" % alone,
                        alone / taken, ">= 15", alone >= 15 * taken))
    rows.append(row("The same to 1e-9, both variants",
                    "%.1f s" % ours["exposure_1e9_both_s"], "", None, "",
                    None))
    return rows


def chokepoint_row(ours):
    proven = ours["proven"] == 1
    how = "proven" if proven else (
        "%.0f found, all others proven <= %.3f" % (ours["found"],
                                                   ours["rest_bound"]))
    exact = ours["items"] <= 100000
    return row("Top 20 chokepoints of %.0f items" % ours["items"],
               "%.1f s, %s" % (ours["chokepoints_s"], how), "", None,
               "exact, proven" if exact else "", proven if exact else None)


def bench_plan(build, directory):
    items, projects = 10000, 2000
    say("plan with %d projects" % projects)
    network = os.path.join(directory, "plan")
    os.makedirs(network, exist_ok=True)
    timed([os.path.join(build, "bin", "bench_content"), "generate", network,
           str(items)])
    _, out = timed([os.path.join(build, "bin", "bench_plan"), network,
                    str(projects)])
    ours = json.loads(out)
    shutil.rmtree(network)
    rows = []
    for name, what in (("count", "by count"), ("content", "by content")):
        gap = ours[name + "_gap"]
        how = "%.1f s, %.3f %% to the bound, %.0f of %d chosen" % (
            ours[name + "_s"], 100 * gap, ours[name + "_chosen"], projects)
        goal = name == "count"
        rows.append(row(
            "Plan %s among %d projects of %d items, and six other budgets" % (
                what, projects, items), how,
            "items by potential gain: %.1f %% of its gain" % (
                100 * ours[name + "_greedy"]), None,
            "proven gap <= 1 %" if goal else "",
            gap <= 0.01 if goal else None))
    return rows


def bench_coverage(build, _directory):
    say("coverage table after one changed record")
    _, out = timed([os.path.join(build, "bin", "bench_coverage")])
    ours = json.loads(out)
    ratio = ours["after_s"] / ours["anew_s"]
    return [
        row("Coverage table of %.0f items, %.0f rows, after one changed record"
            % (ours["items"], ours["rows"]),
            "%.2f ms, worst %.2f ms" % (1e3 * ours["after_s"],
                                        1e3 * ours["after_worst_s"]),
            "all of it anew: %.0f ms" % (1e3 * ours["anew_s"]),
            "%.4f" % ratio, "<= 0.02", ratio <= 0.02),
        row("The picture of that change, before it",
            "%.1f ms" % (1e3 * ours["picture_s"]), "", None, "", None),
    ]


def bench_report(build, directory):
    items = 10000
    say("report of %d items" % items)
    network = os.path.join(directory, "report")
    os.makedirs(network, exist_ok=True)
    timed([os.path.join(build, "bin", "bench_content"), "generate", network,
           str(items)])
    _, out = timed([os.path.join(build, "bin", "bench_report"), network])
    ours = json.loads(out)
    shutil.rmtree(network)
    solves = ours["report_s"] / ours["solve_s"]
    return [row("Annual report of %d items, without its files" % items,
                "%.0f ms, %.1f MB" % (1e3 * ours["report_s"],
                                      ours["report_bytes"] / 1e6),
                "one content: %.2f ms" % (1e3 * ours["solve_s"]), solves,
                "<= 20", solves <= 20)]


def row(what, ours, rival, ratio, goal, met):
    return {"what": what, "ours": ours, "rival": rival,
            "ratio": "" if ratio is None else
            ratio if isinstance(ratio, str) else "%.2f" % ratio, "goal": goal,
            "result": {None: "", True: "met", False: "missed"}[met]}


def print_plain(rows):
    for r in rows:
        verdict = "%s %s" % (r["goal"], r["result"]) if r["goal"] else ""
        print("%s\n    %s%s%s%s" % (
            r["what"], r["ours"], "  |  " + r["rival"] if r["rival"] else "",
            "  |  ratio " + r["ratio"] if r["ratio"] else "",
            "  |  goal " + verdict if verdict else ""))


def print_markdown(rows):
    print("\n| What | Ours | Rival in the same run | Ratio | Goal | |")
    print("|---|---|---|---|---|---|")
    for r in rows:
        print("| %s |" % " | ".join(
            r[k] for k in ("what", "ours", "rival", "ratio", "goal",
                           "result")))


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":")[1].strip() for line in file
                  if line.startswith("model name")]
    return "%d x %s, %s, load %.1f at the start" % (
        os.cpu_count(), models[0] if models else platform.machine(),
        platform.platform(terse=True), os.getloadavg()[0])


def main():
    build = os.path.abspath(sys.argv[1])
    keep = len(sys.argv) > 2
    directory = (os.path.abspath(sys.argv[2]) if keep
                 else tempfile.mkdtemp(prefix="qj-bench-"))
    os.makedirs(directory, exist_ok=True)
    host = machine()
    only = os.environ.get("QJ_BENCH_ONLY", "").split()
    rows = []
    try:
        for bench in (bench_import, bench_get_item, bench_list,
                      bench_metrics, bench_start, bench_store, bench_content,
                      bench_scenario, bench_plan, bench_coverage, bench_report,
                      bench_alerts):
            if not only or bench.__name__[len("bench_"):] in only:
                rows += bench(build, directory)
    finally:
        if not keep:
            shutil.rmtree(directory, ignore_errors=True)
    print(host)
    print_plain(rows)
    print_markdown(rows)
    if os.environ.get("QJ_BENCH_LAND"):
        landed.write(rows)
        return
    worse = landed.regressions(rows)
    if worse:
        sys.exit("Worse than what landed last:\n" + "\n".join(worse))


if __name__ == "__main__":
    main()
