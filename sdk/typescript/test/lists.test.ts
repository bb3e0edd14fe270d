// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";

import { Crossdock } from "@crossdock/client";

import { FakeHub } from "./fake_hub.js";

let fake: FakeHub;
let hub: Crossdock;
let waits: number[];

beforeEach(async () => {
  fake = await FakeHub.start();
  waits = [];
  hub = new Crossdock({
    baseUrl: fake.url,
    apiKey: "cdk_test_1",
    random: () => 0,
    sleep: async (ms) => void waits.push(ms),
  });
});
afterEach(() => fake.stop());

const page = (ids: string[], next: string | null) => ({
  body: { data: ids.map((id) => ({ id })), meta: { total: 9, total_is_exact: true, limit: 2, next_cursor: next } },
});
const queries = () => fake.seen.map((one) => String(one.query));

describe("a list of /v2", () => {
  it("is read row by row, over short and empty pages, to the page without next_cursor", async () => {
    fake.answer(page(["ord_3", "ord_2"], "cur_a"), page([], "cur_b"), page(["ord_1"], null));
    const ids: string[] = [];
    for await (const order of hub.orders.list({ channel: "shop-us", limit: 2 })) ids.push(order.id);
    assert.deepEqual(ids, ["ord_3", "ord_2", "ord_1"]);
    assert.deepEqual(queries(), [
      "channel=shop-us&limit=2",
      "channel=shop-us&limit=2&cursor=cur_a",
      "channel=shop-us&limit=2&cursor=cur_b",
    ]);
  });

  it("asks for no page that nobody reads", async () => {
    const list = hub.orders.list();
    assert.equal(fake.seen.length, 0);
    fake.answer(page(["ord_2", "ord_1"], "cur_a"));
    assert.deepEqual(
      (await list.toArray(2)).map((one) => one.id),
      ["ord_2", "ord_1"],
    );
    assert.deepEqual(await list.toArray(0), []);
    assert.equal(fake.seen.length, 1);
  });

  it("is read page by page, by hand, too", async () => {
    fake.answer(page(["ord_2"], "cur_a"), page(["ord_1"], null));
    const list = hub.orders.list({ acknowledged: false });
    const first = await list.page();
    assert.equal(first.meta.total, 9);
    const second = await list.page(first.meta.next_cursor!);
    assert.deepEqual(
      second.data.map((one) => one.id),
      ["ord_1"],
    );
    assert.deepEqual(queries(), ["acknowledged=false", "acknowledged=false&cursor=cur_a"]);
  });

  it("ends with an error rather than never when it does not go on", async () => {
    fake.answer(page(["ord_1"], "cur_a"), page(["ord_1"], "cur_a"));
    await assert.rejects(hub.orders.list().toArray(), /does not go on/);
  });

  it("repeats a page that failed and loses none", async () => {
    fake.answer(page(["ord_2"], "cur_a"), { status: 503 }, "reset", page(["ord_1"], null));
    assert.deepEqual(
      (await hub.orders.list().toArray()).map((one) => one.id),
      ["ord_2", "ord_1"],
    );
    assert.deepEqual(waits, [250, 500]);
  });
});

describe("a replay", () => {
  it("is asked for until all of it is queued", async () => {
    const report = (queued: number, next: string | null) => ({
      status: 202,
      body: { data: { queued, unknown: [], next_after: next } },
    });
    fake.answer(report(200, "evt_2"), report(0, "evt_3"), report(7, null));
    const since = new Date("2026-11-20T09:00:00Z");
    assert.equal(await hub.webhookEndpoints.replayAll("whe_1", { since, undelivered: true }), 207);
    assert.deepEqual(
      fake.seen.map((one) => (JSON.parse(one.body) as { after: string | null }).after),
      [null, "evt_2", "evt_3"],
    );
    assert.ok(fake.seen.every((one) => one.body.includes('"since":"2026-11-20T09:00:00.000Z","undelivered":true')));
    assert.equal(new Set(fake.seen.map((one) => one.headers["idempotency-key"])).size, 3);
  });
});

