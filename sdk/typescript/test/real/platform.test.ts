// SPDX-License-Identifier: Apache-2.0
// The client against `crossdock serve`: webhooks to a receiver of ours, rate limits, keys.
import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";

import { ApiError, Crossdock, verifySmSignature, verifyWebhook, WebhookError } from "@crossdock/client";

import { eventually, missing, Running } from "./binary.js";

const config = `[server]
listen = "127.0.0.1:0"
[database]
path = "crossdock.db"
[webhooks]
allow = ["127.0.0.1/32"]
[plans.small]
burst_per_minute = 2
`;

describe("a hub", { skip: missing }, () => {
  let running: Running;
  let baseUrl: string;
  let receiver: Server;
  const received: { headers: IncomingHttpHeaders; body: Buffer }[] = [];

  const makeKey = (...more: string[]) =>
    running.command<{ key: string; key_id: string }>("key", "create", "--name", "sdk", ...more);

  before(async () => {
    running = new Running(["serve"], config);
    baseUrl = `http://${(await running.said(/ address=(127\.0\.0\.1:\d+)/))[1]!}`;
    receiver = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        received.push({ headers: request.headers, body: Buffer.concat(parts) });
        response.writeHead(200).end("thanks");
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    receiver?.closeAllConnections();
    receiver?.close();
    await running?.stop();
  });

  it("signs what it sends so that both checks find it genuine, also while the secret changes", async () => {
    const hub = new Crossdock({
      baseUrl,
      apiKey: (await makeKey("--scopes", "webhooks:admin audit:read events:read")).key,
    });
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
    const { endpoint, secret } = await running.command<{ endpoint: string; secret: string }>(
      "webhook",
      "add",
      url,
      "--events",
      "key.*",
      "--name",
      "sdk",
    );
    await running.command("webhook", "test", endpoint);
    const test = await eventually("a test message", async () => received[0]);
    const event = await verifyWebhook(test.body, test.headers, secret);
    assert.equal(event.type, "webhook.test");
    assert.equal((await verifySmSignature(test.body, test.headers["sm-signature"] as string, secret)).id, event.id);
    await assert.rejects(
      verifyWebhook(Buffer.concat([test.body, Buffer.from(" ")]), test.headers, secret),
      WebhookError,
    );

    const rotated = await running.command<{ secret: string }>("webhook", "rotate", endpoint);
    assert.notEqual(rotated.secret, secret);
    const made = await makeKey("--scopes", "orders:read");
    const told = await eventually("an event", async () => received[1]);
    assert.equal(String(told.headers["webhook-signature"]).split(" ").length, 2);
    for (const good of [secret, rotated.secret, [rotated.secret, secret]]) {
      const created = await verifyWebhook(told.body, told.headers, good);
      assert.ok(created.type === "key.created");
      assert.equal(created.details.key_id, made.key_id);
      assert.deepEqual((await hub.events.get(created.id)).details, created.details);
    }

    const [listed] = await hub.webhookEndpoints.list().toArray();
    assert.deepEqual([listed?.id, listed?.url, listed?.state], [endpoint, url, "active"]);
    const delivery = await eventually("its delivery", async () => {
      const [one] = await hub.webhookEndpoints.deliveries(endpoint, { state: "succeeded" }).toArray();
      return one && one.event_type === "key.created" ? hub.webhookEndpoints.delivery(one.id) : undefined;
    });
    assert.deepEqual(
      delivery.attempts.map((one) => [one.status, one.answer]),
      [[200, "thanks"]],
    );
    const actions = (await hub.audit.list().toArray()).map((one) => one.action);
    assert.ok(
      actions.some((one) => one.startsWith("webhook")),
      actions.join(),
    );
  });

  it("limits a key with a plan, and the client waits as it was asked to", async () => {
    const waits: number[] = [];
    const enough = new Error("enough");
    const sleep = async (ms: number) => {
      waits.push(ms);
      if (waits.length === 2) throw enough;
    };
    const hub = new Crossdock({ baseUrl, apiKey: (await makeKey("--plan", "small")).key, random: () => 0, sleep });
    // Two a minute: whatever minute it is, five calls meet the limit.
    await assert.rejects(async () => {
      for (let i = 0; i < 5; i++) await hub.v1.carrierCodes();
    }, enough);
    for (const ms of waits) assert.ok(ms >= 1000 && ms <= 60_000 && ms % 1000 === 0, String(ms));
  });

  it("lets endpoints be made, tried, changed and removed by whoever may", async () => {
    const hub = new Crossdock({ baseUrl, apiKey: (await makeKey("--scopes", "webhooks:admin")).key });
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/other`;
    const made = await hub.webhookEndpoints.create({ url, events: ["order.*"], headers: { "X-Who": "sdk" } });
    assert.equal(made.state, "active");
    const test = await hub.webhookEndpoints.test(made.id);
    assert.equal(test.attempt?.status, 200);
    const told = received.find((one) => one.headers["webhook-id"] === test.event_id)!;
    assert.equal(told.headers["x-who"], "sdk");
    assert.equal((await verifyWebhook(told.body, told.headers, made.secret!)).type, "webhook.test");
    assert.deepEqual((await hub.webhookEndpoints.update(made.id, { events: ["*"], name: "all" })).events, ["*"]);
    assert.equal((await hub.webhookEndpoints.pause(made.id)).state, "paused");
    assert.equal((await hub.webhookEndpoints.resume(made.id)).state, "active");
    const rotated = await hub.webhookEndpoints.rotateSecret(made.id, { overlap_seconds: 0 });
    assert.match(rotated.secret!, /^whsec_/);
    assert.notEqual(rotated.secret, made.secret);
    assert.ok((await hub.webhookEndpoints.replayAll(made.id, { since: new Date(0), types: ["key.created"] })) >= 1);
    const again = await eventually("a replayed event under the new secret", async () =>
      received.find((one) => one.headers["x-who"] === "sdk" && String(one.body).includes("key.created")),
    );
    assert.equal((await verifyWebhook(again.body, again.headers, rotated.secret!)).type, "key.created");
    await assert.rejects(verifyWebhook(again.body, again.headers, made.secret!), WebhookError);
    await hub.webhookEndpoints.delete(made.id);
    await assert.rejects(hub.webhookEndpoints.get(made.id), /no such/);
  });

  it("lets keys be made and replaced by whoever may", async () => {
    const admin = new Crossdock({ baseUrl, apiKey: (await makeKey("--scopes", "keys:admin")).key });
    const made = await admin.keys.create({
      name: "warehouse",
      scopes: ["orders:read"],
      expires_at: new Date(Date.now() + 9e8),
    });
    assert.deepEqual(made.scopes, ["orders:read"]);
    const rotated = await admin.keys.rotate(made.id, { overlap_seconds: 0 });
    const listAs = (apiKey: string) => new Crossdock({ baseUrl, apiKey }).orders.list().toArray();
    assert.deepEqual(await listAs(rotated.secret!), []);
    await assert.rejects(listAs(made.secret!), (error: Error) => error instanceof ApiError && error.status === 401);
    assert.equal((await admin.keys.get(made.id)).successor, rotated.id);
  });

  it("revokes a key at once", async () => {
    const admin = new Crossdock({ baseUrl, apiKey: (await makeKey("--scopes", "keys:admin")).key });
    const { key, key_id } = await makeKey("--scopes", "erp");
    const hub = new Crossdock({ baseUrl, apiKey: key });
    assert.deepEqual(await hub.orders.list().toArray(), []);
    assert.equal((await admin.keys.get(key_id)).active, true);
    assert.equal((await admin.keys.revoke(key_id)).active, false);
    await assert.rejects(
      hub.orders.list().toArray(),
      (error: Error) => error instanceof ApiError && error.code === "unauthenticated",
    );
    assert.ok((await admin.keys.list().toArray()).some((one) => one.id === key_id && one.revoked_at !== null));
  });

  it("that stops in the middle is waited for, and asked again", async () => {
    const other = new Running(["serve"], config);
    const url = `http://${(await other.said(/ address=(127\.0\.0\.1:\d+)/))[1]!}`;
    const { key } = await other.command<{ key: string }>("key", "create", "--name", "sdk");
    await other.stop();
    const asked: string[] = [];
    const hub = new Crossdock({
      baseUrl: url,
      apiKey: key,
      sleep: async () => {},
      onRetry: (retry) => asked.push(retry.error.name),
    });
    await assert.rejects(hub.orders.list().toArray(), /no answer from/);
    assert.deepEqual(asked, ["ConnectionError", "ConnectionError", "ConnectionError", "ConnectionError"]);
  });
});
