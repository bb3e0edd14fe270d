// SPDX-License-Identifier: Apache-2.0
import { CrossdockError } from "./errors.js";
import type { CallOptions, QueryValue, Transport } from "./transport.js";

export interface ListMeta {
  /** How many rows fit, counted when the first page was read; at least so many when it is not exact. */
  total: number;
  total_is_exact: boolean;
  limit: number;
  next_cursor: string | null;
}

export interface Page<Row> {
  data: Row[];
  meta: ListMeta;
}

type Query = { readonly [name: string]: QueryValue };

/**
 * A list of `/v2`. Nothing is asked for before it is read:
 *
 *     for await (const order of hub.orders.list({ acknowledged: false })) …
 */
export class List<Row> implements AsyncIterable<Row> {
  readonly #transport: Transport;
  readonly #path: string;
  readonly #query: Query;
  readonly #options: CallOptions;

  constructor(transport: Transport, path: string, query: Query, options: CallOptions) {
    this.#transport = transport;
    this.#path = path;
    this.#query = query;
    this.#options = options;
  }

  /** One page: the first, or the one behind a cursor. */
  async page(cursor?: string): Promise<Page<Row>> {
    const query = cursor === undefined ? this.#query : behind(this.#query, cursor);
    return (await this.#transport.send<Page<Row>>({ ...this.#options, method: "GET", path: this.#path, query })).body;
  }

  /** Page after page. */
  async *pages(): AsyncGenerator<Page<Row>, void, undefined> {
    let cursor: string | undefined;
    for (;;) {
      const page: Page<Row> = await this.page(cursor);
      yield page;
      // An empty page need not be the last: only next_cursor tells.
      if (page.meta.next_cursor === null) return;
      if (page.meta.next_cursor === cursor)
        throw new CrossdockError("the list does not go on: the same next_cursor came twice");
      cursor = page.meta.next_cursor;
    }
  }

  /** Row after row, over all pages. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Row, void, undefined> {
    for await (const page of this.pages()) yield* page.data;
  }

  /** All rows, or the first ones: a list may have millions. */
  async toArray(max = Infinity): Promise<Row[]> {
    const rows: Row[] = [];
    if (max <= 0) return rows;
    for await (const row of this) {
      rows.push(row);
      if (rows.length >= max) break;
    }
    return rows;
  }
}

/** `after` names where the first page begins; the cursor knows it. */
function behind(query: Query, cursor: string): Query {
  const { after: _begin, ...filters } = query;
  return { ...filters, cursor };
}
