// SPDX-License-Identifier: Apache-2.0
// Checks recorded GraphQL traffic against a published schema:
//   node check.js --schema admin.graphql --recording traffic.jsonl [--operations DIR] [--expect A,B,C]
// Each line of the recording is {"query", "variables", "operationName", "response"}. Requests must be valid documents with
// valid variables; answers must have exactly the selected fields, of the selected types, with nulls only where allowed.
// Every operation named in the documents of DIR (or in --expect) must have been seen with data at least once.
// Ends with 1 at the first mismatch, saying where it is. With `--inverted yes` every line must be a mismatch: that tests
// the checker itself.
import { readFileSync, readdirSync } from 'node:fs';
import {
  buildSchema, parse, validate, specifiedRules, getVariableValues, getNamedType, getNullableType, isAbstractType, isEnumType,
  isListType, isNonNullType, isObjectType, isScalarType, typeFromAST, Kind,
} from 'graphql';

const options = {};
for (let i = 2; i < process.argv.length; i += 2) options[process.argv[i].replace(/^--/, '')] = process.argv[i + 1];
if (!options.schema || !options.recording) {
  console.error('usage: node check.js --schema FILE --recording FILE [--operations DIR] [--expect A,B] [--inverted yes]');
  process.exit(2);
}

const schema = buildSchema(readFileSync(options.schema, 'utf8'), { assumeValid: true });

class Mismatch extends Error {}
const fail = (where, what) => { throw new Mismatch(`${where}: ${what}`); };

const scalarForms = {
  ID: (v) => typeof v === 'string',
  String: (v) => typeof v === 'string',
  Boolean: (v) => typeof v === 'boolean',
  Int: (v) => Number.isInteger(v) && Math.abs(v) <= 2147483648,
  Float: (v) => typeof v === 'number',
  DateTime: (v) => typeof v === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(v),
  Decimal: (v) => typeof v === 'string' && /^-?\d+\.(0|\d*[1-9])$/.test(v), // trimmed zeros, one digit at least
  Money: (v) => typeof v === 'string' && /^-?\d+(\.\d{2,3})?$/.test(v),
  UnsignedInt64: (v) => typeof v === 'string' && /^\d+$/.test(v),
  URL: (v) => typeof v === 'string' && /^https?:\/\//.test(v),
};

/** Fields that an object of this type shows: key -> field nodes, fragments opened, @include and @skip obeyed. */
function collect(type, selectionSet, context, into = new Map()) {
  for (const selection of selectionSet.selections) {
    if (!wanted(selection, context.variables)) continue;
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      if (!into.has(key)) into.set(key, []);
      into.get(key).push(selection);
      continue;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? context.fragments.get(selection.name.value) : selection;
    const condition = fragment.typeCondition ? typeFromAST(schema, fragment.typeCondition) : type;
    const fits = condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
    if (fits) collect(type, fragment.selectionSet, context, into);
  }
  return into;
}

function wanted(selection, variables) {
  for (const directive of selection.directives ?? []) {
    const name = directive.name.value;
    if (name !== 'include' && name !== 'skip') continue;
    const value = directive.arguments[0].value;
    const flag = value.kind === Kind.VARIABLE ? variables[value.name.value] : value.value;
    if (flag === (name === 'skip')) return false;
  }
  return true;
}

function checkValue(type, nodes, value, where, context) {
  if (value === undefined) fail(where, 'is missing');
  if (value === null) {
    if (isNonNullType(type)) fail(where, `is null, but ${type} allows none`);
    return;
  }
  const bare = getNullableType(type);
  if (isListType(bare)) {
    if (!Array.isArray(value)) fail(where, 'is not a list');
    value.forEach((item, i) => checkValue(bare.ofType, nodes, item, `${where}[${i}]`, context));
    return;
  }
  const named = getNamedType(bare);
  if (isScalarType(named)) {
    const form = scalarForms[named.name];
    if (form && !form(value)) fail(where, `${JSON.stringify(value)} is not a ${named.name}`);
    return;
  }
  if (isEnumType(named)) {
    if (!named.getValue(value)) fail(where, `${JSON.stringify(value)} is not a value of ${named.name}`);
    return;
  }
  if (isObjectType(named)) return checkObject(named, nodes, value, where, context);
  // Without __typename an abstract type is right when one of its possible types fits.
  const reasons = [];
  for (const possible of schema.getPossibleTypes(named)) {
    try {
      return checkObject(possible, nodes, value, where, context);
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      reasons.push(error.message);
    }
  }
  fail(where, `fits no type of ${named.name}; for example ${reasons[0]}`);
}

