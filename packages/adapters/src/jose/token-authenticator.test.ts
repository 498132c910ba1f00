import { type Actor, createFakeClock, SocialError, userActor } from '@socialkit/core';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { serve } from '../http/node.js';
import { issueToken } from './token.js';
import {
  createTokenAuthenticator,
  createTokenSessions,
  type TokenAuthenticatorOptions,
  type TokenSubject,
} from './token-authenticator.js';

const secret = 'a secret of at least thirty-two bytes';
const issuer = 'https://id.example';
const audience = 'socialkit';
const ADA = '3561234567890123456';

const setUp = (options: Partial<TokenAuthenticatorOptions> = {}) => {
  const clock = createFakeClock();
  const asked: TokenSubject[] = [];
  const kit = {
    actorFor: async (subject: TokenSubject): Promise<Actor | null> => {
      asked.push(subject);
      if ('externalId' in subject) return userActor(ADA);
      if (subject.accountId === '13') throw new SocialError('forbidden', 'account.suspended', 'suspended');
      return subject.accountId === '404' ? null : userActor(subject.accountId);
    },
  };
  const keys = options.jwks === undefined ? { secret } : {};
  const authenticate = createTokenAuthenticator({ kit, issuer, audience, clock, ...keys, ...options });
  const present = (token: string | null) =>
    authenticate(new Request('http://host/', token === null ? {} : { headers: { authorization: token } }));
  const issue = (more: Partial<Parameters<typeof issueToken>[0]> = {}) =>
    issueToken({ secret, issuer, audience, subject: ADA, clock, ...more });
  /** A token as the authenticator wants it, but for what `change` does to it. */
  const forge = (
    change: (jwt: SignJWT) => SignJWT,
    header: object = {},
    key: Uint8Array = new TextEncoder().encode(secret),
  ) => {
    const now = Math.floor(clock.now() / 1000);
    const jwt = new SignJWT()
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(ADA)
      .setIssuedAt(now)
      .setExpirationTime(now + 600);
    return change(jwt).sign(key);
  };
  return { clock, asked, authenticate, present, issue, forge };
};

const same = (jwt: SignJWT) => jwt;

