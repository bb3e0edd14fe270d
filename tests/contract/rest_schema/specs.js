// SPDX-License-Identifier: Apache-2.0
// Published files as a list of operations, the same for Swagger 2.0 and OpenAPI 3.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { BadSpec, Schemas, resolve, schemaOfSample } from './schemas.js';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

const opened = (document, value) => (value?.$ref ? resolve(document, value.$ref) : value);

function parse(file) {
  const text = readFileSync(file, 'utf8');
  try {
    // Some published YAML repeats long lists by many aliases, which is not an attack here.
    return file.endsWith('.json') ? JSON.parse(text) : parseYaml(text, { maxAliasCount: -1 });
  } catch (error) {
    throw new BadSpec(`${file}: ${error.message}`);
  }
}

/** The paths that stand before every path of the file: "" or "/sell/inventory/v1". */
function bases(document) {
  if (document.swagger) return [(document.basePath ?? '').replace(/\/$/, '')];
  const urls = (document.servers ?? [{ url: '/' }]).map(({ url, variables }) =>
    url.replace(/\{([^}]+)\}/g, (whole, name) => variables?.[name]?.default ?? whole));
  return [...new Set(urls.map((url) => url.replace(/^[a-z]+:\/\/[^/]+/i, '').replace(/\/$/, '')))];
}

function parameterOf(document, dialect, given) {
  const parameter = opened(document, given);
  const schema = opened(document, parameter.schema ?? (dialect === '2.0' ? parameter : undefined));
  if (schema === undefined) throw new BadSpec(`parameter ${parameter.name} has no schema`);
  const arrays = dialect === '2.0'
    ? parameter.collectionFormat ?? 'csv'
    : { spaceDelimited: 'ssv', pipeDelimited: 'pipes' }[parameter.style]
      ?? (parameter.in === 'query' && parameter.explode !== false ? 'multi' : 'csv');
  // "required" of a Swagger parameter is a flag, not the list of a schema.
  const bare = dialect === '2.0' ? (({ required, in: place, name, ...rest }) => rest)(schema) : schema;
  return { in: parameter.in, name: parameter.name, required: parameter.required === true, schema: bare, arrays };
}

/** The body a Swagger 2.0 operation takes: one JSON document, or a form. */
function swaggerBody(document, operation, parameters) {
  const consumes = operation.consumes ?? document.consumes;
  const body = parameters.find((parameter) => parameter.in === 'body');
  if (body) {
    const media = consumes ?? ['application/json'];
    return { required: body.required === true, content: new Map(media.map((type) => [type, body.schema])) };
  }
  const fields = parameters.filter((parameter) => parameter.in === 'formData');
  if (!fields.length) return null;
  const schema = {
    type: 'object',
    required: fields.filter((field) => field.required).map((field) => field.name),
    properties: Object.fromEntries(fields.map(({ name, required, in: place, ...field }) => [name, field])),
  };
  const media = consumes ?? ['application/x-www-form-urlencoded'];
  return { required: schema.required.length > 0, content: new Map(media.map((type) => [type, schema])) };
}

const contentOf = (content) => new Map(Object.entries(content ?? {}).map(([type, { schema }]) => [type.toLowerCase(), schema]));

function responsesOf(document, operation, { samples }) {
  const responses = new Map();
  for (const [status, given] of Object.entries(operation.responses ?? {})) {
    const response = opened(document, given);
    let content = contentOf(response.content);
    if (document.swagger) {
      const sample = Object.entries(response.examples ?? {}).find(([type]) => /json/.test(type))?.[1];
      const guessed = samples && response.schema === undefined && sample !== undefined;
      const schema = guessed ? schemaOfSample(sample) : response.schema;
      const media = operation.produces ?? document.produces ?? ['application/json'];
      content = new Map(schema === undefined ? [] : media.map((type) => [type.toLowerCase(), schema]));
    }
    const headers = Object.entries(response.headers ?? {}).map(([name, header]) => {
      const open = opened(document, header);
      return { name, required: open.required === true, schema: open.schema ?? open };
    });
    responses.set(status.toLowerCase(), { content, headers });
  }
  return responses;
}

/** Literal segments before parameters: "/orders/released" is not the order "released". */
function compilePath(path) {
  const segments = path.split('/').slice(1);
  return segments.map((segment) => {
    const names = [];
    const pattern = segment.replace(/\{([^}]+)\}|[.*+?^$()|[\]\\]/g, (found, name) => {
      if (name === undefined) return `\\${found}`;
      names.push(name);
      return '(.+)';
    });
    return { names, literal: names.length ? null : segment, pattern: new RegExp(`^${pattern}$`, 's') };
  });
}

/** Moves parameters that stand in the path's query to where they belong. What is a fixed value there distinguishes this
 * operation from others of its path; it is returned as "?name=value". */
