// SPDX-License-Identifier: Apache-2.0
import { CrossdockError } from "./errors.js";
import type { HubEvent } from "./events.js";
import { webCrypto } from "./web_crypto.js";

export type WebhookFault = "missing_header" | "bad_timestamp" | "too_old" | "too_new" | "bad_signature" | "bad_body";

/** A request that is not to be believed. Answer 401 (400 for `bad_body`) and do nothing. */
export class WebhookError extends CrossdockError {
  override name = "WebhookError";
  constructor(
    readonly fault: WebhookFault,
    message: string,
  ) {
    super(message);
  }
}

/** The body as it came over the wire, before any JSON reader touched it. */
export type RawBody = string | Uint8Array | ArrayBuffer;
/** `Headers`, or the object that Node, Express and others give. */
export type WebhookHeaders = Headers | { readonly [name: string]: string | readonly string[] | undefined };

export interface VerifyOptions {
  /** How far the sender's time may be from ours. Standard: 300, as Standard Webhooks recommends. */
  toleranceSeconds?: number | undefined;
  /** Milliseconds since 1970; for tests. */
  now?: (() => number) | undefined;
}

/**
 * The event of a genuine request, by Standard Webhooks 1.0. Several secrets: one that fits is enough, while you
 * change over from one to the next. Throws a WebhookError, and an Error for a secret that is none.
 */
export async function verifyWebhook(
  body: RawBody,
  headers: WebhookHeaders,
  secret: string | readonly string[],
  options: VerifyOptions = {},
): Promise<HubEvent> {
  const id = headerOf(headers, "webhook-id");
  const timestamp = headerOf(headers, "webhook-timestamp");
  const signatures = headerOf(headers, "webhook-signature");
  if (!/^\d{1,12}$/.test(timestamp))
    throw new WebhookError("bad_timestamp", "webhook-timestamp is not a time in seconds");
  const bytes = bytesOf(body);
  const signed = joined([new TextEncoder().encode(`${id}.${timestamp}.`), bytes]);
  const candidates = signatures
    .split(" ")
    .filter((one) => one.startsWith("v1,"))
    .map((one) => decodeBase64(one.slice(3)))
    .filter((one): one is Uint8Array => one !== undefined);
  let genuine = false;
  for (const one of secretsOf(secret)) {
    const key = keyOf(one);
    for (const candidate of candidates) if (await isMac(key, candidate, signed)) genuine = true;
  }
  if (!genuine)
    throw new WebhookError(
      "bad_signature",
      "no signature of webhook-signature fits: another secret, or a changed body",
    );
  const tolerance = options.toleranceSeconds ?? 300;
  const age = Math.floor((options.now ?? Date.now)() / 1000) - Number(timestamp);
  if (age > tolerance)
    throw new WebhookError("too_old", `the request was signed ${age} seconds ago: a repeat, or a wrong clock`);
  if (-age > tolerance)
    throw new WebhookError("too_new", `the request is signed ${-age} seconds ahead: is this machine's clock right?`);
  const event = parse(bytes);
  if (event.id !== id) throw new WebhookError("bad_body", "webhook-id is not the id of the event");
  return event;
}

/**
 * The event of a request whose `SM-Signature` fits: hexadecimal HMAC-SHA256 of the body, with the secret as it was
 * shown. There is no time in it: drop ids that you have seen. Throws as `verifyWebhook` does.
 */
export async function verifySmSignature(
  body: RawBody,
  signature: string | null | undefined,
  secret: string | readonly string[],
): Promise<HubEvent> {
  if (!signature) throw new WebhookError("missing_header", "SM-Signature is missing");
  const bytes = bytesOf(body);
  const given = /^[0-9a-f]{64}$/i.test(signature.trim())
    ? Uint8Array.from(signature.trim().match(/../g)!, (pair) => parseInt(pair, 16))
    : undefined;
  let genuine = false;
  for (const one of secretsOf(secret))
    if (given && (await isMac(new TextEncoder().encode(one), given, bytes))) genuine = true;
  if (!genuine) throw new WebhookError("bad_signature", "SM-Signature does not fit: another secret, or a changed body");
  return parse(bytes);
}

function headerOf(headers: WebhookHeaders, name: string): string {
  let value: string | readonly string[] | null | undefined;
  if (typeof (headers as Headers).get === "function") {
    value = (headers as Headers).get(name);
  } else {
    for (const [key, one] of Object.entries(headers))
      if (key.toLowerCase() === name) value = one as string | readonly string[] | undefined;
  }
  const text = typeof value === "string" ? value : value?.length === 1 ? value[0]! : "";
  if (text === "") throw new WebhookError("missing_header", `${name} is missing`);
  return text;
}

function secretsOf(secret: string | readonly string[]): readonly string[] {
  const secrets = (typeof secret === "string" ? [secret] : secret).map((one) => one.trim());
  // Anybody can sign with an empty secret.
  if (secrets.length === 0 || secrets.some((one) => one === ""))
    throw new CrossdockError("the webhook secret is empty: it is what `crossdock webhook add` showed");
  return secrets;
}

function keyOf(secret: string): Uint8Array {
  const key = decodeBase64(secret.startsWith("whsec_") ? secret.slice("whsec_".length) : secret);
  if (key === undefined || key.length === 0)
    throw new CrossdockError("the webhook secret is none: it should be whsec_ and Base64");
  return key;
}

/** Undefined for what is not Base64. */
function decodeBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function bytesOf(body: RawBody): Uint8Array {
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (body instanceof Uint8Array) return body;
  throw new CrossdockError("the body must be the raw text or bytes, not what a JSON reader made of them");
}

function joined(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Compared by WebCrypto, in constant time. */
async function isMac(key: Uint8Array, mac: Uint8Array, message: Uint8Array): Promise<boolean> {
  const { subtle } = await webCrypto();
  if (!subtle) throw new CrossdockError("WebCrypto is missing: a page must be loaded by https");
  const imported = await subtle.importKey("raw", key as BufferSource, { name: "HMAC", hash: "SHA-256" }, false, [
    "verify",
  ]);
  return subtle.verify("HMAC", imported, mac as BufferSource, message as BufferSource);
}

function parse(bytes: Uint8Array): HubEvent {
  try {
    const event: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof event === "object" && event !== null && typeof (event as HubEvent).type === "string")
      return event as HubEvent;
  } catch {
    // told below
  }
  throw new WebhookError("bad_body", "the body is not an event in JSON");
}
