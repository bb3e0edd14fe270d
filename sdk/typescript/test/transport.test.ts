// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import {
  ApiError,
  ConnectionError,
  Crossdock,
  CrossdockError,
  TimeoutError,
  type ClientOptions,
  type Retry,
} from "@crossdock/client";

import { FakeHub } from "./fake_hub.js";

const key = "cdk_test_secret";
const shipment = { order_id: "ord_17", carrier: "UPS", tracking_number: "1Z999AA10123456784" };

describe("requests", () => {
  let fake: FakeHub;
  let waits: number[];
  let retries: Retry[];

  beforeEach(async () => {
    fake = await FakeHub.start();
    waits = [];
    retries = [];
  });
  afterEach(async () => {
    await fake.stop();
  });

  /** A client that does not wait, but says how long it would have; its chance is always in the middle. */
  const client = (options: Partial<ClientOptions> = {}) =>
    new Crossdock({
      baseUrl: fake.url,
      apiKey: key,
      random: () => 0.5,
      sleep: async (ms) => void waits.push(ms),
      onRetry: (retry) => retries.push(retry),
      ...options,
    });

  const refused = async (call: Promise<unknown>): Promise<ApiError> => {
    const error = await call.then(
      () => assert.fail("it was not refused"),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ApiError, String(error));
    return error;
  };

  it("carry the key, the version and what they want", async () => {
    fake.answer({ body: { data: { id: "ord_17" } } });
    assert.equal((await client().orders.get("ord_17")).id, "ord_17");
    const [seen] = fake.seen;
    assert.equal(seen!.method, "GET");
    assert.equal(seen!.path, "/v2/orders/ord_17");
    assert.equal(seen!.headers.authorization, `Bearer ${key}`);
    assert.equal(seen!.headers["api-version"], "2026-04-01");
    assert.equal(seen!.headers["idempotency-key"], undefined);
    assert.match(seen!.headers["user-agent"]!, /^crossdock-client\//);
  });

  it("keep the path of a proxy in front, and encode what stands in paths", async () => {
    fake.answer({ body: { data: {} } });
    await client({ baseUrl: `${fake.url}/hub/` }).channels.get("a/b?c");
    assert.equal(fake.seen[0]!.path, "/hub/v2/channels/a%2Fb%3Fc");
  });

  it("ask a function for the key before every attempt", async () => {
    const keys = ["old", "new"];
    fake.answer({ status: 503 }, { body: { data: {} } });
    await client({ apiKey: async () => keys.shift()! }).orders.get("ord_1");
    assert.deepEqual(
      fake.seen.map((one) => one.headers.authorization),
      ["Bearer old", "Bearer new"],
    );
  });

  it("never show the key in an error", async () => {
    for (const bad of ["", "two words", "line\nend"]) {
      await assert.rejects(client({ apiKey: bad }).orders.get("ord_1"), (error: Error) => {
        assert.ok(error instanceof CrossdockError);
        assert.ok(bad === "" || !error.message.includes(bad));
        return true;
      });
    }
    assert.equal(fake.seen.length, 0);
  });

  it("write times and several words as the hub reads them", async () => {
    fake.answer({ body: { data: [], meta: { total: 0, total_is_exact: true, limit: 5, next_cursor: null } } });
    await client()
      .orders.list({
        created_after: new Date("2026-11-20T00:00:00Z"),
        status: ["pending", "fulfilled"],
        acknowledged: false,
        limit: 5,
      })
      .toArray();
    assert.equal(
      String(fake.seen[0]!.query),
      "created_after=2026-11-20T00%3A00%3A00.000Z&status=pending%2Cfulfilled&acknowledged=false&limit=5",
    );
  });

  describe("are repeated", () => {
    it("after 429 and 503, waiting longer each time", async () => {
      fake.answer({ status: 503 }, { status: 503 }, { status: 429 }, { body: { data: { id: "ord_1" } } });
      assert.equal((await client().orders.get("ord_1")).id, "ord_1");
      assert.deepEqual(waits, [375, 750, 1500]); // three quarters of 500, 1000, 2000
      assert.deepEqual(
        retries.map((one) => [one.method, one.path, one.attempt]),
        [
          ["GET", "/v2/orders/ord_1", 1],
          ["GET", "/v2/orders/ord_1", 2],
          ["GET", "/v2/orders/ord_1", 3],
        ],
      );
    });

    it("within the bounds of chance", async () => {
      for (const [chance, wait] of [
        [0, 250],
        [0.999999, 500],
      ] as const) {
        waits = [];
        fake.answer({ status: 503 }, { body: { data: {} } });
        await client({ random: () => chance }).orders.get("ord_1");
        assert.deepEqual(waits, [wait]);
      }
    });

    it("no sooner than Retry-After says, in seconds or as a date", async () => {
      const now = Date.parse("2026-11-20T12:00:00Z");
      fake.answer(
        { status: 429, headers: { "Retry-After": "7" } },
        { status: 503, headers: { "Retry-After": "Fri, 20 Nov 2026 12:00:09 GMT" } },
        { status: 503, headers: { "Retry-After": "Fri, 20 Nov 2026 11:00:00 GMT" } },
        { body: { data: {} } },
      );
      await client({ now: () => now }).orders.get("ord_1");
      assert.deepEqual(waits, [7250, 9250, 250]);
    });

    it("not at all when the hub asks for more than the caller will wait", async () => {
      fake.answer({ status: 429, headers: { "Retry-After": "3600" } });
      const error = await refused(client().orders.get("ord_1"));
      assert.equal(error.retryAfterSeconds, 3600);
      assert.deepEqual(waits, []);
    });

    it("so often and no oftener", async () => {
      fake.answer(...Array.from({ length: 9 }, () => ({ status: 503 })));
      const error = await refused(client({ maxRetries: 2 }).orders.get("ord_1"));
      assert.equal(error.status, 503);
      assert.equal(fake.seen.length, 3);
      await refused(client().orders.get("ord_1", { maxRetries: 0 }));
      assert.equal(fake.seen.length, 4);
    });

    it("after a connection that broke, before or within the answer", async () => {
      fake.answer("reset", "half", { body: { data: { id: "ord_1" } } });
      assert.equal((await client().orders.get("ord_1")).id, "ord_1");
      assert.equal(fake.seen.length, 3);
      assert.ok(retries.every((one) => one.error instanceof ConnectionError));
    });

    it("as the same request, with the same Idempotency-Key", async () => {
      fake.answer("reset", { status: 503 }, { status: 201, body: { data: { id: "shp_1" } } });
      assert.equal((await client().shipments.create(shipment)).id, "shp_1");
      const keys = fake.seen.map((one) => one.headers["idempotency-key"]);
      assert.match(String(keys[0]), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.deepEqual(keys, [keys[0], keys[0], keys[0]]);
      assert.deepEqual(
        fake.seen.map((one) => JSON.parse(one.body)),
        [shipment, shipment, shipment],
      );
    });

    it("while the first one still runs", async () => {
      fake.answer(
        {
          status: 409,
          headers: { "Retry-After": "1" },
          body: { error: { code: "idempotency_key_in_use", message: "runs", details: {} } },
        },
        { status: 201, body: { data: { id: "shp_1" } } },
        {
          status: 409,
          headers: { "Retry-After": "1" },
          body: { error: "a request with this Idempotency-Key still runs" },
        },
        { status: 201, body: { created_ids: [7] } },
      );
      await client().shipments.create(shipment);
      await client().v1.shipments.create([{ remote_order_id: 17, carrier: "UPS", tracking_number: "1" }]);
      assert.deepEqual(waits, [1250, 1250]);
    });

    it("with another key for another request", async () => {
      fake.answer({ status: 201, body: { data: {} } }, { status: 201, body: { data: {} } });
      await client().shipments.create(shipment);
      await client().shipments.create(shipment);
      assert.notEqual(fake.seen[0]!.headers["idempotency-key"], fake.seen[1]!.headers["idempotency-key"]);
    });

    it("with the caller's key, when there is one", async () => {
      fake.answer({ status: 503 }, { status: 201, body: { data: {} } });
      await client().shipments.create(shipment, { idempotencyKey: "parcel-9" });
      assert.deepEqual(
        fake.seen.map((one) => one.headers["idempotency-key"]),
        ["parcel-9", "parcel-9"],
      );
      await assert.rejects(client().shipments.create(shipment, { idempotencyKey: "two words" }), /visible ASCII/);
    });

    it("never without a key, when they write", async () => {
      for (const failure of [{ status: 503 }, "reset"] as const) {
        fake.answer(failure);
        await assert.rejects(client().shipments.create(shipment, { idempotencyKey: false }), CrossdockError);
      }
      assert.deepEqual(
        fake.seen.map((one) => one.headers["idempotency-key"]),
        [undefined, undefined],
      );
    });

    it("when they delete, where gone means that the lost answer was a yes", async () => {
      const gone = {
        status: 404,
        body: { error: { code: "not_found", message: "webhook endpoint not found", details: {} } },
      };
      fake.answer("reset", gone);
      await client().webhookEndpoints.delete("whe_1");
      assert.deepEqual(
        fake.seen.map((one) => [one.method, one.headers["idempotency-key"]]),
        [
          ["DELETE", undefined],
          ["DELETE", undefined],
        ],
      );
      fake.answer(gone);
      assert.equal((await refused(client().webhookEndpoints.delete("whe_1"))).attempts, 1);
    });

    it("with a key when they change, too", async () => {
      fake.answer({ status: 503 }, { body: { data: { id: "whe_1" } } });
      await client().webhookEndpoints.update("whe_1", { events: ["*"] });
      assert.deepEqual(
        fake.seen.map((one) => one.method),
        ["PATCH", "PATCH"],
      );
      assert.ok(fake.seen[0]!.headers["idempotency-key"]);
      assert.equal(fake.seen[0]!.headers["idempotency-key"], fake.seen[1]!.headers["idempotency-key"]);
    });

    it("never after an answer that will stay", async () => {
      for (const status of [400, 401, 403, 404, 405, 409, 413, 415, 422, 500]) {
        fake.answer({ status, body: { error: { code: "any", message: "no", details: {} } } });
        assert.equal((await refused(client().orders.get("ord_1"))).status, status);
      }
      assert.equal(fake.seen.length, 10);
    });
  });

  describe("end", () => {
    it("in time when nothing comes", async () => {
      fake.answer("silence", "silence");
      await assert.rejects(client({ timeoutMs: 40, maxRetries: 1 }).orders.get("ord_1"), (error: Error) => {
        assert.ok(error instanceof TimeoutError);
        assert.equal(error.message, "GET /v2/orders/ord_1: no answer within 40 ms");
        return true;
      });
      // Not what has arrived: a machine that sleeps may end an attempt before it is on its way.
      assert.deepEqual(
        retries.map((one) => one.error.name),
        ["TimeoutError"],
      );
    });

    it("when the caller says so, with the caller's reason", async () => {
      const stop = new AbortController();
      fake.answer({ status: 503 });
      const call = client({
        sleep: (_ms, signal) =>
          new Promise((_resolve, reject) => {
            signal!.addEventListener("abort", () => reject(signal!.reason as Error));
            stop.abort(new Error("enough"));
          }),
      }).orders.get("ord_1", { signal: stop.signal });
      await assert.rejects(call, /enough/);
      await assert.rejects(client().orders.get("ord_1", { signal: stop.signal }), /enough/);
      assert.equal(fake.seen.length, 1);
    });

    it("at once when nobody listens, saying where", async () => {
      const url = fake.url;
      await fake.stop();
      await assert.rejects(client({ baseUrl: url, maxRetries: 0 }).orders.get("ord_1"), (error: Error) => {
        assert.ok(error instanceof ConnectionError);
        assert.match(error.message, /ECONNREFUSED/);
        assert.ok(error.message.includes(url));
        return true;
      });
      fake = await FakeHub.start();
    });
  });

  describe("that fail", () => {
    it("say what /v2 says", async () => {
      fake.answer({
        status: 422,
        body: {
          error: {
            code: "validation_failed",
            message: "the request has 2 faults",
            details: {
              errors: [
                { field: "carrier", message: "is missing" },
                { field: "items[0].qty", message: "is no number" },
              ],
            },
            request_id: "5f0c",
          },
        },
      });
      const error = await refused(client().shipments.create(shipment));
      assert.equal(error.code, "validation_failed");
      assert.equal(error.message, "the request has 2 faults");
      assert.equal(error.requestId, "5f0c");
      assert.deepEqual(
        error.fieldErrors.map((one) => one.field),
        ["carrier", "items[0].qty"],
      );
      assert.equal(error.name, "ApiError");
    });

    it("say what /api/v1 says, one sentence or several", async () => {
      fake.answer(
        { status: 404, body: { error: "order not found" } },
        { status: 422, body: { error: ["first", "second"] } },
      );
      const one = await refused(client().v1.orders.get(5));
      assert.deepEqual([one.code, one.message, one.requestId], ["not_found", "order not found", "req-1"]);
      const several = await refused(client().v1.orders.acknowledge([5]));
      assert.deepEqual([several.code, several.message], ["validation_failed", "first; second"]);
      assert.deepEqual(several.messages, ["first", "second"]);
    });

    it("say what is wrong when health does", async () => {
      fake.answer({
        status: 503,
        body: { status: "unavailable", time: "2026-11-20T12:00:00Z", details: [{ code: "disk_full" }] },
      });
      const error = await refused(client().v1.health());
      assert.deepEqual([error.code, error.details["details"]], ["unavailable", [{ code: "disk_full" }]]);
      assert.equal(fake.seen.length, 1);
    });

    it("tell whatever stands between from the hub", async () => {
      fake.answer(
        { status: 418, text: "<html>teapot</html>" },
        { status: 200, text: "<html>log in</html>" },
        { status: 302, headers: { Location: "http://127.0.0.1:1/" } },
      );
      for (const status of [418, 200, 302]) {
        const error = await refused(client().orders.get("ord_1"));
        assert.deepEqual([error.status, error.code], [status, "unexpected_answer"]);
      }
      assert.equal(fake.seen.length, 3);
    });
  });

  it("go nowhere with a base address that would tell the key to others", () => {
    for (const bad of [
      "hub",
      "ftp://127.0.0.1",
      "http://user:word@127.0.0.1",
      "http://127.0.0.1/?key=1",
      "http://192.168.1.9:8080",
      "http://localhost.example.com",
    ])
      assert.throws(() => new Crossdock({ baseUrl: bad }), CrossdockError, bad);
    for (const good of [
      "http://127.0.0.1:8080",
      "http://localhost:8080",
      "http://[::1]:8080",
      "https://hub.example.com",
    ])
      assert.ok(new Crossdock({ baseUrl: good }));
    assert.ok(new Crossdock({ baseUrl: "http://192.168.1.9:8080", allowPlainHttp: true }));
  });
});
