// SPDX-License-Identifier: Apache-2.0
// The page at /docs: draws /openapi.json. What is inside an operation is drawn when it is opened.
import { alternatives, blocks, curl, entries, exampleOf, flattened, inline, limits, matches, nameOfRef, open, scopeOf, slug, typeLabel } from '/docs/model.js';

let api; // the document

/** An element. Texts become text nodes: nothing of the document is ever read as HTML. */
function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === 'on') for (const [event, handler] of Object.entries(value)) made.addEventListener(event, handler);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

// ---- text

function prose(text) {
  return inline(text).map(({ kind, text: words, href }) => {
    if (kind === 'code') return el('code', {}, words);
    if (kind === 'strong') return el('strong', {}, ...prose(words));
    if (kind === 'em') return el('em', {}, words);
    if (kind === 'link') return el('a', { href }, words);
    return words;
  });
}

function markdown(text, heading = 'h2') {
  return blocks(text ?? '').map((block) => {
    if (block.kind === 'heading') return el(heading, { id: slug(block.text) }, ...prose(block.text));
    if (block.kind === 'list') return el('ul', {}, ...block.items.map((item) => el('li', {}, ...prose(item))));
    if (block.kind === 'code') return codeBox(block.text, 'shell');
    return el('p', {}, ...prose(block.text));
  });
}

/** Copies, also where there is no secure context for navigator.clipboard (http on another machine). */
async function copy(text, button) {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    const field = el('textarea', { class: 'hidden' });
    field.value = text;
    document.body.append(field);
    field.select();
    done = document.execCommand('copy');
    field.remove();
    button.focus();
  }
  button.textContent = done ? 'Copied' : 'Copy failed';
  setTimeout(() => { button.textContent = 'Copy'; }, 1500);
}

function coloured(json) {
  const made = [];
  let at = 0;
  for (const found of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g)) {
    made.push(json.slice(at, found.index));
    const kind = found[2] ? 'key' : found[1] ? 'text' : /^[tfn]/.test(found[0]) ? 'word' : 'number';
    made.push(el('span', { class: kind }, found[1] ?? found[0]), found[2] ?? '');
    at = found.index + found[0].length;
  }
  return [...made, json.slice(at)];
}

function codeBox(text, language, title) {
  const button = el('button', { type: 'button', class: 'copy', 'aria-label': `Copy ${title ?? 'this'}`, on: { click: () => copy(text, button) } }, 'Copy');
  const inside = language === 'json' ? coloured(text) : [text];
  return el('figure', { class: 'code' },
    el('figcaption', {}, title ?? (language === 'json' ? 'Example' : 'Shell'), button),
    el('pre', { tabindex: '0' }, el('code', {}, ...inside)));
}

const jsonBox = (value, title) => codeBox(JSON.stringify(value, null, 2), 'json', title);

// ---- schemas

/** The schema whose members are worth a table of their own; undefined for plain values. */
function inner(given) {
  const schema = flattened(api, given);
  const others = alternatives(schema);
  if (others.length === 1) return inner(others[0]);
  if (others.length > 1) return others.some((one) => inner(one)) ? given : undefined;
  if (schema.properties) return given;
  if ([schema.type ?? []].flat().includes('array') && schema.items) return inner(schema.items);
  return undefined;
}

function typeOf(given) {
  const name = nameOfRef(given) ?? nameOfRef([open(api, given)?.items ?? {}].flat()[0]);
  const label = typeLabel(api, given);
  if (!name || !api.components.schemas[name]) return el('span', { class: 'type' }, label);
  const [before, after] = label.split(name);
  return el('span', { class: 'type' }, before, el('a', { href: `#schema-${name}` }, name), after ?? '');
}

function memberRow(name, given, required, depth, alone) {
  const schema = open(api, given);
  const more = inner(given);
  const said = limits(api, given).flatMap((text, i) => [i ? ' · ' : '', ...prose(text)]);
  const row = el('li', { class: 'member' },
    el('div', { class: 'head' }, el('code', { class: 'name' }, name), typeOf(given),
      required ? null : el('span', { class: 'tag' }, 'optional'), schema.deprecated ? el('span', { class: 'tag old' }, 'deprecated') : null),
    given.description || schema.description ? el('div', { class: 'about' }, ...prose(given.description ?? schema.description)) : null,
    said.length ? el('div', { class: 'limits muted' }, ...said) : null);
  if (more && depth < 6) row.append(lazy('members', () => members(more, depth + 1), nameOfRef(more) ?? 'its members', { open: alone }));
  return row;
}

