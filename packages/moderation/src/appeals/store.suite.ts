import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModerationSuiteBackend, ModerationSuiteHandle } from '../suite-backend.js';
import type { Appeal } from './types.js';

/** The contracts of the appeals' ports. */
export function appealsSuite(backend: ModerationSuiteBackend): void {
  describe(`Appeals: ${backend.name}`, () => {
    let open: OpenBackend<ModerationSuiteHandle>;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const sample = (fields: Partial<Appeal> = {}): Appeal => ({
      id: open.ids.next(),
      party: 'author',
      decisionId: open.ids.next(),
      appellantId: '7',
      subject: { kind: 'post', id: '99' },
      text: 'why? 🐢',
      category: 'spam',
      ruleId: 'spam',
      state: 'pending',
      caseId: '55',
      notBy: ['8', '9'],
      at: open.clock.now(),
      decidedAt: null,
      answer: null,
      ...fields,
    });
    const put = (appeal: Appeal) => open.a.unitOfWork.transact(({ appeals }) => appeals.insert(appeal));

    it('keeps what was written, one appeal an account and decision', async () => {
      const one = sample();
      expect(await put(one)).toBe(true);
      expect((await open.b.readers.appeals.byIds([one.id, '1'])).get(one.id)).toEqual(one);
      expect(await put(sample({ decisionId: one.decisionId }))).toBe(false);
      const other = sample({ decisionId: one.decisionId, appellantId: '8', party: 'reporter', ruleId: null });
      expect(await put(other)).toBe(true);
      const found = await open.b.readers.appeals.against([one.decisionId, '3'], '8');
      expect([...found]).toEqual([[one.decisionId, other]]);
      expect(await open.b.readers.appeals.pendingOfDecision(one.decisionId)).toEqual([one, other]);
    });

    it('lets exactly one of twenty inserts of the same appeal through', async () => {
      const decisionId = open.ids.next();
      const all = Array.from({ length: 20 }, () => sample({ decisionId }));
      const outcomes = await Promise.all(
        all.map((appeal, n) =>
          (n % 2 ? open.a : open.b).unitOfWork.transact(({ appeals }) => appeals.insert(appeal)),
        ),
      );
      expect(outcomes.filter(Boolean)).toHaveLength(1);
    });

    it('pages newest first', async () => {
      const all = [];
      for (let n = 0; n < 5; n++) {
        const appeal = sample();
        all.unshift(appeal);
        await put(appeal);
      }
      await put(sample({ appellantId: '8' }));
      const { appeals } = open.b.readers;
      const first = await appeals.ofAppellant('7', { after: null, limit: 2 });
      const rest = await appeals.ofAppellant('7', { after: first[1]?.id ?? null, limit: 9 });
      expect([...first, ...rest]).toEqual(all);
    });

    it('moves and decides what waits, once', async () => {
      const one = sample();
      await put(one);
      const change = <T>(work: Parameters<typeof open.a.unitOfWork.transact<T>>[0]) =>
        open.a.unitOfWork.transact(work);
      expect(await change(({ appeals }) => appeals.move(one.id, '56'))).toBe(true);
      expect(await open.b.readers.appeals.pendingOfCase('55')).toEqual([]);
      expect(await open.b.readers.appeals.pendingOfCase('56')).toEqual([{ ...one, caseId: '56' }]);
      expect(await change(({ appeals }) => appeals.decide(one.id, 'overturned', 'sorry', 123))).toBe(true);
      expect(await change(({ appeals }) => appeals.decide(one.id, 'upheld', 'no', 124))).toBe(false);
      expect(await change(({ appeals }) => appeals.move(one.id, '57'))).toBe(false);
      expect((await open.b.readers.appeals.byIds([one.id])).get(one.id)).toMatchObject({
        state: 'overturned',
        answer: 'sorry',
        decidedAt: 123,
      });
      expect(await open.b.readers.appeals.pendingOfCase('56')).toEqual([]);
    });

    it('undoes everything with its transaction', async () => {
      const one = sample();
      await expect(
        open.a.unitOfWork.transact(async ({ appeals, ruleStandings }) => {
          await appeals.insert(one);
          await ruleStandings.count('spam', 'overturned');
          throw new Error('undone');
        }),
      ).rejects.toThrow('undone');
      expect(await open.b.readers.appeals.pendingOfCase('55')).toEqual([]);
      expect(await open.b.readers.ruleStandings.list({ after: null, limit: 5 })).toEqual([]);
    });

    it('counts how rules stand, also side by side', async () => {
      await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          (n % 2 ? open.a : open.b).unitOfWork.transact(({ ruleStandings }) =>
            ruleStandings.count('spam', n % 3 === 0 ? 'overturned' : 'upheld'),
          ),
        ),
      );
      const list = () => open.b.readers.ruleStandings.list({ after: null, limit: 5 });
      const counted = { ruleId: 'spam', upheld: 8, overturned: 4, demotedAt: null };
      expect(await list()).toEqual([counted]);
      const demote = (at: number | null) =>
        open.a.unitOfWork.transact(({ ruleStandings }) => ruleStandings.setDemoted('spam', at));
      expect(await demote(null)).toBe(false);
      expect(await demote(5)).toBe(true);
      expect(await demote(6)).toBe(false);
      expect(await open.b.readers.ruleStandings.demoted()).toEqual(['spam']);
      expect(await demote(null)).toBe(true);
      expect(await list()).toEqual([{ ...counted, upheld: 0, overturned: 0 }]);
      expect(await open.b.readers.ruleStandings.demoted()).toEqual([]);
    });
  });
}
