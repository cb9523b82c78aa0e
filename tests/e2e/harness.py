"""Servers and clients of an end-to-end test, as a user runs them.

Only the programs' command lines are used. QJ_BIN_DIR names where they are.
"""

import csv
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BIN = os.environ.get("QJ_BIN_DIR", os.path.join(ROOT, "build/release/bin"))
GOLDEN = os.path.join(ROOT, "tests", "golden")
SHARED = os.path.join(ROOT, "..", "shared")
START_SECONDS = 60
SERVICES = ("registry", "coverage", "bottleneck")


class Server:
    """One qiangjid; `address` once it is up."""

    def __init__(self, data, *options, listen="127.0.0.1:0", wait=True):
        self.data = data
        self.ready_file = data + ".ready"
        self.log_path = data + ".log"
        if os.path.exists(self.ready_file):
            os.remove(self.ready_file)
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            [os.path.join(BIN, "qiangjid"), "serve", "--data", data,
             "--listen", listen, "--ready-file", self.ready_file, *options],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        self.address = None
        if wait:
            self.wait()

    def wait(self):
        deadline = time.monotonic() + START_SECONDS
        while not os.path.exists(self.ready_file):
            if self.process.poll() is not None:
                raise AssertionError("qiangjid ended with status %d:\n%s" % (
                    self.process.returncode, self.log_text()))
            if time.monotonic() > deadline:
                raise AssertionError("qiangjid is not up:\n" + self.log_text())
            time.sleep(0.01)
        with open(self.ready_file, encoding="utf-8") as f:
            self.address = f.read().split()[0]

    def log_text(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()[-4000:]

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def stop(self):
        """SIGTERM; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        self.log.close()
        return status


class Result:
    def __init__(self, completed):
        self.status = completed.returncode
        self.out = completed.stdout
        self.err = completed.stderr

    def rows(self):
        return list(csv.DictReader(io.StringIO(self.out)))


def client(address, *arguments, check=True, env=None, timeout=300):
    environment = dict(os.environ, QIANGJI_SERVER=address, NO_COLOR="1",
                       HOME="/nonexistent", LANG="C.UTF-8")
    environment.update(env or {})
    result = Result(subprocess.run(
        [os.path.join(BIN, "qiangji"), *arguments], capture_output=True,
        text=True, env=environment, timeout=timeout,
        stdin=subprocess.DEVNULL))
    if check and result.status != 0:
        raise AssertionError("qiangji %s: status %d\n%s%s" % (
            " ".join(arguments), result.status, result.out, result.err))
    return result


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class EndToEnd(unittest.TestCase):
    """A scratch directory; servers started by `serve` are stopped."""

    def setUp(self):
        self.scratch = tempfile.mkdtemp(prefix="qj-e2e-")
        self.servers = []

    def tearDown(self):
        for server in self.servers:
            if server.process.poll() is None:
                server.kill()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.scratch, *parts)

    def serve(self, *options, data="data", **named):
        server = Server(self.path(data), *options, **named)
        self.servers.append(server)
        return server

    def serve_apart(self, order):
        """A process for each service, started in this order; --server."""
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
        for server in self.servers[-3:]:
            server.wait()
        return where

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def assert_tables_equal(self, actual, expected, keys, tolerance):
        """`expected` columns only; numbers within the tolerance, in order."""
        self.assertEqual([tuple(r[k] for k in keys) for r in actual],
                         [tuple(r[k] for k in keys) for r in expected])
        for a, e in zip(actual, expected):
            for column, want in e.items():
                got = a[column]
                where = "%s of %s" % (column, [e[k] for k in keys])
                if want == "" or got == "":
                    self.assertEqual(got, want, where)
                    continue
                try:
                    number = float(want)
                except ValueError:
                    self.assertEqual(got, want, where)
                    continue
                self.assertLessEqual(abs(float(got) - number), tolerance,
                                     "%s: %s, not %s" % (where, got, want))


def read_csv(*parts):
    with open(os.path.join(*parts), newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def main():
    if not os.path.exists(os.path.join(BIN, "qiangjid")):
        sys.exit("no programs in " + BIN)
    unittest.main(verbosity=2)
