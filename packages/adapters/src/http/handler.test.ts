import { SocialError, systemActor } from '@socialkit/core';
import { describe, expect, it } from 'vitest';
import { createHandler, type HandlerOptions } from './handler.js';
import { bearer, createTestKit } from './test-kit.js';

type Payload = NonNullable<RequestInit['body']>;

const ADA = '3561234567890123456';

const setUp = (options: Partial<HandlerOptions> = {}) => {
  const test = createTestKit();
  const handler = createHandler(test.kit, { authenticate: bearer, ...options });
  const call = async (
    method: string,
    path: string,
    init: {
      body?: unknown;
      raw?: Payload;
      headers?: Record<string, string>;
      as?: string;
      address?: string;
    } = {},
  ) => {
    const response = await handler(
      new Request(`http://host${path}`, {
        method,
        headers: {
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(init.as === undefined ? {} : { authorization: `Bearer ${init.as}` }),
          ...init.headers,
        },
        ...(init.raw !== undefined
          ? { body: init.raw }
          : init.body === undefined
            ? {}
            : { body: JSON.stringify(init.body) }),
        ...{ duplex: 'half' },
      }),
      { address: init.address ?? '203.0.113.7' },
    );
    const text = await response.text();
    let json: Record<string, unknown> = {};
    try {
      json = JSON.parse(text) as Record<string, unknown>;
    } catch {
      // Some answers are not JSON.
    }
    return { status: response.status, headers: response.headers, text, json };
  };
  return { ...test, handler, call };
};

