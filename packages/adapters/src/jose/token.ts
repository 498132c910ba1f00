import { randomUUID } from 'node:crypto';
import { type Clock, systemClock } from '@socialkit/core';
import { SignJWT } from 'jose';

/** The `typ` header of session tokens: a token made for another purpose has another one. */
export const TOKEN_TYPE = 'at+jwt';
const MIN_SECRET_BYTES = 32;

/** @throws TypeError for less than 32 bytes */
export function signingKey(secret: string | Uint8Array): Uint8Array {
  const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  if (key.byteLength < MIN_SECRET_BYTES)
    throw new TypeError(`a token secret needs at least ${MIN_SECRET_BYTES} bytes`);
  return key;
}

/**
 * Signs a session token for {@link createTokenAuthenticator} with the same secret, issuer and audience: for examples,
 * tests and hosts without an issuer of their own.
 *
 * @param options.subject the account id, or the host's own id of its user when the authenticator says `external`
 * @param options.lifeMs milliseconds until it expires @default one hour
 * @throws TypeError for a secret of less than 32 bytes
 */
export async function issueToken(options: {
  readonly secret: string | Uint8Array;
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  readonly lifeMs?: number;
  /** The `jti` claim, to revoke it by. @default random */
  readonly tokenId?: string;
  readonly clock?: Clock;
}): Promise<string> {
  const { lifeMs = 60 * 60_000, clock = systemClock } = options;
  const now = clock.now();
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: TOKEN_TYPE })
    .setIssuer(options.issuer)
    .setAudience(options.audience)
    .setSubject(options.subject)
    .setJti(options.tokenId ?? randomUUID())
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.ceil((now + lifeMs) / 1000))
    .sign(signingKey(options.secret));
}
