// SPDX-License-Identifier: Apache-2.0
// Published example exchanges as recordings for check.js:
//   node examples.js --provider amazon --folder DIR --whole whole.jsonl --answers answers.jsonl
//                    [--only /v2/] [--except /v2/]
// Whole exchanges go to one file. Where an example has no complete request (a sandbox case that answers to anything, or a
// refusal of a request that is wrong on purpose) its answer goes to the other, to be checked with `--parts response`.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const options = {};
for (let i = 2; i < process.argv.length; i += 2) options[process.argv[i].replace(/^--/, '')] = process.argv[i + 1];

// What every call carries besides its parameters; the examples do not show it.
const usualHeaders = {
  amazon: [['x-amz-access-token', 'example']],
  ebay: [['authorization', 'Bearer example']],
  shipstation: [['authorization', 'Basic example'], ['api-key', 'example']],
  walmart: [['authorization', 'Basic example'], ['wm_sec.access_token', 'example'], ['wm_svc.name', 'Walmart Marketplace'],
    ['wm_qos.correlation_id', '0f6bec18-3e89-4881-83aa-f392d84f4c74']],
};

const whole = [];
const answers = [];
let left = 0;

function exchange({ method, target, query, status, response, request, form, file, headers, contentType }) {
  const line = { method, path: decodeURIComponent(target), target, query, request_headers: [...usualHeaders[options.provider]], request_body: '' };
  const body = (type, text) => {
    line.request_headers.push(['content-type', type]);
    line.request_body = text;
  };
  if (request !== undefined) body('application/json', JSON.stringify(request));
  else if (form !== undefined) body('application/x-www-form-urlencoded', new URLSearchParams(form).toString());
  else if (file !== undefined) body('multipart/form-data; boundary=part', `--part\r\n\r\n${JSON.stringify(file)}\r\n--part--\r\n`);
  else if (options.provider !== 'amazon') line.request_headers.push(['content-type', 'application/json']);
  line.status = status;
  const empty = response === undefined || response === null;
  line.response_headers = Object.entries(headers ?? {});
  if (!empty) line.response_headers.push(['Content-Type', contentType ?? 'application/json']);
  line.response_body = empty ? '' : JSON.stringify(response);
  return line;
}

const split = (path) => {
  const [target, query] = path.split('?');
  return { target, query: [...new URLSearchParams(query ?? '')] };
};

function amazonCase({ method, path, parameters, requestBody, status, response }) {
  const query = [];
  let target = path;
  for (const [name, value] of Object.entries(parameters ?? {})) {
    if (target.includes(`{${name}}`)) target = target.replace(`{${name}}`, encodeURIComponent(value));
    else query.push([name, [value].flat().join(',')]);
  }
  const complete = !target.includes('{') && status < 400;
  target = target.replace(/\{[^}]+\}/g, 'any');
  (complete ? whole : answers).push(exchange({ method, target, query, status, response, request: requestBody }));
}

function readFolder() {
  for (const name of readdirSync(options.folder).filter((file) => file.endsWith('.json')).sort()) {
    const content = JSON.parse(readFileSync(join(options.folder, name), 'utf8'));
    if (content.href && content.orders) { // eBay: the answer names the call that it belongs to
      const url = new URL(content.href);
      whole.push(exchange({ method: 'GET', target: url.pathname, query: [...url.searchParams], status: 200, response: content }));
      continue;
    }
    if (options.provider === 'amazon' && content.listTransactions) { // composed refunds: two answers
      answers.push(exchange({ method: 'GET', target: '/finances/v0/financialEvents', query: [], status: 200, response: content.listFinancialEvents }));
      answers.push(exchange({ method: 'GET', target: '/finances/2024-06-19/transactions', query: [], status: 200, response: content.listTransactions }));
      continue;
    }
    for (const example of content.cases ?? []) {
      if (!example.method || !example.path?.startsWith('/') || !example.status || example.path.startsWith('/hooks/')) {
        left += 1; // a notification, or an error body that belongs to no operation
        continue;
      }
      if (options.provider === 'amazon') {
        amazonCase(example);
        continue;
      }
      if (options.only && !example.path.startsWith(options.only)) continue;
      if (options.except && example.path.startsWith(options.except)) continue;
      const { target, query } = split(example.path);
      const line = exchange({ ...example, target: target.replace(/\{[^}]+\}/g, 'any'), query, form: example.requestForm, file: example.request_file_body, headers: example.responseHeaders });
      const form = options.provider === 'walmart' && target === '/v3/token';
      if (form) {
        line.request_headers = line.request_headers.map(([key, value]) => [key, key === 'content-type' ? 'application/x-www-form-urlencoded' : value]);
        line.request_body = new URLSearchParams(example.request).toString();
      }
      // Some examples show the answer alone.
      const bodiless = ['POST', 'PUT'].includes(line.method) && line.request_body === '' && !target.endsWith('/acknowledge');
      (bodiless || example.status >= 400 ? answers : whole).push(line);
    }
  }
}

readFolder();
const text = (lines) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
writeFileSync(options.whole, text(whole));
writeFileSync(options.answers, text(answers));
console.log(`${whole.length} whole exchanges, ${answers.length} answers, ${left} examples that are neither`);
