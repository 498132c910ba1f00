import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Credentials } from './session.js';

/** Why an upgrade is refused before it is one, with its HTTP status. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 429 | 503;
  readonly text: string;
  readonly retryAfterSeconds?: number;
}

const TEXTS: Readonly<Record<Refusal['status'], string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/** Answers an upgrade with a refusal and ends the connection. */
export function refuseUpgrade(socket: Duplex, { status, text, retryAfterSeconds }: Refusal): void {
  const body = `${text}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${TEXTS[status]}\r\nconnection: close\r\ncontent-type: text/plain\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n` +
      `${retryAfterSeconds === undefined ? '' : `retry-after: ${retryAfterSeconds}\r\n`}\r\n${body}`,
  );
}

/** An origin in its one canonical form; null for what is none. */
export function originOf(text: string): string | null {
  try {
    const { origin } = new URL(text);
    return origin === 'null' ? null : origin;
  } catch {
    return null;
  }
}

/** What an upgrade asks for. */
export interface UpgradeRequest {
  readonly url: URL;
  readonly headers: Headers;
}

/** Reads the address and the headers of an upgrade. Null for some that are none. */
export function readUpgrade(incoming: IncomingMessage): UpgradeRequest | null {
  try {
    const headers = new Headers();
    for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2)
      headers.append(incoming.rawHeaders[i] as string, incoming.rawHeaders[i + 1] as string);
    // The host is the client's word: nothing is decided by it.
    const url = new URL(incoming.url ?? '/', 'http://gateway.invalid');
    return url.username === '' && url.password === '' ? { url, headers } : null;
  } catch {
    return null;
  }
}

/**
 * What a connection keeps of its upgrade, for a host that looks at it: one text, as a request object weighs more than all the rest
 * of a connection.
 */
export const packUpgrade = ({ url, headers }: UpgradeRequest): string =>
  JSON.stringify([url.href, ...headers]);

/** The request of an upgrade, without its body. @param packed as {@link packUpgrade} made it */
export function unpackUpgrade(packed: string): Request {
  const [url, ...headers] = JSON.parse(packed) as [string, ...[string, string][]];
  return new Request(url, { headers });
}

const TICKET = /^[A-Za-z0-9_-]{43}$/;

/** What came with an upgrade to prove who it is. */
export function credentialsOf(
  { url, headers }: UpgradeRequest,
  cookies: boolean,
  hasOrigin: boolean,
): Credentials | null {
  const ticket = url.searchParams.get('ticket');
  if (ticket !== null) return { kind: 'ticket', ticket: TICKET.test(ticket) ? ticket : '-' };
  // A cookie is sent by any page that connects: it counts only where the page's origin was checked.
  return cookies && hasOrigin && headers.has('cookie') ? { kind: 'cookie' } : null;
}
