import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import type { Measure } from './measures.js';
import { staffGrounds } from './restrict.js';

/** The contracts of {@link import('./measures.js').MeasureReader} and {@link import('./measures.js').MeasureWriter}. */
export function measuresSuite(backend: SuiteBackend): void {
  describe(`Measures: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const sample = (fields: Partial<Measure> = {}): Measure => {
      const id = open.ids.next();
      return {
        id,
        decisionId: id,
        subject: { kind: 'post', id: '99' },
        authorId: '7',
        revision: 3,
        kind: 'remove',
        label: null,
        until: null,
        caseId: null,
        grounds: { ...staffGrounds('spam 🐢'), policy: { id: 'p', version: 2 } },
        actorId: 'system:test',
        at: open.clock.now(),
        contentAt: 5,
        language: 'de',
        endedAt: null,
        end: null,
        ...fields,
      };
    };
    const put = async (...measures: readonly Measure[]) => {
      await open.a.unitOfWork.transact(async (stores) => {
        for (const measure of measures) await stores.measures.insert(measure);
      });
    };
    const end = (ids: readonly string[], at: number) =>
      open.a.unitOfWork.transact(({ measures }) => measures.end(ids, 'reversed', at));

    it('knows nothing of what was never restricted', async () => {
      const { measures } = open.b.readers;
      expect(await measures.byIds([])).toEqual(new Map());
      expect(await measures.byIds(['5'])).toEqual(new Map());
      expect(await measures.active({ kind: 'post', id: '5' })).toEqual([]);
      expect(await measures.ofDecision('5')).toEqual([]);
      expect(await measures.ofAuthor('5', { after: null, limit: 5 })).toEqual([]);
      expect(await end([], 1)).toEqual([]);
      expect(await end(['5'], 1)).toEqual([]);
    });

    it('gives back what was put, by its id, subject, decision and author', async () => {
      const one = sample({ label: 'nsfw', kind: 'blur', until: 9_999_999_999_999, caseId: '12' });
      const same = sample({
        decisionId: one.decisionId,
        subject: { kind: 'message', id: '4:2' },
        revision: null,
      });
      const other = sample({ authorId: '8', subject: { kind: 'account', id: '8' }, language: null });
      await put(one, same, other);
      const { measures } = open.b.readers;
      expect([...(await measures.byIds([one.id, '5', other.id])).values()]).toHaveLength(2);
      expect((await measures.byIds([one.id])).get(one.id)).toEqual(one);
      expect(await measures.active(one.subject)).toEqual([one]);
      expect(await measures.active({ kind: 'comment', id: '99' })).toEqual([]);
      expect(await measures.active(same.subject)).toEqual([same]);
      expect(await measures.ofDecision(one.decisionId)).toEqual([one, same]);
      expect(await measures.ofAuthor('8', { after: null, limit: 5 })).toEqual([other]);
    });

    it('ends each once, and keeps it', async () => {
      const [one, other] = [sample(), sample()];
      await put(one, other);
      const ended = { ...one, endedAt: 77, end: 'reversed' as const };
      expect(await end([one.id], 77)).toEqual([ended]);
      expect(await end([one.id, other.id], 88)).toEqual([{ ...other, endedAt: 88, end: 'reversed' }]);
      expect((await open.b.readers.measures.byIds([one.id])).get(one.id)).toEqual(ended);
      expect(await open.b.readers.measures.active(one.subject)).toEqual([]);
    });

    it('pages by author, newest first, and by time, oldest first', async () => {
      const all: Measure[] = [];
      const from = open.clock.now();
      for (let n = 0; n < 5; n++) {
        all.push(sample());
        await put(all[n] as Measure, sample({ authorId: '8', at: 1 }));
        open.clock.advance(1000);
      }
      const { measures } = open.b.readers;
      const first = await measures.ofAuthor('7', { after: null, limit: 2 });
      await put(sample({ at: 2 }));
      const rest = await measures.ofAuthor('7', { after: first[1]?.id ?? null, limit: 9 });
      expect([...first, ...rest]).toEqual([...all].reverse());
      const span = { from: from + 1000, to: from + 4000 };
      const early = await measures.between(span, { after: null, limit: 2 });
      const late = await measures.between(span, { after: early[1]?.id ?? null, limit: 9 });
      expect([...early, ...late]).toEqual(all.slice(1, 4));
    });

    it('undoes everything with its transaction', async () => {
      const one = sample();
      await put(one);
      await expect(
        open.a.unitOfWork.transact(async ({ measures }) => {
          await measures.insert(sample());
          await measures.end([one.id], 'expired', 5);
          throw new Error('undone');
        }),
      ).rejects.toThrow('undone');
      expect(await open.b.readers.measures.active(one.subject)).toEqual([one]);
    });
  });
}
