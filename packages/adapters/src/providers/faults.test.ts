import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@socialkit/core';
import {
  createTextModeration,
  loadPolicy,
  type ModerationResult,
  openAiShape,
  type Policy,
} from '@socialkit/moderation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProvider, type Provider, type ProviderOptions } from './provider.js';
import { openService, type SampleService, scored } from './sample-service.js';

const SECRET = 'sk-secret-key';
const DEADLINE = 250;
const failing = (mode: 'open' | 'closed' | 'degrade'): Policy =>
  loadPolicy({
    id: `fails-${mode}`,
    version: 1,
    rules: [{ id: 'hate', when: { category: 'hate', gte: 0.9 }, do: { decision: 'flag_for_review' } }],
    failPolicy: [{ category: 'hate', mode }],
  });

let service: SampleService;
let logged: object[];
beforeEach(async () => {
  service = await openService();
  logged = [];
});
afterEach(() => service.close());

const logger: Logger = {
  debug() {},
  info() {},
  warn: (fields, message) => void logged.push({ ...fields, message }),
  error() {},
  child: () => logger,
};

function providerOf(options: Partial<ProviderOptions> = {}): Provider {
  return createProvider(openAiShape(), {
    url: service.url,
    authorize: { authorization: `Bearer ${SECRET}` },
    deadlineMs: DEADLINE,
    retryMs: 5,
    restMs: 60,
    failures: 3,
    logger,
    ...options,
  });
}

let number = 0;
const judge = (provider: Provider, policy = failing('closed'), text = `text ${++number}`) =>
  createTextModeration({ clock: { now: () => 0 } }, { policy, detectors: [provider] }).moderate({
    surface: 'post',
    id: 'p',
    authorId: 'author-17',
    texts: { text },
  });

/** A decision has the deadline and 50 ms: a timer of that length, begun with it, comes later however busy the machine is. */
async function inTime(provider: Provider, policy?: Policy): Promise<ModerationResult> {
  const late = new AbortController();
  const result = await Promise.race([
    judge(provider, policy),
    sleep(DEADLINE + 50, null, { signal: late.signal }),
  ]);
  late.abort();
  if (result === null) throw new Error('the decision came later than 50 ms behind its deadline');
  return result;
}

const held = { decision: 'flag_for_review', reasons: [{ ruleId: 'fail_policy', category: 'hate' }] };

describe('a service that fails', () => {
  it('hangs: the decision comes by the deadline, and the fail policy is honoured', async () => {
    service.behave(() => {});
    const provider = providerOf({ failures: 100 });
    await judge(providerOf({ failures: 100 }));
    expect(await inTime(provider)).toMatchObject(held);
    expect(await inTime(provider, failing('open'))).toMatchObject({ decision: 'approve', degraded: true });
    expect(await inTime(provider, failing('degrade'))).toMatchObject({ decision: 'approve', degraded: true });
  });

  it('hangs after its headers, and in the middle of its answer', async () => {
    service.behave((response) => {
      response.write('{"model":');
    });
    expect(await inTime(providerOf())).toMatchObject(held);
    expect(logged).toContainEqual(expect.objectContaining({ fault: 'timeout' }));
  });

  it('answers 429 for ever: it is asked again while there is time, and no oftener than allowed', async () => {
    service.behave((response) => response.writeHead(429).end());
    expect(await inTime(providerOf())).toMatchObject(held);
    expect(service.asked).toHaveLength(3);
  });

  it('asks for a pause beyond the deadline: the decision does not wait for it', async () => {
    service.behave((response) => response.writeHead(429, { 'retry-after': '30' }).end());
    expect(await inTime(providerOf())).toMatchObject(held);
    expect(service.asked).toHaveLength(1);
  });

  it('fails twice and then answers', async () => {
    service.behave((response) => {
      if (service.asked.length < 3) response.writeHead(503).end();
      else response.end(scored({ hate: 0.95 }));
    });
    expect(await judge(providerOf({ deadlineMs: 5_000 }))).toMatchObject({
      decision: 'flag_for_review',
      reasons: [{ ruleId: 'hate', detector: 'openai' }],
    });
  });

  it('refuses: a mistake of the host is not repeated', async () => {
    service.behave((response) => response.writeHead(401).end('wrong key'));
    expect(await judge(providerOf())).toMatchObject(held);
    expect(service.asked).toHaveLength(1);
  });

  it.each([
    ['no JSON', 'hello'],
    ['half of it', scored({ hate: 0.1 }).slice(0, 30)],
    ['nothing', ''],
    ['another shape', '{"ok":true}'],
    ['a score above 1', scored({ hate: 1.5 })],
    ['a score below 0', scored({ hate: -0.1 })],
    ['a score that is no number', '{"model":"m","results":[{"category_scores":{"hate":NaN}}]}'],
    ['an endless score', '{"model":"m","results":[{"category_scores":{"hate":1e999}}]}'],
    ['a text for a score', '{"model":"m","results":[{"category_scores":{"hate":"0.1"}}]}'],
    ['nesting without end', '['.repeat(100_000)],
  ])('answers with %s: missing, never zero', async (_, answer) => {
    service.behave((response) => response.end(answer));
    const result = await judge(providerOf());
    expect(result).toMatchObject(held);
    expect(result.missing).toContainEqual(
      expect.objectContaining({ detector: 'openai', category: 'hate', reason: 'unavailable' }),
    );
  });

  it('answers without end: reading stops at the cap', async () => {
    let sent = 0;
    service.behave((response) => {
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(65_536))) sent += 65_536;
        sent += 65_536;
      };
      response.on('drain', more);
      more();
    });
    expect(await judge(providerOf({ maxAnswerBytes: 100_000, deadlineMs: 5_000 }))).toMatchObject(held);
    expect(sent).toBeLessThan(20_000_000);
    expect(logged).toContainEqual(expect.objectContaining({ fault: 'oversized' }));
  });

  it('sends elsewhere: redirects are not followed', async () => {
    service.behave((response, { path }) => {
      if (path === '/elsewhere') response.end(scored({ hate: 0 }));
      else response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await judge(providerOf())).toMatchObject(held);
    expect(service.asked.map(({ path }) => path)).toEqual(['/v1/moderations']);
  });

  it('rests after failures in a row, is probed, and is asked again once it answers', async () => {
    let works = false;
    service.behave((response) => {
      if (works) response.end(scored({ hate: 0.2 }));
      else response.writeHead(400).end();
    });
    let now = 0;
    const provider = providerOf({ restMs: 40 });
    expect(provider.state).toBe('closed');
    for (let at = 0; at < 3; at += 1) await judge(provider);
    expect(provider.state).toBe('open');
    now = service.asked.length;
    expect(await judge(provider)).toMatchObject(held);
    expect(service.asked).toHaveLength(now);
    expect(logged.at(-1)).toMatchObject({ fault: 'resting' });
    works = true;
    for (let tries = 0; tries < 200 && provider.state !== 'closed'; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      await judge(provider);
    }
    expect(provider.state).toBe('closed');
    expect(await judge(provider)).toMatchObject({ decision: 'approve', degraded: false });
  });

  it('is gone: the connection is refused', async () => {
    const provider = providerOf();
    await service.close();
    expect(await inTime(provider)).toMatchObject(held);
    expect(logged).toContainEqual(expect.objectContaining({ fault: 'unreachable' }));
    service = await openService();
  });

  it('never puts the key, the text or the address into errors and logs', async () => {
    service.behave((response) => response.writeHead(500).end(`${SECRET} private words`));
    const provider = providerOf();
    const error: unknown = await provider.ask({ modality: 'text', text: 'private words', locale: null }).then(
      () => null,
      (failed: unknown) => failed,
    );
    const cause = error instanceof Error ? error.cause : 'nothing was thrown';
    const told = `${String(error)} ${JSON.stringify(error)} ${String(cause)} ${JSON.stringify(logged)}`;
    expect(told).toContain('refused');
    for (const secret of [SECRET, 'private words', service.url, '127.0.0.1'])
      expect(told).not.toContain(secret);
  });
});

