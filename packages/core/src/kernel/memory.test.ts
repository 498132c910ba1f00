import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryDatabase, keyOf, type MemorySession } from './memory.js';

interface Row {
  readonly n: number;
}
const put = (session: MemorySession, key: string, n: number) =>
  session.run((tables) => tables.table<Row>('t').put(key, { n }));
const all = (session: MemorySession) =>
  session.run((tables) => [...tables.table<Row>('t').rows()].map(({ n }) => n).sort((a, b) => a - b));

describe('the memory database', () => {
  it('undoes inserts, replacements and removals in one go', async () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), n: fc.nat(9), remove: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(step), fc.array(step), async (kept, undone) => {
        const database = createMemoryDatabase();
        const apply = (steps: typeof kept) => (session: MemorySession) =>
          session.run((tables) => {
            for (const { key, n, remove } of steps)
              remove ? tables.table('t').remove(key) : tables.table<Row>('t').put(key, { n });
          });
        const snapshot = () =>
          database.session.run((tables) =>
            ['a', 'b', 'c', 'd'].map((key) => tables.table<Row>('t').get(key)?.n ?? null),
          );
        await database.transact(apply(kept));
        const before = await snapshot();
        const failed = database.transact(async (session) => {
          await apply(undone)(session);
          throw new Error('undo');
        });
        await expect(failed).rejects.toThrow('undo');
        expect(await snapshot()).toEqual(before);
      }),
    );
  });

  it('runs transactions one after the other, and readers between them', async () => {
    const database = createMemoryDatabase();
    const order: string[] = [];
    const slow = database.transact(async (session) => {
      order.push('first begins');
      await put(session, 'a', 1);
      await new Promise((resolve) => setTimeout(resolve, 10));
      order.push('first ends');
    });
    const reader = database.session.run((tables) =>
      order.push(`reader sees ${tables.table<Row>('t').get('a')?.n}`),
    );
    const next = database.transact(async (session) => {
      order.push('second begins');
      await put(session, 'a', 2);
    });
    await Promise.all([slow, reader, next]);
    expect(order).toEqual(['first begins', 'first ends', 'reader sees 1', 'second begins']);
  });

  it('refuses a session that outlived its transaction, after success and after failure', async () => {
    const database = createMemoryDatabase();
    const escaped: MemorySession[] = [];
    await database.transact(async (session) => void escaped.push(session));
    await database
      .transact(async (session) => {
        escaped.push(session);
        throw new Error('no');
      })
      .catch(() => {});
    for (const session of escaped) await expect(put(session, 'a', 1)).rejects.toThrow('has ended');
    expect(await all(database.session)).toEqual([]);
  });

  it('freezes rows', async () => {
    const database = createMemoryDatabase();
    await put(database.session, 'a', 1);
    const row = await database.session.run((tables) => tables.table<{ n: number }>('t').get('a'));
    expect(() => {
      (row as { n: number }).n = 2;
    }).toThrow(TypeError);
  });

  it('joins keys so that their parts do not run together', () => {
    expect(keyOf('a', 'bc')).not.toBe(keyOf('ab', 'c'));
    expect(keyOf('a', 1)).toBe(keyOf('a', '1'));
  });
});
