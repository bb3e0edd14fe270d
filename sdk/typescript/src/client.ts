// SPDX-License-Identifier: Apache-2.0
import { ApiError } from "./errors.js";
import { Events, type HubEvent } from "./events.js";
import { List } from "./lists.js";
import {
  Transport,
  type Answer,
  type CallOptions,
  type ClientOptions,
  type QueryValue,
  type Request,
} from "./transport.js";
import type {
  AuditEntry,
  Channel,
  ChannelDetails,
  ChannelTest,
  Delivery,
  DeliveryDetails,
  EndpointChanges,
  EndpointRequest,
  EndpointTest,
  Filters,
  InventoryRequest,
  InventoryUpdate,
  Item,
  Job,
  Key,
  KeyRequest,
  KeyRotation,
  NewEndpoint,
  NewKey,
  Order,
  OrderDetails,
  OrderExplanation,
  Refund,
  ReplayReport,
  ReplayRequest,
  RotatedEndpoint,
  SecretRotation,
  Shipment,
  ShipmentRequest,
  SyncJobs,
  SyncRequest,
  WebhookEndpoint,
} from "./types.js";
import { V1 } from "./v1.js";

type Query = { readonly [name: string]: QueryValue };

/** What the parts of the client share: one object, or a list, of `/v2`. */
class Part {
  protected readonly transport: Transport;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  protected listOf<Row>(path: string, query: Query, options: CallOptions): List<Row> {
    return new List<Row>(this.transport, path, query, options);
  }

  protected async read<T>(path: string, options: CallOptions): Promise<T> {
    return (await this.transport.send<{ data: T }>({ ...options, method: "GET", path })).body.data;
  }

  protected async post<T>(path: string, body: unknown, options: CallOptions): Promise<T> {
    return (await this.transport.send<{ data: T }>({ ...options, method: "POST", path, body })).body.data;
  }
}

const part = encodeURIComponent;

export class Orders extends Part {
  /** Newest first; with `updated_after` or `updated_before` oldest change first. */
  list(filters: Filters<"listOrders"> = {}, options: CallOptions = {}): List<Order> {
    return this.listOf("/v2/orders", filters, options);
  }
  /** With its versions, shipments and open problems. */
  get(id: string, options: CallOptions = {}): Promise<OrderDetails> {
    return this.read(`/v2/orders/${part(id)}`, options);
  }
  /** Where it stands, whose turn it is, and what happens next. */
  explain(id: string, options: CallOptions = {}): Promise<OrderExplanation> {
    return this.read(`/v2/orders/${part(id)}/explain`, options);
  }
  /** What happened to it, oldest first. */
  events(id: string, filters: Filters<"listOrderEvents"> = {}, options: CallOptions = {}): List<HubEvent> {
    return this.listOf(`/v2/orders/${part(id)}/events`, filters, options);
  }
  /** "The ERP has it." Safe to repeat. */
  acknowledge(id: string, options: CallOptions = {}): Promise<Order> {
    return this.post(`/v2/orders/${part(id)}/acknowledge`, undefined, options);
  }
  /** Up to 10 000 at once. How many were not acknowledged before; ids that are not the account's are passed over. */
  async acknowledgeAll(ids: readonly string[], options: CallOptions = {}): Promise<number> {
    return (await this.post<{ acknowledged: number }>("/v2/orders/acknowledge", { ids }, options)).acknowledged;
  }
}

export class Refunds extends Part {
  list(filters: Filters<"listRefunds"> = {}, options: CallOptions = {}): List<Refund> {
    return this.listOf("/v2/refunds", filters, options);
  }
  get(id: string, options: CallOptions = {}): Promise<Refund> {
    return this.read(`/v2/refunds/${part(id)}`, options);
  }
  acknowledge(id: string, options: CallOptions = {}): Promise<Refund> {
    return this.post(`/v2/refunds/${part(id)}/acknowledge`, undefined, options);
  }
  async acknowledgeAll(ids: readonly string[], options: CallOptions = {}): Promise<number> {
    return (await this.post<{ acknowledged: number }>("/v2/refunds/acknowledge", { ids }, options)).acknowledged;
  }
}

export class Items extends Part {
  list(filters: Filters<"listItems"> = {}, options: CallOptions = {}): List<Item> {
    return this.listOf("/v2/items", filters, options);
  }
  get(id: string, options: CallOptions = {}): Promise<Item> {
    return this.read(`/v2/items/${part(id)}`, options);
  }
}