function checkObject(type, nodes, value, where, context) {
  if (typeof value !== 'object' || Array.isArray(value)) fail(where, `is not an object (${type.name})`);
  const expected = new Map();
  for (const node of nodes) collect(type, node.selectionSet, context, expected);
  for (const key of Object.keys(value)) if (!expected.has(key)) fail(`${where}.${key}`, `was not selected on ${type.name}`);
  for (const [key, fields] of expected) {
    const name = fields[0].name.value;
    if (name === '__typename') continue;
    checkValue(type.getFields()[name].type, fields, value[key], `${where}.${key}`, context);
  }
}

/** Inner documents of bulk exports travel as a variable. */
function checkInner(document, variables, where) {
  const runs = document.definitions.some((d) => d.kind === Kind.OPERATION_DEFINITION && d.selectionSet.selections.some((s) => s.name?.value === 'bulkOperationRunQuery'));
  if (!runs || typeof variables.query !== 'string') return;
  const errors = validate(schema, parse(variables.query), specifiedRules);
  if (errors.length) fail(`${where} (bulk document)`, errors[0].message);
}

const documents = new Map(); // the same few come again and again
function prepared(query, where) {
  if (!documents.has(query)) {
    let document;
    try {
      document = parse(query);
    } catch (error) {
      fail(where, error.message);
    }
    const errors = validate(schema, document, specifiedRules);
    if (errors.length) fail(where, errors[0].message);
    documents.set(query, document);
  }
  return documents.get(query);
}

const seen = new Map();
const refused = new Map();
const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);

function checkExchange(line, number) {
  const { query, operationName, response } = line;
  const document = prepared(query, `line ${number}`);
  const operations = document.definitions.filter((d) => d.kind === Kind.OPERATION_DEFINITION);
  const operation = operationName ? operations.find((o) => o.name?.value === operationName) : operations[0];
  if (!operation || (!operationName && operations.length > 1)) fail(`line ${number}`, 'the operation cannot be told');
  const name = operation.name?.value ?? 'anonymous';
  const where = `line ${number} ${name}`;
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], line.variables ?? {});
  if (coerced.errors) fail(`${where} variables`, coerced.errors[0].message);
  checkInner(document, line.variables ?? {}, where);
  if (response.data === undefined || response.data === null) {
    if (!response.errors) fail(where, 'has neither data nor errors');
    count(refused, name);
    return;
  }
  const root = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  const context = {
    variables: coerced.coerced,
    fragments: new Map(document.definitions.filter((d) => d.kind === Kind.FRAGMENT_DEFINITION).map((d) => [d.name.value, d])),
  };
  checkObject(root, [operation], response.data, `${where} data`, context);
  count(seen, name);
}

try {
  const lines = readFileSync(options.recording, 'utf8').split('\n').filter((text) => text.trim() !== '');
  if (options.inverted) {
    lines.forEach((text, i) => {
      try {
        checkExchange(JSON.parse(text), i + 1);
      } catch (error) {
        if (error instanceof Mismatch) return console.log(`refused: ${error.message}`);
        throw error;
      }
      fail(`line ${i + 1}`, 'should not have passed');
    });
    process.exit(0);
  }
  lines.forEach((text, i) => checkExchange(JSON.parse(text), i + 1));
  const expected = new Set((options.expect ?? '').split(',').filter(Boolean));
  if (options.operations) {
    for (const file of readdirSync(options.operations)) {
      if (!file.endsWith('.graphql') || file.includes('.inner.')) continue;
      for (const definition of parse(readFileSync(`${options.operations}/${file}`, 'utf8')).definitions) {
        if (definition.kind === Kind.OPERATION_DEFINITION) expected.add(definition.name.value);
      }
    }
  }
  for (const name of [...seen.keys()].sort()) console.log(`${name}: ${seen.get(name)} answered, ${refused.get(name) ?? 0} refused`);
  const never = [...expected].filter((name) => !seen.has(name));
  if (never.length) fail('recording', `never answered: ${never.join(', ')}`);
  console.log(`${lines.length} exchanges of ${seen.size} operations fit the schema`);
} catch (error) {
  if (!(error instanceof Mismatch) && !(error instanceof SyntaxError)) throw error;
  console.error(`MISMATCH ${error.message}`);
  process.exit(1);
}
