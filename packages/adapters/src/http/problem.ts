import { type ErrorCategory, errorToJson, HTTP_STATUS, isSocialError, SocialError } from '@socialkit/core';

/** Short titles of the problem types, by category. */
const TITLES: Readonly<Record<ErrorCategory, string>> = {
  validation: 'The request is not valid',
  unauthenticated: 'Sign in first',
  forbidden: 'Not allowed',
  not_found: 'Not found',
  conflict: 'Conflict',
  gone: 'Gone',
  too_large: 'Too large',
  unsupported_media: 'Unsupported media type',
  idempotency_mismatch: 'Idempotency key used with another payload',
  rate_limited: 'Too many requests',
  unavailable: 'Temporarily unavailable',
  timeout: 'Took too long',
  internal: 'Internal error',
};

/** What everything that is not a {@link SocialError} becomes: a bug, told without its words. */
export const internalError = (cause: unknown): SocialError =>
  new SocialError('internal', 'internal.error', 'something went wrong on our side', { cause });

/** Any thrown value as an error of the public surface. */
export const asSocialError = (thrown: unknown): SocialError =>
  isSocialError(thrown) ? thrown : internalError(thrown);

/**
 * The problem+json (RFC 9457) form of an error: `type`, `title`, `status`, `detail`, and beside them `code`, `category`,
 * `retryable`, `retryAfterMs`, `fields` and `requestId`.
 *
 * @param status for errors of HTTP itself @default the status of the category
 */
export function problemResponse(
  error: SocialError,
  requestId: string,
  status: number = HTTP_STATUS[error.category],
): Response {
  const { message, ...rest } = errorToJson(error);
  const headers = new Headers({ 'content-type': 'application/problem+json' });
  if (error.retryAfterMs !== undefined)
    headers.set('retry-after', String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))));
  if (error.category === 'unauthenticated') headers.set('www-authenticate', 'Bearer');
  const body = {
    type: `urn:socialkit:error:${error.code}`,
    title: TITLES[error.category],
    status,
    detail: message,
    ...rest,
    requestId,
  };
  return new Response(JSON.stringify(body), { status, headers });
}
