// SPDX-License-Identifier: Apache-2.0
// Looks the hub's own OpenAPI document over:
//   node lint.js --document ../../../docs/api/openapi.json [--events ../../../docs/api/webhooks.md]
// It must fit the meta-schema of OpenAPI 3.1; every reference leads somewhere, nothing lies about unused; operations have
// what a reader needs; every example fits its schema, and so does what the page at /docs makes up where there is none.
// `--events` is the page whose examples of events, made from the real program, must fit the webhooks of the document.
// Ends with 1 and lists every fault.
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Schemas, resolve } from './schemas.js';

// Read as a module, whatever the folder of the page's script says it is: Node before 20.19 does not look into the file.
const model = readFileSync(new URL('../../../src/api/pages/model.js', import.meta.url), 'utf8');
const { curl, exampleOf } = await import(`data:text/javascript,${encodeURIComponent(model)}`);

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

class Lint {
  constructor(document) {
    this.document = document;
    this.schemas = new Schemas(document, '3.1');
    this.faults = [];
    this.counts = { operations: 0, webhooks: 0, schemas: 0, examples: 0 };
  }

  fault(place, text) {
    this.faults.push(`${place}: ${text}`);
  }

  open(value) {
    return value?.$ref ? resolve(this.document, value.$ref) : value;
  }

  async metaSchema() {
    const result = await new Validator().validate(structuredClone(this.document));
    if (!result.valid) this.fault('meta-schema', JSON.stringify(result.errors, null, 1));
  }

  /** Every reference leads somewhere, and every component is led to. */
  references() {
    const used = new Set();
    const walk = (value, place) => {
      if (value === null || typeof value !== 'object') return;
      if (typeof value.$ref === 'string') {
        used.add(value.$ref);
        try {
          resolve(this.document, value.$ref);
        } catch (error) {
          this.fault(place, error.message);
        }
      }
      for (const [key, inner] of Object.entries(value)) walk(inner, `${place}/${key}`);
    };
    walk(this.document, '#');
    for (const [kind, entries] of Object.entries(this.document.components)) {
      for (const name of Object.keys(entries)) {
        const path = `#/components/${kind}/${name}`;
        if (kind !== 'securitySchemes' && !used.has(path)) this.fault(path, 'is not used');
      }
    }
  }

  fits(schema, value, mode, place) {
    this.counts.examples += 1;
    const validate = this.schemas.validator(schema, mode);
    if (!validate(value)) {
      const { instancePath, message, params } = validate.errors[0];
      this.fault(place, `${JSON.stringify(value)} does not fit: ${instancePath} ${message} ${JSON.stringify(params)}`);
    }
  }

  /** The examples that stand in schemas, at any depth. */
  schemaExamples(schema, mode, place) {
    if (schema === null || typeof schema !== 'object' || schema.$ref) return;
    for (const example of schema.examples ?? []) this.fits(schema, example, mode, place);
    if (schema.default !== undefined) this.fits(schema, schema.default, mode, `${place}/default`);
    for (const [name, inner] of Object.entries(schema.properties ?? {})) this.schemaExamples(inner, mode, `${place}/${name}`);
    if (schema.items) this.schemaExamples(schema.items, mode, `${place}/items`);
    for (const key of ['allOf', 'anyOf', 'oneOf']) (schema[key] ?? []).forEach((one, i) => this.schemaExamples(one, mode, `${place}/${key}/${i}`));
  }

  content(content, mode, place) {
    for (const [type, media] of Object.entries(content ?? {})) {
      if (media.schema === undefined) this.fault(`${place}/${type}`, 'has no schema');
      if (media.example !== undefined) this.fits(media.schema, media.example, mode, `${place}/${type}`);
      for (const [name, example] of Object.entries(media.examples ?? {})) this.fits(media.schema, example.value, mode, `${place}/${type}/${name}`);
      if (type === 'application/json' && media.schema?.additionalProperties !== true) {
        this.fits(media.schema, exampleOf(this.document, media.schema), mode, `${place}/${type} (made up)`);
      }
      this.schemaExamples(media.schema, mode, place);
    }
  }

  parameter(given, place) {
    const parameter = this.open(given);
    const here = `${place}/${parameter.name}`;
    if (!parameter.description) this.fault(here, 'has no description');
    if (parameter.example === undefined && !parameter.deprecated) this.fault(here, 'has no example');
    if (parameter.example !== undefined) this.fits(parameter.schema, parameter.example, 'request', here);
    if (parameter.schema.default !== undefined) this.fits(parameter.schema, parameter.schema.default, 'request', `${here}/default`);
    return parameter;
  }

