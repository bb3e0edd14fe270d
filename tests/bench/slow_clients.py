#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What an ERP's poll costs while others are slow or many on purpose, over plain HTTP and over TLS.

    tests/bench/slow_clients.py build/release/crossdock [seconds]

Starts hubs of its own on loopback, polls each every 50 ms (every other time on a new connection) and prints a line for
each attack: polls, failures, median and worst latency, both also as a ratio to the quiet line of the same run, and the
hub's memory. Needs slowhttptest; ab (apache2-utils) for the flood. Machines differ and are shared: quote ratios.
"""
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time


class Hub:
    def __init__(self, binary, over_tls):
        self.folder = tempfile.mkdtemp(prefix="crossdock-slow-")
        config = os.path.join(self.folder, "crossdock.toml")
        with open(config, "w") as out:
            out.write('[server]\nlisten = "127.0.0.1:0"\n[log]\nrequests = false\n')
        command = [binary, "init", "--json", "--config", config] + (["--tls", "self-signed"] if over_tls else [])
        # A config that is there is kept, and its database is made.
        made = subprocess.run(command, capture_output=True, text=True, check=True)
        self.key = json.loads(made.stdout)["api_key"]
        self.log = open(os.path.join(self.folder, "log"), "w+")
        self.process = subprocess.Popen([binary, "serve", "--config", config], stderr=self.log)
        for _ in range(600):
            self.log.seek(0)
            found = re.search(r" ready address=127\.0\.0\.1:(\d+) scheme=(\w+)", self.log.read())
            if found:
                break
            time.sleep(0.1)
        self.port, self.scheme = int(found[1]), found[2]
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"
        self.trust = None
        if over_tls:
            self.trust = ssl.create_default_context(cafile=os.path.join(self.folder, "tls/authority.crt"))

    def connect(self):
        if self.trust:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=self.trust)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def memory(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        shutil.rmtree(self.folder)


def poll(hub, seconds, ended=lambda: False):
    took, failed, most = [], 0, 0.0
    kept = hub.connect()
    until = time.monotonic() + seconds
    while time.monotonic() < until and not ended():
        anew = len(took) % 2 == 0
        connection = hub.connect() if anew else kept
        began = time.monotonic()
        try:
            connection.request("GET", "/api/v1/orders?imported=false&limit=100", headers={"X-Api-Key": hub.key})
            answer = connection.getresponse()
            answer.read()
            failed += answer.status != 200
        except (OSError, http.client.HTTPException) as fault:
            print("   poll failed:", repr(fault), file=sys.stderr)
            failed += 1
            kept = hub.connect()
        took.append((time.monotonic() - began) * 1000)
        if anew:
            connection.close()
        most = max(most, hub.memory())
        time.sleep(0.05)
    return sorted(took), failed, most


class Sockets:
    """Connections that say `first` and then a byte of `rest` a second, opened again when they are closed."""

    def __init__(self, hub, count, first=b"", rest=b""):
        self.done = False
        self.closed = 0
        self.thread = threading.Thread(target=self.run, args=(hub, count, first, rest))
        self.thread.start()

    def run(self, hub, count, first, rest):
        slow = []
        while not self.done:
            while len(slow) < count and not self.done:
                connection = socket.create_connection(("127.0.0.1", hub.port))
                if first:
                    connection.sendall(first)
                connection.setblocking(False)
                slow.append(connection)
            began = time.monotonic()
            still = []
            for connection in slow:
                try:
                    if rest:
                        connection.send(rest)
                    if connection.recv(4096) == b"":
                        raise ConnectionError
                    still.append(connection)
                except BlockingIOError:
                    still.append(connection)
                except OSError:
                    self.closed += 1
                    connection.close()
            slow = still
            while not self.done and time.monotonic() < began + 1:
                time.sleep(0.05)
        for connection in slow:
            connection.close()

    def end(self):
        self.done = True
        self.thread.join()


def slowhttptest(*words):
    def start(hub, seconds):
        return subprocess.Popen(["slowhttptest", *words, "-l", str(seconds), "-p", "10"] + ["-u", hub.url + "/docs"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return start


def flood(*words):
    def start(hub, seconds):
        return subprocess.Popen(["ab", "-q", "-t", str(seconds), "-n", "1000000", *words, hub.url + "/healthz"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return start


def sockets(count, plain, tls):
    return lambda hub, seconds: Sockets(hub, count, *(tls if hub.trust else plain))


HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
ATTACKS = [
    ("nobody else", None),
    ("slowhttptest -H, 1000 slow headers", slowhttptest("-H", "-c", "1000", "-r", "500", "-i", "3")),
    ("slowhttptest -B, 1000 slow bodies", slowhttptest("-B", "-c", "1000", "-r", "500", "-i", "3", "-s", "8192")),
    ("slowhttptest -X, 500 slow readers of a page", slowhttptest("-X", "-c", "500", "-r", "250", "-w", "512", "-y", "1024", "-n", "5", "-z", "32", "-k", "3")),
    ("1000 idle", sockets(1000, (), ())),
    ("1000 dribbling (first line, or TLS greeting)", sockets(1000, (b"GET /", b"x"), (HELLO, b"x"))),
    ("ab -c 100, a connection a request", flood("-c", "100")),
    ("ab -c 100 -k, connections kept", flood("-c", "100", "-k")),
]


def main():
    binary = os.path.abspath(sys.argv[1])
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    for over_tls in (False, True):
        hub = Hub(binary, over_tls)
        print(f"| over {'TLS' if over_tls else 'plain HTTP'} | polls | failed | median ms | worst ms | median x | worst x | hub MB |\n|---|---|---|---|---|---|---|---|")
        poll(hub, 2)
        quiet = None
        for name, start in ATTACKS:
            if name.startswith(("slowhttptest", "ab")) and not shutil.which(name.split()[0]):
                print(f"| {name} | not installed |")
                continue
            attack = start(hub, seconds) if start else None
            if attack:
                time.sleep(1.5)
            took, failed, most = poll(hub, seconds - 2)
            if isinstance(attack, Sockets):
                attack.end()
            elif attack:
                attack.terminate()
                attack.wait()
            median, worst = took[len(took) // 2], took[-1]
            quiet = quiet or (median, worst)
            print(f"| {name} | {len(took)} | {failed} | {median:.1f} | {worst:.1f} | {median / quiet[0]:.1f} | {worst / quiet[1]:.1f} | {most:.0f} |", flush=True)
            time.sleep(1)
        hub.end()


main()
