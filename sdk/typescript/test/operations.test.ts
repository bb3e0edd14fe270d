// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { it } from "node:test";

import { Crossdock, type CallOptions, type EventOf, type HubEvent, type OrderDetails } from "@crossdock/client";

import { FakeHub } from "./fake_hub.js";

interface Operation {
  parameters?: { in?: string; name?: string; required?: boolean }[];
  requestBody?: { required?: boolean };
}

/** Every method of the client once, with the least that it takes. */
async function callEverything(hub: Crossdock): Promise<void> {
  const drain = async (pages: AsyncIterable<unknown>) => {
    for await (const page of pages) assert.ok(page);
  };
  await hub.orders.list().toArray();
  await hub.orders.get("x");
  await hub.orders.explain("x");
  await hub.orders.events("x").toArray();
  await hub.orders.acknowledge("x");
  await hub.orders.acknowledgeAll(["x"]);
  await hub.refunds.list().toArray();
  await hub.refunds.get("x");
  await hub.refunds.acknowledge("x");
  await hub.refunds.acknowledgeAll(["x"]);
  await hub.items.list().toArray();
  await hub.items.get("x");
  await hub.inventoryUpdates.list().toArray();
  await hub.inventoryUpdates.get("x");
  await hub.inventoryUpdates.create({ channel: "shop", items: [{ item_id: "itm_1", quantity: 1 }] });
  await hub.shipments.list().toArray();
  await hub.shipments.get("x");
  await hub.shipments.create({ order_id: "ord_1", carrier: "UPS", tracking_number: "1" });
  await hub.shipments.retry("x");
  await hub.channels.list().toArray();
  await hub.channels.get("x");
  await hub.channels.test("x");
  await hub.channels.sync("x", { stream: "orders", since: new Date(0) });
  await hub.jobs.list().toArray();
  await hub.jobs.deadLetters().toArray();
  await hub.jobs.get("x");
  await hub.jobs.retry("x");
  await hub.jobs.discard("x");
  await hub.events.list().toArray();
  await hub.events.get("x");
  await hub.webhookEndpoints.list().toArray();
  await hub.webhookEndpoints.get("x");
  await hub.webhookEndpoints.create({ url: "https://erp.example.com/hooks", events: ["*"] });
  await hub.webhookEndpoints.update("x", { events: ["order.*"] });
  await hub.webhookEndpoints.delete("x");
  await hub.webhookEndpoints.pause("x");
  await hub.webhookEndpoints.resume("x");
  await hub.webhookEndpoints.rotateSecret("x");
  await hub.webhookEndpoints.test("x");
  await hub.webhookEndpoints.replay("x", { since: new Date(0) });
  await hub.webhookEndpoints.replayDelivery("x");
  await hub.webhookEndpoints.deliveries("x").toArray();
  await hub.webhookEndpoints.delivery("x");
  await hub.keys.list().toArray();
  await hub.keys.get("x");
  await hub.keys.create({ name: "x", scopes: ["erp"] });
  await hub.keys.rotate("x");
  await hub.keys.revoke("x");
  await hub.audit.list().toArray();
  await hub.v1.health();
  await hub.v1.orders.list();
  await hub.v1.orders.get(1);
  await drain(hub.v1.orders.feed());
  await hub.v1.orders.acknowledge([1]);
  await hub.v1.refunds.list({ channel: "shop" });
  await drain(hub.v1.refunds.feed({ channel: "shop" }));
  await hub.v1.refunds.acknowledge([1]);
  await hub.v1.inventoryUpdates.create("shop", [{ item_master_id: 1, quantity: 1 }]);
  await hub.v1.inventoryUpdates.get(1);
  await hub.v1.shipments.create([{ remote_order_id: 1, carrier: "UPS", tracking_number: "1" }]);
  await hub.v1.shipments.get(1);
  await hub.v1.skus.list();
  await drain(hub.v1.skus.feed());
  await hub.v1.carrierCodes();
  await hub.v1.fbaInboundShipments.list();
  await drain(hub.v1.fbaInboundShipments.feed());
  await hub.v1.fbaInboundShipments.get("x");
  await hub.v1.fbaInboundShipments.sync({ channel: "amz" });
  await hub.v1.fbaCartonPushes.list();
  await drain(hub.v1.fbaCartonPushes.feed());
  await hub.v1.fbaCartonPushes.get("x");
  await hub.v1.fbaCartonPushes.create({ channel: "amz", fba_inbound_shipment_id: "x", items: [] });
}

