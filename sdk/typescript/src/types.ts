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
export type ShipmentRequest = Moments<Schemas["ShipmentRequest"]>;
export type Channel = Schemas["Channel"];
export type ChannelDetails = Schemas["ChannelDetails"];
export type ChannelTest = Schemas["ChannelTest"];
export type SyncRequest = Moments<Schemas["SyncRequest"]>;
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
export type V1ShipmentRequest = Moments<Schemas["V1ShipmentsRequest"]["shipments"][number]>;
export type V1Shipment = Schemas["V1Shipment"];
export type V1Health = Schemas["V1Health"];
export type CarrierCode = Schemas["CarrierCode"];
export type FbaInboundShipment = Schemas["FbaInboundShipment"];
export type FbaInboundShipmentDetails = Schemas["FbaInboundShipmentDetails"];
export type FbaCartonPush = Schemas["FbaCartonPush"];
export type FbaCartonRequest = BodyOf<"v1CreateFbaCartonPush">;

/** `secret` is told once: null in the answer to a repeat, when the first answer was lost; `note` then says what to do. */
export type NewEndpoint = Schemas["NewWebhookEndpoint"];
export type RotatedEndpoint = Schemas["RotatedWebhookEndpoint"];
export type EndpointRequest = Schemas["WebhookEndpointRequest"];
export type EndpointChanges = Schemas["WebhookEndpointPatchRequest"];
export type EndpointTest = Schemas["WebhookTest"];
export type SecretRotation = Schemas["SecretRotationRequest"];
export type ReplayRequest = Moments<Schemas["ReplayRequest"]>;
export type ReplayReport = Schemas["ReplayReport"];
export type NewKey = Schemas["NewKey"];
export type KeyRequest = Moments<Schemas["KeyRequest"]>;
export type KeyRotation = Moments<Schemas["KeyRotationRequest"]>;

/** A moment in a body may be given as a Date. */
type Moments<Body> = {
  [Name in keyof Body]: Name extends "since" | "until" | "expires_at" | "ship_date" ? Body[Name] | Date : Body[Name];
};
/** … and in a query, too; `raw` of `/api/v1` as yes or no. */
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
