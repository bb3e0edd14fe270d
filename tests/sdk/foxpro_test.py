# SPDX-License-Identifier: Apache-2.0
"""The Visual FoxPro sample (sdk/foxpro), interpreted by foxpro.py, against the real program: foxpro_test.py BINARY.
There is no FoxPro where the tests run."""
import json
import os
import re
import sys
import tempfile
import unittest

from foxpro import Bag, Collection, FoxError, Program
from foxpro_syntax import Fault
from hubs import SDK, Demo, FakeHub

with open(os.path.join(SDK, "foxpro", "crossdock.prg"), encoding="ascii") as file:
    SAMPLE = file.read()
with open(os.path.join(SDK, "..", "README.md"), encoding="utf-8") as file:
    README = re.findall(r"```foxpro\n(.*?)```", file.read(), re.S)


def sample(hub, key="cdk_test_1"):
    return Program(SAMPLE, {"HUB_URL": hub.url, "HUB_KEY": key})


def plain(value):
    """What the sample's JSON reader made, as Python has it."""
    if isinstance(value, Bag):
        return {name: plain(inner) for name, inner in value.values.items()}
    return [plain(one) for one in value.rows] if isinstance(value, Collection) else value


class InFolder(unittest.TestCase):
    """The sample keeps its cursor in the current folder."""

    def setUp(self):
        self.before, self.folder = os.getcwd(), tempfile.TemporaryDirectory()
        os.chdir(self.folder.name)

    def tearDown(self):
        os.chdir(self.before)
        self.folder.cleanup()


class AgainstTheProgram(InFolder):
    def test_takes_orders_ships_and_sends_stock(self):
        with Demo(BINARY, orders=8) as demo:
            fox = sample(demo, demo.key)
            waiting = demo.get("/api/v1/orders?raw=0&limit=500&since=2020-01-01&imported=false")
            taken = fox.call("TakeOrders")
            self.assertGreaterEqual(taken, len(waiting))
            self.assertGreater(taken, 7)
            for order in waiting:
                self.assertTrue(demo.get(f"/api/v1/orders/{order['id']}?raw=0")["imported_to_erp"])
            heads = [line for line in fox.printed if not line.startswith("  ")]
            first = demo.unchanged(waiting)
            self.assertIn(f"{first['id']} {first['order_number_hint']} {first['status']} {first['currency']}", heads)
            self.assertIn(f"  {first['line_items'][0]['quantity']} x {first['line_items'][0]['sku'] or '(no sku)'}", fox.printed)
            with open("crossdock_cursor.txt", encoding="ascii") as file:
                reached = file.read()
            self.assertGreater(len(reached), 10)
            # The next run goes on behind the cursor: what it prints is new or has changed since.
            fox.printed.clear()
            fox.call("TakeOrders")
            again = {int(line.split()[0]) for line in fox.printed if not line.startswith("  ")}
            self.assertLessEqual(again, demo.behind(reached))

            answer = fox.call("SendShipment", demo.order_id, "UPS", "1Z999AA10123456784")
            self.assertEqual(answer.values["nstatus"], 201)
            shipment = json.loads(answer.values["ctext"])["created_ids"][0]
            demo.until(f"/api/v1/shipments/{shipment}", lambda now: now["status"] == "succeeded")
            again = fox.call("SendShipment", demo.order_id, "UPS", "1Z999AA10123456784")
            self.assertEqual(json.loads(again.values["ctext"])["created_ids"], [shipment])
            answer = fox.call("SendStock", "shop-demo", demo.item_id, 42)
            self.assertEqual(answer.values["nstatus"], 201)
            figure = demo.get("/api/v1/inventory_updates/%d" % json.loads(answer.values["ctext"])["created_ids"][0])
            self.assertEqual((figure["item_master_id"], figure["quantity"]), (demo.item_id, 42))
            answer = fox.call("SendShipment", demo.order_id, "pigeon", 'a "quoted" \\ one')
            self.assertEqual(fox.call("HubSays", answer)[:24], "the hub answered 422: {\"")

            # The program as it stands, with orders and items that this hub does not have.
            whole = sample(demo, demo.key)
            whole.run()
            self.assertRegex("\n".join(whole.printed), r"orders taken: \d+\n(.*\n)*the hub answered 422: .*\nthe hub answered 404: .*channel not found")


