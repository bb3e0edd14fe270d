// SPDX-License-Identifier: Apache-2.0
// The client against `crossdock demo`: the real program with a simulated shop.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { ApiError, Crossdock, type EventOf, type HubEvent } from "@crossdock/client";

import { eventually, missing, Running } from "./binary.js";

interface Demo {
  base_url: string;
  api_key: string;
  order_id: number;
  item_id: number;
}

describe("the demo", { skip: missing }, () => {
  let running: Running;
  let demo: Demo;
  let hub: Crossdock;

  before(async () => {
    running = new Running(["demo", "--json", "--orders", "40"]);
    demo = JSON.parse((await running.said(/^\{.*\}$/m))[0]) as Demo;
    hub = new Crossdock({ baseUrl: demo.base_url, apiKey: demo.api_key });
    await eventually("all orders of the shop", async () =>
      (await hub.orders.list({ channel: "shop-demo" }).page()).meta.total >= 40 ? true : undefined,
    );
  });
  after(() => running?.stop());

  const refused = async (call: Promise<unknown>): Promise<ApiError> => {
    const error: unknown = await call.then(
      () => assert.fail("it was not refused"),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof ApiError, String(error));
    return error;
  };

  it("is well, and says more to a key", async () => {
    const health = await hub.v1.health();
    assert.equal(health.status, "ok");
    assert.deepEqual(health.channels?.map((one) => one.code).includes("shop-demo"), true);
    assert.equal((await new Crossdock({ baseUrl: demo.base_url }).v1.health()).channels, undefined);
  });

  it("lists each order once, whatever the pages", async () => {
    // Orders that come meanwhile are newer.
    const [newest] = await hub.orders.list({ channel: "shop-demo" }).toArray(1);
    const filters = { channel: "shop-demo", created_before: newest!.created_at };
    const whole = (await hub.orders.list({ ...filters, limit: 500 }).toArray()).map((one) => one.id);
    assert.ok(whole.length >= 30, `${whole.length} orders`);
    const ids: string[] = [];
    let pages = 0;
    for await (const page of hub.orders.list({ ...filters, limit: 7 }).pages()) {
      pages++;
      ids.push(...page.data.map((one) => one.id));
    }
    assert.ok(pages >= 5);
    assert.deepEqual(ids, whole);
  });

  it("gives every order through the feed, and takes their acknowledgement", async () => {
    const listed = (await hub.orders.list({ limit: 500 }).toArray()).map((one) => Number(one.id.slice("ord_".length)));
    const seen = new Set<number>();
    for await (const page of hub.v1.orders.feed({ raw: false, limit: 13 })) {
      for (const order of page.rows) {
        assert.equal(order.raw_payload, null);
        seen.add(order.id);
      }
      await hub.v1.orders.acknowledge(page.rows.map((one) => one.id));
    }
    assert.deepEqual(
      listed.filter((id) => !seen.has(id)),
      [],
    );
    assert.equal(await hub.v1.orders.acknowledge([demo.order_id]), 0);
    assert.equal((await hub.orders.get(`ord_${demo.order_id}`)).acknowledged, true);
  });

  it("ships once, however often it is told", async () => {
    const request = { order_id: `ord_${demo.order_id}`, carrier: "ups", tracking_number: "1Z999AA10123456784" };
    const shipment = await hub.shipments.create(request, { idempotencyKey: "parcel-1" });
    const call = { method: "POST", path: "/v2/shipments", body: request } as const;
    const again = await hub.send<{ data: { id: string } }>({ ...call, idempotencyKey: "parcel-1" });
    assert.deepEqual([again.status, again.body.data.id, again.replayed], [201, shipment.id, true]);
    const another = await hub.send<{ data: { id: string } }>(call);
    assert.deepEqual([another.body.data.id, another.replayed], [shipment.id, false]);
    const reused = await refused(
      hub.shipments.create({ ...request, carrier: "fedex" }, { idempotencyKey: "parcel-1" }),
    );
    assert.deepEqual([reused.status, reused.code], [422, "idempotency_key_reused"]);

    const pushed = await eventually("the shipment at the shop", async () => {
      const now = await hub.shipments.get(shipment.id);
      assert.notEqual(now.status, "failed", now.last_error?.message);
      return now.status === "succeeded" ? now : undefined;
    });
    assert.equal(pushed.tracking_number, "1Z999AA10123456784");
    assert.equal((await hub.orders.get(request.order_id)).shipments.length, 1);
    assert.equal((await hub.shipments.list({ order_id: request.order_id }).toArray()).length, 1);
    assert.ok((await hub.orders.explain(request.order_id)).sentence.length > 0);
  });

  it("takes stock on both surfaces", async () => {
    const [update] = await hub.inventoryUpdates.create({
      channel: "shop-demo",
      items: [{ item_id: `itm_${demo.item_id}`, quantity: 42 }],
    });
    assert.equal(update!.quantity, 42);
    const [id] = await hub.v1.inventoryUpdates.create("shop-demo", [{ item_master_id: demo.item_id, quantity: 43 }]);
    assert.equal((await hub.v1.inventoryUpdates.get(id!)).quantity, 43);
    assert.equal((await hub.items.get(`itm_${demo.item_id}`)).channel, "shop-demo");
    assert.ok((await hub.v1.skus.list({ channel: "shop-demo", raw: false, limit: 1 })).total > 0);
    assert.ok((await hub.v1.carrierCodes({ channel: "shop-demo" })).some((one) => one.code === "UPS"));
  });

  it("tells it all in its log of events, in order", async () => {
    const isShipped = (event: HubEvent): event is EventOf<"shipment.created"> => event.type === "shipment.created";
    let sequence = 0;
    let shipped: EventOf<"shipment.created"> | undefined;
    const types = new Set<string>();
    for await (const event of hub.events.follow({ type: ["order.*", "shipment.*", "inventory.updated"] })) {
      assert.ok(event.sequence > sequence);
      sequence = event.sequence;
      types.add(event.type);
      if (isShipped(event)) shipped = event;
      if (types.has("inventory.updated")) break;
    }
    assert.equal(shipped?.data?.order_id, `ord_${demo.order_id}`);
    assert.equal(shipped?.details.tracking_number, "1Z999AA10123456784");
    assert.ok(types.has("order.created") && types.has("order.acknowledged"), [...types].join());
    const story = await hub.orders.events(`ord_${demo.order_id}`).toArray();
    assert.equal(story[0]!.type, "order.created");
    assert.equal((await hub.events.get(story[0]!.id)).id, story[0]!.id);
  });

  it("refuses in its own words", async () => {
    const unknown = await refused(hub.orders.get("ord_999999"));
    assert.deepEqual([unknown.status, unknown.code], [404, "not_found"]);
    assert.match(unknown.requestId ?? "", /./);
    const faults = await refused(hub.shipments.create({ carrier: "ups", tracking_number: "" }));
    assert.equal(faults.code, "validation_failed");
    assert.deepEqual(faults.fieldErrors.map((one) => one.field).sort(), ["order_id", "tracking_number"]);
    const scope = await refused(hub.keys.list().toArray());
    assert.deepEqual([scope.status, scope.code], [403, "forbidden"]);
    const stranger = new Crossdock({
      baseUrl: demo.base_url,
      apiKey: demo.api_key.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
    });
    assert.deepEqual(
      [(await refused(stranger.orders.get("ord_1"))).code, (await refused(stranger.v1.orders.list())).code],
      ["unauthenticated", "unauthenticated"],
    );
    const missing = await refused(hub.v1.orders.get(999_999));
    assert.deepEqual([missing.code, missing.message], ["not_found", "order not found"]);
    const cursor = hub.v1.orders.feed({ cursor: "MS5vLjE" }).next();
    assert.match((await refused(cursor)).message, /start again without cursor/);
    assert.equal((await refused(hub.send({ method: "GET", path: "/v2/nothing" }))).code, "not_found");
  });
});
