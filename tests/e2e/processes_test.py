#!/usr/bin/env python3
"""One process or three, in any start order: the same answers."""

import itertools
import os
import socket

import harness

SMALL = os.path.join(harness.GOLDEN, "small")
SERVICES = ("registry", "coverage", "bottleneck")
COMMANDS = (
    ("metrics", "--year", "2025"),
    ("coverage", "show", "--by", "sector,category", "--year", "2025"),
    ("target", "show"),
    ("rank", "--year", "2025"),
)
# Times of first and last sight differ from run to run.
ALERTS = ("alerts", "list")
TIMES = ("first_seen", "last_seen", "age_days")


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Processes(harness.EndToEnd):
    def answers(self, address):
        tables = [harness.client(address, *c, "--output", "csv").out
                  for c in COMMANDS]
        alerts = harness.client(address, *ALERTS, "--output", "csv").rows()
        self.assertTrue(alerts)
        return tables, [{k: v for k, v in a.items() if k not in TIMES}
                        for a in alerts]

    def three(self, order):
        ports = dict(zip(SERVICES, free_ports(3)))
        where = ",".join("%s=127.0.0.1:%d" % (s, ports[s]) for s in SERVICES)
        for service in order:
            peers = []
            for other in SERVICES:
                if other != service:
                    peers += ["--peer",
                              "%s=127.0.0.1:%d" % (other, ports[other])]
            self.serve("--services", service, *peers,
                       data="-".join(order) + "." + service,
                       listen="127.0.0.1:%d" % ports[service], wait=False)
        return where

    def test_three_processes_answer_as_one(self):
        one = self.serve(data="one").address
        harness.client(one, "import", SMALL)
        expected = self.answers(one)
        for order in itertools.permutations(SERVICES):
            with self.subTest(order=order):
                where = self.three(order)
                harness.client(where, "import", SMALL, "--timeout", "60")
                self.assertEqual(self.answers(where), expected)
                for server in self.servers[-3:]:
                    self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    harness.main()
