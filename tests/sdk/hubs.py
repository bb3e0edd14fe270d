# SPDX-License-Identifier: Apache-2.0
"""What the samples under sdk/ are run against: the real program's demo, and a hub that answers what a test says."""
import decimal
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SKIPPED = 77  # what ctest takes for "skipped"
SDK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "sdk")


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIPPED)


class Demo:
    """`crossdock demo`, for the duration of a with block."""

    def __init__(self, binary, orders=25):
        self.process = subprocess.Popen(
            [binary, "demo", "--json", "--orders", str(orders)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def __enter__(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the demo ended before it answered")
        said = json.loads(line)
        self.url, self.key = said["base_url"], said["api_key"]
        self.order_id, self.item_id = said["order_id"], said["item_id"]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=60)
        self.process.stdout.close()

    def get(self, path):
        request = urllib.request.Request(self.url + path, headers={"X-Api-Key": self.key})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer, parse_float=decimal.Decimal)

    def behind(self, cursor):
        """The ids of all orders that came or changed after the cursor; an order that was taken once may be among them."""
        ids, cursor = set(), cursor.strip()
        while True:
            request = urllib.request.Request(
                f"{self.url}/api/v1/orders?raw=0&limit=500&cursor={urllib.parse.quote(cursor)}", headers={"X-Api-Key": self.key}
            )
            with urllib.request.urlopen(request, timeout=30) as answer:
                page, cursor = json.load(answer), answer.headers["X-Next-Cursor"]
            if not page:
                return ids
            ids |= {order["id"] for order in page}

    def unchanged(self, orders):
        """The first of them that is as it was: in a shop that lives any may have changed meanwhile."""
        def shown(order):
            return [order[name] for name in ("status", "currency", "total_amount")] + [(line["quantity"], line["sku"]) for line in order["line_items"]]

        return next(order for order in orders if shown(self.get(f"/api/v1/orders/{order['id']}?raw=0")) == shown(order))

    def until(self, path, holds):
        """Asks until the answer holds; the last one."""
        end = time.monotonic() + 60
        while True:
            answer = self.get(path)
            if holds(answer):
                return answer
            if time.monotonic() > end:
                raise AssertionError(f"not within a minute; {path} says {answer}")
            time.sleep(0.1)


class FakeHub:
    """Answers what it was given, in order: (status, headers, text), or None for a connection that ends without one."""

    def __init__(self, *answers):
        self.answers, self.seen = list(answers), []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                outer.seen.append((self.command, self.path, dict(self.headers), body.decode()))
                given = outer.answers.pop(0) if outer.answers else (500, {}, '{"error":"not expected"}')
                if given is None:
                    self.close_connection = True
                    return
                status, headers, text = given
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text.encode())), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
