#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// Makes src/openapi.ts from docs/api/openapi.json. --check: writes nothing, and fails when the file is not what would be
// made. Another document: its path as an argument.
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import openapiTS, { astToString } from "openapi-typescript";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values, positionals } = parseArgs({ options: { check: { type: "boolean" } }, allowPositionals: true });
const target = here("../src/openapi.ts");

/** What a caller never sees, for the client deals with it: headers, refusals, and the routes that are for others. */
function withoutWhatIsNotForCallers(document) {
  delete document.webhooks; // each sends one of the schemas of events
  delete document.components.headers;
  delete document.components.responses;
  for (const [path, item] of Object.entries(document.paths)) {
    if (!path.startsWith("/api/v1/") && !path.startsWith("/v2/")) {
      delete document.paths[path];
      continue;
    }
    for (const operation of Object.values(item)) {
      if (!operation.responses) continue;
      const [status, answer] = Object.entries(operation.responses).find(([code]) => code.startsWith("2"));
      operation.responses = { [status]: { description: answer.description, content: answer.content } };
    }
  }
  const isHeader = (parameter) =>
    (parameter.$ref ? document.components.parameters[parameter.$ref.split("/").pop()] : parameter).in === "header";
  for (const item of Object.values(document.paths))
    for (const holder of [item, ...Object.values(item)])
      if (holder.parameters) holder.parameters = holder.parameters.filter((parameter) => !isHeader(parameter));
  for (const [name, parameter] of Object.entries(document.components.parameters))
    if (parameter.in === "header") delete document.components.parameters[name];
  return document;
}

/** Only `required` in them, beside the members themselves: a rule for the hub to check, which would become "or anything". */
const isOnlyARule = (branches) =>
  Array.isArray(branches) && branches.every((one) => Object.keys(one).join() === "required");

/** Examples are for the readable page; here they make every member four lines long. */
function withoutRulesAndExamples(value) {
  if (Array.isArray(value)) return value.map(withoutRulesAndExamples);
  if (typeof value !== "object" || value === null) return value;
  const copy = {};
  for (const [name, inner] of Object.entries(value)) {
    if (name === "example" || name === "examples") continue;
    if ((name === "anyOf" || name === "oneOf") && isOnlyARule(inner)) continue;
    copy[name] =
      name === "properties" // whose members may be called anything
        ? Object.fromEntries(Object.entries(inner).map(([member, schema]) => [member, withoutRulesAndExamples(schema)]))
        : withoutRulesAndExamples(inner);
  }
  return copy;
}

const source = resolve(positionals[0] ?? here("../../../docs/api/openapi.json"));
const document = withoutRulesAndExamples(withoutWhatIsNotForCallers(JSON.parse(await readFile(source, "utf8"))));
const head = `// SPDX-License-Identifier: Apache-2.0
// Made by \`npm run generate\` from docs/api/openapi.json: change that, not this.

`;
const text = head + astToString(await openapiTS(document, { defaultNonNullable: false }));

if (!values.check) {
  await writeFile(target, text);
} else if ((await readFile(target, "utf8")) !== text) {
  console.error("src/openapi.ts is not what docs/api/openapi.json makes: run `npm run generate` in sdk/typescript");
  process.exitCode = 1;
}
