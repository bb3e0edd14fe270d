// SPDX-License-Identifier: Apache-2.0
// One exchange against one operation: a list of {place, what, text}, empty when it fits.

const header = (headers, name) => (headers ?? []).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
const headerCount = (headers, name) => (headers ?? []).filter(([key]) => key.toLowerCase() === name.toLowerCase()).length;
const mediaOf = (type) => (type ?? '').split(';')[0].trim().toLowerCase();
const isJson = (media) => media === 'application/json' || media.endsWith('+json');
const shown = (value) => {
  const text = JSON.stringify(value);
  return text === undefined ? 'nothing' : text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/** The schema that speaks for this media type: the exact one, then "text/*", then "*\/*"; undefined when there is none. */
function mediaEntry(content, media) {
  for (const pattern of [media, `${media.split('/')[0]}/*`, '*/*']) {
    for (const [type, schema] of content) if (mediaOf(type) === pattern) return { schema };
  }
  return undefined;
}

function at(value, pointer) {
  let place = '';
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    place += Array.isArray(value) ? `[${key}]` : `.${key}`;
    value = value?.[key];
  }
  return { place, value };
}

/** What ajv says, one problem per cause. */
function problemsOf(validate, value, place) {
  if (validate(value)) return [];
  const problems = [];
  for (const { keyword, params, instancePath, message } of validate.errors) {
    if (keyword === 'if') continue; // follows from another one
    const found = at(value, instancePath);
    const where = place + found.place;
    if (keyword === 'required') {
      problems.push({ place: `${where}.${params.missingProperty}`, what: 'required', text: 'is missing' });
    } else if (keyword === 'unevaluatedProperties' || keyword === 'additionalProperties') {
      const name = params.unevaluatedProperty ?? params.additionalProperty;
      problems.push({ place: `${where}.${name}`, what: 'unknown', text: 'is a property that the schema does not name' });
    } else if (keyword === 'false schema') {
      const side = place.startsWith('request') ? 'read-only and does not belong into a request' : 'write-only and does not belong into an answer';
      problems.push({ place: where, what: 'hidden', text: `is ${side}` });
    } else {
      const nothing = found.value === null && ['type', 'enum'].includes(keyword);
      const allowed = keyword === 'enum' ? `: ${params.allowedValues.slice(0, 12).join(', ')}` : '';
      problems.push({ place: where, what: nothing ? 'null' : keyword, text: `${shown(found.value)} ${message}${allowed}` });
    }
  }
  // An object that fits no branch is unknown in all its parts; the cause comes first.
  const order = (problem) => (['unknown', 'anyOf', 'oneOf'].includes(problem.what) ? 1 : 0);
  return problems.sort((a, b) => order(a) - order(b));
}

const separators = { csv: ',', ssv: ' ', tsv: '\t', pipes: '|' };

