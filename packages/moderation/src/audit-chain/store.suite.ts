import { systemActor } from '@socialkit/core';
import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModerationSuiteBackend, ModerationSuiteHandle } from '../suite-backend.js';
import { hashOf, sealWaiting, verifyChain } from './chain.js';
import { GENESIS } from './types.js';

/** The contracts of the sealed log's ports, and what is built on them. */
export function auditChainSuite(backend: ModerationSuiteBackend): void {
  describe(`AuditChain: ${backend.name}`, () => {
    let open: OpenBackend<ModerationSuiteHandle>;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const log = (n: number, details: Record<string, unknown> = { b: [1, { z: null, a: 'x' }], a: 'é 🐢' }) =>
      open.a.unitOfWork.transact(({ audit }) =>
        audit.append({
          actor: systemActor('test'),
          action: 'act.done',
          subject: { kind: 'post', id: String(n) },
          details,
        }),
      );

    it('has nothing to seal where nothing happened', async () => {
      expect(await sealWaiting(open.a.unitOfWork)).toBe(0);
      expect(await verifyChain(open.b.readers.auditChain)).toEqual({
        sealed: 0,
        waiting: 0,
        head: null,
        faults: [],
      });
    });

    it('binds every entry to the one before it, once, whoever seals', async () => {
      for (let n = 0; n < 5; n++) await log(n);
      expect(await open.b.readers.auditChain.waiting()).toBe(5);
      const counts = await Promise.all([sealWaiting(open.a.unitOfWork), sealWaiting(open.b.unitOfWork)]);
      expect(counts[0] + counts[1]).toBe(5);
      await log(5);
      expect(await verifyChain(open.b.readers.auditChain)).toMatchObject({
        sealed: 5,
        waiting: 1,
        faults: [],
      });
      expect(await sealWaiting(open.b.unitOfWork)).toBe(1);
      const { auditChain } = open.a.readers;
      const seals = await auditChain.seals(0, 10);
      expect(seals.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
      let before = GENESIS;
      for (const { prevHash, hash, row } of seals) {
        expect(prevHash).toBe(before);
        if (row) expect(hash).toBe(hashOf(prevHash, row));
        before = hash;
      }
      expect(seals.map(({ row }) => row?.subjectId)).toEqual(['0', '1', '2', '3', '4', '5']);
      expect(await auditChain.head()).toMatchObject({ seq: 6, hash: before });
      const report = await verifyChain(auditChain, { seq: 3, hash: seals[2]?.hash ?? '' });
      expect(report).toEqual({ sealed: 6, waiting: 0, head: { seq: 6, hash: before }, faults: [] });
    });

    it('leaves waiting what was rolled back', async () => {
      await expect(
        open.a.unitOfWork.transact(async ({ audit }) => {
          await audit.append({
            actor: systemActor('test'),
            action: 'no',
            subject: { kind: 'post', id: '1' },
          });
          throw new Error('undone');
        }),
      ).rejects.toThrow('undone');
      expect(await open.b.readers.auditChain.waiting()).toBe(0);
      expect(await open.b.readers.auditChain.strays(5)).toEqual([]);
    });

    it('lists entries of a span of time, oldest first', async () => {
      const from = open.clock.now();
      for (let n = 0; n < 4; n++) {
        await log(n);
        open.clock.advance(1000);
      }
      const { auditChain } = open.b.readers;
      const span = { from: from + 1000, to: from + 3000 };
      const first = await auditChain.entries(span, { after: null, limit: 1 });
      const rest = await auditChain.entries(span, { after: first[0]?.id ?? null, limit: 9 });
      expect([...first, ...rest].map(({ subjectId, at }) => [subjectId, at - from])).toEqual([
        ['1', 1000],
        ['2', 2000],
      ]);
    });

    it('tells of a chain that ends beside a known seal', async () => {
      await log(1);
      await sealWaiting(open.a.unitOfWork);
      const { auditChain } = open.b.readers;
      expect((await verifyChain(auditChain, { seq: 1, hash: 'f'.repeat(64) })).faults).toMatchObject([
        { kind: 'head', seq: 1 },
      ]);
      expect((await verifyChain(auditChain, { seq: 2, hash: 'f'.repeat(64) })).faults).toEqual([
        { kind: 'head', seq: 2, auditId: null },
      ]);
    });
  });
}
