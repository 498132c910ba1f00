import { createHash, randomUUID } from 'node:crypto';
import { jsonTextOf } from '@socialkit/core';

const REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** The caller's X-Request-Id when it is harmless, else a new one. */
export const requestIdOf = (request: Request): string => {
  const given = request.headers.get('x-request-id');
  return given !== null && REQUEST_ID.test(given) ? given : randomUUID();
};

/** A result as JSON text; results that carry their text are not serialised again. */
export const jsonOf = (result: unknown): string => jsonTextOf(result) ?? JSON.stringify(result ?? {});

const matches = (ifNoneMatch: string | null, tag: string): boolean =>
  ifNoneMatch !== null &&
  (ifNoneMatch.trim() === '*' ||
    ifNoneMatch.split(',').some((candidate) => candidate.trim().replace(/^W\//, '') === tag));

/**
 * The answer of an operation. Private to the caller: never stored by shared caches, and by the caller's own only to ask
 * again with its tag.
 */
export function resultResponse(request: Request, result: unknown, withTag: boolean): Response {
  const text = jsonOf(result);
  const headers = new Headers({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!withTag || !reads) return new Response(text, { status: 200, headers });
  const tag = `"${createHash('sha1').update(text).digest('base64url')}"`;
  headers.set('etag', tag);
  headers.set('cache-control', 'private, no-cache');
  headers.append('vary', 'Authorization, Cookie');
  if (!matches(request.headers.get('if-none-match'), tag))
    return new Response(text, { status: 200, headers });
  headers.delete('content-type');
  return new Response(null, { status: 304, headers });
}

const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cache-control', 'no-store'],
];

/** Headers every response has; what is set already stays. */
export function secure(headers: Headers, requestId: string): void {
  for (const [name, value] of SECURITY_HEADERS) if (!headers.has(name)) headers.set(name, value);
  headers.set('x-request-id', requestId);
}
