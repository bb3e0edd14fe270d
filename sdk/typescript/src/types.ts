// SPDX-License-Identifier: Apache-2.0
import type { components, operations } from "./openapi.js";

type Schemas = components["schemas"];

/** Members are documented where they are generated (`openapi.ts`) and in docs/api. */
export type Order = Schemas["Order"];
export type OrderItem = Schemas["OrderItem"];
export type OrderDetails = Schemas["OrderDetails"];
export type OrderExplanation = Schemas["OrderExplanation"];
export type Refund = Schemas["Refund"];
export type Item = Schemas["Item"];
export type InventoryUpdate = Schemas["InventoryUpdate"];
export type InventoryRequest = Schemas["InventoryRequest"];
export type Shipment = Schemas["Shipment"];
export type ShipmentRequest = Schemas["ShipmentRequest"];
export type Channel = Schemas["Channel"];
export type ChannelDetails = Schemas["ChannelDetails"];
export type ChannelTest = Schemas["ChannelTest"];
export type SyncRequest = Schemas["SyncRequest"];
export type SyncJobs = Schemas["SyncJobs"];
export type Job = Schemas["Job"];
export type Key = Schemas["Key"];
export type WebhookEndpoint = Schemas["WebhookEndpoint"];
export type Delivery = Schemas["Delivery"];
export type DeliveryDetails = Schemas["DeliveryDetails"];
export type AuditEntry = Schemas["AuditEntry"];

export type V1Order = Schemas["V1Order"];
export type V1OrderDetails = Schemas["V1OrderDetails"];
export type V1Refund = Schemas["V1Refund"];
export type V1Sku = Schemas["V1Sku"];
export type V1SkuPage = Schemas["V1SkuPage"];
export type V1StockFigure = Schemas["V1StockRequest"]["items"][number];
export type V1InventoryUpdate = Schemas["V1InventoryUpdate"];
export type V1ShipmentRequest = Schemas["V1ShipmentsRequest"]["shipments"][number];
export type V1Shipment = Schemas["V1Shipment"];
export type V1Health = Schemas["V1Health"];
export type CarrierCode = Schemas["CarrierCode"];
export type FbaInboundShipment = Schemas["FbaInboundShipment"];
export type FbaInboundShipmentDetails = Schemas["FbaInboundShipmentDetails"];
export type FbaCartonPush = Schemas["FbaCartonPush"];
export type FbaCartonRequest = BodyOf<"v1CreateFbaCartonPush">;

/** What is told once: null in the answer to a repeat, when the first answer was lost; `note` then says what to do. */
interface ShownOnce {
  secret: string | null;
  note: string | null;
}
export interface EndpointRequest {
  url: string;
  /** Names (`order.created`), families (`order.*`), or `*`. */
  events: readonly string[];
  name?: string | null;
  /** What the receiver needs to see in each request besides. */
  headers?: { readonly [name: string]: string } | null;
}
export type NewEndpoint = WebhookEndpoint & ShownOnce;
export type RotatedEndpoint = NewEndpoint & { old_secret_good_until: string };
export interface EndpointTest {
  delivery_id: string;
  event_id: string;
  /** How it went; null in the answer to a repeat. */
  attempt: DeliveryDetails["attempts"][number] | null;
  note: string | null;
}
/** Either ids, or a time and types. */
export interface ReplayRequest {
  event_ids?: readonly string[] | null;
  since?: string | Date | null;
  until?: string | Date | null;
  types?: readonly string[] | null;
  /** Only what the endpoint did not take yet. */
  undelivered?: boolean | null;
  after?: string | null;
}
export interface ReplayReport {
  queued: number;
  /** Ids of no event. */
  unknown: string[];
  /** One request queues 200 at most: ask again with it as `after`, unless it is null. */
  next_after: string | null;
}
export interface KeyRequest {
  name: string;
  /** Single ones such as `orders:read`, or the ready sets `erp` and `read-only`. */
  scopes: readonly string[];
  kind?: "live" | "test" | "publishable" | null;
  expires_at?: string | Date | null;
  /** One of the config file's. */
  plan?: string | null;
}
export type NewKey = Key & ShownOnce;
export type RotatedKey = NewKey & { replaces: string; old_key_ends_at: string };

/** A moment may be given as a Date, too; `raw` of `/api/v1` as yes or no. */
type Handy<Query> = {
  [Name in keyof Query]: Name extends `${string}_after` | `${string}_before` | "since"
    ? Query[Name] | Date
    : Name extends "raw"
      ? Query[Name] | boolean
      : Query[Name];
};
type QueryOf<Operation extends keyof operations> = NonNullable<operations[Operation]["parameters"]["query"]>;
type BodyOf<Operation extends keyof operations> = operations[Operation] extends {
  requestBody?: { content: { "application/json": infer Body } };
}
  ? Body
  : never;

/** What narrows a list. The pages themselves are turned by the client. */
export type Filters<Operation extends keyof operations> = Handy<Omit<QueryOf<Operation>, "cursor">>;
/** … of a list of `/api/v1`; `cursor` begins the gapless feed. */
export type V1Filters<Operation extends keyof operations> = Handy<QueryOf<Operation>>;
/** What narrows a feed: times and offsets mean nothing there. */
export type FeedFilters<Operation extends keyof operations> = Handy<Omit<QueryOf<Operation>, "since" | "offset">>;
