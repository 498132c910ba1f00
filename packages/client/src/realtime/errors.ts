import { type ErrorCategory, type ServerFrame, SocialError } from '@socialkit/core/protocol';

type ErrFrame = Extract<ServerFrame, { t: 'err' }>;

const CODE = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/;

/** An error as it travels, in a frame or in an answer over HTTP. */
export type ToldError = Pick<
  ErrFrame,
  'code' | 'category' | 'message' | 'retryable' | 'retryAfterMs' | 'fields'
>;

/** The error a server told, as the error the server threw. */
export const toldError = ({
  category,
  code,
  message,
  retryable,
  retryAfterMs,
  fields,
}: ToldError): SocialError =>
  new SocialError(category as ErrorCategory, CODE.test(code) ? code : 'server.error', message, {
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(fields === undefined ? {} : { fields }),
  });

/** The connection ended while a call was under way that may not be repeated: it may have happened. */
export const interrupted = (): SocialError =>
  new SocialError('unavailable', 'call.interrupted', 'the connection ended before the answer came');

/** No answer in time: the call may have happened. */
export const timedOut = (): SocialError =>
  new SocialError('timeout', 'call.timeout', 'the server did not answer in time');

/** The client was closed, or the server does not want it back. */
export const clientClosed = (why: string): SocialError =>
  new SocialError('unavailable', 'client.closed', why, { retryable: false });
