// SPDX-License-Identifier: Apache-2.0
import { ApiError, ConnectionError, CrossdockError, errorOf, TimeoutError } from "./errors.js";
import { randomUuid } from "./web_crypto.js";

export const clientVersion = "0.1.0";
/** The version of `/v2` that the types of this client were made for. */
export const apiVersion = "2026-04-01";

export interface ClientOptions {
  /** Where the hub answers: `http://127.0.0.1:8080`, `https://hub.example.com`. */
  baseUrl: string;
  /** The key, or where to get it: a function is asked before every attempt, so that a new key needs no new client. */
  apiKey?: string | (() => string | Promise<string>) | undefined;
  /** A key is sent unencrypted to this machine only. True: to others, too, as the hub must allow in its config as well. */
  allowPlainHttp?: boolean | undefined;
  /** For one attempt, from sending to the last byte of the answer. Standard: 30 000. */
  timeoutMs?: number | undefined;
  /** How often a request is sent again at most. Standard: 4. */
  maxRetries?: number | undefined;
  /** The first wait, which doubles. Standard: 500. */
  retryDelayMs?: number | undefined;
  /** Longer than this is not waited; when the hub asks for more, the error comes at once. Standard: 60 000. */
  maxRetryDelayMs?: number | undefined;
  /** Told before each wait, for a log. */
  onRetry?: ((retry: Retry) => void) | undefined;
  /** Headers for every request: what a proxy in front of the hub wants. */
  headers?: Record<string, string> | undefined;
  /** Instead of the system's own: for tests, and for proxies. */
  fetch?: typeof globalThis.fetch | undefined;
  sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  random?: (() => number) | undefined;
  now?: (() => number) | undefined;
}

export interface Retry {
  method: string;
  path: string;
  /** 1 for the first repeat. */
  attempt: number;
  waitMs: number;
  error: CrossdockError;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
  maxRetries?: number | undefined;
  /**
   * For a POST or PATCH. Left out, the client makes one, so that its own repeats have one effect. Give your own, and store it
   * before you send, when a repeat must have one effect over a crash of your program as well. False: none is sent, and
   * the request is not repeated.
   */
  idempotencyKey?: string | false | undefined;
}

export type QueryValue = string | number | boolean | Date | readonly string[] | null | undefined;

export interface Request extends CallOptions {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Behind `baseUrl`, filled in and encoded. */
  path: string;
  query?: { readonly [name: string]: QueryValue } | undefined;
  body?: unknown;
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
  requestId: string | undefined;
  /** A stored answer to the same Idempotency-Key. */
  replayed: boolean;
}

/** What may be different a moment later, and did nothing, or does nothing twice under the same Idempotency-Key. */
const kRepeatable = new Set([408, 429, 502, 503, 504]);

function isWorthARepeat(error: CrossdockError): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof ApiError && (kRepeatable.has(error.status) || error.code === "idempotency_key_in_use");
}

/** Sends requests: key, deadlines, repeats, errors. */
export class Transport {
  readonly baseUrl: string;
  readonly #options: ClientOptions;
  readonly #fetch: typeof globalThis.fetch;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly #now: () => number;

  constructor(options: ClientOptions) {
    this.baseUrl = checkedBaseUrl(options.baseUrl, options.allowPlainHttp ?? false);
    this.#options = options;
    // Browsers want it called as a function of the window.
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#sleep = options.sleep ?? sleep;
    this.#now = options.now ?? Date.now;
  }

  /** Waits; throws the signal's reason when it is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#sleep(ms, signal);
  }

  async send<T>(request: Request): Promise<Answer<T>> {
    const takesKey = request.method === "POST" || request.method === "PATCH";
    const key =
      takesKey && request.idempotencyKey !== false ? (request.idempotencyKey ?? (await randomUuid())) : undefined;
    if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key))
      throw new CrossdockError("idempotencyKey must be 1 to 255 visible ASCII characters");
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const repeats = takesKey && key === undefined ? 0 : (request.maxRetries ?? this.#options.maxRetries ?? 4);
    for (let attempt = 1; ; attempt++) {
      let error: CrossdockError;
      try {
        return await this.#attempt<T>(request, await this.#headersOf(request, key), body);
      } catch (thrown) {
        request.signal?.throwIfAborted();
        if (thrown instanceof ApiError) thrown.attempts = attempt;
        if (!(thrown instanceof CrossdockError) || !isWorthARepeat(thrown)) throw thrown;
        error = thrown;
      }
      const waitMs = this.#waitBefore(attempt, error);
      if (attempt > repeats || waitMs === undefined) throw error;
      this.#options.onRetry?.({ method: request.method, path: request.path, attempt, waitMs, error });
      await this.#sleep(waitMs, request.signal);
    }
  }

  /** Half to the whole of a delay that doubles; what the hub asked for, and never less. Undefined: too long to wait. */
  #waitBefore(attempt: number, error: CrossdockError): number | undefined {
    const first = this.#options.retryDelayMs ?? 500;
    const most = this.#options.maxRetryDelayMs ?? 60_000;
    const random = (this.#options.random ?? Math.random)();
    const asked = error instanceof ApiError ? error.retryAfterSeconds : undefined;
    if (asked === undefined) return Math.round(Math.min(most, first * 2 ** (attempt - 1)) * (0.5 + random / 2));
    // Those who were refused together should not all be back in the same instant.
    return asked * 1000 > most ? undefined : Math.round(asked * 1000 + first * random);
  }

