// SPDX-License-Identifier: Apache-2.0
// Checks recorded REST traffic against published Swagger 2.0 and OpenAPI 3 files:
//   node check.js --spec A.json,B.yaml --recording traffic.jsonl [--prefix /amazon] [--expect op1,op2] [--slips FILE]
//                 [--extra fail|warn] [--parts both|response] [--inverted yes] [--compile yes]
//                 [--all yes]
// Each line of the recording is {"method", "path", "target" (as sent, if known), "query": [[name, value]], "request_headers":
// [[name, value]], "request_body", "status", "response_headers", "response_body"}.
// Ends with 1 at the first mismatch, saying line, operation, place and what. `--expect` names operations that must have been
// answered (below 400) at least once. `--slips` are known faults of the files (slips.js). `--extra warn` only reports
// properties of answers that the schema does not name. `--parts response` leaves requests unchecked. With `--inverted yes`
// every line must be a mismatch: that tests the checker. `--all yes` lists the mismatches of all lines, for reading. `--compile yes` prepares every operation of the files, and needs
// no recording.
import { readFileSync } from 'node:fs';
import { checkExchange } from './exchange.js';
import { BadSpec } from './schemas.js';
import { Slips } from './slips.js';
import { findOperations, loadSpecs } from './specs.js';

class Mismatch extends Error {}
class Usage extends Error {}

const known = ['spec', 'recording', 'prefix', 'expect', 'slips', 'extra', 'parts', 'inverted', 'compile', 'all'];

function readOptions(words) {
  const options = { prefix: '', extra: 'fail', parts: 'both' };
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i].replace(/^--/, '');
    if (!known.includes(name) || words[i + 1] === undefined) throw new Usage(`${words[i]} is no option or lacks a value`);
    options[name] = words[i + 1];
  }
  if (!options.spec || !(options.recording || options.compile)) throw new Usage('--spec and --recording (or --compile yes) are needed');
  if (!['fail', 'warn'].includes(options.extra) || !['both', 'response'].includes(options.parts)) throw new Usage('--extra fail|warn, --parts both|response');
  return options;
}

const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Mismatch(`the path ${text} is not percent-encoded UTF-8`);
  }
}

class Checker {
  constructor(options) {
    this.options = options;
    this.slips = new Slips(options.slips);
    this.operations = loadSpecs(options.spec.split(',').filter(Boolean), this.slips.fileRepairs());
    this.answered = new Map();
    this.refused = new Map();
    this.extras = new Map();
    this.letThrough = 0;
    this.notes = { undescribed: 0 };
  }

  withoutPrefix(path) {
    const { prefix } = this.options;
    if (!path.startsWith(`${prefix}/`)) throw new Mismatch(`the path ${path} does not start with ${prefix}/`);
    return path.slice(prefix.length);
  }

  /** Throws a Mismatch. */
  check(line) {
    const raw = line.target !== undefined && line.target !== '';
    const path = this.withoutPrefix(raw ? line.target.split('?')[0] : line.path);
    const parts = path.split('/').slice(1).map(raw ? decoded : (part) => part);
    const candidates = findOperations(this.operations, line.method, parts, raw);
    if (!candidates.length) {
      if (this.slips.undescribed(line.method, path)) {
        this.letThrough += 1;
        return;
      }
      throw new Mismatch(`${line.method} ${path} is no operation of the published files`);
    }
    // Files overlap (several describe the same feed upload): one of them must fit, and the nearest one says what is wrong.
    let best;
    for (const { operation, values } of candidates) {
      const wrapper = this.slips.wrapper(operation);
      const like = this.slips.like(operation, line.status);
      const problems = checkExchange(operation, values, line, { parts: this.options.parts, wrapper, like, notes: this.notes });
      const remaining = this.slips.remaining(operation, problems, false);
      if (!best || remaining.length < best.remaining.length) best = { operation, problems, remaining };
    }
    this.slips.remaining(best.operation, best.problems, true);
    const { name } = best.operation;
    const extra = ({ place, what }) => what === 'unknown' && place.startsWith('response.body.');
    const fatal = this.options.extra === 'warn' ? best.remaining.filter((problem) => !extra(problem)) : best.remaining;
    if (fatal.length) {
      const more = fatal.length > 1 ? ` (and ${fatal.length - 1} more)` : '';
      const listed = (this.options.all ? fatal : fatal.slice(0, 1)).map(({ place, text }) => `${place}: ${text}`).join('; ');
      throw new Mismatch(`${name}, ${listed}${this.options.all ? '' : more}`);
    }
    for (const { place } of best.remaining) count(this.extras, `${name}, ${place.replace(/\[\d+\]/g, '[]')}`);
    count(line.status < 400 ? this.answered : this.refused, name);
  }