export class InventoryUpdates extends Part {
  list(filters: Filters<"listInventoryUpdates"> = {}, options: CallOptions = {}): List<InventoryUpdate> {
    return this.listOf("/v2/inventory_updates", filters, options);
  }
  get(id: string, options: CallOptions = {}): Promise<InventoryUpdate> {
    return this.read(`/v2/inventory_updates/${part(id)}`, options);
  }
  /** New stock figures for one channel, all or none. The updates come in the order of the figures. */
  create(request: InventoryRequest, options: CallOptions = {}): Promise<InventoryUpdate[]> {
    return this.post("/v2/inventory_updates", request, options);
  }
}

export class Shipments extends Part {
  list(filters: Filters<"listShipments"> = {}, options: CallOptions = {}): List<Shipment> {
    return this.listOf("/v2/shipments", filters, options);
  }
  get(id: string, options: CallOptions = {}): Promise<Shipment> {
    return this.read(`/v2/shipments/${part(id)}`, options);
  }
  /** Tells the channel. The same order, carrier and tracking number again answer the same shipment. */
  create(request: ShipmentRequest, options: CallOptions = {}): Promise<Shipment> {
    return this.post("/v2/shipments", request, options);
  }
  /** Sends one that failed once more. */
  retry(id: string, options: CallOptions = {}): Promise<Shipment> {
    return this.post(`/v2/shipments/${part(id)}/retry`, undefined, options);
  }
}

export class Channels extends Part {
  list(options: CallOptions = {}): List<Channel> {
    return this.listOf("/v2/channels", {}, options);
  }
  get(code: string, options: CallOptions = {}): Promise<ChannelDetails> {
    return this.read(`/v2/channels/${part(code)}`, options);
  }
  /** Asks the provider whether the hub may do what it needs. */
  test(code: string, options: CallOptions = {}): Promise<ChannelTest> {
    return this.post(`/v2/channels/${part(code)}/test`, undefined, options);
  }
  /** Pulls now what would be pulled by and by. */
  sync(code: string, request: SyncRequest = {}, options: CallOptions = {}): Promise<SyncJobs> {
    return this.post(`/v2/channels/${part(code)}/sync`, request, options);
  }
}

export class Jobs extends Part {
  /** What waits, runs or was given up; `state: ["done"]` for the rest. */
  list(filters: Filters<"listJobs"> = {}, options: CallOptions = {}): List<Job> {
    return this.listOf("/v2/jobs", filters, options);
  }
  /** What was given up. */
  deadLetters(filters: Filters<"listDeadLetters"> = {}, options: CallOptions = {}): List<Job> {
    return this.listOf("/v2/dead_letters", filters, options);
  }
  get(id: string, options: CallOptions = {}): Promise<Job> {
    return this.read(`/v2/jobs/${part(id)}`, options);
  }
  retry(id: string, options: CallOptions = {}): Promise<Job> {
    return this.post(`/v2/jobs/${part(id)}/retry`, undefined, options);
  }
  /** Throws a dead letter away. */
  discard(id: string, options: CallOptions = {}): Promise<Job> {
    return this.post(`/v2/jobs/${part(id)}/discard`, undefined, options);
  }
}

