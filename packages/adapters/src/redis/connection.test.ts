import { isSocialError, type Logger, type SocialError, silentLogger } from '@socialkit/core';
import { startRedis } from '@socialkit/test-services';
import { describeOwnRedis, describeRedis, describeRedisCluster } from '@socialkit/test-services/vitest';
import { describe, expect, it, vi } from 'vitest';
import { createBreaker } from './breaker.js';
import type { RedisClient } from './client.js';
import { openRedis, openRedisLink, REDIS_PURPOSES } from './connection.js';
import { defineScript } from './script.js';
import { shareSlot, slotOf } from './slots.js';

const failure = (promise: Promise<unknown>): Promise<SocialError> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error as SocialError,
  );

describe('the breaker', () => {
  it('opens after repeated failures, lets one probe through a pause, and waits longer after each failed one', () => {
    let now = 0;
    const breaker = createBreaker({ threshold: 3, pauseMs: 100, maxPauseMs: 300, now: () => now });
    for (let i = 0; i < 2; i++) breaker.failed();
    expect(breaker.admits()).toBe(true);
    breaker.failed();
    expect(breaker.open).toBe(true);
    expect(breaker.admits()).toBe(false);
    for (const pause of [100, 200, 300, 300]) {
      now += pause - 1;
      expect(breaker.admits()).toBe(false);
      now += 1;
      expect(breaker.admits()).toBe(true);
      expect(breaker.admits()).toBe(false);
      breaker.failed();
    }
    now += 300;
    expect(breaker.admits()).toBe(true);
    breaker.succeeded();
    expect(breaker.open).toBe(false);
    breaker.failed();
    expect(breaker.admits()).toBe(true);
  });
});

describe('slots', () => {
  it('are those of the Redis Cluster specification', () => {
    expect(slotOf('123456789')).toBe(0x31c3);
    expect(slotOf('{user1000}.following')).toBe(slotOf('user1000'));
    expect(slotOf('foo{}{bar}')).not.toBe(slotOf('bar'));
    expect(slotOf('foo{{bar}}zap')).toBe(slotOf('{bar'));
  });

  it('are shared by keys with one hash tag only', () => {
    expect(shareSlot(['a:{1}', 'b:{1}'])).toBe(true);
    expect(shareSlot(['a:{1}', 'b:{2}'])).toBe(false);
    expect(shareSlot([])).toBe(true);
  });
});

describe('openRedis', () => {
  it('refuses a configuration without an endpoint, and one with two', () => {
    expect(() => openRedis({})).toThrow(TypeError);
    expect(() => openRedis({ url: 'redis://127.0.0.1:1', nodes: ['127.0.0.1:1'] })).toThrow(TypeError);
    expect(() => openRedis({ nodes: [] })).toThrow(TypeError);
  });

  it('says unavailable, retryable and when, where nothing listens, and closes cleanly', async () => {
    const links = openRedis({ url: 'redis://127.0.0.1:1' });
    const error = await failure(links.cache.run((client) => client.get('x')));
    expect(isSocialError(error)).toBe(true);
    expect(error).toMatchObject({ code: 'redis.unavailable', category: 'unavailable', retryable: true });
    expect(error.retryAfterMs).toBeGreaterThan(0);
    await links.close();
    await links.close();
    expect(await failure(links.cache.run((client) => client.get('x')))).toMatchObject({
      code: 'redis.unavailable',
    });
  });
});

describeRedis('a link', ({ url, prefix }) => {
  it('connects each purpose by itself, on first use, with its own prefix', async () => {
    const links = openRedis({
      url,
      prefix,
      deadlineMs: 5000,
      purposes: { limits: { prefix: `${prefix}limits:` } },
    });
    const names = async () => {
      const list = String(await links.cache.run((client) => client.call('CLIENT', 'LIST')));
      return REDIS_PURPOSES.filter((purpose) => list.includes(`name=socialkit-${purpose} `));
    };
    try {
      const before = (await names()).length;
      expect(links.limits.key('x')).toBe(`${prefix}limits:x`);
      expect(links.jobs.key('x')).toBe(`${prefix}x`);
      await links.limits.run((client) => client.get(links.limits.key('x')));
      expect(await names()).toContain('limits');
      expect(before).toBeGreaterThan(0);
    } finally {
      await links.close();
    }
  });

  it('passes a wrong command on as a bug, without its arguments, and goes on', async () => {
    const link = openRedisLink('cache', { url, prefix, deadlineMs: 5000 });
    try {
      await link.run((client) => client.rpush(link.key('list'), '1'));
      const error = await failure(link.run((client) => client.set(link.key('list'), 'secret', 'PX', -1)));
      expect(isSocialError(error)).toBe(false);
      expect(JSON.stringify({ ...error, message: error.message })).not.toContain('secret');
      expect(link.available).toBe(true);
    } finally {
      await link.close();
    }
  });

  it('runs scripts by name, also after the server has forgotten them', async () => {
    const link = openRedisLink('cache', { url, prefix, deadlineMs: 5000 });
    const script = defineScript(`-- ${prefix}\nreturn { KEYS[1], ARGV[1] }`);
    try {
      for (let i = 0; i < 2; i++) expect(await script.run(link, ['k'], ['v'])).toEqual(['k', 'v']);
      const exists = await link.run((client) => client.call('SCRIPT', 'EXISTS', script.sha));
      expect(exists).toEqual([1]);
    } finally {
      await link.close();
    }
  });

  it('refuses script keys of several slots when asked to, on one node too', async () => {
    const link = openRedisLink('cache', { url, prefix, checkSlots: true, deadlineMs: 5000 });
    const script = defineScript('return #KEYS');
    try {
      expect(await script.run(link, ['a:{1}', 'b:{1}'], [])).toBe(2);
      expect(() => script.run(link, ['a:{1}', 'b:{2}'], [])).toThrow(TypeError);
    } finally {
      await link.close();
    }
  });
});

