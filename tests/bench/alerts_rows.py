"""The rows of the alerts in run.py's table, which is passed on as `run`."""

import json
import os
import shutil


def bench(run, build, directory):
    run.say("alerts")
    runs = run.run_google_benchmark(
        os.path.join(build, "bin", "bench_alerts"), directory, "alerts")

    def of(name):
        return next(each["real_time"] for key, each in runs.items()
                    if key.split("/")[0] == name)

    rows = []
    for what, one, whole in (
            ("Evaluation after one changed record of 100,000 items",
             "RulesOfOne", "RulesWhole"),
            ("From that record to the alerts, chokepoint search left out",
             "RecordToAlertsOfOne", "RecordToAlertsWhole")):
        ratio = of(one) / of(whole)
        rows.append(run.row(
            what, "%.3g ms" % of(one), "all of them: %.0f ms" % of(whole),
            "%.2g" % ratio, "<= 0.01", ratio <= 0.01))
    return rows + watch_rows(run, build, directory)


def watch_rows(run, build, directory):
    watchers, a_second, seconds = 1000, 100, 10
    run.say("%d watchers" % watchers)
    data = os.path.join(directory, "watch")
    server = run.Server(build, data)
    run.client(build, server, "import",
               os.path.join(run.ROOT, "tests", "golden", "small"))
    server.stop()
    _, out = run.timed([os.path.join(build, "bin", "bench_watch"),
                        os.path.join(build, "bin", "qiangjid"), data,
                        str(watchers), str(a_second), str(seconds)])
    ours = json.loads(out)
    shutil.rmtree(data)
    what = "%d watchers, %d changes in %.1f s, each told to all" % (
        watchers, ours["changes"], ours["wrote_s"])
    each = (ours["peak_mib"] - ours["before_mib"]) * 1024 / watchers
    return [
        run.row(what, "the last one %.2f s after the last change; %d cut off "
                "and resumed" % (ours["behind_s"], ours["cut_off"]), "", None,
                "none lost, none twice; %d changes a second" % a_second,
                ours["wrote_s"] <= 1.1 * seconds),
        run.row("Peak memory of the server then",
                "%.0f MiB" % ours["peak_mib"],
                "without watchers: %.0f MiB; idle ones: %.0f MiB" % (
                    ours["before_mib"], ours["watched_mib"]), None,
                "<= 4 MiB a watcher", each <= 4096),
    ]
