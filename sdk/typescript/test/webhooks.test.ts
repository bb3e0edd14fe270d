// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, it } from "node:test";

import { verifySmSignature, verifyWebhook, WebhookError, type WebhookFault } from "@crossdock/client";

const secret = "whsec_" + Buffer.from("a key of thirty-two random bytes").toString("base64");
const other = "whsec_" + Buffer.from("another key of thirty-two bytes!").toString("base64");
const id = "evt_01a1d1f4d800000000002a";
const at = 1_795_000_000;
const body = JSON.stringify({
  id,
  type: "order.created",
  sequence: 42,
  data: { id: "ord_1", customer: { name: "Zoë" } },
  details: {},
});

/** Signed by node's own HMAC, which the client does not use. */
const sign = (text: string | Buffer, key = secret, seconds = at, name = id) =>
  "v1," +
  createHmac("sha256", Buffer.from(key.slice("whsec_".length), "base64"))
    .update(`${name}.${seconds}.`)
    .update(text)
    .digest("base64");
const headers = (signature = sign(body), seconds: number | string = at) => ({
  "webhook-id": id,
  "webhook-timestamp": String(seconds),
  "webhook-signature": signature,
});
const options = { now: () => at * 1000 };

const fault = (expected: WebhookFault) => (error: unknown) => {
  assert.ok(error instanceof WebhookError, String(error));
  assert.equal(error.fault, expected);
  return true;
};

describe("a webhook", () => {
  it("that is genuine gives its event", async () => {
    const event = await verifyWebhook(body, headers(), secret, options);
    assert.equal(event.type, "order.created");
    assert.equal(event.sequence, 42);
  });

  it("is taken as text or bytes, with headers of any kind", async () => {
    const bytes = Buffer.from(body);
    const inside = new Uint8Array([0, ...bytes, 0]).subarray(1, bytes.length + 1); // bytes that begin within their buffer
    for (const form of [body, bytes, new Uint8Array(bytes), new Uint8Array(bytes).buffer, inside])
      assert.equal((await verifyWebhook(form, headers(), secret, options)).id, id);
    assert.equal((await verifyWebhook(body, new Headers(headers()), secret, options)).id, id);
    const express = {
      "Webhook-Id": [id],
      "Webhook-Timestamp": String(at),
      "Webhook-Signature": sign(body),
      cookie: undefined,
    };
    assert.equal((await verifyWebhook(body, express, secret, options)).id, id);
  });

  it("fits the example that Standard Webhooks publishes", async () => {
    const example = {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    };
    const key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const then = { now: () => 1_614_265_330_000 };
    // Its signature is right, and its body no event of ours.
    await assert.rejects(verifyWebhook('{"test": 2432232314}', example, key, then), fault("bad_body"));
    await assert.rejects(verifyWebhook('{"test": 2432232315}', example, key, then), fault("bad_signature"));
  });

  it("may have several signatures, and the receiver several secrets", async () => {
    const two = `v1a,${Buffer.alloc(64).toString("base64")} ${sign(body, other)} v1,not-base64 ${sign(body)}`;
    assert.equal((await verifyWebhook(body, headers(two), secret, options)).id, id);
    assert.equal((await verifyWebhook(body, headers(), [other, secret], options)).id, id);
    await assert.rejects(verifyWebhook(body, headers(sign(body, other)), secret, options), fault("bad_signature"));
  });

  it("is refused when a single byte, the id, the time or the scheme differs", async () => {
    const refuse = (text: string, given: Record<string, string>) =>
      assert.rejects(verifyWebhook(text, given, secret, options), fault("bad_signature"));
    await refuse(body.replace("ord_1", "ord_2"), headers());
    await refuse(` ${body}`, headers());
    await refuse(body, { ...headers(), "webhook-id": "evt_2" });
    await refuse(body, headers(sign(body), at + 1));
    await refuse(body, headers(sign(body).replace("v1,", "v2,")));
    await refuse(body, headers(sign(body).slice(3)));
    await refuse(body, headers("v1,"));
    await refuse(body, headers(sign(body).slice(0, -8)));
  });

  it("is refused outside of the tolerance, on both sides", async () => {
    const verify = (seconds: number, toleranceSeconds?: number) =>
      verifyWebhook(body, headers(sign(body, secret, seconds), seconds), secret, { ...options, toleranceSeconds });
    assert.equal((await verify(at - 300)).id, id);
    assert.equal((await verify(at + 300)).id, id);
    await assert.rejects(verify(at - 301), fault("too_old"));
    await assert.rejects(verify(at + 301), fault("too_new"));
    assert.equal((await verify(at - 3600, 3600)).id, id);
    await assert.rejects(verify(at - 11, 10), fault("too_old"));
    for (const bad of ["", "now", "-1", "1e9", "1795000000.5"])
      await assert.rejects(
        verifyWebhook(body, headers(sign(body), bad), secret, options),
        fault(bad === "" ? "missing_header" : "bad_timestamp"),
      );
  });

  it("is refused without its headers", async () => {
    for (const name of ["webhook-id", "webhook-timestamp", "webhook-signature"])
      await assert.rejects(
        verifyWebhook(body, { ...headers(), [name]: undefined }, secret, options),
        fault("missing_header"),
      );
  });

  it("is refused when what is signed is no event, or another one", async () => {
    for (const text of ["", "null", "{", '{"id":"evt_x","type":"order.created"}'])
      await assert.rejects(verifyWebhook(text, headers(sign(text)), secret, options), fault("bad_body"));
    const broken = Buffer.from([0x22, 0xff, 0x22]);
    await assert.rejects(verifyWebhook(broken, headers(sign(broken)), secret, options), fault("bad_body"));
  });

  it("is believed with no empty secret, and with none that is damaged", async () => {
    const none = createHmac("sha256", "").update(`${id}.${at}.${body}`).digest("base64");
    for (const bad of ["", " ", [], ["", secret], "whsec_", "whsec_%%%"])
      await assert.rejects(verifyWebhook(body, headers(`v1,${none}`), bad, options), /secret/);
  });

  it("is no parsed object", async () => {
    await assert.rejects(verifyWebhook(JSON.parse(body) as string, headers(), secret, options), /raw/);
  });
});

describe("SM-Signature", () => {
  // The receiver's own code as its documentation has it: the secret as it was shown.
  const expected = createHmac("sha256", secret).update(body).digest("hex");

  it("that fits gives the event", async () => {
    assert.equal((await verifySmSignature(body, expected, secret)).id, id);
    assert.equal((await verifySmSignature(Buffer.from(body), expected.toUpperCase(), [other, secret])).id, id);
  });

  it("that does not is refused", async () => {
    const wrong = [
      expected.slice(2),
      expected.replace(/./, (digit) => (digit === "0" ? "1" : "0")),
      `${expected}00`,
      "zz".repeat(32),
    ];
    for (const bad of wrong) await assert.rejects(verifySmSignature(body, bad, secret), fault("bad_signature"));
    await assert.rejects(verifySmSignature(body, expected, other), fault("bad_signature"));
    await assert.rejects(verifySmSignature(`${body} `, expected, secret), fault("bad_signature"));
    for (const missing of ["", null, undefined])
      await assert.rejects(verifySmSignature(body, missing, secret), fault("missing_header"));
    await assert.rejects(verifySmSignature(body, expected, ""), /secret/);
  });
});