function mendQuery(parameters, path, query) {
  if (query === undefined) return '';
  for (const parameter of parameters.values()) {
    if (parameter.in !== 'path' || path.includes(`{${parameter.name}}`)) continue;
    parameter.in = 'query';
    parameter.required = false;
  }
  const fixed = query.split('&').filter((part) => !part.includes('{'));
  for (const part of fixed) {
    const [name, value] = part.split('=');
    parameters.set(`query ${name}`, { in: 'query', name, required: true, schema: { type: 'string', enum: [value] }, arrays: 'csv' });
  }
  return fixed.length ? `?${fixed.join('&')}` : '';
}

/** Every operation of a file. `repairs` are names of known faults to mend: see slips.js. */
export function loadSpec(file, repairs) {
  const document = parse(file);
  const version = String(document?.swagger ?? document?.openapi ?? '');
  const dialect = version.slice(0, 3);
  if (!['2.0', '3.0', '3.1'].includes(dialect)) throw new BadSpec(`${file} is neither Swagger 2.0 nor OpenAPI 3.0 or 3.1`);
  const stem = basename(file).replace(/\.[^.]+$/, '');
  const schemas = new Schemas(document, dialect, { nullable: repairs.has('nullable') });
  const operations = [];
  for (const [key, item] of Object.entries(document.paths ?? {})) {
    const [path, query] = key.split('?');
    if (query !== undefined && !repairs.has('query-in-path')) throw new BadSpec(`${file}: the path ${key} contains a query`);
    for (const method of methods) {
      const operation = item[method];
      if (operation === undefined) continue;
      const parameters = new Map();
      for (const given of [...(item.parameters ?? []), ...(operation.parameters ?? [])]) {
        const parameter = document.swagger && ['body', 'formData'].includes(opened(document, given).in)
          ? opened(document, given)
          : parameterOf(document, dialect, given);
        parameters.set(`${parameter.in} ${parameter.name}`, parameter);
      }
      const literal = mendQuery(parameters, path, query);
      const all = [...parameters.values()];
      const body = opened(document, operation.requestBody);
      const openBody = body && { required: body.required === true, content: contentOf(body.content) };
      const responses = responsesOf(document, operation, { samples: repairs.has('answers-from-samples') });
      const short = `${method.toUpperCase()} ${path}${literal}`;
      const base = { file: stem, method: method.toUpperCase(), schemas, responses, short };
      base.id = query === undefined && operation.operationId ? operation.operationId : short;
      base.summary = (operation.summary ?? '').replace(/ (with|w\/o) parameters$/, '');
      base.parameters = all.filter((parameter) => ['query', 'path', 'header'].includes(parameter.in));
      base.body = document.swagger ? swaggerBody(document, operation, all) : openBody ?? null;
      operations.push({ ...base, segments: bases(document).map((start) => compilePath(start + path)) });
    }
  }
  // The same path once with and once without a query in its key is one operation.
  const merged = new Map();
  for (const operation of operations) {
    const twin = merged.get(operation.short);
    if (twin === undefined) {
      merged.set(operation.short, operation);
      continue;
    }
    twin.id = operation.short;
    twin.parameters.push(...operation.parameters);
    for (const [status, response] of operation.responses) if (!twin.responses.has(status)) twin.responses.set(status, response);
  }
  return [...merged.values()];
}

/** Operations of several files, each with a `name` that no other has. */
export function loadSpecs(files, repairs) {
  const operations = files.flatMap((file) => loadSpec(file, repairs));
  const count = new Map();
  for (const { id } of operations) count.set(id, (count.get(id) ?? 0) + 1);
  for (const operation of operations) {
    operation.name = count.get(operation.id) === 1 ? operation.id : `${operation.file}/${operation.id}`;
  }
  return operations;
}

function matchSegments(segments, parts) {
  const values = new Map();
  if (segments.length !== parts.length) return null;
  for (let i = 0; i < segments.length; ++i) {
    if (segments[i].literal !== null ? segments[i].literal !== parts[i] : !segments[i].pattern.test(parts[i])) return null;
    segments[i].pattern.exec(parts[i]).slice(1).forEach((value, n) => values.set(segments[i].names[n], value));
  }
  return values;
}

/** A decoded path may have slashes inside a parameter: then a parameter takes as many parts as it needs. */
function matchLoosely(segments, parts) {
  const pattern = segments.map((segment) => segment.pattern.source.slice(1, -1)).join('/');
  const found = new RegExp(`^${pattern}$`, 's').exec(parts.join('/'));
  if (!found) return null;
  const names = segments.flatMap((segment) => segment.names);
  return new Map(names.map((name, i) => [name, found[i + 1]]));
}

const literals = (segments) => segments.map((segment) => (segment.literal === null ? '1' : '0')).join('');

/** The operations that a request can mean, those with literal segments first; several when files overlap. */
export function findOperations(operations, method, parts, raw) {
  for (const match of raw ? [matchSegments] : [matchSegments, matchLoosely]) {
    const found = [];
    for (const operation of operations) {
      if (operation.method !== method) continue;
      for (const segments of operation.segments) {
        const values = match(segments, parts);
        if (values) found.push({ operation, values, rank: literals(segments) });
      }
    }
    const best = found.map(({ rank }) => rank).sort()[0];
    if (found.length) return found.filter(({ rank }) => rank === best);
  }
  return [];
}
