#!/usr/bin/env python3
"""kill -9 of the server between an event and its delivery loses none.

A receiver of webhooks and a mail server run here; the server is killed again
and again while both fail half of the time.
"""

import base64
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import socketserver
import threading
import time

import harness

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdefghijklmn").decode()
ITEMS = "item_id,name_zh,category,sectors\n"
SUPPLY = "item_id,year,origin_country,quantity\n"
ROUNDS = 6
WAIT_SECONDS = 90


class Hook:
    """Takes webhooks; every second one is answered 500, some not at all."""

    def __init__(self):
        self.lock = threading.Lock()
        self.taken = []  # (id, event) that were answered 200
        self.forged = []
        self.count = 0
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = hook.take(self.headers, body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = "http://127.0.0.1:%d/hook" % self.server.server_port

    def take(self, headers, body):
        signed = b".".join([headers["webhook-id"].encode(),
                            headers["webhook-timestamp"].encode(), body])
        mac = hmac.new(b"0123456789abcdefghijklmn", signed, hashlib.sha256)
        wanted = "v1," + base64.b64encode(mac.digest()).decode()
        with self.lock:
            if headers["webhook-signature"] != wanted:
                self.forged.append(headers["webhook-id"])
            self.count += 1
            if self.count % 2:
                return 500
            self.taken.append((headers["webhook-id"], json.loads(body)))
            return 200

    def subjects(self):
        with self.lock:
            return {event["subject"] for _, event in self.taken}


class Mails:
    """A mail server (RFC 5321) that turns every second mail away."""

    def __init__(self):
        self.lock = threading.Lock()
        self.taken = []
        self.count = 0
        mails = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                self.say("220 test")
                for line in self.rfile:
                    verb = line[:4].upper()
                    if verb == b"DATA":
                        self.say("354 go on")
                        lines = []
                        for data in self.rfile:
                            if data == b".\r\n":
                                break
                            lines.append(data[1:] if data[:1] == b"." else data)
                        self.say(mails.take(b"".join(lines)))
                    elif verb == b"QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = "smtp://127.0.0.1:%d" % self.server.server_address[1]

    def take(self, content):
        message = email.message_from_bytes(content,
                                           policy=email.policy.default)
        with self.lock:
            self.count += 1
            if self.count % 2:
                return "451 try again"
            self.taken.append(message)
        return "250 taken"

    def text(self):
        with self.lock:
            return "\n".join(m.get_content() for m in self.taken)


class Notifications(harness.EndToEnd):
    def setUp(self):
        super().setUp()
        self.hook = Hook()
        self.mails = Mails()
        self.config = self.write("config.toml", """
[notifications]
allow = ["127.0.0.0/8"]
smtp = "%s"
smtp_from = "qiangji@example.com"
attempts = 1000
first_backoff_ms = 20
most_backoff_ms = 100
timeout_ms = 2000
""" % self.mails.url)

    def tearDown(self):
        self.hook.server.shutdown()
        self.mails.server.shutdown()
        super().tearDown()

    def start(self):
        return self.serve("--config", self.config)

    def commit(self, server, n):
        """One more item that only comes from abroad."""
        items = self.write("facts%d/items.csv" % n,
                           ITEMS + "i%d,零件,component,rail\n" % n)
        self.write("facts%d/supply.csv" % n,
                   SUPPLY + "i%d,2025,JPN,100\ni%d,2025,CHN,0\n" % (n, n))
        harness.client(server.address, "import", items.rsplit("/", 1)[0])
        # Waits until it is evaluated.
        alerts = harness.client(server.address, "alerts", "list", "--rule",
                                "import-dependence", "--output", "csv").rows()
        self.assertIn("items/i%d" % n, [a["subject"] for a in alerts])

    def wait_for(self, done, server):
        deadline = time.monotonic() + WAIT_SECONDS
        while not done():
            self.assertLess(time.monotonic(), deadline, server.log_text())
            time.sleep(0.05)

    def test_a_killed_server_loses_no_event(self):
        server = self.start()
        harness.client(server.address, "subscription", "create", "hook",
                       "--channel", "webhook", "--address", self.hook.url,
                       "--secret", SECRET, "--rule", "import-dependence")
        harness.client(server.address, "subscription", "create", "mail",
                       "--channel", "email", "--address", "a@example.com",
                       "--rule", "import-dependence", "--language", "en")
        harness.client(server.address, "subscription", "create", "file",
                       "--channel", "file", "--address", "alerts.jsonl",
                       "--rule", "import-dependence")
        for n in range(ROUNDS):
            self.commit(server, n)
            server.kill()
            server = self.start()
        wanted = {"alerts/IMPORT_DEPENDENCE~items~i%d" % n
                  for n in range(ROUNDS)}
        self.wait_for(lambda: wanted <= self.hook.subjects(), server)
        self.wait_for(lambda: all("items/i%d)" % n in self.mails.text()
                                  for n in range(ROUNDS)), server)
        self.assertEqual(self.hook.forged, [])
        # At most one copy for each crash, under the id of the first.
        ids = [i for i, _ in self.hook.taken]
        self.assertLessEqual(len(ids) - len(set(ids)), ROUNDS)
        self.assertEqual(len(set(ids)), ROUNDS)
        self.assertEqual([e["id"] for _, e in self.hook.taken], ids)
        rows = harness.client(server.address, "subscription", "list",
                              "--output", "csv").rows()
        self.assertEqual([(r["subscription_id"], r["dead_count"])
                          for r in rows],
                         [("file", "0"), ("hook", "0"), ("mail", "0")])
        with open(self.path("data", "notifications", "alerts.jsonl"),
                  encoding="utf-8") as f:
            events = [json.loads(line) for line in f if line.strip()]
        self.assertEqual({e["subject"] for e in events}, wanted)
        self.assertEqual(server.stop(), 0)

    def test_dead_letters_are_seen_and_sent_again(self):
        server = self.serve("--config", self.write("short.toml", """
[notifications]
attempts = 2
first_backoff_ms = 10
most_backoff_ms = 10
allow = ["127.0.0.0/8"]
"""))
        port = harness.free_ports(1)[0]
        made = harness.client(
            server.address, "subscription", "create", "s", "--channel",
            "webhook", "--address", "http://127.0.0.1:%d/" % port,
            # One event: its second attempt of two meets a receiver in order.
            "--rule", "import-dependence")
        self.assertIn("whsec_", made.err)  # made up, shown once
        self.commit(server, 1)

        def dead():
            return harness.client(server.address, "subscription", "dead",
                                  "--output", "csv").rows()
        self.wait_for(lambda: len(dead()) >= 1, server)
        self.assertEqual(dead()[0]["failed_attempts"], "2")
        harness.client(server.address, "subscription", "update", "s",
                       "--address", self.hook.url, "--secret", SECRET)
        harness.client(server.address, "subscription", "retry", "s")
        self.wait_for(lambda: not dead(), server)
        self.assertTrue(self.hook.taken)
        # Not allowed by this configuration any more: refused when asked for.
        refused = harness.client(
            server.address, "subscription", "create", "private", "--channel",
            "webhook", "--address", "http://10.0.0.1/", check=False)
        self.assertEqual(refused.status, 1)
        self.assertIn("private", refused.err)
        harness.client(server.address, "subscription", "delete", "s")
        self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    harness.main()
