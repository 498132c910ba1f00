import type { Logger } from '@socialkit/core';
import { CLOSE, silentLogger } from '@socialkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestClient, type TestClient } from './test-client.js';
import { openTestNode, type TestNode } from './test-node.js';

const FRAMES = Number(process.env.SOCIALKIT_FRAMES ?? 12_000);
const CLIENTS = 8;

/** mulberry32: a run is repeated by its seed. */
function dice(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number) => Math.floor(next() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  return { next, below, pick };
}

type Dice = ReturnType<typeof dice>;

const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  1.5,
  '',
  'x',
  '\u0000',
  '\ud800',
  '💥'.repeat(50),
  [],
  {},
  [[]],
  { length: -1 },
  { toString: 1 },
  '__proto__',
  'constructor',
  '9223372036854775808',
  '-1',
  '1e3',
  'user:1',
  'user:',
  'user:1:2',
  'conversation:999',
  "'; DROP TABLE accounts; --",
  '../../etc/passwd',
  'a'.repeat(9000),
  2 ** 53,
  '2147483648',
];
const TYPES = [
  'hello',
  'auth',
  'sub',
  'unsub',
  'watch',
  'call',
  'ack',
  'ping',
  'dance',
  'ev',
  'welcome',
  '',
  7,
  null,
];
const FIELDS = [
  't',
  'id',
  'token',
  'resume',
  'streams',
  'topics',
  'posts',
  'presence',
  'op',
  'input',
  's',
  'epoch',
  'offset',
  'client',
  'constructor',
  'then',
  'toJSON',
];

function strange(d: Dice, ids: readonly string[], depth = 0): unknown {
  const kind = d.below(8);
  if (depth > 4 || kind < 3) return d.pick(STRANGE);
  if (kind < 5) return d.pick(ids);
  if (kind === 5) return Array.from({ length: d.below(5) }, () => strange(d, ids, depth + 1));
  return Object.fromEntries(
    Array.from({ length: d.below(4) }, () => [d.pick(FIELDS), strange(d, ids, depth + 1)]),
  );
}

/** A frame that is almost right: one of the protocol's with a part of it broken, or none. */
function frame(d: Dice, ids: readonly string[], operations: readonly string[]): Record<string, unknown> {
  const id = d.below(10) ? 1 + d.below(1000) : strange(d, ids);
  const s = d.below(4) ? `${d.pick(['user', 'conversation'])}:${d.pick(ids)}` : strange(d, ids);
  const right: Record<string, unknown>[] = [
    { t: 'sub', id, streams: [{ s, epoch: 'e', offset: d.below(9) }], topics: ['feed'] },
    { t: 'sub', id, streams: Array.from({ length: d.below(140) }, () => ({ s })) },
    { t: 'unsub', id, streams: [s], topics: ['feed'] },
    { t: 'watch', id, posts: [d.pick(ids)], presence: [d.pick(ids)] },
    { t: 'ack', streams: [{ s, offset: d.below(1e6) }] },
    { t: 'ping' },
    { t: 'auth', id, token: d.below(2) ? d.pick(ids) : 'nobody' },
    { t: 'hello', id, token: 'again' },
    { t: 'call', id, op: d.pick(operations), input: { ...(strange(d, ids) as object), userId: d.pick(ids) } },
    { t: 'call', id, op: d.pick(operations), input: { postId: d.pick(ids), text: strange(d, ids) } },
    { t: 'call', id, op: d.pick(['constructor', '__proto__', 'toString', 'x.y', '']), input: {} },
  ];
  const chosen = { ...d.pick(right) };
  if (d.below(3) === 0) chosen[d.pick(FIELDS)] = strange(d, ids);
  if (d.below(12) === 0) chosen.t = d.pick(TYPES);
  return chosen;
}

/** What is sent, and the close codes that may follow it; none when it must be answered or borne. */
function message(d: Dice, ids: readonly string[], operations: readonly string[]) {
  const text = () => JSON.stringify(frame(d, ids, operations));
  const bad = [CLOSE.badFrame.code];
  switch (d.below(40)) {
    case 0: {
      const whole = text();
      const cut = whole.slice(0, 1 + d.below(Math.max(1, whole.length - 1)));
      return { data: cut, binary: false, codes: bad };
    }
    case 1:
      return {
        data: Buffer.from(Array.from({ length: 1 + d.below(60) }, () => d.below(256))),
        binary: true,
        codes: bad,
      };
    case 2:
      return { data: Buffer.from([0x22, 0xc3, 0x28, 0xff, 0xfe, 0x22]), binary: false, codes: bad };
    case 3:
      return { data: 'x'.repeat(65_537 + d.below(1000)), binary: false, codes: [CLOSE.tooLarge.code] };
    case 4:
      return { data: `{"t":"ping","a":${'['.repeat(33)}${']'.repeat(33)}}`, binary: false, codes: bad };
    case 5:
      return {
        data: `{"t":"ping","${d.pick(['__proto__', '\\u005f_proto__'])}":{"admin":1}}`,
        binary: false,
        codes: bad,
      };
    case 6:
      return {
        data: JSON.stringify(d.pick([0, null, 'hello', [], [1], [[{ t: 'ping' }]]])),
        binary: false,
        codes: bad,
      };
    case 7:
      return {
        data: JSON.stringify(Array.from({ length: 33 + d.below(9) }, () => ({ t: 'ping' }))),
        binary: false,
        codes: bad,
      };
    case 8:
    case 9:
      return {
        data: `[${Array.from({ length: 1 + d.below(20) }, text).join(',')}]`,
        binary: false,
        codes: [],
      };
    default:
      return { data: text(), binary: false, codes: [] };
  }
}

