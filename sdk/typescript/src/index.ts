// SPDX-License-Identifier: Apache-2.0
export * from "./client.js";
export { ApiError, ConnectionError, CrossdockError, TimeoutError } from "./errors.js";
export type { ApiErrorFields, ErrorCode, FieldError } from "./errors.js";
export { Events } from "./events.js";
export type { EventFilter, EventFilters, EventOf, EventType, FollowEvents, HubEvent } from "./events.js";
export type { FeedPage, FollowOptions } from "./feed.js";
export { List } from "./lists.js";
export type { ListMeta, Page } from "./lists.js";
export type { components, operations, paths } from "./openapi.js";
export { apiVersion, clientVersion } from "./transport.js";
export type { Answer, CallOptions, ClientOptions, QueryValue, Request, Retry } from "./transport.js";
export type * from "./types.js";
export * from "./v1.js";
export { verifySmSignature, verifyWebhook, WebhookError } from "./webhooks.js";
export type { RawBody, VerifyOptions, WebhookFault, WebhookHeaders } from "./webhooks.js";
