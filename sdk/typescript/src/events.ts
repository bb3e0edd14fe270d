// SPDX-License-Identifier: Apache-2.0
import { List } from "./lists.js";
import type { components } from "./openapi.js";
import type { CallOptions, Transport } from "./transport.js";
import type { Filters } from "./types.js";

/**
 * Something that happened, as the log and webhooks tell it. `switch (event.type)` narrows `data` and `details`. Types
 * that are newer than this client come as well: leave a branch for them.
 */
export type HubEvent = components["schemas"]["Event"];
export type EventType = HubEvent["type"];
/** The events of one type: `EventOf<"order.created">`. */
export type EventOf<Type extends EventType> = HubEvent extends infer One
  ? One extends { type: infer Types }
    ? Type extends Types
      ? One & { type: Type }
      : never
    : never
  : never;
/** What a filter takes: a type, a family (`order.*`), everything (`*`). */
export type EventFilter = EventType | `${string}.*` | "*" | (string & {});

export type EventFilters = Omit<Filters<"listEvents">, "type"> & {
  type?: EventFilter | readonly EventFilter[] | undefined;
};

export interface FollowEvents extends CallOptions {
  /** The id of the last event that was processed. Left out: from the oldest that is kept. */
  after?: string | undefined;
  type?: EventFilter | readonly EventFilter[] | undefined;
  /** How long to wait at the end of the log. Standard: 5 000. */
  everyMs?: number | undefined;
}

/** The gapless log of everything that happened in the account. */
export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Oldest first. */
  list(filters: EventFilters = {}, options: CallOptions = {}): List<HubEvent> {
    return new List(this.#transport, "/v2/events", filters, options);
  }

  async get(id: string, options: CallOptions = {}): Promise<HubEvent> {
    const path = `/v2/events/${encodeURIComponent(id)}`;
    return (await this.#transport.send<{ data: HubEvent }>({ ...options, method: "GET", path })).body.data;
  }

  /**
   * Every event, for ever, in the order of the log. Store the `id` of each once it is processed, and begin `after` it
   * next time. Ends by `break`, by an error, or by `signal`, whose reason it throws.
   */
  async *follow(follow: FollowEvents = {}): AsyncGenerator<HubEvent, void, undefined> {
    const { after: begin, type, everyMs, ...options } = follow;
    let after = begin;
    for (;;) {
      for await (const event of this.list({ after, type }, options)) {
        yield event;
        after = event.id;
      }
      await this.#transport.wait(everyMs ?? 5000, options.signal);
    }
  }
}
