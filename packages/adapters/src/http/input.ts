import { invalid } from '@socialkit/core';
import { readJsonObject } from './json-body.js';
import type { Route } from './routes.js';

const malformed = (message: string) => invalid('request.malformed', message, [{ path: '', message }]);

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed('the address holds a percent-encoding that is not UTF-8');
  }
};

/** Names and texts of a query string, in order of first appearance. @throws request.malformed (validation) */
export function readQuery(search: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const pair of search.replace(/^\?/, '').split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode((equals === -1 ? pair : pair.slice(0, equals)).replaceAll('+', ' '));
    const text = equals === -1 ? '' : decode(pair.slice(equals + 1).replaceAll('+', ' '));
    const texts = found.get(name);
    if (texts) texts.push(text);
    else found.set(name, [text]);
  }
  return found;
}

/** The key of an Idempotency-Key header, with or without the quotes of a structured field. */
const idempotencyKeyOf = (header: string): string => /^"([^"]*)"$/.exec(header)?.[1] ?? header;

/**
 * Merges path, query, body and the Idempotency-Key header into one input. Each name may come from one place only. The
 * input is not checked here: the service parses it strictly.
 *
 * @throws request.malformed, request.duplicate_name, and what {@link readJsonObject} throws
 */
export async function readInput(
  route: Route,
  request: Request,
  path: Readonly<Record<string, string>>,
  search: string,
  options: { readonly bodyLimit: number; readonly signal: AbortSignal },
): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = {};
  const add = (name: string, value: unknown) => {
    if (name === '__proto__') throw malformed('the name __proto__ is not allowed');
    if (Object.hasOwn(input, name))
      throw invalid('request.duplicate_name', 'a name is given in two places', [
        { path: name.slice(0, 100), message: 'given in two places' },
      ]);
    input[name] = value;
  };
  for (const name of route.pathNames)
    add(name, route.parameters.read(name, [decode((path[name] ?? '') as string)]));
  for (const [name, texts] of readQuery(search)) add(name, route.parameters.read(name, texts));
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    const body = await readJsonObject(request, options.bodyLimit, options.signal);
    for (const [name, value] of Object.entries(body)) add(name, value);
  }
  const key = request.headers.get('idempotency-key');
  if (key !== null && route.parameters.has('idempotencyKey')) add('idempotencyKey', idempotencyKeyOf(key));
  return input;
}