  async #attempt<T>(request: Request, headers: Headers, body: string | undefined): Promise<Answer<T>> {
    request.signal?.throwIfAborted();
    const controller = new AbortController();
    const timeoutMs = request.timeoutMs ?? this.#options.timeoutMs ?? 30_000;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      controller.abort();
    }, timeoutMs);
    const cancel = () => controller.abort();
    request.signal?.addEventListener("abort", cancel, { once: true });
    try {
      const response = await this.#fetch(this.#urlOf(request), {
        method: request.method,
        headers,
        redirect: "manual", // the hub never redirects, and a key must not travel on
        cache: "no-store",
        credentials: "omit",
        signal: controller.signal,
        ...(body === undefined ? {} : { body }),
      });
      return this.#read<T>(response, await response.text());
    } catch (thrown) {
      if (thrown instanceof CrossdockError) throw thrown;
      const what = `${request.method} ${request.path}`;
      if (late) throw new TimeoutError(`${what}: no answer within ${timeoutMs} ms`, { cause: thrown });
      throw new ConnectionError(`${what}: no answer from ${this.baseUrl}: ${reasonOf(thrown)}`, { cause: thrown });
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", cancel);
    }
  }

  #read<T>(response: Response, text: string): Answer<T> {
    if (response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400)) {
      throw new ApiError({
        status: response.status,
        code: "unexpected_answer",
        message: "the answer was a redirect, which the hub never gives: is baseUrl right (https, the whole address)?",
      });
    }
    let body: unknown;
    let isJson = true;
    try {
      body = text === "" ? undefined : JSON.parse(text);
    } catch {
      isJson = false;
    }
    if (!response.ok || !isJson) throw errorOf(response.status, body, response.headers, this.#now());
    return {
      status: response.status,
      headers: response.headers,
      body: body as T,
      requestId: response.headers.get("x-request-id") ?? undefined,
      replayed: response.headers.get("idempotent-replayed") === "true",
    };
  }

  #urlOf(request: Request): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value === undefined || value === null) continue;
      if (value instanceof Date) query.append(name, value.toISOString());
      else if (Array.isArray(value)) query.append(name, value.join(","));
      else query.append(name, String(value));
    }
    const text = query.toString();
    return this.baseUrl + request.path + (text === "" ? "" : `?${text}`);
  }

  async #headersOf(request: Request, idempotencyKey: string | undefined): Promise<Headers> {
    const headers = new Headers(this.#options.headers);
    headers.set("Accept", "application/json");
    if (request.path.startsWith("/v2/")) headers.set("API-Version", apiVersion);
    const { apiKey } = this.#options;
    const key = typeof apiKey === "function" ? await apiKey() : apiKey;
    if (key !== undefined) {
      // A line end in it would be an error text of the system's that shows the key.
      if (!/^[\x21-\x7e]+$/.test(key.trim()))
        throw new CrossdockError("apiKey is empty or holds blanks or other characters that no key has");
      headers.set("Authorization", `Bearer ${key.trim()}`);
    }
    if (request.body !== undefined) headers.set("Content-Type", "application/json");
    if (idempotencyKey !== undefined) headers.set("Idempotency-Key", idempotencyKey);
    // In a page it would be one more header that a preflight must allow.
    const node = (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node;
    if (node !== undefined && !headers.has("User-Agent"))
      headers.set("User-Agent", `crossdock-client/${clientVersion} node/${node}`);
    return headers;
  }
}

function reasonOf(thrown: unknown): string {
  // Node says "fetch failed", and the reason in `cause`.
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || (cause as { code?: string }).code || cause.name;
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function checkedBaseUrl(text: string, allowPlainHttp: boolean): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new CrossdockError("baseUrl is not an address: it should look like http://127.0.0.1:8080");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new CrossdockError("baseUrl must begin with http:// or https://");
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")
    throw new CrossdockError("baseUrl must hold neither user, password, query nor fragment; the key goes into apiKey");
  if (url.protocol === "http:" && !allowPlainHttp && !isThisMachine(url.hostname))
    throw new CrossdockError(
      `baseUrl would send the key unencrypted to ${url.hostname}: use https, or say allowPlainHttp: true`,
    );
  return url.origin + url.pathname.replace(/\/+$/, "");
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", cancel);
      resolve();
    }, ms);
    if (signal?.aborted) return cancel();
    signal?.addEventListener("abort", cancel, { once: true });
  });
}
