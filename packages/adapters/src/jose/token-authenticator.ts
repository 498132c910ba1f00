import { type Actor, type Clock, idSchema, isSocialError, SocialError, systemClock } from '@socialkit/core';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import { signingKey, TOKEN_TYPE } from './token.js';

/** Who a token was issued to: our account, or the host's own user. */
export type TokenSubject = { readonly accountId: string } | { readonly externalId: string };

/** A verified token. */
export interface VerifiedToken {
  /** The `jti` claim. */
  readonly tokenId: string | null;
  /** The `sub` claim. */
  readonly subject: string;
  /** Unix milliseconds. */
  readonly issuedAt: number;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Options of {@link createTokenAuthenticator}. Give either `secret` or `jwks`. */
export interface TokenAuthenticatorOptions {
  /** Resolves the account; a kit has it. */
  readonly kit: { actorFor(subject: TokenSubject): Promise<Actor | null> };
  /** Shared secret of at least 32 bytes; tokens are HS256. */
  readonly secret?: string | Uint8Array;
  /** Address of the issuer's public keys, or the keys; tokens are signed asymmetrically. */
  readonly jwks?: URL | JSONWebKeySet;
  /** Signature algorithms taken with `jwks`. @default RS256, PS256, ES256, EdDSA */
  readonly algorithms?: readonly (
    | 'RS256'
    | 'RS384'
    | 'RS512'
    | 'PS256'
    | 'PS384'
    | 'PS512'
    | 'ES256'
    | 'ES384'
    | 'ES512'
    | 'EdDSA'
  )[];
  readonly issuer: string;
  /** Tokens for anybody else are refused. */
  readonly audience: string;
  /** Whether `sub` is an account id or the host's own id of its user. @default 'account' */
  readonly subject?: 'account' | 'external';
  /** The `typ` header tokens must have, so that tokens for other purposes are refused; null takes any. @default 'at+jwt' */
  readonly type?: string | null;
  /** Milliseconds after its issue at which a token is too old, whatever it says. @default its own expiry alone */
  readonly maxAgeMs?: number;
  /** Milliseconds of difference between clocks. @default 5000 */
  readonly toleranceMs?: number;
  /** Asked about every token; a token is refused when it answers true or fails. @default nothing is revoked */
  readonly isRevoked?: (token: VerifiedToken) => boolean | Promise<boolean>;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** Bytes of a token at most. */
const MAX_TOKEN = 8 * 1024;
const JWKS_DEADLINE_MS = 5000;
const ASYMMETRIC = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

const refused = (code: string, message: string, cause?: unknown): SocialError =>
  new SocialError('unauthenticated', code, message, cause === undefined ? {} : { cause });

/** The token of an Authorization header; null without one. @throws token.malformed (unauthenticated) */
function bearerOf(request: Request): string | null {
  const header = request.headers.get('authorization');
  if (header === null) return null;
  const token = /^bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(header.trim())?.[1];
  if (token === undefined || token.length > MAX_TOKEN)
    throw refused('token.malformed', 'send the token as "authorization: Bearer <token>"');
  return token;
}

function translate(error: unknown): SocialError {
  if (isSocialError(error)) return error;
  if (error instanceof errors.JWTExpired)
    return refused('token.expired', 'the token has expired; sign in again');
  const unreachable = error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError);
  if (unreachable || error.code === 'ERR_JOSE_GENERIC')
    return new SocialError(
      'unavailable',
      'token.keys_unavailable',
      'the keys to check tokens with cannot be had',
      {
        cause: error,
      },
    );
  return refused('token.invalid', 'the token is not valid here', error);
}

/**
 * Authenticates requests by a signed token (JWT) in the Authorization header.
 *
 * A token must be signed with the configured key and algorithm, be of the right type, come from `issuer`, be meant for
 * `audience`, say when it was issued, not have expired and not be revoked; the account behind it is looked up on every
 * request, so that suspension and role changes hold at once. Without a token the caller is anonymous (null).
 *
 * @throws TypeError for a short secret and for both or neither of `secret` and `jwks`. The returned function throws
 * token.malformed, token.expired, token.revoked, token.invalid, token.unknown_account (unauthenticated),
 * token.keys_unavailable (unavailable), account.suspended (forbidden)
 */
export function createTokenAuthenticator(
  options: TokenAuthenticatorOptions,
): (request: Request) => Promise<Actor | null> {
  const sessionOf = createTokenSessions(options);
  return async (request) => (await sessionOf(request))?.actor ?? null;
}

/** A session proven by a token. */
export interface TokenSession {
  readonly actor: Actor;
  /** When the token ends, Unix milliseconds. */
  readonly expiresAt: number;
  /** The `jti` claim. */
  readonly sessionId: string | null;
}

/**
 * The same as {@link createTokenAuthenticator} with the end and the name of the session: what a gateway needs to end sockets with the
 * token that opened them.
 */
export function createTokenSessions(
  options: TokenAuthenticatorOptions,
): (request: Request) => Promise<TokenSession | null> {
  const { kit, secret, jwks, issuer, audience, clock = systemClock, toleranceMs = 5000 } = options;
  if ((secret === undefined) === (jwks === undefined))
    throw new TypeError('give the token authenticator either a secret or a JWKS');
  const type = options.type === undefined ? TOKEN_TYPE : options.type;
  const algorithms = secret === undefined ? [...(options.algorithms ?? ASYMMETRIC)] : ['HS256' as const];
  const verification = {
    issuer,
    audience,
    algorithms,
    requiredClaims: ['sub', 'iat', 'exp'],
    clockTolerance: toleranceMs / 1000,
    ...(type === null ? {} : { typ: type }),
    ...(options.maxAgeMs === undefined ? {} : { maxTokenAge: options.maxAgeMs / 1000 }),
  };
  const key = secret === undefined ? null : signingKey(secret);
  const keys =
    jwks === undefined
      ? null
      : jwks instanceof URL
        ? createRemoteJWKSet(jwks, { timeoutDuration: JWKS_DEADLINE_MS })
        : createLocalJWKSet(jwks);

  const verify = async (token: string): Promise<JWTPayload> => {
    const now = { ...verification, currentDate: new Date(clock.now()) };
    const { payload } =
      keys === null ? await jwtVerify(token, key as Uint8Array, now) : await jwtVerify(token, keys, now);
    return payload;
  };
  const subjectOf = (sub: string): TokenSubject => {
    if (options.subject === 'external') return { externalId: sub };
    if (!idSchema.safeParse(sub).success) throw refused('token.invalid', 'the token is not valid here');
    return { accountId: sub };
  };

  return async (request) => {
    const token = bearerOf(request);
    if (token === null) return null;
    let payload: JWTPayload;
    try {
      payload = await verify(token);
    } catch (error) {
      throw translate(error);
    }
    const sub = payload.sub as string;
    const subject = subjectOf(sub);
    const verified: VerifiedToken = {
      tokenId: payload.jti ?? null,
      subject: sub,
      issuedAt: (payload.iat as number) * 1000,
      claims: payload,
    };
    if (await options.isRevoked?.(verified))
      throw refused('token.revoked', 'the token has been revoked; sign in again');
    const actor = await kit.actorFor(subject);
    if (actor === null) throw refused('token.unknown_account', 'there is no account for this token');
    const ends = Math.min(
      (payload.exp as number) * 1000,
      verified.issuedAt + (options.maxAgeMs ?? Number.POSITIVE_INFINITY),
    );
    return { actor, expiresAt: ends + toleranceMs, sessionId: verified.tokenId };
  };
}
