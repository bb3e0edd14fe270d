// SPDX-License-Identifier: Apache-2.0
// From the schema dialects of Swagger 2.0, OpenAPI 3.0 and 3.1 to JSON Schema 2020-12, which ajv validates.
//
// What a reader of a published file expects and JSON Schema does not do by itself:
// - An object that names its properties has no others, unless the file says `additionalProperties`. Through allOf, oneOf
//   and anyOf that is `unevaluatedProperties: false` on the outermost level; an `additionalProperties: false` inside a
//   member of allOf would refuse the properties of its neighbours and is read as "closed" on the outermost level, too.
// - A request has no readOnly property, an answer no writeOnly one; neither is required there.
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const plainKeywords = [
  'multipleOf', 'minLength', 'maxLength', 'pattern', 'minItems', 'maxItems', 'uniqueItems', 'minProperties',
  'maxProperties', 'const',
];

export class BadSpec extends Error {}

/** The value that a JSON pointer of the same document names. */
export function resolve(document, ref) {
  if (!ref.startsWith('#/')) throw new BadSpec(`${ref}: only references within one file are understood`);
  let at = document;
  for (const part of ref.slice(2).split('/')) {
    at = at?.[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  if (at === undefined) throw new BadSpec(`${ref} leads nowhere`);
  return at;
}

/** A schema as loose as a sample is: types of what is there, null allowed everywhere, nothing required. */
export function schemaOfSample(sample) {
  if (sample === null || sample === undefined) return {};
  if (Array.isArray(sample)) return { type: 'array', items: sample.map(schemaOfSample).reduce(mergeSamples, {}) };
  if (typeof sample === 'object') {
    const names = Object.keys(sample);
    if (names.length === 0) return { type: 'object' };
    return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, schemaOfSample(sample[name])])) };
  }
  return { type: typeof sample };
}

function mergeSamples(one, other) {
  if (Object.keys(one).length === 0) return other;
  if (Object.keys(other).length === 0) return one;
  if (one.type !== other.type) return {};
  const merged = { ...one };
  if (one.items && other.items) merged.items = mergeSamples(one.items, other.items);
  if (one.properties || other.properties) {
    merged.properties = { ...one.properties };
    for (const [name, schema] of Object.entries(other.properties ?? {})) {
      merged.properties[name] = merged.properties[name] ? mergeSamples(merged.properties[name], schema) : schema;
    }
  }
  return merged;
}

/** Makes validators for the schemas of one published file. */
export class Schemas {
  /** `dialect` is "2.0", "3.0" or "3.1"; with `nullable` every value may be null and a null type says nothing. */
  constructor(document, dialect, { nullable = false } = {}) {
    this.document = document;
    this.dialect = dialect;
    this.nullable = nullable;
    this.ajv = new Ajv2020({ allErrors: true, strict: false, unicodeRegExp: false, logger: false });
    addFormats(this.ajv);
    this.ajv.addFormat('HH:mm', /^([01]\d|2[0-3]):[0-5]\d$/);
    this.ajv.addFormat('yyyy-MM-dd', /^\d{4}-\d\d-\d\d$/);
    this.validators = new Map();
    this.wrappers = new Map();
  }

  /** The validator of a schema of the file. `mode` is "request" or "answer". */
  validator(schema, mode) {
    const known = this.validators.get(schema) ?? new Map();
    this.validators.set(schema, known);
    if (!known.has(mode)) {
      this.definitions = {};
      const root = this.convert(schema, mode, true);
      known.set(mode, this.ajv.compile({ $defs: this.definitions, allOf: [root] }));
    }
    return known.get(mode);
  }

  lookUp(ref) {
    return resolve(this.document, ref);
  }

  /** A schema of the file inside an object with one property. */
  wrapped(schema, property) {
    const known = this.wrappers.get(schema) ?? { type: 'object', required: [property], properties: { [property]: schema } };
    this.wrappers.set(schema, known);
    return known;
  }