export class WebhookEndpoints extends Part {
  list(options: CallOptions = {}): List<WebhookEndpoint> {
    return this.listOf("/v2/webhook_endpoints", {}, options);
  }
  get(id: string, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.read(`/v2/webhook_endpoints/${part(id)}`, options);
  }
  /** Tells an address of everything that happens from now on. `secret` is shown in this answer and never again. */
  create(request: EndpointRequest, options: CallOptions = {}): Promise<NewEndpoint> {
    return this.post("/v2/webhook_endpoints", request, options);
  }
  /** What is not named stays; `headers` replaces all of them. */
  async update(id: string, request: EndpointChanges, options: CallOptions = {}): Promise<WebhookEndpoint> {
    const path = `/v2/webhook_endpoints/${part(id)}`;
    const call = { ...options, method: "PATCH", path, body: request } as const;
    return (await this.transport.send<{ data: WebhookEndpoint }>(call)).body.data;
  }
  /** Nothing is sent there any more; its secrets are destroyed. */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    try {
      await this.transport.send({ ...options, method: "DELETE", path: `/v2/webhook_endpoints/${part(id)}` });
    } catch (error) {
      // Gone when asked again: the first request did it, and its answer was lost.
      if (!(error instanceof ApiError) || error.status !== 404 || error.attempts === 1) throw error;
    }
  }
  /** Nothing is sent for now; what happens is queued. */
  pause(id: string, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.post(`/v2/webhook_endpoints/${part(id)}/pause`, undefined, options);
  }
  /** Goes on after a pause, or after it was disabled. */
  resume(id: string, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return this.post(`/v2/webhook_endpoints/${part(id)}/resume`, undefined, options);
  }
  /** A new secret, shown once. The one before is good for a day more, or for `overlap_seconds`. */
  rotateSecret(id: string, request: SecretRotation = {}, options: CallOptions = {}): Promise<RotatedEndpoint> {
    return this.post(`/v2/webhook_endpoints/${part(id)}/rotate_secret`, request, options);
  }
  /** Sends a test message there now, and says how it went. */
  test(id: string, options: CallOptions = {}): Promise<EndpointTest> {
    return this.post(`/v2/webhook_endpoints/${part(id)}/test`, undefined, options);
  }
  /** Sends events there again, with the ids they had; 200 at most, see `next_after`. */
  replay(id: string, request: ReplayRequest, options: CallOptions = {}): Promise<ReplayReport> {
    return this.post(`/v2/webhook_endpoints/${part(id)}/replay`, request, options);
  }
  /** … and all of what is asked for, however many requests that takes. How many were queued. */
  async replayAll(id: string, request: ReplayRequest, options: CallOptions = {}): Promise<number> {
    let queued = 0;
    for (let after = request.after ?? null; ;) {
      const report = await this.replay(id, { ...request, after }, options);
      queued += report.queued;
      if (report.next_after === null) return queued;
      after = report.next_after;
    }
  }
  /** Sends the event of a delivery to its endpoint once more, from the start of the schedule. */
  replayDelivery(id: string, options: CallOptions = {}): Promise<Delivery> {
    return this.post(`/v2/deliveries/${part(id)}/replay`, undefined, options);
  }
  /** What was sent there, newest first. */
  deliveries(id: string, filters: Filters<"listDeliveries"> = {}, options: CallOptions = {}): List<Delivery> {
    return this.listOf(`/v2/webhook_endpoints/${part(id)}/deliveries`, filters, options);
  }
  /** One delivery with every attempt. */
  delivery(id: string, options: CallOptions = {}): Promise<DeliveryDetails> {
    return this.read(`/v2/deliveries/${part(id)}`, options);
  }
}

export class Keys extends Part {
  list(options: CallOptions = {}): List<Key> {
    return this.listOf("/v2/keys", {}, options);
  }
  get(id: string, options: CallOptions = {}): Promise<Key> {
    return this.read(`/v2/keys/${part(id)}`, options);
  }
  /** Its text is `secret`, shown in this answer and never again. */
  create(request: KeyRequest, options: CallOptions = {}): Promise<NewKey> {
    return this.post("/v2/keys", request, options);
  }
  /** A successor that may do the same. The old key holds for seven days more, or for `overlap_seconds`. */
  rotate(id: string, request: KeyRotation = {}, options: CallOptions = {}): Promise<NewKey> {
    return this.post(`/v2/keys/${part(id)}/rotate`, request, options);
  }
  /** It ends at once, also when it is the one that asks. */
  revoke(id: string, options: CallOptions = {}): Promise<Key> {
    return this.post(`/v2/keys/${part(id)}/revoke`, undefined, options);
  }
}

export class Audit extends Part {
  list(filters: Filters<"listAudit"> = {}, options: CallOptions = {}): List<AuditEntry> {
    return this.listOf("/v2/audit", filters, options);
  }
}

/** A hub. One for the whole program. */
export class Crossdock {
  readonly orders: Orders;
  readonly refunds: Refunds;
  readonly items: Items;
  readonly inventoryUpdates: InventoryUpdates;
  readonly shipments: Shipments;
  readonly channels: Channels;
  readonly jobs: Jobs;
  readonly events: Events;
  readonly webhookEndpoints: WebhookEndpoints;
  readonly keys: Keys;
  readonly audit: Audit;
  /** `/api/v1`, for ERPs: the gapless feed, acknowledgements, FBA. Not for web pages. */
  readonly v1: V1;
  readonly #transport: Transport;

  constructor(options: ClientOptions) {
    const transport = new Transport(options);
    this.#transport = transport;
    this.orders = new Orders(transport);
    this.refunds = new Refunds(transport);
    this.items = new Items(transport);
    this.inventoryUpdates = new InventoryUpdates(transport);
    this.shipments = new Shipments(transport);
    this.channels = new Channels(transport);
    this.jobs = new Jobs(transport);
    this.events = new Events(transport);
    this.webhookEndpoints = new WebhookEndpoints(transport);
    this.keys = new Keys(transport);
    this.audit = new Audit(transport);
    this.v1 = new V1(transport);
  }

  /** Any request, with the key, deadlines, repeats and errors of all others: for what this client does not know yet. */
  send<T = unknown>(request: Request): Promise<Answer<T>> {
    return this.#transport.send<T>(request);
  }
}
