import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Actor, anonymous, staffActor, systemActor, userActor } from './actor.js';
import { createHooks } from './hooks.js';
import { createIds } from './ids.js';
import { createService, operation, parseInput } from './operation.js';
import { createFakeClock, type Runtime, silentLogger } from './runtime.js';

const clock = createFakeClock();
const spans: string[] = [];
const runtime: Runtime = {
  clock,
  ids: createIds({ clock, node: 0 }),
  logger: silentLogger,
  tracer: {
    span: (name, attributes, work) => {
      spans.push(`${name} ${attributes['socialkit.actor']}`);
      return work();
    },
  },
  hooks: createHooks(),
};

const input = z.strictObject({ id: z.string().min(1), size: z.int().default(5) });
const output = z.object({ echo: z.string() });
const define = (method: 'GET' | 'POST', permission: 'anyone' | 'user' | 'staff:things.see') =>
  operation({ name: `things.${method}`, summary: 's', method, path: '/things', input, output, permission });

const operations = {
  see: define('GET', 'anyone'),
  make: define('POST', 'user'),
  inspect: define('GET', 'staff:things.see'),
};
const calls: unknown[] = [];
const handler = async (_: Actor, given: z.output<typeof input>) => {
  calls.push(given);
  return { echo: given.id };
};
const service = createService(operations, { see: handler, make: handler, inspect: handler }, runtime);
const user = userActor('1');

describe('an operation', () => {
  it('writes unless it is a GET or says otherwise, and has a rate-limit class by that', () => {
    expect(operations.see).toMatchObject({ writes: false, rateLimit: 'read' });
    expect(operations.make).toMatchObject({ writes: true, rateLimit: 'write' });
    const search = operation({ ...operations.see, method: 'POST', writes: false, rateLimit: 'search' });
    expect(search).toMatchObject({ writes: false, rateLimit: 'search' });
  });
});

describe('a service', () => {
  it('parses once, fills in defaults, and returns what the handler returns', async () => {
    expect(await service.see(anonymous, { id: 'a' })).toEqual({ echo: 'a' });
    expect(calls.at(-1)).toEqual({ id: 'a', size: 5 });
    expect(spans.at(-1)).toBe('things.GET anonymous');
  });

  it('lets in whom the operation names, and checks that before the input', async () => {
    const wrong = {} as { id: string };
    await expect(service.make(anonymous, wrong)).rejects.toMatchObject({ category: 'unauthenticated' });
    await expect(service.make(systemActor('job'), wrong)).rejects.toMatchObject({ category: 'forbidden' });
    await expect(service.make(user, { id: 'a' })).resolves.toEqual({ echo: 'a' });
    await expect(service.inspect(anonymous, wrong)).rejects.toMatchObject({ category: 'unauthenticated' });
    await expect(service.inspect(user, wrong)).rejects.toMatchObject({ category: 'forbidden' });
    const staff = (permissions: string[]) => staffActor('9', { rank: 1, permissions });
    await expect(service.inspect(staff(['things.see_all']), wrong)).rejects.toMatchObject({
      category: 'forbidden',
    });
    await expect(service.inspect(staff(['things.see']), { id: 'a' })).resolves.toBeDefined();
    await expect(service.inspect(systemActor('job'), { id: 'a' })).resolves.toBeDefined();
  });

  it('names the fields it refuses, unknown ones too, and writes nothing', async () => {
    const before = calls.length;
    const refused: readonly [unknown, string[]][] = [
      [{}, ['id']],
      [{ id: 5 }, ['id']],
      [{ id: 'a', size: '5' }, ['size']],
      [{ id: 'a', actor: '2' }, ['']],
      [null, ['id']],
      ['text', ['']],
      [[], ['']],
    ];
    for (const [given, paths] of refused) {
      const error = await service.make(user, given as { id: string }).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: 'input.invalid', category: 'validation' });
      expect(error.fields.map(({ path }: { path: string }) => path)).toEqual(paths);
    }
    expect(calls).toHaveLength(before);
  });

  it('keeps hostile input out of its messages', () => {
    const hostile = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`${'k'.repeat(500)}${n}`, n]));
    try {
      parseInput(input, { id: 'a', ...hostile });
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify((error as { fields: unknown }).fields).length).toBeLessThan(2000);
    }
  });

  it('refuses objects made to break the measuring of a length', async () => {
    const disguised = { length: { toString: 0, valueOf: 0 } } as unknown as string;
    await expect(service.see(anonymous, { id: disguised })).rejects.toMatchObject({ code: 'input.invalid' });
    expect(await service.see(anonymous, { id: 'a' })).toEqual({ echo: 'a' });
  });

  it('asks before hooks on writes only, and parses again what they changed', async () => {
    const remove = [
      runtime.hooks.before('things.POST', (_, given) => ({ ...(given as object), id: 'hooked' })),
      runtime.hooks.before('things.GET', () => {
        throw new Error('not for reads');
      }),
    ];
    expect(await service.make(user, { id: 'a' })).toEqual({ echo: 'hooked' });
    expect(await service.see(user, { id: 'a' })).toEqual({ echo: 'a' });
    remove.push(runtime.hooks.before('things.POST', () => ({ id: 'a', admin: true })));
    await expect(service.make(user, { id: 'a' })).rejects.toMatchObject({ code: 'input.invalid' });
    for (const undo of remove) undo();
  });
});