it("every operation of the document has its method, which asks as the document says", async () => {
  const document = JSON.parse(
    await readFile(new URL("../../../../docs/api/openapi.json", import.meta.url), "utf8"),
  ) as {
    paths: { [path: string]: { [method: string]: Operation } };
  };
  const operations = Object.entries(document.paths)
    .filter(([path]) => path.startsWith("/api/v1/") || path.startsWith("/v2/"))
    .flatMap(([path, item]) =>
      ["get", "post", "put", "patch", "delete"]
        .filter((method) => item[method])
        .map((method) => ({
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          path,
          operation: item[method]!,
        })),
    );

  const fake = await FakeHub.start();
  try {
    const object = { data: [], meta: { next_cursor: null }, shipments: [], items: [], fba_carton_pushes: [] };
    fake.answerAll((path) => ({
      body: /^\/api\/v1\/(orders|refunds)$/.test(path) ? [] : object,
      headers: { "X-Next-Cursor": "c" },
    }));
    await callEverything(new Crossdock({ baseUrl: fake.url, apiKey: "cdk_test_1" }));
  } finally {
    await fake.stop();
  }

  const fits = (template: string, path: string) =>
    new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(path);
  const parametersIn = (path: string) => path.split("{").length;
  const asked = new Set<string>();
  for (const seen of fake.seen) {
    // "/v2/orders/acknowledge" fits "/v2/orders/{id}", too: the more exact one is meant.
    const [one] = operations
      .filter(({ method, path }) => method === seen.method && fits(path, seen.path))
      .sort((a, b) => parametersIn(a.path) - parametersIn(b.path));
    assert.ok(one, `${seen.method} ${seen.path} is no operation of the document`);
    asked.add(one.name);
    assert.equal(
      seen.headers["idempotency-key"] !== undefined,
      one.method === "POST" || one.method === "PATCH",
      `${one.name}: Idempotency-Key`,
    );
    if (one.operation.requestBody?.required) assert.notEqual(seen.body, "", `${one.name} needs a body`);
    for (const parameter of one.operation.parameters ?? [])
      if (parameter.in === "query" && parameter.required)
        assert.ok(seen.query.has(parameter.name!), `${one.name} needs ${parameter.name}`);
  }
  assert.deepEqual(
    operations.map((one) => one.name).filter((name) => !asked.has(name)),
    [],
  );
  assert.ok(operations.length > 50, `only ${operations.length} operations were compared`);
});

// What follows is checked by the compiler.

/** `type` tells what `data` and `details` are. */
export function describeEvent(event: HubEvent): string {
  switch (event.type) {
    case "order.created":
    case "order.paid":
      return `${event.data?.number ?? ""} ${event.data?.total ?? "?"} ${event.data?.currency ?? ""} ${event.details.external_order_id ?? ""}`;
    case "shipment.failed":
      return `${event.data?.tracking_number ?? ""}: ${event.details.message ?? ""}`;
    case "inventory.low":
      return `${event.data?.sku ?? ""} ${event.details.quantity ?? "?"}`;
    default:
      return event.type;
  }
}

export function onlyOrders(event: EventOf<"order.created">): string {
  // @ts-expect-error an order has no tracking number
  return String(event.data?.tracking_number) + String(event.data?.number);
}

export async function whatDoesNotCompile(hub: Crossdock, options: CallOptions): Promise<OrderDetails> {
  // @ts-expect-error there is no such filter
  hub.orders.list({ acknowleged: false });
  // @ts-expect-error pages are turned by the client
  hub.orders.list({ cursor: "cur_1" });
  // @ts-expect-error no such state
  hub.jobs.list({ state: ["asleep"] });
  // @ts-expect-error the tracking number is missing
  await hub.shipments.create({ order_id: "ord_1", carrier: "UPS" });
  // @ts-expect-error a text is no quantity
  await hub.v1.inventoryUpdates.create("shop", [{ item_master_id: 1, quantity: "1" }]);
  const order = await hub.orders.get("ord_1", options);
  // @ts-expect-error it may be null
  order.total.toFixed(2);
  return order;
}
