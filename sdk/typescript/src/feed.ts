// SPDX-License-Identifier: Apache-2.0
import { CrossdockError } from "./errors.js";
import type { Answer, CallOptions, QueryValue, Transport } from "./transport.js";

export interface FollowOptions {
  /** Go on for ever, and ask again so long after an empty page. Left out: end there. */
  followEveryMs?: number | undefined;
}

export interface FeedPage<Row> {
  rows: Row[];
  /** Where the feed goes on behind these rows. Store it once they are processed, not before. */
  cursor: string;
}

/**
 * The gapless feed of a list of `/api/v1`: every change at least once, in the order in which the hub learnt of them.
 * `cursor` empty: from the very beginning.
 */
export async function* readFeed<Row>(
  transport: Transport,
  path: string,
  query: { readonly [name: string]: QueryValue },
  cursor: string,
  rowsOf: (body: unknown) => unknown,
  options: CallOptions & FollowOptions,
): AsyncGenerator<FeedPage<Row>, void, undefined> {
  for (;;) {
    const answer: Answer<unknown> = await transport.send({
      ...options,
      method: "GET",
      path,
      query: { ...query, cursor },
    });
    const next = answer.headers.get("x-next-cursor");
    const rows = rowsOf(answer.body);
    if (next === null || !Array.isArray(rows))
      throw new CrossdockError(`${path} did not answer a list with X-Next-Cursor`);
    if (rows.length > 0 && next === cursor)
      throw new CrossdockError("the feed does not go on: the same X-Next-Cursor came twice");
    if (rows.length > 0) yield { rows: rows as Row[], cursor: next };
    cursor = next;
    if (rows.length > 0) continue;
    if (options.followEveryMs === undefined) return;
    await transport.wait(options.followEveryMs, options.signal);
  }
}