/** The members of an object as a list, or its alternatives. */
function members(given, depth = 0) {
  const schema = flattened(api, given);
  const others = alternatives(schema);
  if (others.length > 1) {
    return el('div', {}, el('p', { class: 'muted' }, 'One of:'),
      ...others.map((one) => (inner(one) ? lazy('one', () => members(one, depth + 1), typeLabel(api, one)) : el('p', {}, typeOf(one), ' ', ...prose(one.description ?? '')))));
  }
  if (others.length === 1) return members(others[0], depth);
  if (!schema.properties && schema.items) return members(schema.items, depth);
  const required = schema.required ?? [];
  const rows = Object.entries(schema.properties ?? {});
  // The first of {"data", "meta"} is what the reader came for.
  return el('ul', { class: 'members' }, ...rows.map(([name, value], i) => memberRow(name, value, required.includes(name), depth, depth === 0 && i === 0 && rows.length < 4)));
}

/** A <details> whose inside is made when it is opened. */
function lazy(kind, make, title, attributes = {}) {
  const box = el('details', { class: kind, ...attributes }, el('summary', {}, ...[title].flat()));
  const fill = () => {
    if (box.open && box.children.length === 1) box.append(...[make()].flat());
  };
  box.addEventListener('toggle', fill);
  box.fill = fill;
  fill();
  return box;
}

function body(content, title) {
  return Object.entries(content ?? {}).flatMap(([type, media]) => {
    const has = inner(media.schema);
    const first = el('p', { class: 'media' }, `${title} `, el('code', {}, type), has || type.startsWith('text/') ? null : [': ', typeOf(media.schema)]);
    return [first, media.schema.description ? el('p', { class: 'muted' }, ...prose(media.schema.description)) : null, has ? members(media.schema) : null].filter(Boolean);
  });
}

// ---- operations

function parameters(all) {
  const place = { path: 'in the path', query: 'in the query', header: 'header' };
  return el('ul', { class: 'members' }, ...all.map((one) => el('li', { class: 'member' },
    el('div', { class: 'head' }, el('code', { class: 'name' }, one.name), typeOf(one.schema), el('span', { class: 'tag' }, place[one.in]),
      one.required ? el('span', { class: 'tag must' }, 'required') : null, one.deprecated ? el('span', { class: 'tag old' }, 'deprecated') : null),
    el('div', { class: 'about' }, ...prose(one.description ?? '')),
    limits(api, one.schema).length ? el('div', { class: 'limits muted' }, ...limits(api, one.schema).flatMap((text, i) => [i ? ' · ' : '', ...prose(text)])) : null)));
}

function answer(status, given) {
  const response = open(api, given);
  const headers = Object.entries(response.headers ?? {});
  const good = /^[123]/.test(status);
  const inside = () => [
    ...Object.entries(response.content ?? {}).length ? body(response.content, 'Body:') : [],
    headers.length ? lazy('headers', () => parameters(headers.map(([name, header]) => ({ name, in: 'header', ...open(api, header), required: false }))), `${headers.length} headers`) : null,
    !good && response.content?.['application/json']?.example ? jsonBox(response.content['application/json'].example) : null,
  ].filter(Boolean);
  return lazy('answer', inside, [el('span', { class: `status ${good ? 'good' : 'bad'}` }, status), el('span', {}, ...prose(response.description))], { open: status === '200' || status === '201' || status === '202' });
}

function samples(entry) {
  const { path, method, item, operation, kind } = entry;
  const made = [];
  if (kind === 'operation') made.push(codeBox(curl(api, path, method, item, operation, location.origin), 'shell', 'curl'));
  const request = operation.requestBody && open(api, operation.requestBody).content['application/json'];
  if (request && scopeOf(api, operation) !== null) {
    const named = Object.values(request.examples ?? {});
    if (named.length) made.push(...named.map(({ summary, value }) => jsonBox(value, `Body: ${summary}`)));
    else made.push(jsonBox(exampleOf(api, request.schema), kind === 'webhook' ? 'Event' : 'Body'));
  }
  for (const [status, given] of Object.entries(operation.responses)) {
    const media = open(api, given).content?.['application/json'];
    if (status.startsWith('2') && media && Object.keys(open(api, given).content).length === 1) made.push(jsonBox(exampleOf(api, media.schema), `Answer ${status}`));
  }
  return made;
}

