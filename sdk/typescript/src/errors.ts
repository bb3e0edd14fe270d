// SPDX-License-Identifier: Apache-2.0

/** Whatever this client throws itself, except for what an `AbortSignal` of the caller's was aborted with. */
export class CrossdockError extends Error {
  override name = "CrossdockError";
}

/** No whole answer came: refused, reset, name unknown, cut off. Whether the request was carried out is not known. */
export class ConnectionError extends CrossdockError {
  override name = "ConnectionError";
}

/** No whole answer came within `timeoutMs`. Whether the request was carried out is not known. */
export class TimeoutError extends ConnectionError {
  override name = "TimeoutError";
}

/** The documented codes of `/v2`; those of `/api/v1` are derived from the status. More may come: treat others as failures. */
export type ErrorCode =
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "validation_failed"
  | "rate_limited"
  | "internal_error"
  | "bad_request"
  | "conflict"
  | "idempotency_key_in_use"
  | "idempotency_key_reused"
  | "method_not_allowed"
  | "payload_too_large"
  | "unsupported_media_type"
  | "request_timeout"
  | "unavailable"
  /** Not the hub's: whatever stands between answered, a proxy for instance. */
  | "unexpected_answer";

/** One fault of a request: which member or parameter, and what is wrong with it. */
export interface FieldError {
  field: string;
  message: string;
}

export interface ApiErrorFields {
  status: number;
  code: ErrorCode | (string & {});
  message: string;
  details?: Record<string, unknown> | undefined;
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
  messages?: string[] | undefined;
}

/** The hub answered, and it was no success. */
export class ApiError extends CrossdockError {
  override name = "ApiError";
  readonly status: number;
  /** For programs; never changes. */
  readonly code: ErrorCode | (string & {});
  readonly details: Record<string, unknown>;
  /** The hub's log tells of the request under it. */
  readonly requestId: string | undefined;
  /** How long the hub asked to wait. */
  readonly retryAfterSeconds: number | undefined;
  /** Every sentence of the answer; `/api/v1` may have several. `message` is them all. */
  readonly messages: readonly string[];
  /** How often the request was sent. */
  attempts = 1;

  constructor(fields: ApiErrorFields) {
    super(fields.message);
    this.status = fields.status;
    this.code = fields.code;
    this.details = fields.details ?? {};
    this.requestId = fields.requestId;
    this.retryAfterSeconds = fields.retryAfterSeconds;
    this.messages = fields.messages ?? [fields.message];
  }

  /** Every fault of a request that did not fit (`validation_failed` of `/v2`). */
  get fieldErrors(): FieldError[] {
    const errors = this.details["errors"];
    return Array.isArray(errors) ? (errors as FieldError[]) : [];
  }
}

/** What a status is called where the answer itself has no code. */
function codeOf(status: number): ErrorCode {
  const codes: Record<number, ErrorCode> = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "request_timeout",
    409: "conflict",
    413: "payload_too_large",
    415: "unsupported_media_type",
    422: "validation_failed",
    429: "rate_limited",
    500: "internal_error",
    503: "unavailable",
  };
  return codes[status] ?? "unexpected_answer";
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The error that an answer means. `body` is the parsed JSON, or undefined when it was none. */
export function errorOf(status: number, body: unknown, headers: Headers, now: number): ApiError {
  const requestId = headers.get("x-request-id") ?? undefined;
  const retryAfterSeconds = readRetryAfter(headers.get("retry-after"), now);
  const error = isObject(body) ? body["error"] : undefined;
  if (isObject(error)) {
    return new ApiError({
      status,
      code: typeof error["code"] === "string" ? error["code"] : codeOf(status),
      message: typeof error["message"] === "string" ? error["message"] : `the hub answered ${status}`,
      details: isObject(error["details"]) ? error["details"] : undefined,
      requestId: typeof error["request_id"] === "string" ? error["request_id"] : requestId,
      retryAfterSeconds,
    });
  }
  const messages = (Array.isArray(error) ? error : [error]).filter((one): one is string => typeof one === "string");
  if (messages.length > 0) {
    let code = codeOf(status);
    // The words of /api/v1 for the two cases that a program must tell from others of the same status.
    if (status === 422 && messages[0]!.startsWith("idempotency_key_reused")) code = "idempotency_key_reused";
    if (status === 409 && retryAfterSeconds !== undefined) code = "idempotency_key_in_use";
    return new ApiError({ status, code, message: messages.join("; "), messages, requestId, retryAfterSeconds });
  }
  if (status === 503 && isObject(body) && body["status"] === "unavailable") {
    const message = "the hub is not well, and no traffic should be sent: `details` says more to a key";
    return new ApiError({ status, code: "unavailable", message, details: body, requestId, retryAfterSeconds });
  }
  // Not the hub's form: a proxy's page, for instance. Its text may be long and is nobody's sentence.
  const code = status === 429 || status === 503 ? codeOf(status) : "unexpected_answer";
  const message = `the answer was ${status}, and not in the hub's form: does something stand between?`;
  return new ApiError({ status, code, message, requestId, retryAfterSeconds });
}

/** `Retry-After` in seconds: a number, or a date. Undefined when there is none that can be read. */
export function readRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