  operation(place, operation, shared, path) {
    const tags = this.document.tags.map(({ name }) => name);
    if (!operation.summary) this.fault(place, 'has no summary');
    if (operation.tags?.length !== 1 || !tags.includes(operation.tags[0])) this.fault(place, 'has not exactly one of the tags');
    const parameters = [...shared, ...(operation.parameters ?? [])].map((one) => this.parameter(one, place));
    const named = parameters.filter((one) => one.in === 'path').map((one) => one.name).sort();
    const wanted = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name).sort();
    if (named.join() !== wanted.join()) this.fault(place, `names the path parameters ${named}, its path has ${wanted}`);
    this.content(this.open(operation.requestBody)?.content, 'request', `${place}/requestBody`);
    for (const [status, given] of Object.entries(operation.responses)) {
      const response = this.open(given);
      if (!response.description) this.fault(`${place}/${status}`, 'has no description');
      this.content(response.content, 'answer', `${place}/${status}`);
    }
  }

  operations() {
    const ids = new Set();
    const each = (group, kind) => {
      for (const [path, item] of Object.entries(group)) {
        for (const method of methods.filter((name) => item[name])) {
          const place = `${kind} ${method.toUpperCase()} ${path}`;
          const operation = item[method];
          if (!operation.operationId || ids.has(operation.operationId)) this.fault(place, 'has no operationId of its own');
          ids.add(operation.operationId);
          if (kind === 'path' && !operation.security) this.fault(place, 'does not say which key it needs');
          this.operation(place, operation, item.parameters ?? [], kind === 'path' ? path : '');
          const line = kind === 'path' ? curl(this.document, path, method, item, operation, 'http://hub') : '';
          if (/undefined|"http[^"]*[{}][^"]*"/.test(line)) this.fault(place, `its curl line is ${line}`);
          this.counts[kind === 'path' ? 'operations' : 'webhooks'] += 1;
        }
      }
    };
    each(this.document.paths, 'path');
    each(this.document.webhooks, 'webhook');
  }

  components() {
    for (const [name, schema] of Object.entries(this.document.components.schemas)) {
      this.counts.schemas += 1;
      if (!schema.description && !['object', 'array'].includes(schema.type)) this.fault(name, 'has no description');
      const mode = /Request$|Ids$|^Acknowledgement$/.test(name) ? 'request' : 'answer';
      this.schemaExamples(schema, mode, name);
    }
    for (const [name, header] of Object.entries(this.document.components.headers)) {
      if (!header.description) this.fault(name, 'has no description');
      this.schemaExamples(header.schema, 'answer', name);
    }
  }

  tagGroups() {
    const grouped = this.document['x-tagGroups'].flatMap(({ tags }) => tags);
    const tags = this.document.tags.map(({ name }) => name);
    if ([...grouped].sort().join() !== [...tags].sort().join()) this.fault('x-tagGroups', 'do not hold every tag once');
  }

  /** The JSON blocks of docs/api/webhooks.md that are events. */
  events(file) {
    let seen = 0;
    for (const [, text] of readFileSync(file, 'utf8').matchAll(/```json\n([\s\S]*?)\n```/g)) {
      const event = JSON.parse(text);
      if (!event.type || !event.sequence) continue;
      seen += 1;
      const webhook = this.document.webhooks[event.type]?.post;
      if (!webhook) this.fault(event.type, 'is no webhook of the document');
      else this.fits(webhook.requestBody.content['application/json'].schema, event, 'answer', `webhook ${event.type}`);
      this.fits({ $ref: '#/components/schemas/Event' }, event, 'answer', `event ${event.type}`);
    }
    if (seen === 0) this.fault(file, 'holds no events');
    return seen;
  }
}

const words = process.argv.slice(2);
const option = (name) => (words.includes(`--${name}`) ? words[words.indexOf(`--${name}`) + 1] : undefined);
const lint = new Lint(JSON.parse(readFileSync(option('document'), 'utf8')));
await lint.metaSchema();
lint.references();
lint.tagGroups();
lint.operations();
lint.components();
const events = option('events') ? lint.events(option('events')) : 0;
for (const fault of lint.faults) console.error(`FAULT ${fault}`);
const { operations, webhooks, schemas, examples } = lint.counts;
console.log(`${operations} operations, ${webhooks} webhooks, ${schemas} schemas, ${examples} examples, ${events} real events: ${lint.faults.length} faults`);
process.exit(lint.faults.length ? 1 : 0);
