# SPDX-License-Identifier: Apache-2.0
"""The C# sample (sdk/csharp), compiled and run by Mono, against the real program: csharp_test.py BINARY."""
import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

from hubs import SDK, Demo, FakeHub, skip

KEY = "cdk_test_1"
SECRET = "whsec_" + base64.b64encode(b"a key of thirty-two random bytes").decode()


def sample(*words, url="http://127.0.0.1:1", key=KEY, text=b"", secret=SECRET):
    """Runs it. (exit code, lines printed, what it said on standard error)"""
    settings = {"CROSSDOCK_URL": url, "CROSSDOCK_KEY": key, "CROSSDOCK_WEBHOOK_SECRET": secret}
    ran = subprocess.run(
        ["mono", PROGRAM, *map(str, words)], input=text, capture_output=True, timeout=120, env={**os.environ, **settings}
    )
    return ran.returncode, ran.stdout.decode().splitlines(), ran.stderr.decode()


class AgainstTheProgram(unittest.TestCase):
    def test_takes_orders_once_ships_and_sends_stock(self):
        with Demo(BINARY) as demo, tempfile.TemporaryDirectory() as folder:
            hub = {"url": demo.url, "key": demo.key}
            cursor = os.path.join(folder, "cursor.txt")
            waiting = demo.get("/api/v1/orders?raw=0&limit=500&since=2020-01-01&imported=false")
            self.assertGreater(len(waiting), 15)
            code, lines, said = sample("poll", cursor, **hub)
            self.assertEqual((code, said), (0, ""))
            taken = {int(line.split()[1]): line for line in lines if line.startswith("order ")}
            for order in waiting:
                self.assertIn(f" {order['order_number_hint']} ", taken[order["id"]])
                self.assertTrue(demo.get(f"/api/v1/orders/{order['id']}?raw=0")["imported_to_erp"])
            first = demo.unchanged(waiting)
            self.assertIn(f" {first['total_amount']} {first['currency']}", taken[first["id"]])
            line = first["line_items"][0]
            self.assertIn(f"  {line['quantity']} x {line['sku'] or '(no sku)'}", lines)
            # The next run goes on behind the cursor: what it prints is new or has changed since.
            with open(cursor, encoding="ascii") as file:
                reached = file.read()
            code, lines, said = sample("poll", cursor, **hub)
            self.assertEqual((code, said), (0, ""))
            again = {int(line.split()[1]) for line in lines if line.startswith("order ")}
            self.assertLessEqual(again, demo.behind(reached))

            code, lines, said = sample("ship", demo.order_id, "ups", "1Z999AA10123456784", **hub)
            self.assertEqual((code, said), (0, ""))
            shipment = int(lines[0].split()[1])
            self.assertEqual(sample("ship", demo.order_id, "ups", "1Z999AA10123456784", **hub)[1], [f"shipment {shipment}"])
            demo.until(f"/api/v1/shipments/{shipment}", lambda now: now["status"] == "succeeded")
            self.assertEqual(sample("state", "shipment", shipment, **hub)[1], ["succeeded"])

            code, lines, said = sample("stock", "shop-demo", demo.item_id, 42, **hub)
            self.assertEqual((code, said), (0, ""))
            figure = demo.get(f"/api/v1/inventory_updates/{lines[0].split()[1]}")
            self.assertEqual((figure["item_master_id"], figure["quantity"]), (demo.item_id, 42))

            code, lines, said = sample("ship", demo.order_id, "pigeon", "1", **hub)
            self.assertEqual((code, lines), (1, []))
            self.assertIn("Carrier is not a valid carrier code for shopify", said)