/** An example of this very type of event, not of its family's first. */
function eventSample(entry) {
  const value = structuredClone(exampleOf(api, entry.operation.requestBody.content['application/json'].schema));
  return { ...value, type: entry.path, details: entry.operation['x-details'] ?? value.details };
}

function needs(operation) {
  const scope = scopeOf(api, operation);
  if (scope === null) return el('p', { class: 'needs' }, 'No key is needed.');
  if (scope === '') return el('p', { class: 'needs' }, 'A key may be sent, and is not needed.');
  const free = operation.security.some((one) => Object.keys(one).length === 0);
  return el('p', { class: 'needs' }, free ? 'From elsewhere needs' : 'Needs', ' a key with the scope ', el('code', {}, scope), '.');
}

function inside(entry) {
  const { item, operation, kind } = entry;
  const all = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((one) => open(api, one));
  const main = el('div', { class: 'main' }, ...markdown(operation.description, 'h5'), kind === 'operation' ? needs(operation) : null);
  if (all.length) main.append(el('h4', {}, kind === 'webhook' ? 'Headers' : 'Parameters'), parameters(all));
  if (operation.requestBody) main.append(el('h4', {}, 'Body'), ...body(open(api, operation.requestBody).content, kind === 'webhook' ? 'As' : 'Send'));
  main.append(el('h4', {}, 'Answers'), ...Object.entries(operation.responses).map(([status, given]) => answer(status, given)));
  const side = kind === 'webhook' ? [jsonBox(eventSample(entry), 'Event')] : samples(entry);
  return el('div', { class: 'columns' }, main, el('div', { class: 'samples' }, ...side));
}

const badge = ({ kind, method }) => el('span', { class: `method ${kind === 'webhook' ? 'event' : method}` }, kind === 'webhook' ? 'event' : method.toUpperCase());

function operationBox(entry) {
  const { operation, path, id } = entry;
  const title = [badge(entry), el('code', { class: operation.deprecated ? 'path old' : 'path' }, path), el('span', { class: 'summary' }, operation.summary === path ? '' : operation.summary)];
  return lazy('operation', () => inside(entry), title, { id });
}

function schemaBox([name, schema]) {
  return lazy('operation schema', () => el('div', { class: 'columns' },
    el('div', { class: 'main' }, ...markdown(schema.description, 'h5'), inner(schema) ? members(schema) : typeOf(schema)),
    el('div', { class: 'samples' }, jsonBox(exampleOf(api, schema)))), [el('code', { class: 'path' }, name), el('span', { class: 'summary' })], { id: `schema-${name}` });
}

// ---- the whole page

function draw(list) {
  const headings = blocks(api.info.description).filter(({ kind }) => kind === 'heading').map(({ text }) => text);
  const nav = document.getElementById('contents');
  const content = document.getElementById('content');
  const link = (href, ...children) => el('li', {}, el('a', { href }, ...children));
  const chapter = (...children) => el('div', { class: 'chapter' }, ...children);
  nav.append(el('div', { class: 'about-page' }, el('h2', {}, 'About'), el('ul', {}, link('#content', 'Start'), ...headings.map((text) => link(`#${slug(text)}`, text)))));
  content.replaceChildren(el('section', { class: 'intro about-page' }, el('h1', {}, `${api.info.title} API`), el('p', { class: 'lead' }, api.info.summary), ...markdown(api.info.description)));
  for (const group of api['x-tagGroups']) {
    const tags = group.tags.map((name) => ({ title: name.replace(/^v1 /, ''), about: api.tags.find((one) => one.name === name).description, own: list.filter((entry) => entry.tag === name) }));
    nav.append(chapter(el('h2', {}, group.name), ...tags.map(({ title, own }) => contentsOf(title, own))));
    content.append(chapter(el('h2', { class: 'group' }, group.name),
      ...tags.map(({ title, about, own }) => el('section', { class: 'resource' }, el('h3', {}, title), el('p', { class: 'muted' }, ...prose(about)), ...own.map(operationBox)))));
  }
  nav.append(el('div', { class: 'about-page' }, el('h2', {}, 'Objects'), el('ul', {}, link('#schemas', 'All objects'))));
  content.append(el('div', { class: 'about-page' }, el('h2', { class: 'group', id: 'schemas' }, 'Objects'), ...Object.entries(api.components.schemas).map(schemaBox)));
}

