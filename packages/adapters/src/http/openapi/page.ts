import { createHash } from 'node:crypto';
import { HTTP_STATUS } from '@socialkit/core';
import type { JsonSchema } from '../parameters.js';
import type { OpenApiDocument, OperationObject, ParameterObject } from './document.js';
import { SCRIPT, STYLE } from './page-assets.js';

const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Lets the page's own style and script run, and nothing else. */
export const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src ${sha256(STYLE)}; script-src ${sha256(SCRIPT)}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: unknown): string =>
  String(text).replace(/[&<>"']/g, (char) => ESCAPES[char] as string);

const MAX_DEPTH = 4;
type Schemas = Readonly<Record<string, JsonSchema>>;

const refName = (schema: JsonSchema): string | undefined =>
  typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;

const listOf = (type: string): string => (type.includes(' ') ? `(${type})[]` : `${type}[]`);

/** A schema's type in a few words. */
function typeText(schema: JsonSchema): string {
  const name = refName(schema);
  if (name !== undefined) return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(typeText))].join(' | ');
  const types = [schema.type ?? []].flat() as string[];
  return (
    types
      .map((type) => (type === 'array' && schema.items ? listOf(typeText(schema.items)) : type))
      .join(' | ') || 'any'
  );
}

const BOUNDS: readonly (readonly [string, string])[] = [
  ['minLength', 'min length'],
  ['maxLength', 'max length'],
  ['minimum', 'min'],
  ['maximum', 'max'],
  ['minItems', 'min items'],
  ['maxItems', 'max items'],
  ['default', 'default'],
];

const boundsText = (schema: JsonSchema): string =>
  BOUNDS.filter(
    ([keyword]) =>
      schema[keyword] !== undefined && Math.abs(Number(schema[keyword])) !== Number.MAX_SAFE_INTEGER,
  )
    .map(([keyword, words]) => `${words} ${JSON.stringify(schema[keyword])}`)
    .join(', ');

const noteText = (schema: JsonSchema): string =>
  [typeof schema.description === 'string' ? schema.description : '', boundsText(schema)]
    .filter(Boolean)
    .map(escaped)
    .join('; ');

/** The object written out within a schema, through arrays and choices, but not through names. */
function objectIn(schema: JsonSchema): JsonSchema | undefined {
  if (schema.properties) return schema;
  if (schema.items) return objectIn(schema.items);
  for (const choice of schema.anyOf ?? schema.oneOf ?? []) {
    const found = objectIn(choice);
    if (found) return found;
  }
  return undefined;
}

/** A schema's type, the names in it leading to where they are described. */
const typeHtml = (schema: JsonSchema, schemas: Schemas): string =>
  `<span class="type">${escaped(typeText(schema)).replace(/[A-Z][A-Za-z0-9]*/g, (name) =>
    name in schemas ? `<a href="#schema-${name}">${name}</a>` : name,
  )}</span>`;

function schemaTree(schema: JsonSchema, schemas: Schemas, depth = 0): string {
  const object = objectIn(schema);
  if (!object?.properties || depth >= MAX_DEPTH) return '';
  const required = new Set(object.required ?? []);
  const rows = Object.entries(object.properties).map(([name, property]) => {
    const must = required.has(name) ? '' : ' <span class="note">optional</span>';
    const note = noteText(property);
    return `<li><code>${escaped(name)}</code> ${typeHtml(property, schemas)}${must}${note ? ` <span class="note">${note}</span>` : ''}${schemaTree(property, schemas, depth + 1)}</li>`;
  });
  return `<ul class="schema">${rows.join('')}</ul>`;
}

const parameterRow = (parameter: ParameterObject): string =>
  `<tr><td><code>${escaped(parameter.name)}</code>${parameter.required ? ' <span class="req">required</span>' : ''}</td><td>${parameter.in}</td><td><span class="type">${escaped(typeText(parameter.schema))}</span></td><td class="note">${[parameter.description === undefined ? '' : escaped(parameter.description), noteText(parameter.schema)].filter(Boolean).join('; ')}</td></tr>`;

function curlOf(method: string, path: string, server: string, operation: OperationObject): string {
  const address = `${server}${path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(
      String(operation.parameters.find((parameter) => parameter.name === name)?.example ?? name),
    ),
  )}`;
  const lines = [`curl ${method === 'get' ? '' : `-X ${method.toUpperCase()} `}"$HOST${address}"`];
  if (operation['x-permission'] !== 'anyone') lines.push(`-H "authorization: Bearer $TOKEN"`);
  const body = operation.requestBody?.content['application/json']?.example;
  if (body !== undefined)
    lines.push(
      '-H "content-type: application/json"',
      `-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`,
    );
  return lines.join(' \\\n  ');
}

const PERMISSIONS: Readonly<Record<string, string>> = { anyone: 'anyone', user: 'signed in' };

