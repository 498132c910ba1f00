import { MAX_NODE } from '@socialkit/core';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeBackends, type OpenStorage } from '../../testing/backends.js';
import { createLeasedIds, leaseNode, NODE_LEASE_MS, type NodeLease } from './node-lease.js';

describeBackends('node lease', (backend) => {
  if (backend.kind === 'memory') {
    it.skip('is not needed [skipped: one process]', () => {});
    return;
  }
  let open: OpenStorage;
  const leases: NodeLease[] = [];
  beforeEach(async () => {
    open = await backend.open();
    jumpedMs = 0;
  });
  afterEach(async () => {
    await Promise.all(leases.splice(0).map((lease) => lease.release()));
    await open.close();
  });
  const lease = async (options: { node?: number } = {}, of: 'a' | 'b' = 'a') => {
    if (!open.postgres) throw new Error('no database');
    const held = await leaseNode({ db: open.postgres[of].db, clock: open.clock, uptime }, options);
    leases.push(held);
    return held;
  };
  // Time passes as the clock says, until a test lets the clock jump alone.
  let jumpedMs: number;
  const uptime = { now: () => open.clock.now() - jumpedMs };

  it('gives every process a number of its own', async () => {
    const held = await Promise.all(Array.from({ length: 20 }, (_, n) => lease({}, n % 2 ? 'a' : 'b')));
    expect(new Set(held.map(({ node }) => node)).size).toBe(20);
    for (const one of held) expect(one.held()).toBe(true);
  });

  it('refuses a number that a live process holds, and gives it when that one is gone', async () => {
    const first = await lease({ node: 7 });
    await expect(lease({ node: 7 }, 'b')).rejects.toMatchObject({ code: 'node.taken', category: 'conflict' });
    await first.release();
    expect(first.held()).toBe(false);
    const second = await lease({ node: 7 }, 'b');
    expect(second.node).toBe(7);
  });

  it('is lost when it is not renewed in time, and the late holder notices', async () => {
    const late = await lease({ node: 7 });
    open.clock.advance(NODE_LEASE_MS - 1);
    await expect(lease({ node: 7 }, 'b')).rejects.toMatchObject({ code: 'node.taken' });
    expect(await late.renew()).toBe(true);
    open.clock.advance(NODE_LEASE_MS);
    expect(late.held()).toBe(false);
    const next = await lease({ node: 7 }, 'b');
    expect(await late.renew()).toBe(false);
    expect(late.held()).toBe(false);
    await late.release();
    expect(await next.renew()).toBe(true);
  });

  it('gives a number again as late as possible', async () => {
    const first = await lease();
    await first.release();
    expect((await lease()).node).not.toBe(first.node);
  });

  it('says when every number is held', async () => {
    await sql`INSERT INTO nodes SELECT n, 'other', ${open.clock.now() + 1000}::bigint
      FROM generate_series(0, ${MAX_NODE}::int) AS n`.execute(
      (open.postgres ?? { a: { db: null as never } }).a.db,
    );
    await expect(lease()).rejects.toMatchObject({ code: 'node.exhausted', category: 'unavailable' });
    open.clock.advance(1000);
    expect((await lease()).node).toBeGreaterThanOrEqual(0);
  });

  it('gives ids while it is held and no others, also again after a late renewal', async () => {
    const held = await lease({ node: 9 });
    const ids = createLeasedIds({ lease: held, clock: open.clock });
    const first = ids.next();
    expect((BigInt(first) >> 12n) & 1023n).toBe(9n);
    open.clock.advance(NODE_LEASE_MS);
    expect(() => ids.next()).toThrow(expect.objectContaining({ code: 'node.lost', category: 'unavailable' }));
    expect(await held.renew()).toBe(true);
    expect(BigInt(ids.next())).toBeGreaterThan(BigInt(first));
    await held.release();
    expect(() => ids.next()).toThrow(expect.objectContaining({ code: 'node.lost' }));
  });

  it('goes on giving ids when the clock jumps by months, and stops when the number was given away', async () => {
    const held = await lease({ node: 9 });
    const ids = createLeasedIds({ lease: held, clock: open.clock });
    const jump = (ms: number) => {
      open.clock.advance(ms);
      jumpedMs += ms;
    };
    const leasedUntil = async () => {
      const row = await open.postgres?.b.db
        .selectFrom('nodes')
        .select('leased_until')
        .where('node', '=', 9)
        .executeTakeFirst();
      return Number(row?.leased_until);
    };
    const before = ids.next();
    jump(70 * 24 * 60 * 60_000);
    expect(BigInt(ids.next())).toBeGreaterThan(BigInt(before));
    // Another process that asked before the renewal has landed would rightly get the number.
    await expect.poll(leasedUntil).toBe(open.clock.now() + NODE_LEASE_MS);
    await expect(lease({ node: 9 }, 'b')).rejects.toMatchObject({ code: 'node.taken' });
    expect(held.held()).toBe(true);

    jump(NODE_LEASE_MS);
    expect(await lease({ node: 9 }, 'b')).toMatchObject({ node: 9 });
    ids.next();
    await expect.poll(() => held.held()).toBe(false);
    expect(() => ids.next()).toThrow(expect.objectContaining({ code: 'node.lost' }));
  });
});