describe('input', () => {
  it('merges path, query and body into one input of the operation', async () => {
    const { call, seen } = setUp();
    expect((await call('POST', '/v1/notes', { as: ADA, body: { text: 'hi', tags: ['a'] } })).status).toBe(
      200,
    );
    expect(seen.at(-1)?.input).toEqual({ text: 'hi', tags: ['a'] });
    expect((await call('DELETE', '/v1/notes/17?reason=typo+here', { as: ADA })).json).toEqual({});
    expect(seen.at(-1)).toMatchObject({
      input: { noteId: '17', reason: 'typo here' },
      actor: { kind: 'user', id: ADA },
    });
  });

  it('turns query texts into what the schema wants', async () => {
    const { call } = setUp();
    const search = (query: string) => call('GET', `/v1/search/note?${query}`);
    expect((await search('ids=1&ids=2&score=1.5&exact=true&language=en')).json).toEqual({
      kind: 'note',
      ids: ['1', '2'],
      score: 1.5,
      exact: true,
      language: 'en',
    });
    expect((await search('ids=1')).json.ids).toEqual(['1']);
    expect((await search('range={"from":1,"to":2}')).json.range).toEqual({ from: 1, to: 2 });
    expect((await call('GET', '/v1/notes/drafts?limit=5', { as: ADA })).status).toBe(200);
    for (const query of [
      'exact=1',
      'exact=TRUE',
      'score=1e5',
      'score=NaN',
      'score=+1',
      'score=1&score=2',
      'range={"from":1}',
      'ids=x',
    ])
      expect(await search(query)).toMatchObject({
        status: 400,
        json: { code: 'input.invalid', category: 'validation' },
      });
  });

  it('prefers a literal path over a parameter in the same place', async () => {
    const { call } = setUp();
    expect((await call('GET', '/v1/notes/drafts', { as: ADA })).json).toEqual({
      items: [],
      nextCursor: null,
    });
    expect((await call('GET', '/v1/notes/17')).json).toMatchObject({ id: '17' });
  });

  it('decodes path and query once, and refuses what is not UTF-8', async () => {
    const { call } = setUp();
    expect((await call('GET', '/v1/search/%6Eote?language=%C3%A9+%2541')).json.language).toBe('é %41');
    expect((await call('GET', '/v1/notes/%31%37')).json).toMatchObject({ id: '17' });
    expect((await call('GET', '/v1/notes/%2531')).status).toBe(400);
    for (const path of ['/v1/search/note?language=%ED%A0%80', '/v1/search/note?%FF=1', '/v1/notes/%C3'])
      expect(await call('GET', path)).toMatchObject({ status: 400, json: { code: 'request.malformed' } });
  });

  it('refuses unknown, repeated and dangerous names, wherever they come from', async () => {
    const { call, seen } = setUp();
    const body = (raw: string, path = '/v1/notes') =>
      call('POST', path, { as: ADA, raw, headers: { 'content-type': 'application/json' } });
    expect(await body('{"text":"a","actor":"x"}')).toMatchObject({
      status: 400,
      json: { code: 'input.invalid' },
    });
    expect(await body('{"text":"a","text":"b"}')).toMatchObject({
      status: 400,
      json: { code: 'body.duplicate_name' },
    });
    expect(await body('{"text":"a","te\\u0078t":"b"}')).toMatchObject({
      status: 400,
      json: { code: 'body.duplicate_name' },
    });
    expect(await body('{"text":"a","__proto__":{}}')).toMatchObject({
      status: 400,
      json: { code: 'body.forbidden_name' },
    });
    expect(await body('{"text":"a","constructor":{}}')).toMatchObject({
      status: 400,
      json: { code: 'input.invalid' },
    });
    expect(await body('{"text":"a"}', '/v1/notes?text=b')).toMatchObject({
      status: 400,
      json: { code: 'request.duplicate_name' },
    });
    expect(await call('GET', '/v1/notes/17?noteId=18')).toMatchObject({
      status: 400,
      json: { code: 'request.duplicate_name' },
    });
    expect(await call('GET', '/v1/notes/17?__proto__=18')).toMatchObject({
      status: 400,
      json: { code: 'request.malformed' },
    });
    expect(await call('GET', '/v1/notes/17?constructor=18')).toMatchObject({
      status: 400,
      json: { code: 'input.invalid' },
    });
    expect(seen).toEqual([]);
    expect((await body('{"text":"a \\" { [ \\\\","tags":["{\\"a\\":1,\\"a\\":2}"]}')).status).toBe(200);
  });

  it('takes only JSON objects in UTF-8, and an empty body as an empty object', async () => {
    const { call } = setUp();
    const send = (
      raw: Payload,
      type: string | null = 'application/json',
      headers: Record<string, string> = {},
    ) =>
      call('POST', '/v1/notes', {
        as: ADA,
        raw,
        headers: { ...(type === null ? {} : { 'content-type': type }), ...headers },
      });
    expect((await send('{"text":"a"}', 'application/json; charset=UTF-8')).status).toBe(200);
    expect((await send('{"text":"a"}', 'application/vnd.api+json')).status).toBe(200);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
      'multipart/form-data',
    ])
      expect(await send('{"text":"a"}', type)).toMatchObject({
        status: 415,
        json: { code: 'body.unsupported_media' },
      });
    expect(await send('{"text":"a"}', 'application/json', { 'content-encoding': 'gzip' })).toMatchObject({
      status: 415,
    });
    for (const raw of ['{', '{"text":"a"}}', 'NaN', '{text:1}', "{'text':1}"])
      expect(await send(raw)).toMatchObject({ status: 400, json: { code: 'body.not_json' } });
    for (const raw of ['[]', 'null', '"x"', '1'])
      expect(await send(raw)).toMatchObject({ status: 400, json: { code: 'body.not_an_object' } });
    expect(await send(new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toMatchObject({
      status: 400,
      json: { code: 'body.not_utf8' },
    });
    expect(await send('')).toMatchObject({ status: 400, json: { code: 'input.invalid' } });
  });

  it('bounds the body, declared or not, and the depth of its JSON', async () => {
    const { call } = setUp({ bodyLimit: 1000 });
    const send = (raw: Payload, headers = {}) =>
      call('POST', '/v1/notes', {
        as: ADA,
        raw,
        headers: { 'content-type': 'application/json', ...headers },
      });
    expect(await send(' '.repeat(1001))).toMatchObject({ status: 413, json: { code: 'body.too_large' } });
    let pulled = 0;
    const endless = new ReadableStream({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(100));
      },
    });
    expect(await send(endless)).toMatchObject({ status: 413, json: { code: 'body.too_large' } });
    expect(pulled).toBeLessThan(30);
    const deep = (levels: number) => `{"tags":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(await send(deep(16))).toMatchObject({ status: 400, json: { code: 'body.too_deep' } });
    expect(await send(deep(15))).toMatchObject({ status: 400, json: { code: 'input.invalid' } });
    expect(await send(`{"text":"${'['.repeat(50)}"}`)).toMatchObject({ status: 200 });
    expect(await call('GET', `/v1/search/note?language=${'x'.repeat(17_000)}`)).toMatchObject({
      status: 413,
      json: { code: 'request.url_too_long' },
    });
  });

  it('takes the idempotency key from its header, with and without quotes, where the operation has one', async () => {
    const { call } = setUp();
    const send = (key: string, body: object = { text: 'a' }) =>
      call('POST', '/v1/notes', { as: ADA, body, headers: { 'idempotency-key': key } });
    expect((await send('k-1')).json.key).toBe('k-1');
    expect((await send('"k-1"')).json.key).toBe('k-1');
    expect(await send('x'.repeat(129))).toMatchObject({ status: 400, json: { code: 'input.invalid' } });
    expect(await send('k-1', { text: 'a', idempotencyKey: 'k-2' })).toMatchObject({
      status: 400,
      json: { code: 'request.duplicate_name' },
    });
    expect((await call('GET', '/v1/notes/17', { headers: { 'idempotency-key': 'k' } })).status).toBe(200);
  });
});

describe('answers', () => {
  it('gives errors as problem+json with the request id', async () => {
    const { call } = setUp();
    const { status, headers, json } = await call('GET', '/v1/notes/404', {
      headers: { 'x-request-id': 'abc-1' },
    });
    expect(status).toBe(404);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('x-request-id')).toBe('abc-1');
    expect(json).toEqual({
      type: 'urn:socialkit:error:note.not_found',
      title: 'Not found',
      status: 404,
      detail: 'no such note',
      code: 'note.not_found',
      category: 'not_found',
      retryable: false,
      requestId: 'abc-1',
    });
  });

  it('names the fields of an invalid input', async () => {
    const { call } = setUp();
    const { json } = await call('POST', '/v1/notes', { as: ADA, body: { text: 'x'.repeat(101), more: 1 } });
    expect(json.fields).toEqual(
      expect.arrayContaining([
        { path: 'text', message: 'must be at most 100 characters' },
        { path: '', message: 'unknown key more' },
      ]),
    );
  });

  it('makes a request id of its own when the given one is missing or dangerous', async () => {
    const { call } = setUp();
    for (const headers of [{}, { 'x-request-id': 'a b' }, { 'x-request-id': 'x'.repeat(129) }]) {
      const id = (await call('GET', '/v1/notes/1', { headers })).headers.get('x-request-id');
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('keeps the words of a bug to itself', async () => {
    const { call } = setUp();
    const answer = await call('GET', '/v1/crash');
    expect(answer).toMatchObject({ status: 500, json: { code: 'internal.error', category: 'internal' } });
    expect(answer.text).not.toContain('hunter2');
    expect(answer.text).not.toContain('TypeError');
  });

  it('passes ready-made JSON through untouched', async () => {
    const { call } = setUp();
    expect((await call('GET', '/v1/text')).text).toBe('{"ready":  "made"}');
  });

  it('tells unknown paths from wrong methods', async () => {
    const { call } = setUp();
    expect(await call('GET', '/v1/nothing')).toMatchObject({
      status: 404,
      json: { code: 'route.not_found' },
    });
    expect(await call('GET', '/v1/notes/17/')).toMatchObject({ status: 404 });
    expect(await call('GET', '/')).toMatchObject({ status: 404 });
    const wrong = await call('PUT', '/v1/notes/17');
    expect(wrong).toMatchObject({ status: 405, json: { code: 'route.method_not_allowed' } });
    expect(wrong.headers.get('allow')).toBe('GET, DELETE, HEAD');
    const head = await call('HEAD', '/v1/notes/17');
    expect(head).toMatchObject({ status: 200, text: '' });
  });

  it('sets headers that keep browsers and caches from doing more than they should', async () => {
    const { call } = setUp();
    for (const path of ['/v1/notes/17', '/v1/notes/404', '/nothing']) {
      const { headers } = await call('GET', path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it('answers 304 for what the caller has already, when tags are on', async () => {
    const { call } = setUp({ etag: true });
    const first = await call('GET', '/v1/notes/17');
    const tag = first.headers.get('etag') as string;
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect(
      await call('GET', '/v1/notes/17', { headers: { 'if-none-match': `"x", W/${tag}` } }),
    ).toMatchObject({
      status: 304,
      text: '',
    });
    expect((await call('GET', '/v1/notes/18', { headers: { 'if-none-match': tag } })).status).toBe(200);
    expect((await setUp().call('GET', '/v1/notes/17')).headers.get('etag')).toBeNull();
  });

  it('gives up at the deadline and says what that means', async () => {
    const { call } = setUp({ deadlineMs: 50 });
    expect(await call('GET', '/v1/hang')).toMatchObject({
      status: 504,
      json: { code: 'request.timeout', category: 'timeout', retryable: true },
    });
    const stuck = new ReadableStream({ start() {} });
    expect(
      await call('POST', '/v1/notes', {
        as: ADA,
        raw: stuck,
        headers: { 'content-type': 'application/json' },
      }),
    ).toMatchObject({ status: 504 });
  });

  it('refuses early when it is full, the least important calls first', async () => {
    const { handler, call } = setUp({ capacity: 10, deadlineMs: 3000 });
    const hanging = Array.from({ length: 6 }, () => handler(new Request('http://host/v1/hang')));
    expect(await call('GET', '/v1/notes/1')).toMatchObject({
      status: 503,
      json: { code: 'request.overloaded', retryable: true },
    });
    expect((await call('GET', '/v1/notes/1')).headers.get('retry-after')).toBe('1');
    expect((await call('GET', '/v1/notes/1', { as: ADA })).status).toBe(200);
    expect((await call('POST', '/v1/notes', { as: ADA, body: { text: 'a' } })).status).toBe(200);
    await Promise.all(hanging);
    expect((await call('GET', '/v1/notes/1')).status).toBe(200);
  });
});

describe('sessions', () => {
  it('serves what anybody may see without one, and asks for one else', async () => {
    const { call } = setUp();
    expect((await call('GET', '/v1/notes/17')).status).toBe(200);
    const refused = await call('POST', '/v1/notes', { body: { text: 'a' } });
    expect(refused).toMatchObject({ status: 401, json: { code: 'actor.unauthenticated' } });
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('does not serve a bad session as anonymous', async () => {
    const { call } = setUp({
      authenticate: () => {
        throw new SocialError('unauthenticated', 'token.expired', 'the token has expired');
      },
    });
    expect(await call('GET', '/v1/notes/17')).toMatchObject({ status: 401, json: { code: 'token.expired' } });
  });

  it('fails closed when sessions cannot be checked', async () => {
    const { call } = setUp({
      authenticate: async () => {
        throw new Error('connection refused to 10.0.0.5');
      },
    });
    const answer = await call('GET', '/v1/notes/17');
    expect(answer).toMatchObject({ status: 503, json: { code: 'session.unavailable', retryable: true } });
    expect(answer.text).not.toContain('10.0.0.5');
  });
});

describe('rate limits', () => {
  const few = { limit: 3, windowMs: 300_000 };
  const statuses = async (count: number, one: () => Promise<{ status: number }>) => {
    const all: number[] = [];
    for (let i = 0; i < count; i++) all.push((await one()).status);
    return all;
  };

  it('count per account and say so in the standard headers', async () => {
    const { call } = setUp({ limits: { user: few } });
    const { headers } = await call('GET', '/v1/notes/1', { as: ADA });
    expect(headers.get('ratelimit-policy')).toBe('"user";q=3;w=300, "network";q=15000;w=300');
    expect(headers.get('ratelimit')).toMatch(/^"user";r=2;t=\d+, "network";r=14999;t=\d+$/);
    expect(await statuses(3, () => call('GET', '/v1/notes/1', { as: ADA }))).toEqual([200, 200, 429]);
    expect((await call('GET', '/v1/notes/1', { as: '17' })).status).toBe(200);
  });

  it('refuse with the time to wait, and allow again after it', async () => {
    const { call, clock } = setUp({ limits: { user: few } });
    await statuses(3, () => call('GET', '/v1/notes/1', { as: ADA }));
    const refused = await call('GET', '/v1/notes/1', { as: ADA });
    expect(refused).toMatchObject({
      status: 429,
      json: { code: 'request.rate_limited', category: 'rate_limited', retryable: true },
    });
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBe(Math.ceil(Number(refused.json.retryAfterMs) / 1000));
    clock.advance(seconds * 1000);
    expect((await call('GET', '/v1/notes/1', { as: ADA })).status).toBe(200);
  });

  it('count callers without a session per client network, IPv6 by /64', async () => {
    const { call } = setUp({ limits: { anonymous: few } });
    const from = (address: string) => () => call('GET', '/v1/notes/1', { address });
    expect(await statuses(4, from('2001:db8::1'))).toEqual([200, 200, 200, 429]);
    expect((await from('2001:db8::ffff:1')()).status).toBe(429);
    expect((await from('2001:db8:0:1::1')()).status).toBe(200);
    expect(await statuses(4, from('198.51.100.1'))).toEqual([200, 200, 200, 429]);
    expect((await from('::ffff:198.51.100.1')()).status).toBe(429);
    expect((await from('198.51.100.2')()).status).toBe(200);
  });

  it('believe X-Forwarded-For only as far as there are trusted proxies', async () => {
    const spoof = (i: number) => ({ headers: { 'x-forwarded-for': `10.0.0.${i}, 198.51.100.9` } });
    const direct = setUp({ limits: { anonymous: few } });
    expect(await statuses(4, () => direct.call('GET', '/v1/notes/1', spoof(Math.random() * 99)))).toEqual([
      200, 200, 200, 429,
    ]);
    const proxied = setUp({ limits: { anonymous: few }, trustedProxyHops: 1 });
    let i = 0;
    expect(await statuses(4, () => proxied.call('GET', '/v1/notes/1', spoof(i++)))).toEqual([
      200, 200, 200, 429,
    ]);
    const other = { headers: { 'x-forwarded-for': '198.51.100.10' } };
    expect((await proxied.call('GET', '/v1/notes/1', other)).status).toBe(200);
  });

  it('hold writes, searches and the accounts of one network tighter', async () => {
    const write = setUp({ limits: { write: few } });
    const send = () => write.call('POST', '/v1/notes', { as: ADA, body: { text: 'a' } });
    expect(await statuses(4, send)).toEqual([200, 200, 200, 429]);
    expect((await write.call('GET', '/v1/notes/1', { as: ADA })).status).toBe(200);
    const search = setUp({ limits: { search: few, anonymous_search: { ...few, limit: 1 } } });
    expect(await statuses(4, () => search.call('GET', '/v1/search/note', { as: ADA }))).toEqual([
      200, 200, 200, 429,
    ]);
    expect(await statuses(2, () => search.call('GET', '/v1/search/note'))).toEqual([200, 429]);
    expect((await search.call('GET', '/v1/notes/1')).status).toBe(200);
    const network = setUp({ limits: { network: few } });
    let account = 1;
    expect(await statuses(4, () => network.call('GET', '/v1/notes/1', { as: String(account++) }))).toEqual([
      200, 200, 200, 429,
    ]);
  });

  it('count refused sessions, unknown paths and the reference page too, but not the health', async () => {
    const bad = setUp({
      limits: { anonymous: few },
      authenticate: () => {
        throw new SocialError('unauthenticated', 'token.invalid', 'no');
      },
    });
    expect(await statuses(4, () => bad.call('GET', '/v1/notes/1'))).toEqual([401, 401, 401, 429]);
    const lost = setUp({ limits: { anonymous: few } });
    expect(await statuses(4, () => lost.call('GET', '/nothing'))).toEqual([404, 404, 404, 429]);
    expect((await lost.call('GET', '/openapi.json')).status).toBe(429);
    expect((await lost.call('GET', '/healthz')).status).toBe(200);
  });

  it('are 1500 per 5 minutes signed in and 300 without a session unless told otherwise, and cannot be switched off', async () => {
    const { call } = setUp();
    const policy = async (as?: string) =>
      (await call('GET', '/v1/notes/1', as === undefined ? {} : { as })).headers.get('ratelimit-policy');
    expect(await policy()).toBe('"anonymous";q=300;w=300');
    expect(await policy(ADA)).toContain('"user";q=1500;w=300');
    expect(() => setUp({ limits: { user: { limit: 0, windowMs: 1000 } } })).toThrow(TypeError);
  });

  it('refuse when nobody can count', async () => {
    const { kit } = createTestKit();
    const rateLimiter = { consume: () => Promise.reject(new Error('no counter')), close: async () => {} };
    const handler = createHandler({ ...kit, rateLimiter }, { authenticate: bearer });
    const response = await handler(new Request('http://host/v1/notes/1'));
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'limits.unavailable', retryable: true });
  });

  it('serve the system under a limit of its own', async () => {
    const { call } = setUp({ authenticate: () => systemActor('importer'), limits: { user: few } });
    expect(await statuses(4, () => call('GET', '/v1/notes/1'))).toEqual([200, 200, 200, 429]);
  });
});

describe('cross-origin calls', () => {
  const origin = 'https://app.example';
  const asked = { origin, 'access-control-request-method': 'POST' };

  it('are not allowed unless origins are named', async () => {
    const { call } = setUp();
    const { headers } = await call('GET', '/v1/notes/1', { headers: { origin } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect((await call('OPTIONS', '/v1/notes', { headers: asked })).status).toBe(405);
  });

  it('are allowed for the origins that are named, whole, also for errors', async () => {
    const { call } = setUp({ cors: { origins: [origin], credentials: true } });
    for (const path of ['/v1/notes/1', '/v1/notes/404']) {
      const { headers } = await call('GET', path, { headers: { origin } });
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('vary')).toContain('Origin');
      expect(headers.get('access-control-expose-headers')).toContain('retry-after');
    }
    for (const other of [
      'https://app.example.evil.test',
      'http://app.example',
      'null',
      'https://APP.example',
    ]) {
      const { headers } = await call('GET', '/v1/notes/1', { headers: { origin: other } });
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('are announced in a preflight', async () => {
    const { call } = setUp({ cors: { origins: [origin] } });
    const { status, headers } = await call('OPTIONS', '/v1/notes/17', { headers: asked });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-methods')).toBe('GET, DELETE');
    expect(headers.get('access-control-allow-headers')).toContain('idempotency-key');
    const foreign = await call('OPTIONS', '/v1/notes/17', {
      headers: { ...asked, origin: 'https://other.example' },
    });
    expect(foreign.headers.get('access-control-allow-methods')).toBeNull();
  });

  it('refuse settings that would open too much', () => {
    expect(() => setUp({ cors: { origins: '*', credentials: true } })).toThrow(TypeError);
    expect(() => setUp({ cors: { origins: ['app.example'] } })).toThrow(TypeError);
    expect(() => setUp({ cors: { origins: ['https://app.example/'] } })).toThrow(TypeError);
  });
});

describe('mounting', () => {
  it('puts everything below the mount path', async () => {
    const { call } = setUp({ mountPath: '/social', basePath: '/api' });
    expect((await call('GET', '/social/api/notes/17')).json).toMatchObject({ id: '17' });
    expect((await call('GET', '/social/healthz')).status).toBe(200);
    expect((await call('GET', '/v1/notes/17')).status).toBe(404);
    expect((await call('GET', '/social/openapi.json')).json).toMatchObject({
      servers: [{ url: '/social/api' }],
    });
  });

  it('refuses paths that are none', () => {
    expect(() => setUp({ basePath: 'v1' })).toThrow(TypeError);
    expect(() => setUp({ mountPath: '/a b' })).toThrow(TypeError);
  });

  it('refuses slices whose operations collide', () => {
    const { kit } = createTestKit();
    expect(() =>
      createHandler({ ...kit, slices: [...kit.slices, ...kit.slices] }, { authenticate: bearer }),
    ).toThrow(/both answer/);
  });

  it('tells whether it is ready', async () => {
    const { call, setReady } = setUp();
    expect(await call('GET', '/healthz')).toMatchObject({ status: 200, json: { ready: true } });
    const other = setUp();
    other.setReady(false);
    expect(await other.call('GET', '/healthz')).toMatchObject({ status: 503, json: { ready: false } });
    setReady(true);
  });
});
