// SPDX-License-Identifier: Apache-2.0
import { readFeed, type FeedPage, type FollowOptions } from "./feed.js";
import type { CallOptions, QueryValue, Transport } from "./transport.js";
import type {
  CarrierCode,
  FbaCartonPush,
  FbaCartonRequest,
  FbaInboundShipment,
  FbaInboundShipmentDetails,
  FeedFilters,
  V1Filters,
  V1Health,
  V1InventoryUpdate,
  V1Order,
  V1OrderDetails,
  V1Refund,
  V1Shipment,
  V1ShipmentRequest,
  V1Sku,
  V1SkuPage,
  V1StockFigure,
} from "./types.js";

type Query = { readonly [name: string]: QueryValue };

class V1Part {
  protected readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  protected async read<T>(path: string, query: Query, options: CallOptions): Promise<T> {
    return (await this.transport.send<T>({ ...options, method: "GET", path, query: forWire(query) })).body;
  }

  protected async post<T>(path: string, body: unknown, options: CallOptions): Promise<T> {
    return (await this.transport.send<T>({ ...options, method: "POST", path, body })).body;
  }

  protected feedOf<Row>(
    path: string,
    query: Query,
    member: string | undefined,
    options: CallOptions & FollowOptions,
  ): AsyncGenerator<FeedPage<Row>, void, undefined> {
    const { cursor, ...filters } = forWire(query);
    const rowsOf = (body: unknown) =>
      member === undefined ? body : (body as { [name: string]: unknown } | undefined)?.[member];
    return readFeed(this.transport, path, filters, typeof cursor === "string" ? cursor : "", rowsOf, options);
  }
}

function forWire(query: Query): Query {
  return typeof query["raw"] === "boolean" ? { ...query, raw: query["raw"] ? "1" : "0" } : query;
}

const part = (id: string | number) => encodeURIComponent(String(id));

export class V1Orders extends V1Part {
  /** One page by time. To miss nothing use `feed`. */
  list(filters: V1Filters<"v1ListOrders"> = {}, options: CallOptions = {}): Promise<V1Order[]> {
    return this.read("/api/v1/orders", filters, options);
  }
  get(id: number, filters: V1Filters<"v1GetOrder"> = {}, options: CallOptions = {}): Promise<V1OrderDetails> {
    return this.read(`/api/v1/orders/${part(id)}`, filters, options);
  }
  /** The gapless feed: every change at least once, page by page. Store `page.cursor` once its rows are processed. */
  feed(
    filters: FeedFilters<"v1ListOrders"> & FollowOptions = {},
    options: CallOptions = {},
  ): AsyncGenerator<FeedPage<V1Order>, void, undefined> {
    const { followEveryMs, ...query } = filters;
    return this.feedOf("/api/v1/orders", query, undefined, { ...options, followEveryMs });
  }
  /** "These are in the ERP." How many were not before. */
  async acknowledge(ids: readonly number[], options: CallOptions = {}): Promise<number> {
    return (await this.post<{ updated: number }>("/api/v1/orders/ack", { ids }, options)).updated;
  }
}

export class V1Refunds extends V1Part {
  list(filters: V1Filters<"v1ListRefunds">, options: CallOptions = {}): Promise<V1Refund[]> {
    return this.read("/api/v1/refunds", filters, options);
  }
  feed(
    filters: FeedFilters<"v1ListRefunds"> & FollowOptions,
    options: CallOptions = {},
  ): AsyncGenerator<FeedPage<V1Refund>, void, undefined> {
    const { followEveryMs, ...query } = filters;
    return this.feedOf("/api/v1/refunds", query, undefined, { ...options, followEveryMs });
  }
  async acknowledge(ids: readonly number[], options: CallOptions = {}): Promise<number> {
    return (await this.post<{ updated: number }>("/api/v1/refunds/ack", { ids }, options)).updated;
  }
}

export class V1InventoryUpdates extends V1Part {
  /** New stock figures, all or none; ids in their order. */
  async create(channel: string, items: readonly V1StockFigure[], options: CallOptions = {}): Promise<number[]> {
    return (await this.post<{ created_ids: number[] }>("/api/v1/inventory_updates", { channel, items }, options))
      .created_ids;
  }
  get(id: number, options: CallOptions = {}): Promise<V1InventoryUpdate> {
    return this.read(`/api/v1/inventory_updates/${part(id)}`, {}, options);
  }
}

export class V1Shipments extends V1Part {
  /** Carriers and tracking numbers, all or none; ids in their order. */
  async create(shipments: readonly V1ShipmentRequest[], options: CallOptions = {}): Promise<number[]> {
    return (await this.post<{ created_ids: number[] }>("/api/v1/shipments", { shipments }, options)).created_ids;
  }
  get(id: number, options: CallOptions = {}): Promise<V1Shipment> {
    return this.read(`/api/v1/shipments/${part(id)}`, {}, options);
  }
}