describe('a service that answers', () => {
  it("is asked without anybody's id", async () => {
    await judge(providerOf());
    expect(service.asked).toHaveLength(1);
    expect(JSON.stringify(service.asked[0])).not.toContain('author-17');
    expect(service.asked[0]!.headers.authorization).toBe(`Bearer ${SECRET}`);
  });

  it('is asked once for the same content, by any number of callers', async () => {
    service.behave((response) => void setTimeout(() => response.end(scored({ hate: 0.3 })), 30));
    const provider = providerOf({ deadlineMs: 5_000 });
    const policy = failing('closed');
    await Promise.all(Array.from({ length: 20 }, () => judge(provider, policy, 'the same')));
    await judge(provider, policy, 'the same');
    expect(service.asked).toHaveLength(1);
    await judge(provider, policy, 'another');
    expect(service.asked).toHaveLength(2);
  });

  it('is asked again after a failure: failures are not kept', async () => {
    let works = false;
    service.behave((response) => {
      if (works) response.end(scored({ hate: 0.3 }));
      else response.writeHead(400).end();
    });
    const provider = providerOf();
    expect(await judge(provider, failing('closed'), 'same')).toMatchObject(held);
    works = true;
    expect(await judge(provider, failing('closed'), 'same')).toMatchObject({ decision: 'approve' });
  });

  it('gets no more questions at once than allowed; those beyond the queue are refused at once', async () => {
    service.behave((response) => void setTimeout(() => response.end(scored({ hate: 0 })), 40));
    const provider = providerOf({ concurrency: 2, waiting: 3, deadlineMs: 5_000 });
    const results = await Promise.all(Array.from({ length: 8 }, () => judge(provider)));
    expect(service.busy.most).toBe(2);
    expect(results.filter(({ degraded }) => degraded)).toHaveLength(3);
    expect(logged.every((one) => (one as { fault: string }).fault === 'busy')).toBe(true);
    expect(provider.state).toBe('closed');
  });

  it('is given by a function what lets the host in', async () => {
    const provider = providerOf({
      authorize: ({ method, body }) => ({ 'x-signature': `${method}${body.length}` }),
    });
    await judge(provider);
    expect(service.asked[0]!.headers['x-signature']).toBe(`POST${service.asked[0]!.body.length}`);
  });

  it('needs an address that holds no secrets', () => {
    for (const url of ['ftp://x', 'https://user:pass@x', 'https://x?key=1', 'nothing'])
      expect(() => providerOf({ url })).toThrow(/address/);
  });
});