function operationHtml(
  method: string,
  path: string,
  operation: OperationObject,
  document: OpenApiDocument,
): string {
  const { schemas } = document.components;
  const server = document.servers[0]?.url ?? '';
  const body = operation.requestBody?.content['application/json']?.schema;
  const ok = operation.responses['200'];
  const media = ok && 'content' in ok ? ok.content?.['application/json'] : undefined;
  const parts = [
    `<div class="facts"><span>${escaped(PERMISSIONS[operation['x-permission']] ?? operation['x-permission'])}</span><span>limit: ${escaped(operation['x-rate-limit'])}</span><span>${escaped(operation['x-operation'])}</span></div>`,
    operation.parameters.length === 0
      ? ''
      : `<h3>Parameters</h3><table><thead><tr><th>Name</th><th>In</th><th>Type</th><th>Notes</th></tr></thead><tbody>${operation.parameters.map(parameterRow).join('')}</tbody></table>`,
    body === undefined ? '' : `<h3>Body</h3>${schemaTree(body, schemas)}`,
    `<h3>Request</h3><pre data-copy><code>${escaped(curlOf(method, path, server, operation))}</code></pre>`,
    media === undefined
      ? ''
      : `<h3>Answer</h3>${objectIn(media.schema) ? '' : `<p>${typeHtml(media.schema, schemas)}</p>`}${schemaTree(media.schema, schemas)}<pre><code>${escaped(JSON.stringify(media.example, null, 2))}</code></pre>`,
  ];
  return `<details class="op" id="${escaped(operation.operationId)}" data-find="${escaped(findText(method, path, operation))}"><summary><span class="m ${method}">${method}</span><span class="path">${escaped(path)}</span><span class="says">${escaped(operation.summary)}</span></summary><div class="in">${parts.join('')}</div></details>`;
}

const findText = (method: string, path: string, operation: OperationObject): string =>
  `${method} ${path} ${operation['x-operation']} ${operation.summary}`.toLowerCase();

const intro = (document: OpenApiDocument): string =>
  `<h1>${escaped(document.info.title)}</h1><p>${escaped(document.info.description)}</p>
<p>Operations live below <code>${escaped(document.servers[0]?.url ?? '')}</code>; this page is made from <a href="openapi.json">openapi.json</a> (OpenAPI 3.1). Send your token as <code>authorization: Bearer …</code>. Ids are decimal strings, times are Unix milliseconds, pages come as <code>{ items, nextCursor }</code>.</p>
<details class="op"><summary><span class="path">Errors</span><span class="says">problem+json (RFC 9457) with a stable code</span></summary><div class="in"><table><thead><tr><th>Status</th><th>Category</th></tr></thead><tbody>${Object.entries(
    HTTP_STATUS,
  )
    .map(([category, status]) => `<tr><td>${status}</td><td><code>${category}</code></td></tr>`)
    .join('')}</tbody></table></div></details>`;

/** The shared schemas, each once. */
function schemasHtml({ components: { schemas } }: OpenApiDocument): string {
  const entries = Object.entries(schemas).map(
    ([name, schema]) =>
      `<details class="op" id="schema-${escaped(name)}" data-find="${escaped(name.toLowerCase())}"><summary><span class="path">${escaped(name)}</span><span class="says">${escaped(schema.description ?? '')}</span></summary><div class="in">${schemaTree(schema, schemas)}</div></details>`,
  );
  return `<section data-group aria-label="schemas"><h2>schemas</h2>${entries.join('')}</section>`;
}

/** The reference page: one self-contained HTML text that needs no other file and no network. */
export function referencePage(document: OpenApiDocument): string {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = document.tags.map(({ name }) => ({
    name,
    operations: all.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const nav = groups.map(
    ({ name, operations }) =>
      `<div data-group><h2>${escaped(name)}</h2><ul>${operations
        .map(
          ({ path, method, operation }) =>
            `<li data-find="${escaped(findText(method, path, operation))}"><a href="#${escaped(operation.operationId)}"><span class="m ${method}">${method}</span>${escaped(operation['x-operation'].split('.')[1] ?? operation.operationId)}</a></li>`,
        )
        .join('')}</ul></div>`,
  );
  const main = groups.map(
    ({ name, operations }) =>
      `<section data-group aria-label="${escaped(name)}"><h2>${escaped(name)}</h2>${operations
        .map(({ path, method, operation }) => operationHtml(method, path, operation, document))
        .join('')}</section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(document.info.title)} API</title><style>${STYLE}</style></head>
<body><a class="skip" href="#content">Skip to the operations</a>
<nav aria-label="Operations"><h1>${escaped(document.info.title)}</h1><input type="search" placeholder="Filter ( / )" aria-label="Filter operations">${nav.join('')}</nav>
<main id="content">${intro(document)}${main.join('')}${schemasHtml(document)}</main>
<script>${SCRIPT}</script></body></html>
`;
}
