import { type Actor, accountOf, type CloseReason, isSocialError, SocialError } from '@socialkit/core';
import type { GatewayAuthenticate, Session } from './options.js';
import { unpackUpgrade } from './upgrade.js';

/** A session as a connection holds it. */
export interface OpenSession {
  readonly actor: Actor;
  /** Unix milliseconds; null for never. */
  readonly expiresAt: number | null;
  readonly sessionId: string | null;
}

/** How a connection proves who it is. */
export type Credentials =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'cookie' }
  | { readonly kind: 'ticket'; readonly ticket: string };

/** What the gateway needs of a kit to know who connects. */
export interface SessionKit {
  actorFor(subject: { readonly accountId: string }): Promise<Actor | null>;
  readonly realtime: { redeem(ticket: string): Promise<string | null> };
  readonly runtime: { readonly clock: { now(): number } };
}

const refused = (code: string, message: string) => new SocialError('unauthenticated', code, message);

const sessionOf = (given: Actor | Session): OpenSession =>
  'actor' in given
    ? { actor: given.actor, expiresAt: given.expiresAt ?? null, sessionId: given.sessionId ?? null }
    : { actor: given, expiresAt: null, sessionId: null };

/** The request a host's function sees: that of the upgrade, with the frame's token instead of any other credentials. */
function requestWith(upgrade: string, credentials: Credentials): Request {
  const request = unpackUpgrade(upgrade);
  const { headers } = request;
  if (credentials.kind === 'token') {
    headers.delete('cookie');
    headers.set('authorization', `Bearer ${credentials.token}`);
  } else headers.delete('authorization');
  return request;
}

/**
 * Verifies credentials.
 * @param upgrade the request they came with, as `packUpgrade` made it
 * @throws session.missing, session.refused (unauthenticated), what the host's function throws, and session.unavailable
 * (unavailable) for anything of it that is no SocialError
 */
export async function openSession(
  kit: SessionKit,
  authenticate: GatewayAuthenticate,
  upgrade: string,
  credentials: Credentials,
  ticketSessionMs: number,
): Promise<OpenSession> {
  if (credentials.kind === 'ticket') {
    const accountId = await kit.realtime.redeem(credentials.ticket);
    const actor = accountId === null ? null : await kit.actorFor({ accountId });
    if (actor === null) throw refused('ticket.refused', 'the ticket is unknown, used or over');
    return { actor, expiresAt: kit.runtime.clock.now() + ticketSessionMs, sessionId: null };
  }
  let found: Actor | Session | null;
  try {
    found = await authenticate(requestWith(upgrade, credentials));
  } catch (error) {
    if (isSocialError(error)) throw error;
    // A token that cannot be a header is no token.
    if (error instanceof TypeError && credentials.kind === 'token')
      throw refused('session.refused', 'the token is not valid');
    throw new SocialError('unavailable', 'session.unavailable', 'sessions cannot be checked right now', {
      cause: error,
    });
  }
  if (found === null) throw refused('session.missing', 'sign in first');
  const session = sessionOf(found);
  accountOf(session.actor);
  return session;
}

/** How a connection ends whose session was refused. */
export const closeReasonOf = (error: SocialError): CloseReason =>
  error.category === 'forbidden'
    ? 'forbidden'
    : error.category === 'unauthenticated'
      ? 'unauthenticated'
      : error.category === 'rate_limited'
        ? 'rateLimited'
        : 'internal';
