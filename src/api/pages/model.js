// SPDX-License-Identifier: Apache-2.0
// What the page at /docs makes of the OpenAPI document, without a browser: the tests use it, too.

export const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** What a reference leads to, or the value itself. */
export function open(document, value) {
  let at = value;
  for (let depth = 0; at?.$ref && depth < 20; ++depth) {
    at = at.$ref.slice(2).split('/').reduce((inner, part) => inner?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], document);
  }
  return at;
}

export const nameOfRef = (value) => value?.$ref?.split('/').pop();

const typesOf = (schema) => [schema.type ?? []].flat();

/** An object with the members of all parts of allOf. */
export function flattened(document, given) {
  const schema = open(document, given) ?? {};
  if (!schema.allOf) return schema;
  const whole = { ...schema, type: 'object', properties: { ...schema.properties }, required: [...(schema.required ?? [])] };
  delete whole.allOf;
  for (const part of schema.allOf) {
    const flat = flattened(document, part);
    Object.assign(whole.properties, flat.properties);
    whole.required.push(...(flat.required ?? []));
  }
  return whole;
}

/** The alternatives of a value, without null; empty when there are none. Alternatives that only say which members must be
 * there are not meant. */
export function alternatives(schema) {
  return (schema.oneOf ?? schema.anyOf ?? []).filter((one) => one.type !== 'null' && (one.$ref || one.type || one.allOf));
}

/** A value that fits: the schema's own example, or one made of its parts. */
export function exampleOf(document, given, depth = 0) {
  const schema = flattened(document, given);
  if (schema.examples?.length) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.default !== undefined) return schema.default;
  if (depth > 8) return null;
  const others = alternatives(schema);
  if (others.length) return exampleOf(document, others[0], depth + 1);
  const types = typesOf(schema);
  if (schema.properties) {
    return Object.fromEntries(Object.entries(schema.properties).map(([name, inner]) => [name, exampleOf(document, inner, depth + 1)]));
  }
  if (types.includes('null')) return null;
  if (types.includes('array')) return [exampleOf(document, schema.items ?? {}, depth + 1)];
  if (types.includes('object')) return {};
  if (types.includes('integer') || types.includes('number')) return schema.minimum ?? 1;
  if (types.includes('boolean')) return true;
  return types.includes('string') ? '…' : null;
}

/** "string or null", "array of Order", "integer": for people. */
export function typeLabel(document, given) {
  const name = nameOfRef(given);
  const schema = open(document, given) ?? {};
  const others = alternatives(schema);
  const nullable = typesOf(schema).includes('null') || (schema.oneOf ?? schema.anyOf ?? []).some((one) => one.type === 'null');
  let label;
  if (name) label = name;
  else if (others.length) label = others.map((one) => typeLabel(document, one)).join(' or ');
  else if (typesOf(schema).includes('array')) label = `array of ${typeLabel(document, schema.items ?? {})}`;
  else label = typesOf(schema).filter((type) => type !== 'null').map((type) => (type === 'string' && schema.format ? schema.format : type)).join(' or ') || 'anything';
  return nullable && !name ? `${label} or null` : label;
}

/** Limits, defaults and words of a value, as short texts. */
export function limits(document, given) {
  const schema = open(document, given) ?? {};
  const said = [];
  const inner = typesOf(schema).includes('array') ? open(document, schema.items ?? {}) : schema;
  if (inner.enum) said.push(inner.enum.filter((word) => word !== null).map((word) => `\`${word}\``).join(', '));
  const range = (least, most, what) => {
    if (least !== undefined && most !== undefined) said.push(`${least} to ${most}${what}`);
    else if (least !== undefined) said.push(`at least ${least}${what}`);
    else if (most !== undefined) said.push(`at most ${most}${what}`);
  };
  range(schema.minimum, schema.maximum, '');
  range(schema.minLength, schema.maxLength, ' characters');
  range(schema.minItems, schema.maxItems, ' entries');
  if (schema.default !== undefined) said.push(`without it: \`${schema.default}\``);
  return said;
}

