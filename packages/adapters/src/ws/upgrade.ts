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

/** The upgrade as a web-standard request, without its body. Null for headers or addresses that are none. */
export function requestOf(incoming: IncomingMessage): Request | null {
  try {
    const headers = new Headers();
    for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2)
      headers.append(incoming.rawHeaders[i] as string, incoming.rawHeaders[i + 1] as string);
    // The host is the client's word: nothing is decided by it.
    return new Request(new URL(incoming.url ?? '/', 'http://gateway.invalid'), { headers });
  } catch {
    return null;
  }
}

const TICKET = /^[A-Za-z0-9_-]{43}$/;

/** What came with an upgrade to prove who it is. */
export function credentialsOf(request: Request, cookies: boolean, hasOrigin: boolean): Credentials | null {
  const ticket = new URL(request.url).searchParams.get('ticket');
  if (ticket !== null) return { kind: 'ticket', ticket: TICKET.test(ticket) ? ticket : '-' };
  // A cookie is sent by any page that connects: it counts only where the page's origin was checked.
  return cookies && hasOrigin && request.headers.has('cookie') ? { kind: 'cookie' } : null;
}