describeRedisCluster('a link to a Cluster', ({ nodes, prefix }) => {
  it('reaches keys on every node and refuses script keys of several slots', async () => {
    const link = openRedisLink('cache', { nodes, prefix, deadlineMs: 5000 });
    const script = defineScript("return redis.call('GET', KEYS[1])");
    try {
      for (let i = 0; i < 50; i++) await link.run((client) => client.set(link.key(`k${i}`), String(i)));
      for (let i = 0; i < 50; i++) expect(await script.run(link, [link.key(`k${i}`)], [])).toBe(String(i));
      expect(() => script.run(link, [link.key('a'), link.key('b')], [])).toThrow(TypeError);
    } finally {
      await link.close();
    }
  });
});

describeOwnRedis('a link when Redis fails', () => {
  it('fails fast while Redis is down and works again when it is back, without a restart of ours', async () => {
    await using redis = await startRedis();
    // So patient that fifty calls which waited would outlive the test.
    const link = openRedisLink('cache', { url: redis.url, deadlineMs: 20_000 });
    const connected = vi.fn();
    link.onConnect(connected);
    try {
      await link.run((client) => client.set('x', '1'));
      await redis.kill();
      await vi.waitFor(async () =>
        expect(await failure(link.run((client) => client.get('x')))).toMatchObject({
          code: 'redis.unavailable',
        }),
      );
      for (let i = 0; i < 50; i++) await failure(link.run((client) => client.get('x')));
      await redis.restart();
      await vi.waitFor(async () => expect(await link.run((client) => client.get('x'))).toBeNull());
      expect(connected).toHaveBeenCalledTimes(2);
    } finally {
      await link.close();
    }
  });

  it('gives up after its deadline when Redis hangs, then at once, and recovers', async () => {
    await using redis = await startRedis();
    const link = openRedisLink('cache', { url: redis.url, deadlineMs: 100 });
    try {
      await vi.waitFor(() => link.run((client) => client.set('x', '1')));
      redis.pause();
      const ask = vi.fn((client: RedisClient) => client.get('x'));
      for (let i = 0; i < 3; i++) await failure(link.run(ask));
      expect(ask).toHaveBeenCalledTimes(3);
      expect(link.available).toBe(false);
      ask.mockClear();
      for (let i = 0; i < 20; i++) await failure(link.run(ask));
      // Probes go out after pauses that double: a machine would have to stand still for a minute to send twenty.
      expect(ask.mock.calls.length).toBeLessThan(10);
      redis.resume();
      await vi.waitFor(async () => expect(await link.run((client) => client.get('x'))).toBe('1'));
    } finally {
      await link.close();
    }
  });

  it('keeps a wrong password out of errors and logs', async () => {
    await using redis = await startRedis();
    const open = openRedisLink('cache', { url: redis.url, deadlineMs: 5000 });
    await open.run((client) => client.config('SET', 'requirepass', 'right-word'));
    await open.close();
    const lines: string[] = [];
    const write = (fields: object, message: string) => {
      lines.push(JSON.stringify(fields) + message);
    };
    const logger: Logger = {
      ...silentLogger,
      debug: write,
      info: write,
      warn: write,
      error: write,
      child: () => logger,
    };
    const wrong = openRedisLink('cache', {
      url: `redis://:hunter2@127.0.0.1:${redis.port}`,
      deadlineMs: 5000,
      logger,
    });
    const right = openRedisLink('cache', {
      url: `redis://:right-word@127.0.0.1:${redis.port}`,
      deadlineMs: 5000,
      logger,
    });
    try {
      const error = await failure(wrong.run((client) => client.get('x')));
      expect(error).toMatchObject({ code: 'redis.unavailable' });
      expect(`${error.stack}${String(error.cause)}${lines.join()}`).not.toContain('hunter2');
      expect(await right.run((client) => client.get('x'))).toBeNull();
    } finally {
      await wrong.close();
      await right.close();
    }
  });
});
