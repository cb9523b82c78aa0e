#!/usr/bin/env python3
"""A large import is streamed: four times the rows do not need more memory,
neither of the client nor of the server (RELIABILITY row 71)."""

import os
import resource

import harness

ROWS = 300000
ITEMS = 1000
TIMES = 4
# The database's page cache and the runs of a sort are full with ROWS already,
# and nothing is kept by row: 37 bytes for each of the other rows would show,
# what the allocator's arenas keep of a busy thread does not.
MAY_GROW = 32 << 20


def peak_of(pid):
    """Largest resident size so far, in bytes."""
    with open("/proc/%d/status" % pid, encoding="ascii") as f:
        for line in f:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    raise AssertionError("no VmHWM")


class ImportMemory(harness.EndToEnd):
    def write_rows(self, rows):
        name = "in-%d" % rows
        self.write(name + "/items.csv",
                   "item_id,name_zh,category,sectors\n" + "".join(
                       "item-%04d,条目,component,rail\n" % i
                       for i in range(ITEMS)))
        path = self.path(name, "supply.csv")
        source = "s" * 200
        with open(path, "w", encoding="ascii") as f:
            f.write("item_id,year,origin_country,supplier_id,licence_countries,"
                    "quantity,source\n")
            origins = ["CHN", "DEU", "JPN", "KOR", "USA"]
            # Not in the order of the keys.
            for n in range(rows):
                k = n * 7919 % rows
                item, rest = k % ITEMS, k // ITEMS
                f.write("item-%04d,%d,%s,,%s,%d,%s\n" % (
                    item, 1950 + rest // 25, origins[rest // 5 % 5],
                    origins[rest % 5], 1 + n % 7, source))
        return self.path(name), os.path.getsize(path)

    def peaks(self, rows):
        """Of the server and of the client, with the size of the file."""
        directory, size = self.write_rows(rows)
        # Sanitizers keep what is freed for a while; not for this test.
        os.environ["ASAN_OPTIONS"] = "quarantine_size_mb=4"
        server = self.serve("--services", "registry", data="data-%d" % rows)
        out = harness.client(server.address, "import", directory,
                             "--output", "json", timeout=500)
        self.assertIn('"added": "%d"' % rows, out.out)
        peak = peak_of(server.process.pid)
        server.stop()
        return peak, resource.getrusage(
            resource.RUSAGE_CHILDREN).ru_maxrss << 10, size

    def test_row_71_four_times_the_rows(self):
        once, _, size = self.peaks(ROWS)
        more, largest, more_size = self.peaks(TIMES * ROWS)
        print("file %d MB, server %d MB; file %d MB, server %d MB" % (
            size >> 20, once >> 20, more_size >> 20, more >> 20))
        self.assertGreater(more_size - size, 4 * MAY_GROW)
        self.assertLess(more - once, MAY_GROW)
        # Of all children, servers included: the client's is no larger.
        self.assertLess(largest - once, MAY_GROW)


if __name__ == "__main__":
    harness.main()