describe('hostile frames', () => {
  let node: TestNode;
  let ids: string[];
  const errors: unknown[] = [];
  const unhandled: unknown[] = [];
  const hear = (error: unknown) => void unhandled.push(error);
  beforeAll(async () => {
    const logger: Logger = {
      ...silentLogger,
      error: (fields) => void errors.push(fields),
      child: () => logger,
    };
    process.on('unhandledRejection', hear);
    const million = { limit: 1_000_000_000, windowMs: 300_000 };
    node = await openTestNode(
      { database: 'memory', logger },
      {
        callLimits: { user: million, write: million, network: million, search: million, staff: million },
        limits: { framesPerSecond: 1_000_000, socketsPerUser: 100 },
      },
    );
    ids = await Promise.all(['ada', 'ben', 'cyd', 'dee'].map((handle) => node.account(handle)));
    for (const id of [...ids])
      for (let n = 0; n < 3; n++)
        ids.push((await node.kit.posts.create(node.kit.actor(id), { text: `post ${n}` })).id);
  });
  afterAll(async () => {
    process.off('unhandledRejection', hear);
    await node.close();
  });

  it(`are answered or closed with the right code, ${FRAMES} of them, and the process lives`, async () => {
    const seed = Number(process.env.SOCIALKIT_SEED ?? Date.now() % 2 ** 31);
    process.stdout.write(`protocol fuzz: ${FRAMES} frames, SOCIALKIT_SEED=${seed}\n`);
    const operations = node.kit.slices.flatMap((slice) =>
      Object.values(slice.operations).map(({ name }) => name),
    );
    const wrong: string[] = [];
    let sent = 0;
    const play = async (d: Dice): Promise<void> => {
      let client: TestClient | null = null;
      for (; sent < FRAMES; ) {
        sent++;
        if (client === null) {
          client = await openTestClient(node.url);
          // Some never say hello.
          if (d.below(12) > 0) await client.hello(ids[d.below(4)] as string);
          else {
            const text = JSON.stringify({
              ...frame(d, ids, operations),
              t: d.pick(['sub', 'call', 'ack', 'auth']),
              id: 1,
            });
            client.ws.send(text);
            const code: number = await client.closed;
            const right =
              Buffer.byteLength(text) > 65_536
                ? [CLOSE.tooLarge.code]
                : [CLOSE.unauthenticated.code, CLOSE.badFrame.code];
            if (!right.some((one) => one === code)) wrong.push(`${code} before a hello`);
            client = null;
            continue;
          }
        }
        const made = message(d, ids, operations);
        const { data, binary } = made;
        // A batch may have become too large.
        const codes = Buffer.byteLength(data) > 65_536 ? [CLOSE.tooLarge.code] : made.codes;
        client.ws.send(data, { binary });
        if (codes.length > 0) {
          const code: number = await client.closed;
          if (!(codes as readonly number[]).includes(code))
            wrong.push(`${code} for ${String(data).slice(0, 80)}`);
          client = null;
        } else if (d.below(10) === 0) {
          // Still there, and in order: whatever was sent before has been taken.
          client.ws.send('{"t":"unsub","id":2147483647}');
          const probe = client;
          const before = probe.frames.length;
          await probe
            .until(
              (answer) =>
                'id' in answer && answer.id === 2_147_483_647 && probe.frames.indexOf(answer) >= before,
            )
            .catch(async () => wrong.push(`closed with ${await probe.closed} by something harmless`));
          if (probe.ws.readyState !== probe.ws.OPEN) client = null;
          else if (probe.frames.length > 500) {
            probe.ws.terminate();
            client = null;
          }
        }
      }
      client?.ws.terminate();
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, i) => play(dice(seed + i))));
    expect(wrong).toEqual([]);
    expect(unhandled).toEqual([]);
    expect(errors).toEqual([]);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
    const alive = await openTestClient(node.url);
    expect(await alive.hello(ids[0] as string)).toMatchObject({ userId: ids[0] });
    alive.ws.terminate();
  }, 300_000);
});