/** A tag of the contents with its operations. */
function contentsOf(title, own) {
  return el('details', { class: 'tag-list', open: own.length < 12 }, el('summary', {}, title),
    el('ul', {}, ...own.map((entry) => el('li', { 'data-id': entry.id }, el('a', { href: `#${entry.id}`, title: entry.path }, badge(entry), el('span', {}, entry.kind === 'webhook' ? entry.path : entry.operation.summary))))));
}

/** Opens and shows what the address names. */
function goTo(hash) {
  const target = document.getElementById(decodeURIComponent(hash.slice(1)));
  if (!target) return;
  if (target.matches('details')) {
    target.open = true;
    target.fill?.();
  }
  for (const one of document.querySelectorAll('#contents a[aria-current]')) one.removeAttribute('aria-current');
  const link = [...document.querySelectorAll('#contents a')].find((one) => one.getAttribute('href') === hash);
  link?.setAttribute('aria-current', 'true');
  link?.scrollIntoView({ block: 'nearest' });
  target.scrollIntoView();
  closeMenu();
}

/** Shows what holds the words that were typed. */
function filter(list, typed) {
  const shown = new Set(list.filter((entry) => matches(entry, typed)).map(({ id }) => id));
  for (const row of document.querySelectorAll('#contents li[data-id]')) row.hidden = !shown.has(row.dataset.id);
  for (const { id } of list) document.getElementById(id).hidden = !shown.has(id);
  for (const box of document.querySelectorAll('#contents .tag-list, #contents .chapter')) box.hidden = !box.querySelector('li[data-id]:not([hidden])');
  for (const box of document.querySelectorAll('main .chapter, main section.resource')) box.hidden = !box.querySelector('details.operation:not([hidden])');
  if (typed !== '') document.querySelectorAll('#contents details').forEach((box) => { box.open = true; });
  document.body.classList.toggle('searching', typed !== '');
  document.getElementById('found').textContent = typed === '' ? '' : `${shown.size} of ${list.length}`;
}

function closeMenu() {
  document.body.classList.remove('menu-open');
  document.getElementById('menu').setAttribute('aria-expanded', 'false');
}

function keys(search) {
  document.addEventListener('keydown', (event) => {
    const typing = event.target.matches('input, textarea');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === 'Escape') {
      if (typing) {
        search.value = '';
        search.dispatchEvent(new Event('input'));
      }
      closeMenu();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && event.target.closest('#side')) {
      const links = [search, ...document.querySelectorAll('#contents a')].filter((one) => one.offsetParent !== null);
      const at = links.indexOf(event.target) + (event.key === 'ArrowDown' ? 1 : -1);
      if (links[at]) {
        event.preventDefault();
        links[at].focus();
      }
    }
  });
}

function theme() {
  const button = document.getElementById('theme');
  const order = ['auto', 'light', 'dark'];
  let now = 'auto';
  try {
    now = localStorage.getItem('crossdock-docs-theme') ?? 'auto';
  } catch { /* no storage: the system decides */ }
  const show = () => {
    document.documentElement.dataset.theme = now;
    button.textContent = `Theme: ${now}`;
  };
  button.addEventListener('click', () => {
    now = order[(order.indexOf(now) + 1) % order.length];
    try {
      localStorage.setItem('crossdock-docs-theme', now);
    } catch { /* it holds for this visit */ }
    show();
  });
  show();
}

async function start() {
  theme();
  const answered = await fetch('/openapi.json');
  if (!answered.ok) throw new Error(`/openapi.json answered ${answered.status}`);
  api = await answered.json();
  const list = entries(api);
  document.getElementById('version').textContent = api.info.version;
  draw(list);
  const search = document.getElementById('search');
  search.addEventListener('input', () => filter(list, search.value.trim()));
  keys(search);
  document.getElementById('menu').addEventListener('click', (event) => {
    const shown = document.body.classList.toggle('menu-open');
    event.target.setAttribute('aria-expanded', String(shown));
  });
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.getAttribute('href') === location.hash) goTo(location.hash);
  });
  window.addEventListener('hashchange', () => goTo(location.hash));
  if (location.hash) goTo(location.hash);
}

start().catch((error) => {
  document.getElementById('content').replaceChildren(el('p', { role: 'alert' }, `The page could not be drawn: ${error.message}`));
});