describe("the log of events", () => {
  it("is followed behind the last event seen, whatever its pages were", async () => {
    const stop = new AbortController();
    fake.answer(page(["evt_1", "evt_2"], "cur_a"), page(["evt_3"], null), page([], null), page(["evt_4"], null));
    const seen: string[] = [];
    for await (const event of hub.events.follow({
      after: "evt_0",
      type: ["order.*", "refund.created"],
      everyMs: 777,
      signal: stop.signal,
    })) {
      seen.push(event.id);
      if (event.id === "evt_4") break;
    }
    assert.deepEqual(seen, ["evt_1", "evt_2", "evt_3", "evt_4"]);
    assert.deepEqual(
      fake.seen.map((one) => [one.query.get("after"), one.query.get("cursor"), one.query.get("type")]),
      [
        ["evt_0", null, "order.*,refund.created"],
        [null, "cur_a", "order.*,refund.created"],
        ["evt_3", null, "order.*,refund.created"],
        ["evt_3", null, "order.*,refund.created"],
      ],
    );
    assert.deepEqual(waits, [777, 777]);
  });

  it("is followed until the caller has enough", async () => {
    const stop = new AbortController();
    fake.answer(page(["evt_1"], null));
    const follow = async () => {
      for await (const event of hub.events.follow({ signal: stop.signal }))
        stop.abort(new Error(`enough after ${event.id}`));
    };
    await assert.rejects(follow(), /enough after evt_1/);
    assert.equal(fake.seen.length, 1);
  });
});

describe("the gapless feed of /api/v1", () => {
  const rows = (ids: number[], cursor: string) => ({
    body: ids.map((id) => ({ id })),
    headers: { "X-Next-Cursor": cursor },
  });

  it("begins at the very beginning, goes on by cursor, and ends at an empty page", async () => {
    fake.answer(rows([1, 2], "c1"), rows([3], "c2"), rows([], "c2"));
    const got: [number[], string][] = [];
    for await (const one of hub.v1.orders.feed({ channel: "shop-us", raw: false }))
      got.push([one.rows.map((row) => row.id), one.cursor]);
    assert.deepEqual(got, [
      [[1, 2], "c1"],
      [[3], "c2"],
    ]);
    assert.deepEqual(queries(), [
      "channel=shop-us&raw=0&cursor=",
      "channel=shop-us&raw=0&cursor=c1",
      "channel=shop-us&raw=0&cursor=c2",
    ]);
  });

  it("goes on where it was left", async () => {
    fake.answer(rows([7], "c8"), rows([], "c8"));
    for await (const one of hub.v1.orders.feed({ cursor: "c7" })) assert.equal(one.cursor, "c8");
    assert.deepEqual(queries(), ["cursor=c7", "cursor=c8"]);
  });

  it("is followed for ever when that is asked for", async () => {
    fake.answer(rows([], "c0"), rows([], "c0"), rows([1], "c1"));
    for await (const one of hub.v1.orders.feed({ followEveryMs: 5000 })) {
      assert.equal(one.cursor, "c1");
      break;
    }
    assert.deepEqual(waits, [5000, 5000]);
  });

  it("has all items, also those that went, of lists inside an object", async () => {
    fake.answer({ body: { total: 1, limit: 100, offset: 0, items: [{ id: 4 }] }, headers: { "X-Next-Cursor": "c1" } });
    for await (const one of hub.v1.skus.feed()) {
      assert.deepEqual(
        one.rows.map((row) => row.id),
        [4],
      );
      break;
    }
    assert.deepEqual(queries(), ["status=all&cursor="]);
  });

  it("ends with an error rather than never when it does not go on, or is no feed", async () => {
    const read = async () => {
      for await (const one of hub.v1.orders.feed({ cursor: "c1" })) assert.ok(one);
    };
    fake.answer(rows([1], "c1"));
    await assert.rejects(read(), /does not go on/);
    fake.answer({ body: [] });
    await assert.rejects(read(), /X-Next-Cursor/);
  });
});