export class V1Skus extends V1Part {
  list(filters: V1Filters<"v1ListSkus"> = {}, options: CallOptions = {}): Promise<V1SkuPage> {
    return this.read("/api/v1/skus", filters, options);
  }
  /** The gapless feed; also of items that went, unless `status` says otherwise. */
  feed(
    filters: FeedFilters<"v1ListSkus"> & FollowOptions = {},
    options: CallOptions = {},
  ): AsyncGenerator<FeedPage<V1Sku>, void, undefined> {
    const { followEveryMs, ...query } = filters;
    return this.feedOf("/api/v1/skus", { status: "all", ...query }, "items", { ...options, followEveryMs });
  }
}

export class V1FbaInboundShipments extends V1Part {
  /** Without `limit` and `cursor` the whole list. */
  async list(
    filters: V1Filters<"v1ListFbaInboundShipments"> = {},
    options: CallOptions = {},
  ): Promise<FbaInboundShipment[]> {
    return (await this.read<{ shipments: FbaInboundShipment[] }>("/api/v1/fba_inbound_shipments", filters, options))
      .shipments;
  }
  feed(
    filters: FeedFilters<"v1ListFbaInboundShipments"> & FollowOptions = {},
    options: CallOptions = {},
  ): AsyncGenerator<FeedPage<FbaInboundShipment>, void, undefined> {
    const { followEveryMs, ...query } = filters;
    return this.feedOf("/api/v1/fba_inbound_shipments", query, "shipments", { ...options, followEveryMs });
  }
  async get(id: string, options: CallOptions = {}): Promise<FbaInboundShipmentDetails> {
    const path = `/api/v1/fba_inbound_shipments/${part(id)}`;
    return (await this.read<{ shipment: FbaInboundShipmentDetails }>(path, {}, options)).shipment;
  }
  /** Fetches them now, or further back. What will happen, in a sentence. */
  async sync(request: { channel: string; days?: number | null }, options: CallOptions = {}): Promise<string> {
    return (await this.post<{ message: string }>("/api/v1/fba_inbound_shipments/sync", request, options)).message;
  }
}

export class V1FbaCartonPushes extends V1Part {
  async list(filters: V1Filters<"v1ListFbaCartonPushes"> = {}, options: CallOptions = {}): Promise<FbaCartonPush[]> {
    return (await this.read<{ fba_carton_pushes: FbaCartonPush[] }>("/api/v1/fba_carton_pushes", filters, options))
      .fba_carton_pushes;
  }
  feed(
    filters: FeedFilters<"v1ListFbaCartonPushes"> & FollowOptions = {},
    options: CallOptions = {},
  ): AsyncGenerator<FeedPage<FbaCartonPush>, void, undefined> {
    const { followEveryMs, ...query } = filters;
    return this.feedOf("/api/v1/fba_carton_pushes", query, "fba_carton_pushes", { ...options, followEveryMs });
  }
  async get(id: string, options: CallOptions = {}): Promise<FbaCartonPush> {
    return (await this.read<{ fba_carton_push: FbaCartonPush }>(`/api/v1/fba_carton_pushes/${part(id)}`, {}, options))
      .fba_carton_push;
  }
  /**
   * What is in a carton. Two equal calls are two cartons, as each has a key of its own: a program that may die in
   * between gives an `idempotencyKey` that it has stored, for instance the carton's own number.
   */
  async create(request: FbaCartonRequest, options: CallOptions = {}): Promise<FbaCartonPush> {
    return (await this.post<{ fba_carton_push: FbaCartonPush }>("/api/v1/fba_carton_pushes", request, options))
      .fba_carton_push;
  }
}

/** `/api/v1`, whose contract never changes. */
export class V1 extends V1Part {
  readonly orders: V1Orders;
  readonly refunds: V1Refunds;
  readonly inventoryUpdates: V1InventoryUpdates;
  readonly shipments: V1Shipments;
  readonly skus: V1Skus;
  readonly fbaInboundShipments: V1FbaInboundShipments;
  readonly fbaCartonPushes: V1FbaCartonPushes;

  constructor(transport: Transport) {
    super(transport);
    this.orders = new V1Orders(transport);
    this.refunds = new V1Refunds(transport);
    this.inventoryUpdates = new V1InventoryUpdates(transport);
    this.shipments = new V1Shipments(transport);
    this.skus = new V1Skus(transport);
    this.fbaInboundShipments = new V1FbaInboundShipments(transport);
    this.fbaCartonPushes = new V1FbaCartonPushes(transport);
  }

  /** Is the hub well; with a key: what is late or broken. Throws `unavailable` when no traffic should be sent. */
  health(options: CallOptions = {}): Promise<V1Health> {
    return this.read("/api/v1/health", {}, { maxRetries: 0, ...options });
  }
  async carrierCodes(filters: V1Filters<"v1ListCarrierCodes"> = {}, options: CallOptions = {}): Promise<CarrierCode[]> {
    return (await this.read<{ carrier_codes: CarrierCode[] }>("/api/v1/carrier_codes", filters, options)).carrier_codes;
  }
}