  reference(ref, mode, closed) {
    const key = `${mode}.${closed ? 'closed' : 'open'}.${ref.replace(/[^A-Za-z0-9_.-]/g, '.')}`;
    if (!(key in this.definitions)) {
      this.definitions[key] = {}; // stops at recursion
      this.definitions[key] = this.convert(resolve(this.document, ref), mode, closed);
    }
    return { $ref: `#/$defs/${key}` };
  }

  /** `closed`: this is the outermost level of an object, not a member of allOf, oneOf or anyOf. */
  convert(schema, mode, closed) {
    if (typeof schema === 'boolean') return schema;
    if (schema === null || typeof schema !== 'object') throw new BadSpec(`${JSON.stringify(schema)} is not a schema`);
    if (schema.$ref !== undefined) {
      const { $ref, ...rest } = schema;
      const constraints = Object.keys(rest).filter((key) => !['description', 'summary', 'title', 'example'].includes(key));
      // Beside a $ref only OpenAPI 3.1 reads anything.
      if (this.dialect === '3.1' && constraints.length) return this.convert({ ...rest, allOf: [{ $ref }] }, mode, closed);
      return this.reference($ref, mode, closed);
    }
    if (schema.discriminator !== undefined) throw new BadSpec('discriminators are not understood yet');

    const out = {};
    for (const keyword of plainKeywords) if (schema[keyword] !== undefined) out[keyword] = schema[keyword];
    if (typeof schema.format === 'string') {
      if (!(schema.format in this.ajv.formats)) this.ajv.addFormat(schema.format, true); // a remark of the author's
      out.format = schema.format;
    }
    this.convertRange(schema, out);
    let nullable = this.nullable || schema.nullable === true || schema['x-nullable'] === true;
    const types = [schema.type ?? (schema.properties ? 'object' : schema.items ? 'array' : [])].flat();
    if (types.includes('file') || types.includes('null') && types.length === 1 && this.nullable) return {};
    if (types.length) out.type = [...new Set(nullable ? [...types, 'null'] : types)];
    if (schema.enum !== undefined) out.enum = nullable ? [...new Set([...schema.enum, null])] : schema.enum;
    if (schema.items !== undefined) out.items = this.convert(schema.items, mode, true);
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      if (schema[keyword] !== undefined) out[keyword] = schema[keyword].map((member) => this.convert(member, mode, false));
    }
    if (schema.not !== undefined) out.not = this.convert(schema.not, mode, false);
    this.convertObject(schema, out, mode, closed);
    if (nullable && (schema.allOf || schema.anyOf || schema.oneOf)) return { if: { type: 'null' }, else: out };
    return out;
  }

  convertRange(schema, out) {
    for (const [plain, exclusive] of [['minimum', 'exclusiveMinimum'], ['maximum', 'exclusiveMaximum']]) {
      if (typeof schema[exclusive] === 'number') out[exclusive] = schema[exclusive];
      if (schema[plain] === undefined) continue;
      out[schema[exclusive] === true ? exclusive : plain] = schema[plain];
    }
  }

  convertObject(schema, out, mode, closed) {
    const properties = Object.entries(schema.properties ?? {});
    const hidden = (value) => (mode === 'request' ? value?.readOnly === true : value?.writeOnly === true);
    if (properties.length) {
      out.properties = Object.fromEntries(
        properties.map(([name, value]) => [name, hidden(value) ? false : this.convert(value, mode, true)]));
    }
    if (Array.isArray(schema.required)) {
      const required = schema.required.filter((name) => !hidden(schema.properties?.[name]));
      if (required.length) out.required = required;
    }
    const composed = Boolean(schema.allOf || schema.anyOf || schema.oneOf);
    const more = schema.additionalProperties;
    if (more !== undefined && more !== false) {
      out.additionalProperties = more === true ? true : this.convert(more, mode, true);
    } else if (closed) {
      if (composed || properties.length || more === false) out.unevaluatedProperties = false;
    } else if (schema.type === 'object' && !composed && !properties.length && more === undefined && !schema.required) {
      out.additionalProperties = true; // "any object", as a member of something
    }
  }
}