  /** The operation that a word of --expect means. */
  meant(word) {
    const named = this.operations.filter(({ name, id, short }) => name === word || id === word || short === word);
    const found = named.length ? named : this.operations.filter(({ summary }) => summary === word); // ShipStation's own names
    if (found.length !== 1) throw new Usage(`--expect ${word}: ${found.length ? `is one of ${found.map(({ name }) => name).join(', ')}` : 'no file has it'}`);
    return found[0].name;
  }

  compile() {
    let schemas = 0;
    for (const operation of this.operations) {
      const prepare = (schema, mode) => {
        if (schema === undefined) return;
        operation.schemas.validator(schema, mode);
        schemas += 1;
      };
      for (const parameter of operation.parameters) prepare(parameter.schema, 'request');
      for (const schema of operation.body?.content.values() ?? []) prepare(schema, 'request');
      for (const response of operation.responses.values()) for (const schema of response.content.values()) prepare(schema, 'answer');
    }
    console.log(`${this.operations.length} operations with ${schemas} schemas are ready`);
  }

  report() {
    for (const name of [...new Set([...this.answered.keys(), ...this.refused.keys()])].sort()) {
      console.log(`${name}: ${this.answered.get(name) ?? 0} answered, ${this.refused.get(name) ?? 0} refused`);
    }
    for (const [place, times] of this.extras) console.log(`WARNING ${place}: ${times} times a property that the schema does not name`);
    if (this.letThrough) console.log(`${this.letThrough} exchanges with paths that no published file describes`);
    if (this.notes.undescribed) console.log(`${this.notes.undescribed} refusals whose bodies no file describes`);
    for (const text of this.slips.report()) console.log(text);
  }
}

function run() {
  const options = readOptions(process.argv.slice(2));
  const checker = new Checker(options);
  const expected = (options.expect ?? '').split(',').filter(Boolean).map((word) => checker.meant(word));
  if (options.compile) checker.compile();
  if (!options.recording) return;
  const lines = readFileSync(options.recording, 'utf8').split('\n').filter((text) => text.trim() !== '');
  let mismatches = 0;
  lines.forEach((text, i) => {
    let said;
    try {
      checker.check(JSON.parse(text));
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      said = error.message;
    }
    if (options.inverted && said === undefined) throw new Mismatch(`line ${i + 1}: should not have passed`);
    if (options.inverted) console.log(`refused: line ${i + 1}: ${said}`);
    else if (said !== undefined && options.all) {
      mismatches += 1;
      console.log(`line ${i + 1}: ${said}`);
    } else if (said !== undefined) throw new Mismatch(`line ${i + 1}: ${said}`);
  });
  if (options.inverted) return;
  checker.report();
  if (mismatches) throw new Mismatch(`recording: ${mismatches} of ${lines.length} exchanges`);
  const never = expected.filter((name) => !checker.answered.has(name));
  if (never.length) throw new Mismatch(`recording: never answered: ${never.join(', ')}`);
  const seen = new Set([...checker.answered.keys(), ...checker.refused.keys()]).size;
  console.log(`${lines.length} exchanges of ${seen} operations fit the published files`);
}

try {
  run();
} catch (error) {
  if (error instanceof Mismatch) {
    console.error(`MISMATCH ${error.message}`);
    process.exit(1);
  }
  if (!(error instanceof Usage) && !(error instanceof BadSpec)) throw error;
  console.error(error.message);
  process.exit(2);
}