class AgainstABadDay(InFolder):
    PAGE = (200, {"X-Next-Cursor": "c-1"}, '[{"id":5,"order_number_hint":null,"status":"open","currency":"EUR","line_items":[{"sku":null,"quantity":2}]}]')

    def test_sends_again_under_the_same_key(self):
        with FakeHub((503, {"Retry-After": "7"}, "busy"), None, (429, {}, "{}"), (201, {}, '{"created_ids":[7]}')) as hub:
            fox = sample(hub)
            answer = fox.call("SendShipment", 17, "UPS", "1Z9")
        self.assertEqual((answer.values["nstatus"], answer.values["ctext"]), (201, '{"created_ids":[7]}'))
        self.assertEqual(fox.waits, [7, 4, 8])
        self.assertEqual(len(hub.seen), 4)
        self.assertEqual(len({headers["Idempotency-Key"] for _, _, headers, _ in hub.seen}), 1)
        for method, path, headers, body in hub.seen:
            self.assertEqual((method, path, headers["X-Api-Key"]), ("POST", "/api/v1/shipments", "cdk_test_1"))
            self.assertEqual(json.loads(body), {"shipments": [{"remote_order_id": 17, "carrier": "UPS", "tracking_number": "1Z9"}]})
            self.assertRegex(headers["Idempotency-Key"], r"^[!-~]{10,255}$")

    def test_makes_a_new_key_for_a_new_request(self):
        with FakeHub((201, {}, "{}"), (201, {}, "{}")) as hub:
            fox = sample(hub)
            fox.call("SendStock", "shop", 1, 2)
            fox.call("SendStock", "shop", 1, 2)
        self.assertEqual(len({headers["Idempotency-Key"] for _, _, headers, _ in hub.seen}), 2)

    def test_gives_up_in_time(self):
        with FakeHub(*[None] * 9) as hub:
            fox = sample(hub)
            self.assertEqual(fox.call("SendStock", "shop", 1, 2).values["nstatus"], 0)
        self.assertEqual((len(hub.seen), fox.waits), (4, [2, 4, 8]))
        for answer in [(422, {}, '{"error":["no"]}'), (500, {}, "{}"), (429, {"Retry-After": "3600"}, "{}")]:
            with FakeHub(answer) as hub:
                fox = sample(hub)
                self.assertEqual(fox.call("SendStock", "shop", 1, 2).values["nstatus"], answer[0])
            self.assertEqual((len(hub.seen), fox.waits), (1, []))

    def test_keeps_the_cursor_only_when_the_orders_are_acknowledged(self):
        with FakeHub(self.PAGE, (422, {}, '{"error":"no"}')) as hub:
            self.assertEqual(sample(hub).call("TakeOrders"), -1)
        self.assertFalse(os.path.exists("crossdock_cursor.txt"))
        with FakeHub(self.PAGE, (200, {}, '{"updated":1}'), (200, {"X-Next-Cursor": "c-1"}, "[]")) as hub:
            fox = sample(hub)
            self.assertEqual(fox.call("TakeOrders"), 1)
        self.assertEqual(fox.printed, ["5  open EUR", "  2 x (no sku)"])
        self.assertEqual([path.split("cursor=")[-1] for _, path, _, _ in hub.seen], ["", "/api/v1/orders/ack", "c-1"])
        self.assertEqual(json.loads(hub.seen[1][3]), {"ids": [5]})
        with FakeHub((401, {}, '{"error":"no key"}')) as hub:
            fox = sample(hub)
            self.assertEqual(fox.call("TakeOrders"), -1)
        self.assertEqual(fox.printed, ['the hub answered 401: {"error":"no key"}'])
        self.assertTrue(hub.seen[0][1].endswith("cursor=c-1"))


