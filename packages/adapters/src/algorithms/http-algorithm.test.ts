import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openService, type SampleService } from '../providers/sample-service.js';
import { createHttpAlgorithm } from './http-algorithm.js';

describe('an algorithm over HTTP', () => {
  let service: SampleService;
  beforeEach(async () => {
    service = await openService();
  });
  afterEach(() => service.close());
  const { signal } = new AbortController();
  const rank = (options: { deadlineMs?: number } = {}, stop: AbortSignal = signal) =>
    createHttpAlgorithm({
      url: `${service.url}/`,
      headers: { authorization: 'Bearer key' },
      ...options,
    }).rank({
      userId: '7',
      limit: 200,
      signal: stop,
    });

  it('asks for a user and gives what it is told, in its order', async () => {
    service.behave((response) =>
      response.end(JSON.stringify({ posts: [{ id: '9', reason: 'new', context: 'c' }, { id: '5' }] })),
    );
    expect(await rank()).toEqual([{ id: '9', reason: 'new', context: 'c' }, { id: '5' }]);
    expect(service.asked).toMatchObject([
      { path: '/rank', body: '{"userId":"7","limit":200}', headers: { authorization: 'Bearer key' } },
    ]);
  });

  it.each([
    ['an error', 500, '{}'],
    ['no JSON', 200, 'posts'],
    ['another shape', 200, '{"ids":["1"]}'],
    ['ids that are none', 200, '{"posts":[{"id":"first"}]}'],
    [
      'too many posts',
      200,
      JSON.stringify({ posts: Array.from({ length: 201 }, (_, n) => ({ id: `${n + 1}` })) }),
    ],
    ['too much', 200, ' '.repeat(300_000)],
  ])('refuses %s', async (_, status, body) => {
    service.behave((response) => response.writeHead(status).end(body));
    await expect(rank()).rejects.toThrow();
  });

  it('follows no redirect', async () => {
    service.behave((response) => response.writeHead(302, { location: `${service.url}/other` }).end());
    await expect(rank()).rejects.toThrow();
    expect(service.asked).toHaveLength(1);
  });

  it('gives up by its deadline, and when nobody waits any more', async () => {
    service.behave(() => {});
    await expect(rank({ deadlineMs: 50 })).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(rank({}, AbortSignal.timeout(20))).rejects.toThrow();
  });

  it('tells what became of posts only where it was asked to', async () => {
    service.behave((response) => response.end());
    const happened = [{ userId: '7', postId: '9', kind: 'less', context: 'c', at: 1 }] as const;
    expect(createHttpAlgorithm({ url: service.url }).interactions).toBeUndefined();
    await createHttpAlgorithm({ url: service.url, interactions: true }).interactions?.(happened);
    expect(service.asked).toMatchObject([
      { path: '/interactions', body: JSON.stringify({ interactions: happened }) },
    ]);
  });

  it('takes plain addresses only', () => {
    for (const url of [
      'ftp://example.org',
      'http://user@example.org',
      'https://example.org/?key=1',
      'nowhere',
    ])
      expect(() => createHttpAlgorithm({ url })).toThrow(TypeError);
  });
});
