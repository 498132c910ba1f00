import { HTTP_STATUS, isSocialError } from '@socialkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom, type Random } from './fuzz/random.js';
import { type Attempt, attemptAt, continuation, pageOfOne } from './fuzz/requests.js';
import { hostileValue, type Pool, plausible } from './fuzz/values.js';
import { openWorld, type World } from './fuzz/world.js';

/** Print and set these to run the same inputs again, or more of them. */
const SEED = Number(process.env.SOCIALKIT_FUZZ_SEED ?? 20_260_101);
const TOTAL = Number(process.env.SOCIALKIT_FUZZ_RUNS ?? 12_000);

const PROBLEM_CODE = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/;

/** The stack behind the last error the platform logged. */
const whyLast = ({ errors }: World): string => {
  const { err } = (errors.at(-1) ?? {}) as { readonly err?: unknown };
  return err instanceof Error ? String(err.stack) : JSON.stringify(errors.at(-1));
};

/** Keeps ids and cursors that answers hold, up to a bound, so that later inputs reach further. */
function learn(value: unknown, pool: Pool, random: Random): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && /^[1-9]\d{16,18}$/.test(inner)) remember(pool.ids, inner, random);
    else if (key === 'nextCursor' && typeof inner === 'string') remember(pool.cursors, inner, random);
    else learn(inner, pool, random);
  }
}

const remember = <T>(list: T[], value: T, random: Random): void => {
  if (list.length < 300) list.push(value);
  // The people stay: they are the first.
  else list[10 + random.int(list.length - 10)] = value;
};

/** Sends one request, checks that the answer is one of those allowed, and learns from it. @returns the status */
async function sendAndJudge(world: World, attempt: Attempt, as: string, random: Random): Promise<number> {
  const story = () =>
    `${attempt.method} ${attempt.path.slice(0, 300)} as ${as}: ${attempt.says}\n${String(attempt.body).slice(0, 500)}`;
  const before = world.commits();
  const response = await world.handler(
    new Request(`http://host${attempt.path}`, {
      method: attempt.method,
      headers: { 'x-as': as, ...attempt.headers },
      ...(attempt.body === null ? {} : { body: attempt.body }),
    }),
    { address: '203.0.113.7' },
  );
  const { status, headers } = response;
  const text = await response.text();
  if (status >= 500) expect.fail(`${story()}\n${text}\n${whyLast(world)}`);
  const json = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  if (status < 400) {
    expect(attempt.mustFail && attempt.says, story()).toBe(false);
    learn(json, world.pool, random);
    if (attempt.method === 'GET' && typeof json.nextCursor === 'string')
      remember(world.pool.pages, { path: attempt.path, as, cursor: json.nextCursor }, random);
    return status;
  }
  expect(headers.get('content-type'), story()).toBe('application/problem+json');
  expect(json.code, story()).toMatch(PROBLEM_CODE);
  if (status !== 405) expect(HTTP_STATUS[json.category as keyof typeof HTTP_STATUS], story()).toBe(status);
  expect(json.requestId, story()).toBe(headers.get('x-request-id'));
  expect(world.commits() - before, `written although refused: ${story()}`).toBe(0);
  return status;
}

// The database has opinions of its own on texts and numbers, so it gets its share.
describe.each([
  { on: 'the reference storage', database: 'memory' as const, total: TOTAL },
  { on: 'the embedded database', database: {}, total: Math.ceil(TOTAL / 4) },
])(`hostile input (seed ${SEED}) on $on`, ({ database, total }) => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());

  it('over HTTP gets a clear typed error or an answer, never 5xx, and a refused one writes nothing', async () => {
    const { routes, pool, actors } = world;
    const random = createRandom(SEED);
    const names = [...actors.keys()].filter((name) => name !== 'system');
    const answered = new Map<number, number>();
    const send = async (attempt: Attempt, as: string) => {
      const status = await sendAndJudge(world, attempt, as, random);
      answered.set(status, (answered.get(status) ?? 0) + 1);
    };
    // A look around first: what follows starts from pages that exist.
    for (const route of routes.filter(({ parameters }) => parameters.has('cursor')))
      for (let i = 0; i < 16; i++) await send(pageOfOne(route, random, pool), random.pick(names));
    expect(new Set(pool.pages.map(({ path }) => path.split('?')[0])).size).toBeGreaterThan(12);
    for (let round = 0; round < Math.ceil(total / routes.length); round++)
      for (const route of routes) {
        const next = pool.pages.length > 0 && random.chance(0.12) ? continuation(random, pool) : null;
        await send(next ?? attemptAt(route, random, pool), next?.as ?? random.pick(names));
      }
    expect(world.errors).toEqual([]);
    // A run in which nothing gets through, or nothing is refused, proves nothing.
    expect(answered.get(200) ?? 0).toBeGreaterThan(total / 50);
    for (const status of [400, 401, 403, 404]) expect(answered.get(status) ?? 0).toBeGreaterThan(0);
  }, 600_000);

  it('in direct calls gets a typed error or an answer too', async () => {
    const { routes, pool, actors } = world;
    const random = createRandom(SEED + 1);
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const alien: readonly unknown[] = [
      undefined,
      1n,
      Symbol('x'),
      new Date(Number.NaN),
      new Map([['a', 1]]),
      () => 1,
      cyclic,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Object.create(null),
      Buffer.from('x'),
      [undefined],
      new (class Strange {
        toString() {
          return '1';
        }
      })(),
    ];
    const rounds = Math.ceil(total / 6 / routes.length);
    for (let round = 0; round < rounds; round++)
      for (const route of routes) {
        const { schema } = route.parameters;
        const good = (plausible(schema, schema, random, pool) ?? {}) as Record<string, unknown>;
        const keys = Object.keys(schema.properties ?? {});
        const value = () => (random.chance(0.5) ? random.pick(alien) : hostileValue(random, pool));
        const input = random.pick<() => unknown>([
          () => value(),
          () => (keys.length > 0 ? { ...good, [random.pick(keys)]: value() } : value()),
          () => Object.fromEntries(keys.map((key) => [key, value()])),
          () => ({ ...good, [random.pick(['x', 'actor', 'toJSON', 'then'])]: value() }),
        ])();
        const actor = random.pick([...actors.values()]);
        const before = world.commits();
        try {
          await route.call(actor, input);
        } catch (error) {
          const story = `${route.operation.name} ${actor.kind}: ${error instanceof Error ? error.stack : String(error)}`;
          expect(isSocialError(error), story).toBe(true);
          if (isSocialError(error)) expect(error.category, story).not.toBe('internal');
          expect(world.commits() - before, `written although refused: ${story}`).toBe(0);
        }
      }
    expect(world.errors).toEqual([]);
  }, 600_000);
});
