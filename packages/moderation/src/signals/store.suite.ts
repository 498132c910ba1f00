import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSpamModel } from '../detectors/online/spam-model.js';
import { HISTORY_OF_SUITE, postHistorySuite } from '../detectors/spam/post-history.suite.js';
import type { ModerationSuiteBackend, ModerationSuiteHandle } from '../suite-backend.js';
import { decodeSpamModel, encodeSpamModel } from './model-bytes.js';
import { createStoredRemovalBudget } from './stored-budget.js';
import { createStoredPostHistory } from './stored-history.js';
import { createStoredSpamModel } from './stored-spam-model.js';

const HOUR = 3_600_000;

/** The contracts of the ports of signals, and of what is made of them. */
export function signalsSuite(backend: ModerationSuiteBackend): void {
  describe(`Signals: ${backend.name}`, () => {
    let open: OpenBackend<ModerationSuiteHandle>;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    let start = 0;
    postHistorySuite(
      backend.name,
      () => {
        // Each history of the suite begins where no other reaches.
        start += 10 * HOUR;
        const from = start;
        const runtime = { ids: open.ids };
        const stored = createStoredPostHistory({ ...open.a, runtime }, HISTORY_OF_SUITE);
        return { record: (posted) => stored.record({ ...posted, at: posted.at + from }) };
      },
      { capacity: Number.POSITIVE_INFINITY, runs: 8 },
    );

    it('counts what other processes wrote, and forgets what is old', async () => {
      const [a, b] = [open.a, open.b].map((handle) =>
        createStoredPostHistory({ ...handle, runtime: { ids: open.ids } }),
      );
      const simhash = { high: 0xffffffff, low: 0x80000001 };
      for (let at = 0; at < 4; at += 1) await a!.record({ authorId: `author ${at}`, at: 1000 + at, simhash });
      const near = { high: 0xffffffff, low: 0x80000006 };
      expect(await b!.record({ authorId: 'author 0', at: 2000, simhash: near })).toEqual({
        authorTexts: 1,
        inFastWindow: 2,
        inSlowWindow: 2,
        ownCopies: 1,
        othersCopies: 3,
        otherAuthors: 3,
        newDomains: 0,
      });
      const forget = (limit: number) =>
        open.a.unitOfWork.transact(({ postings }) => postings.forget(2000, limit));
      expect(await forget(3)).toBe(3);
      expect(await forget(3)).toBe(1);
      expect(await forget(3)).toBe(0);
    });

    it('gives no more removals than an hour has, to any number that ask at once', async () => {
      const budgets = [open.a, open.b].map((handle) =>
        createStoredRemovalBudget({ ...handle, runtime: { ids: open.ids } }),
      );
      const ask = (now: number) =>
        Promise.all(Array.from({ length: 20 }, (_, at) => budgets[at % 2]!.take(now, 7)));
      expect((await ask(10 * HOUR)).filter(Boolean)).toHaveLength(7);
      expect((await ask(10 * HOUR + 1000)).filter(Boolean)).toHaveLength(0);
      expect((await ask(11 * HOUR + 1)).filter(Boolean)).toHaveLength(7);
      expect(await budgets[0]!.take(20 * HOUR, 0)).toBe(false);
    });

    it('learns one model in several processes, loses no decision, and goes back to a version', async () => {
      const options = { bits: 10, snapshotEvery: 5, versions: 3, holdBackOneOf: 0 };
      const [a, b] = [open.a, open.b].map((handle) => createStoredSpamModel(handle, options));
      const decision = (at: number) => ({
        id: `${at}`,
        text: at % 2 === 0 ? `cheap coins ${at}` : `a walk ${at}`,
        spam: at % 2 === 0,
        moderatorId: `m${at % 3}`,
        at,
        source: 'decision' as const,
      });
      await Promise.all(Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? a! : b!).learn(decision(at))));
      await Promise.all([a!.refresh(), b!.refresh()]);
      expect(a!.model.labels).toEqual({ spam: 6, other: 6 });
      expect(a!.model.version).toBe(3);
      const text = 'cheap coins for a walk';
      expect(b!.model.score(text)).toEqual(a!.model.score(text));
      expect(() => a!.model.learn(decision(50))).toThrow(/through the store/);
      await expect(a!.rollback(99)).rejects.toMatchObject({ code: 'model.version_not_found' });
      await a!.rollback(2);
      await b!.refresh();
      expect(b!.model.version).toBe(4);
      expect(b!.model.labels.spam + b!.model.labels.other).toBeLessThan(12);
      for (let at = 20; at < 40; at += 1) await b!.learn(decision(at));
      expect(await open.a.readers.spamModels.versions('default')).toHaveLength(3);
    });

    it('undoes everything with its transaction', async () => {
      await expect(
        open.a.unitOfWork.transact(async ({ postings, removals, spamModels }) => {
          await postings.insert({ id: open.ids.next(), authorId: '1', at: 5, simhash: null });
          await removals.take(open.ids.next(), 5, 1);
          await spamModels.save('undone', { version: 1, state: Uint8Array.of(1) }, 5);
          throw new Error('undone');
        }),
      ).rejects.toThrow('undone');
      expect(await open.b.readers.spamModels.load('undone')).toBeNull();
      const took = await open.b.unitOfWork.transact(({ removals }) => removals.take(open.ids.next(), 6, 1));
      expect(took).toBe(true);
    });

    it('keeps a model to the last bit, and refuses other bytes', async () => {
      const model = createSpamModel({ bits: 10, holdBackOneOf: 2 });
      for (let at = 0; at < 80; at += 1)
        model.learn({
          id: `${at}`,
          text: `żółw 🐢 text ${at}`,
          spam: at % 3 === 0,
          moderatorId: 'm',
          at,
          source: 'appeal',
        });
      const state = encodeSpamModel(model.save());
      await open.a.unitOfWork.transact(({ spamModels }) => spamModels.save('kept', { version: 7, state }, 1));
      const kept = await open.b.readers.spamModels.load('kept');
      expect(kept?.version).toBe(7);
      expect(decodeSpamModel(kept!.state)).toEqual(model.save());
      for (const bytes of [Uint8Array.of(), Uint8Array.of(1, 2, 3), state.slice(0, state.length >> 1)])
        expect(() => decodeSpamModel(bytes)).toThrow(/spam model/);
    });
  });
}