/** The scopes of an operation: null when no key is needed, '' for any key or none, else the scope. */
export function scopeOf(document, operation) {
  const needed = operation.security ?? document.security ?? [];
  if (needed.length === 0) return null;
  const named = needed.flatMap((one) => Object.values(one).flat());
  return named[0] ?? '';
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** A line for the shell that calls the operation. */
export function curl(document, path, method, item, operation, origin) {
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((one) => open(document, one));
  let target = path;
  const query = [];
  const headers = [];
  const isPage = parameters.some(({ name }) => name === 'cursor');
  for (const { in: place, name, required, example } of parameters) {
    const text = encodeURIComponent([example ?? ''].flat().join(','));
    if (place === 'path') target = target.replace(`{${name}}`, text);
    if (place === 'query' && (required || (isPage && name === 'limit'))) query.push(`${encodeURIComponent(name)}=${text}`);
    if (name === 'Idempotency-Key' && operation.responses['201']) headers.push('-H "Idempotency-Key: $(uuidgen)"');
  }
  const scheme = Object.keys((operation.security ?? []).find((one) => Object.keys(one).length) ?? {})[0];
  if (scheme === 'ApiKey') headers.unshift('-H "X-Api-Key: $KEY"');
  if (scheme === 'BearerKey') headers.unshift('-H "Authorization: Bearer $KEY"');
  const media = operation.requestBody && open(document, operation.requestBody).content['application/json'];
  const parts = [`curl -s${method === 'get' ? '' : ` -X ${method.toUpperCase()}`}`, ...headers];
  if (media && scheme) {
    const body = Object.values(media.examples ?? {})[0]?.value ?? exampleOf(document, media.schema);
    parts.push('-H "Content-Type: application/json"', `-d ${quoted(JSON.stringify(body))}`);
  }
  parts.push(`"${origin}${target}${query.length ? `?${query.join('&')}` : ''}"`);
  return parts.join(parts.join(' ').length > 60 ? ' \\\n  ' : ' ');
}

/** "Rate limits" is "rate-limits": the anchor of a heading. */
export const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');

/** A line of Markdown as pieces {kind: text|code|strong|em|link, text, href}. */
export function inline(text) {
  const pieces = [];
  const pattern = /`([^`]+)`|\*\*(.+?)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)]+)\)/g;
  let at = 0;
  for (const found of text.matchAll(pattern)) {
    if (found.index > at) pieces.push({ kind: 'text', text: text.slice(at, found.index) });
    if (found[1] !== undefined) pieces.push({ kind: 'code', text: found[1] });
    else if (found[2] !== undefined) pieces.push({ kind: 'strong', text: found[2] });
    else if (found[3] !== undefined) pieces.push({ kind: 'em', text: found[3] });
    else pieces.push({ kind: 'link', text: found[4], href: found[5] });
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) });
  return pieces;
}

/** Markdown as blocks {kind: heading|paragraph|list|code, text, items}: as much of it as the document uses. */
export function blocks(markdown) {
  const made = [];
  let fence = null;
  for (const line of markdown.split('\n')) {
    const last = made[made.length - 1];
    if (fence) {
      if (line.startsWith('```')) fence = null;
      else fence.text += (fence.text ? '\n' : '') + line;
    } else if (line.startsWith('```')) {
      fence = { kind: 'code', text: '' };
      made.push(fence);
    } else if (line.startsWith('# ')) made.push({ kind: 'heading', text: line.slice(2) });
    else if (line.startsWith('- ')) {
      if (last?.kind === 'list') last.items.push(line.slice(2));
      else made.push({ kind: 'list', items: [line.slice(2)] });
    } else if (line.trim() === '') made.push({ kind: 'gap' });
    else if (last?.kind === 'paragraph') last.text += ` ${line}`;
    else made.push({ kind: 'paragraph', text: line });
  }
  return made.filter(({ kind }) => kind !== 'gap');
}

/** Every operation and webhook as {id, kind, tag, method, path, item, operation, words}, in the order of the tags. */
export function entries(document) {
  const found = [];
  const add = (group, kind) => {
    for (const [path, item] of Object.entries(group ?? {})) {
      for (const method of methods.filter((name) => item[name])) {
        const operation = item[method];
        const scope = kind === 'operation' ? scopeOf(document, operation) : '';
        const words = [path, method, operation.operationId, operation.summary, operation.description, operation.tags[0], scope,
          ...(operation.parameters ?? []).map((one) => open(document, one).name)].join(' ').toLowerCase();
        found.push({ id: operation.operationId, kind, tag: operation.tags[0], method, path, item, operation, words });
      }
    }
  };
  add(document.paths, 'operation');
  add(document.webhooks, 'webhook');
  const order = document.tags.map(({ name }) => name);
  return found.sort((a, b) => order.indexOf(a.tag) - order.indexOf(b.tag));
}

/** Does it hold every word that was typed? */
export function matches(entry, typed) {
  return typed.toLowerCase().split(/\s+/).filter(Boolean).every((word) => entry.words.includes(word));
}