/** The text of a parameter as the value that its schema speaks of; text that is no number stays text and is refused. */
function coerced(schemas, schema, text) {
  const open = opened(schemas, schema);
  const types = [open.type ?? []].flat();
  if (types.includes('string') || types.length === 0) return text;
  if ((types.includes('integer') || types.includes('number')) && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** References followed and a single allOf looked through: enough to see the type of a parameter. */
function opened(schemas, schema) {
  let open = schema;
  for (let depth = 0; depth < 20 && open && (open.$ref || (!open.type && open.allOf)); ++depth) {
    open = open.$ref ? schemas.lookUp(open.$ref) : open.allOf.find((member) => member.$ref || member.type);
  }
  return open ?? {};
}

function checkParameter(operation, parameter, texts, place) {
  const { schemas } = operation;
  if (texts.length === 0) return parameter.required ? [{ place, what: 'required', text: 'is missing' }] : [];
  const open = opened(schemas, parameter.schema);
  const validate = schemas.validator(parameter.schema, 'request');
  if (open.type === 'array') {
    let parts = texts;
    if (parameter.arrays !== 'multi') {
      if (texts.length > 1) return [{ place, what: 'repeated', text: `is given ${texts.length} times, but its values belong into one list (${parameter.arrays})` }];
      parts = texts[0] === '' ? [] : texts[0].split(separators[parameter.arrays] ?? ',');
    }
    return problemsOf(validate, parts.map((part) => coerced(schemas, open.items ?? {}, part)), place);
  }
  if (texts.length > 1) return [{ place, what: 'repeated', text: `is given ${texts.length} times` }];
  return problemsOf(validate, coerced(schemas, parameter.schema, texts[0]), place);
}

function checkParameters(operation, pathValues, line) {
  const problems = [];
  const query = line.query ?? [];
  for (const parameter of operation.parameters) {
    const place = `request.${parameter.in}.${parameter.name}`;
    let texts = [];
    if (parameter.in === 'path') texts = [pathValues.get(parameter.name) ?? ''];
    if (parameter.in === 'query') texts = query.filter(([name]) => name === parameter.name).map(([, value]) => value);
    if (parameter.in === 'header' && headerCount(line.request_headers, parameter.name)) {
      texts = [header(line.request_headers, parameter.name)];
    }
    problems.push(...checkParameter(operation, parameter, texts, place));
  }
  const known = new Set(operation.parameters.filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name));
  for (const [name] of query) {
    if (!known.has(name)) problems.push({ place: `request.query.${name}`, what: 'unknown', text: 'is a query parameter that the operation does not name' });
  }
  return problems;
}

function formValue(schemas, schema, text) {
  const value = {};
  const properties = opened(schemas, schema).properties ?? {};
  for (const [name, part] of new URLSearchParams(text)) {
    const open = opened(schemas, properties[name] ?? {});
    const one = coerced(schemas, open.type === 'array' ? open.items ?? {} : open, part);
    if (open.type === 'array') (value[name] ??= []).push(one);
    else value[name] = one;
  }
  return value;
}

/** A body against what is described for its media type. XML, files and other binary bodies by their media type only. */
function checkBody(schemas, content, type, text, side) {
  const media = mediaOf(type);
  const place = `${side}.body`;
  if (media === '') return [{ place: `${side}.content-type`, what: 'required', text: 'is missing, but there is a body' }];
  const entry = mediaEntry(content, media);
  if (!entry) {
    return [{ place: `${side}.content-type`, what: 'unknown', text: `${shown(media)} is none of ${[...content.keys()].join(', ')}` }];
  }
  if (entry.schema === undefined) return [];
  const mode = side === 'request' ? 'request' : 'answer';
  if (isJson(media)) {
    let value;
    try {
      value = JSON.parse(text);
    } catch {
      return [{ place, what: 'json', text: 'is not JSON' }];
    }
    return problemsOf(schemas.validator(entry.schema, mode), value, place);
  }
  if (media === 'application/x-www-form-urlencoded') {
    return problemsOf(schemas.validator(entry.schema, mode), formValue(schemas, entry.schema, text), place);
  }
  return [];
}

function checkRequestBody(operation, line) {
  const text = line.request_body ?? '';
  if (operation.body === null) {
    return text === '' ? [] : [{ place: 'request.body', what: 'unknown', text: 'is there, but the operation takes none' }];
  }
  if (text === '') return operation.body.required ? [{ place: 'request.body', what: 'required', text: 'is missing' }] : [];
  return checkBody(operation.schemas, operation.body.content, header(line.request_headers, 'content-type'), text, 'request');
}

function checkResponse(operation, line, { wrapper, like, notes }) {
  const status = like ?? String(line.status);
  const response = operation.responses.get(status) ?? operation.responses.get(`${status[0]}xx`) ?? operation.responses.get('default');
  if (response === undefined) {
    return [{ place: `response.status.${status}`, what: 'unknown', text: `is not described; described are ${[...operation.responses.keys()].join(', ')}` }];
  }
  const problems = [];
  for (const { name, required, schema } of response.headers) {
    const place = `response.header.${name}`;
    const value = header(line.response_headers, name);
    if (value !== undefined) {
      const validate = operation.schemas.validator(schema, 'answer');
      problems.push(...problemsOf(validate, coerced(operation.schemas, schema, value), place));
    } else if (required) {
      problems.push({ place, what: 'required', text: 'is missing' });
    }
  }
  const text = line.response_body ?? '';
  const described = [...response.content.values()].some((schema) => schema !== undefined);
  if (response.content.size === 0) {
    // Files that say "400: bad request" and no more are common; a good answer that nobody described is a mistake.
    if (text !== '' && line.status < 400) problems.push({ place: 'response.body', what: 'unknown', text: 'is there, but none is described' });
    else if (text !== '') notes.undescribed += 1;
    return problems;
  }
  // A text may be empty.
  if (text === '' && !(header(line.response_headers, 'content-type') ?? '').startsWith('text/')) {
    if (described) problems.push({ place: 'response.body', what: 'required', text: 'is missing' });
    return problems;
  }
  let { content } = response;
  if (wrapper !== undefined && line.status < 400) {
    content = new Map([...content].map(([type, schema]) => [type, schema && operation.schemas.wrapped(schema, wrapper)]));
  }
  problems.push(...checkBody(operation.schemas, content, header(line.response_headers, 'content-type'), text, 'response'));
  return problems;
}

/** Every problem of this exchange. `parts` is "both", or "response" for answers whose requests are not of interest. */
export function checkExchange(operation, pathValues, line, { parts, wrapper, like, notes }) {
  const request = parts === 'response' ? [] : [...checkParameters(operation, pathValues, line), ...checkRequestBody(operation, line)];
  return [...request, ...checkResponse(operation, line, { wrapper, like, notes })];
}
