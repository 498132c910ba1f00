import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModerationSuiteBackend, ModerationSuiteHandle } from '../suite-backend.js';
import type { Strike } from './types.js';

/** The contracts of the strikes' ports. */
export function strikesSuite(backend: ModerationSuiteBackend): void {
  describe(`Strikes: ${backend.name}`, () => {
    let open: OpenBackend<ModerationSuiteHandle>;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const sample = (fields: Partial<Strike> = {}): Strike => ({
      id: open.ids.next(),
      accountId: '7',
      decisionId: open.ids.next(),
      category: 'spam',
      weight: 2,
      at: 1000,
      expiresAt: 2000,
      revokedAt: null,
      ...fields,
    });
    const put = (strike: Strike) => open.a.unitOfWork.transact(({ strikes }) => strikes.insert(strike));

    it('counts what has neither expired nor been taken back, once a decision', async () => {
      const [one, other, late] = [sample(), sample({ weight: 3 }), sample({ expiresAt: 5000 })];
      for (const strike of [one, other, late, sample({ accountId: '8' })])
        expect(await put(strike)).toBe(true);
      expect(await put(sample({ decisionId: one.decisionId }))).toBe(false);
      const { strikes } = open.b.readers;
      expect(await strikes.counting('7', 1999)).toEqual([one, other, late]);
      expect(await strikes.counting('7', 2000)).toEqual([late]);
      const revoke = () =>
        open.a.unitOfWork.transact(({ strikes: writer }) => writer.revoke(late.decisionId, 1500));
      expect(await revoke()).toEqual([{ ...late, revokedAt: 1500 }]);
      expect(await revoke()).toEqual([]);
      expect(await strikes.counting('7', 2000)).toEqual([]);
      const first = await strikes.ofAccount('7', { after: null, limit: 2 });
      const rest = await strikes.ofAccount('7', { after: first[1]?.id ?? null, limit: 5 });
      expect([...first, ...rest]).toEqual([{ ...late, revokedAt: 1500 }, other, one]);
    });

    it('undoes everything with its transaction', async () => {
      await expect(
        open.a.unitOfWork.transact(async ({ strikes }) => {
          await strikes.insert(sample());
          throw new Error('undone');
        }),
      ).rejects.toThrow('undone');
      expect(await open.b.readers.strikes.counting('7', 1500)).toEqual([]);
    });
  });
}
