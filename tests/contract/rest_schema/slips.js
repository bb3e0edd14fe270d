// SPDX-License-Identifier: Apache-2.0
// Known faults of published files. Each entry of a slips file is
//   {"operation": "getOrders", "place": "response.body.orders[].storeName", "what": "unknown", "why": "...", "source": "..."}
// `operation` is a name, "METHOD /path", or "*"; `place` may contain * for any text; `what` (required, unknown, type, ...)
// narrows it. Such an entry excuses what is found there. With `repair` it mends the file instead:
//   "query-in-path"          the file writes query parameters into the path, and all of them are called required
//   "nullable"               the file lost the nulls: every value may be null
//   "answers-from-samples"   answers are described by a sample only: its names and types are the schema
//   {"wrap": "order"}        the answer stands inside an object with this one property
//   {"like": "200"}          an answer of the status in `place` ("response.status.207") is described under this status only
//   "undescribed"            the path is in no file: the exchange is let through, and counted
import { readFileSync } from 'node:fs';
import { BadSpec } from './schemas.js';

const fileRepairs = ['query-in-path', 'nullable', 'answers-from-samples'];

const globbed = (text) =>
  new RegExp(`^${text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's');

export class Slips {
  /** `files` are names of slips files, separated by commas; none is allowed. */
  constructor(files) {
    this.entries = [];
    for (const file of (files ?? '').split(',').filter(Boolean)) this.read(file);
  }

  read(file) {
    let entries;
    try {
      entries = JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      throw new BadSpec(`${file}: ${error.message}`);
    }
    for (const entry of entries) {
      const unknown = Object.keys(entry).filter((key) => !['operation', 'place', 'what', 'repair', 'why', 'source'].includes(key));
      if (unknown.length || !['operation', 'place', 'why', 'source'].every((key) => entry[key])) {
        throw new BadSpec(`${file}: a slip needs operation, place, why, source: ${JSON.stringify(entry)}`);
      }
      const names = [entry.operation].flat().map(globbed);
      this.entries.push({ ...entry, names, pattern: globbed(entry.place), uses: 0 });
    }
  }

  applies(entry, operation) {
    return entry.names.some((name) => name.test(operation.name) || name.test(operation.id) || name.test(operation.short));
  }

  /** Names of the repairs that concern reading the files. */
  fileRepairs() {
    const wanted = this.entries.filter(({ repair }) => fileRepairs.includes(repair));
    for (const entry of wanted) entry.uses = 1; // applied whenever a file is read
    return new Set(wanted.map(({ repair }) => repair));
  }

  /** The property that the answer of this operation is wrapped in, or undefined. */
  wrapper(operation) {
    const entry = this.entries.find((slip) => slip.repair?.wrap && this.applies(slip, operation));
    if (entry) entry.uses += 1;
    return entry?.repair.wrap;
  }

  /** The status under which the file describes an answer of this status, or undefined when that is the same. */
  like(operation, status) {
    const place = `response.status.${status}`;
    const entry = this.entries.find((slip) => slip.repair?.like && slip.pattern.test(place) && this.applies(slip, operation));
    if (entry) entry.uses += 1;
    return entry?.repair.like;
  }

  /** Whether the request's path is known to be in no published file. */
  undescribed(method, path) {
    const short = `${method} ${path}`;
    const entry = this.entries.find((slip) => slip.repair === 'undescribed' && slip.names.some((name) => name.test(short)));
    if (entry) entry.uses += 1;
    return Boolean(entry);
  }

  /** The problems of an exchange that no slip excuses. */
  remaining(operation, problems, counting) {
    return problems.filter((problem) => {
      const place = problem.place.replace(/\[\d+\]/g, '[]');
      const entry = this.entries.find((slip) => slip.repair === undefined && this.applies(slip, operation) &&
        slip.pattern.test(place) && (slip.what === undefined || slip.what === problem.what));
      if (entry && counting) entry.uses += 1;
      return !entry;
    });
  }

  *report() {
    for (const { operation, place, repair, uses, why } of this.entries) {
      const what = `${[operation].flat().join(', ')} ${place}${repair ? ` (${JSON.stringify(repair)})` : ''}`;
      yield uses ? `excused ${repair ? '' : `${uses} times `}${what}: ${why}` : `NOT NEEDED ${what}: ${why}`;
    }
  }
}