class TheJsonReader(unittest.TestCase):
    def setUp(self):
        self.fox = Program(SAMPLE)

    def test_reads(self):
        for text, value in [
            ('{"a":1,"b":[true,false,null,"x"],"c":{"d":{}}}', {"a": 1, "b": [True, False, None, "x"], "c": {"d": {}}}),
            (' [ ] ', []), ("{ }", {}), ("[[],[[1]]]", [[], [[1]]]), ("12.50", 12.5), ('"' + "long " * 200 + '"', "long " * 200), ('"' + "x" * 199 + '\\"y"', "x" * 199 + '"y'), ("-3", -3), ("1e3", 1000), ("0", 0),
            (r'"a\"b\\c\/d\n\r\t\b\fé\u00e9\u20ac"', 'a"b\\c/d\n\r\t\b\f\u00e9\u00e9\u20ac'), ('""', ""), ('"[{"', "[{"),
            ('{"sku":"A","Two words":1,"9x":2,"é":3}', {"sku": "A", "two_words": 1, "_9x": 2, "__": 3}),
            ('{"a" : 1 ,\n\t"b" : [ 1 , 2 ] }', {"a": 1, "b": [1, 2]}),
        ]:
            with self.subTest(text):
                self.assertEqual(plain(self.fox.call("JsonRead", text)), value)

    def test_refuses_what_is_none_and_always_ends(self):
        for text in ["", " ", "{", "[", '"', '"a', '{"a"', '{"a":', '{"a":1', "[1", "[1,", "tru", "nul", "[1 2]", '{"a":1 "b":2}', "x", "{} {}", "{1:2}", '"\\', "]"]:
            with self.subTest(text), self.assertRaises(FoxError):
                self.fox.call("JsonRead", text)

    def test_writes_texts_that_any_reader_takes(self):
        for text in ['plain', 'a "b" \\ c', "two\r\nlines\tand a tab", "1Z999AA10123456784"]:
            self.assertEqual(json.loads(self.fox.call("JsonText", text)), text)
        self.assertEqual(json.loads(self.fox.call("JsonText", " a\x00b\x1f ")), "ab")


class TheReadme(InFolder):
    def test_has_examples_that_ask_for_the_same(self):
        self.assertEqual(len(README), 2)
        Program(README[0])  # with Chilkat: read, not run
        page = (200, {"X-Next-Cursor": "c-1"}, "[]")
        with FakeHub(page, (200, {}, '{"updated":2}'), (201, {}, '{"created_ids":[1]}')) as hub:
            Program(README[1].replace("http://127.0.0.1:8080", hub.url)).run()
        short = [(method, re.sub("cursor=.*", "cursor=", path), set(json.loads(body)) if body else None) for method, path, _, body in hub.seen]
        with FakeHub(AgainstABadDay.PAGE, (200, {}, '{"updated":1}'), page, (201, {}, "{}")) as hub:
            fox = sample(hub)
            fox.call("TakeOrders")
            fox.call("SendShipment", 123, "UPS", "1Z999AA10123456784")
        long = [(method, re.sub("cursor=.*", "cursor=", path), set(json.loads(body)) if body else None) for method, path, _, body in hub.seen]
        self.assertEqual(short, long[:2] + long[3:])


class TheInterpreter(unittest.TestCase):
    def test_takes_no_program_whose_blocks_are_not_closed(self):
        for bad in ["IF .T.\n? 1", "IF .T.\n? 1\nENDDO", "ENDIF", "DO WHILE .T.\nENDIF", "FUNCTION f\nRETURN 1", "TRY\nx()\nENDTRY",
                    "DO CASE\n? 1\nENDCASE", "x = ", "x = (1", "x = 'a", '? "' + "x" * 256 + '"', "TRY\nRETURN\nCATCH TO e\nENDTRY", "FOR i = 1\nENDFOR", "? 1 ;"]:
            with self.subTest(bad), self.assertRaises(Fault):
                Program(bad)

    def test_takes_no_program_that_depends_on_settings(self):
        for bad in ["x = 1", "LOCAL x\nx = 'a' = 'ab'", "? TRANSFORM(VAL('1'))", "? '' $ 'a'", "? NOSUCH(1)", "? y"]:
            with self.subTest(bad), self.assertRaises(Fault):
                Program(bad).run()


if __name__ == "__main__":
    BINARY = sys.argv.pop(1)
    unittest.main(verbosity=2)