class AgainstABadDay(unittest.TestCase):
    def test_sends_again_under_the_same_key(self):
        busy = (503, {"Retry-After": "0"}, '{"error":"busy"}')
        runs = (409, {"Retry-After": "0"}, '{"error":"a request with this Idempotency-Key still runs"}')
        with FakeHub(busy, None, runs, (429, {}, '{"error":"too many"}'), (201, {}, '{"created_ids":[7]}')) as hub:
            self.assertEqual(sample("ship", 17, "UPS", "1Z9", url=hub.url), (0, ["shipment 7"], ""))
        self.assertEqual(len(hub.seen), 5)
        keys = {headers["Idempotency-Key"] for _, _, headers, _ in hub.seen}
        self.assertEqual(len(keys), 1)
        self.assertRegex(keys.pop(), "^[0-9a-f-]{36}$")
        for method, path, headers, body in hub.seen:
            self.assertEqual((method, path, headers["X-Api-Key"]), ("POST", "/api/v1/shipments", KEY))
            self.assertEqual(headers["Content-Type"], "application/json")
            shipment = {"remote_order_id": 17, "carrier": "UPS", "tracking_number": "1Z9"}
            self.assertEqual(json.loads(body), {"shipments": [shipment]})

    def test_does_not_repeat_a_refusal_and_waits_no_hour(self):
        for answer in [(422, {}, '{"error":["no such order"]}'), (500, {}, '{"error":"broken"}'), (429, {"Retry-After": "3600"}, "{}"), (302, {"Location": "/"}, "")]:
            with FakeHub(answer) as hub:
                code, lines, said = sample("ship", 17, "UPS", "1Z9", url=hub.url)
            self.assertEqual((code, lines, len(hub.seen)), (1, [], 1))
            self.assertIn(str(answer[0]), said)
            self.assertNotIn(KEY, said)

    def test_keeps_the_cursor_only_when_the_orders_are_acknowledged(self):
        order = {"id": 5, "status": "open", "channel_code": "shop", "currency": "EUR", "total_amount": 0.1, "order_number_hint": None,
                 "line_items": [{"external_line_id": "1", "sku": None, "quantity": 2, "unit_price": None}], "new_member": {"a": [1]}}
        page = (200, {"X-Next-Cursor": "c-1"}, json.dumps([order]))
        with tempfile.TemporaryDirectory() as folder:
            cursor = os.path.join(folder, "cursor.txt")
            with FakeHub(page, (422, {}, '{"error":"no"}')) as hub:
                self.assertEqual(sample("poll", cursor, url=hub.url)[0], 1)
            self.assertFalse(os.path.exists(cursor))
            with FakeHub(page, (200, {}, '{"updated":1}'), (200, {"X-Next-Cursor": "c-1"}, "[]")) as hub:
                code, lines, _ = sample("poll", cursor, url=hub.url)
            self.assertEqual((code, lines), (0, ["order 5 shop  open 0.1 EUR", "  2 x (no sku)"]))
            self.assertEqual([path.split("cursor=")[-1] for _, path, _, _ in hub.seen], ["", "/api/v1/orders/ack", "c-1"])
            self.assertEqual(json.loads(hub.seen[1][3]), {"ids": [5]})
            with open(cursor) as file:
                self.assertEqual(file.read(), "c-1")


class Webhooks(unittest.TestCase):
    BODY = '{"id":"evt_1","type":"order.created","data":{"name":"Zoë"}}'.encode()

    def signature(self, at, body=BODY, secret=SECRET):
        key = base64.b64decode(secret[len("whsec_"):])
        return "v1," + base64.b64encode(hmac.new(key, b"evt_1.%d." % at + body, hashlib.sha256).digest()).decode()

    def verify(self, at, signatures, **more):
        return sample("verify", "evt_1", at, signatures, **{"text": self.BODY, **more})[:2]

    def test_are_believed_only_when_they_are_genuine(self):
        now = int(time.time())
        other = "whsec_" + base64.b64encode(b"another key").decode()
        genuine, not_genuine = (0, ["genuine"]), (1, ["not genuine"])
        self.assertEqual(self.verify(now, self.signature(now)), genuine)
        self.assertEqual(self.verify(now, self.signature(now, secret=other) + " " + self.signature(now)), genuine)
        self.assertEqual(self.verify(now, self.signature(now), secret=other), not_genuine)
        self.assertEqual(self.verify(now, self.signature(now), text=self.BODY + b" "), not_genuine)
        self.assertEqual(self.verify(now + 1, self.signature(now)), not_genuine)
        self.assertEqual(self.verify(now, self.signature(now)[:-1]), not_genuine)
        for late in (now - 400, now + 400):
            self.assertEqual(self.verify(late, self.signature(late)), not_genuine)


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    for tool in ("mcs", "mono"):
        if shutil.which(tool) is None:
            skip(f"{tool} (Mono's C# compiler and runtime) is not on this machine; Debian: mono-mcs, mono-runtime")
    with tempfile.TemporaryDirectory() as build:
        PROGRAM = os.path.join(build, "crossdock.exe")
        subprocess.run(
            ["mcs", "-warnaserror", "-r:System.Net.Http.dll", "-r:System.Runtime.Serialization.dll", "-out:" + PROGRAM,
             os.path.join(SDK, "csharp", "Crossdock.cs")], check=True)
        ended = unittest.main(exit=False, verbosity=2).result.wasSuccessful()
    sys.exit(0 if ended else 1)