describe('the token authenticator', () => {
  it('gives the actor of a good token and nobody for none', async () => {
    const { present, issue, forge } = setUp();
    expect(await present(`Bearer ${await issue()}`)).toEqual(userActor(ADA));
    expect(await present(`bearer  ${await forge(same)}`)).toEqual(userActor(ADA));
    expect(await present(null)).toBeNull();
  });

  it('says when the session ends, and its name', async () => {
    const { clock, forge } = setUp();
    const sessions = (more: object = {}) =>
      createTokenSessions({
        kit: { actorFor: async () => userActor(ADA) },
        issuer,
        audience,
        clock,
        secret,
        toleranceMs: 1000,
        ...more,
      });
    const token = await forge((jwt) => jwt.setJti('session-1'));
    const request = new Request('http://host/', { headers: { authorization: `Bearer ${token}` } });
    const now = Math.floor(clock.now() / 1000) * 1000;
    expect(await sessions()(request)).toEqual({
      actor: userActor(ADA),
      expiresAt: now + 601_000,
      sessionId: 'session-1',
    });
    expect(await sessions({ maxAgeMs: 60_000 })(request)).toMatchObject({ expiresAt: now + 61_000 });
    expect(await sessions()(new Request('http://host/'))).toBeNull();
  });

  it('refuses what is no token at all', async () => {
    const { present } = setUp();
    for (const header of [
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      'Bearer a b',
      'Bearer \u00ff',
      `Bearer ${'x'.repeat(9000)}`,
    ])
      await expect(present(header)).rejects.toMatchObject({
        category: 'unauthenticated',
        code: 'token.malformed',
      });
    for (const header of ['Bearer x', 'Bearer a.b.c', 'Bearer ...', `Bearer ${'e30.'.repeat(2)}x`])
      await expect(present(header)).rejects.toMatchObject({
        category: 'unauthenticated',
        code: 'token.invalid',
      });
  });

  it('refuses a token that was changed, signed by somebody else, or not signed', async () => {
    const { present, issue, forge } = setUp();
    const [header, payload, signature] = (await issue()).split('.') as [string, string, string];
    const other = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: '17' }),
    );
    for (const token of [
      `${header}.${other.toString('base64url')}.${signature}`,
      await forge(same, {}, new TextEncoder().encode('another secret of thirty-two bytes!')),
      await forge(same, { alg: 'HS512' }, new TextEncoder().encode(secret.repeat(2))),
      new UnsecuredJWT({ sub: ADA }).setIssuer(issuer).setAudience(audience).encode(),
    ])
      await expect(present(`Bearer ${token}`)).rejects.toMatchObject({ code: 'token.invalid' });
  });

  it('refuses a token of another issuer, for another audience or purpose, or without what it must say', async () => {
    const { present, forge } = setUp();
    const bad = [
      forge((jwt) => jwt.setIssuer('https://evil.example')),
      forge((jwt) => jwt.setAudience('other')),
      forge((jwt) => jwt.setAudience([])),
      forge(same, { typ: 'reset+jwt' }),
      forge((jwt) => jwt.setSubject('not an id')),
      forge((jwt) => jwt.setSubject('')),
    ];
    for (const token of bad)
      await expect(present(`Bearer ${await token}`)).rejects.toMatchObject({ code: 'token.invalid' });
    const key = new TextEncoder().encode(secret);
    const bare = await new SignJWT({ sub: ADA })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .sign(key);
    await expect(present(`Bearer ${bare}`)).rejects.toMatchObject({ code: 'token.invalid' });
    expect(await present(`Bearer ${await forge((jwt) => jwt.setAudience(['other', audience]))}`)).toEqual(
      userActor(ADA),
    );
  });

  it('refuses an expired token, give or take the tolerance, and one that is too old', async () => {
    const { present, issue, clock } = setUp({ maxAgeMs: 600_000 });
    const short = await issue({ lifeMs: 60_000 });
    const long = await issue({ lifeMs: 86_400_000 });
    clock.advance(64_000);
    expect(await present(`Bearer ${short}`)).toEqual(userActor(ADA));
    clock.advance(2000);
    await expect(present(`Bearer ${short}`)).rejects.toMatchObject({ code: 'token.expired' });
    expect(await present(`Bearer ${long}`)).toEqual(userActor(ADA));
    clock.advance(600_000);
    await expect(present(`Bearer ${long}`)).rejects.toMatchObject({ code: 'token.expired' });
  });

  it('asks whether a token is revoked, and refuses when nobody can say', async () => {
    const revoked = new Set(['t-1']);
    const { present, issue } = setUp({
      isRevoked: ({ tokenId }) => {
        if (tokenId === 'broken') throw new Error('no revocation list');
        return revoked.has(tokenId ?? '');
      },
    });
    await expect(present(`Bearer ${await issue({ tokenId: 't-1' })}`)).rejects.toMatchObject({
      code: 'token.revoked',
    });
    await expect(present(`Bearer ${await issue({ tokenId: 'broken' })}`)).rejects.toThrow(
      'no revocation list',
    );
    expect(await present(`Bearer ${await issue({ tokenId: 't-2' })}`)).toEqual(userActor(ADA));
  });

  it('refuses accounts that are gone or suspended', async () => {
    const { present, issue } = setUp();
    await expect(present(`Bearer ${await issue({ subject: '404' })}`)).rejects.toMatchObject({
      code: 'token.unknown_account',
    });
    await expect(present(`Bearer ${await issue({ subject: '13' })}`)).rejects.toMatchObject({
      code: 'account.suspended',
    });
  });

  it("takes the host's own user ids when told so", async () => {
    const { present, issue, asked } = setUp({ subject: 'external' });
    expect(await present(`Bearer ${await issue({ subject: 'user 42' })}`)).toEqual(userActor(ADA));
    expect(asked).toEqual([{ externalId: 'user 42' }]);
  });

  it('takes tokens of an issuer with public keys, and never one signed with a public key as a secret', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
    const { present, clock, forge } = setUp({ jwks: { keys: [jwk] }, type: null });
    const sign = (kid: string) =>
      new SignJWT()
        .setProtectedHeader({ alg: 'ES256', kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(ADA)
        .setIssuedAt(Math.floor(clock.now() / 1000))
        .setExpirationTime(Math.floor(clock.now() / 1000) + 60)
        .sign(privateKey);
    expect(await present(`Bearer ${await sign('k1')}`)).toEqual(userActor(ADA));
    await expect(present(`Bearer ${await sign('k2')}`)).rejects.toMatchObject({ code: 'token.invalid' });
    const confused = await forge(same, { kid: 'k1' }, new TextEncoder().encode(JSON.stringify(jwk)));
    await expect(present(`Bearer ${confused}`)).rejects.toMatchObject({ code: 'token.invalid' });
  });

  it('says unavailable, not invalid, when the public keys cannot be fetched', async () => {
    const server = await serve(async () => new Response('no', { status: 500 }), {
      port: 0,
      hostname: '127.0.0.1',
    });
    const { present, forge } = setUp({ jwks: new URL(`http://127.0.0.1:${server.port}/keys`) });
    const { privateKey } = await generateKeyPair('ES256');
    const token = await new SignJWT().setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(privateKey);
    await expect(present(`Bearer ${token}`)).rejects.toMatchObject({
      category: 'unavailable',
      code: 'token.keys_unavailable',
    });
    await server.close();
    await expect(present(`Bearer ${token}`)).rejects.toMatchObject({ category: 'unavailable' });
    await expect(present(`Bearer ${await forge(same)}`)).rejects.toMatchObject({ code: 'token.invalid' });
  });

  it('refuses a secret that is too short, and two kinds of keys or none', () => {
    expect(() => setUp({ secret: 'short' })).toThrow(TypeError);
    expect(() => setUp({ secret, jwks: { keys: [] } })).toThrow(TypeError);
    expect(() => createTokenAuthenticator({ kit: { actorFor: async () => null }, issuer, audience })).toThrow(
      TypeError,
    );
  });
});
