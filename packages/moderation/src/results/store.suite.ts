import type { Id } from '@socialkit/core';
import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModerationSuiteBackend, ModerationSuiteHandle } from '../suite-backend.js';
import type { ResultStores } from './store.js';
import { sampleFinding, sampleKept, sampleResult } from './suite-samples.js';

/** The contracts of `ResultReader` and `ResultWriter`. */
export function resultsSuite(backend: ModerationSuiteBackend): void {
  describe(`moderation results: ${backend.name}`, () => {
    let open: OpenBackend<ModerationSuiteHandle>;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const write = <T>(work: (results: ResultStores['results']) => Promise<T>) =>
      open.a.unitOfWork.transact(({ results }) => work(results));
    const find = async (id: Id) => (await open.b.readers.results.byIds([id])).get(id);
    const post = (id: Id) => ({ kind: 'post', id }) as const;

    it('knows nothing of what was never kept', async () => {
      const { results } = open.b.readers;
      expect(await results.byIds([])).toEqual(new Map());
      expect(await results.byIds(['5'])).toEqual(new Map());
      expect(await results.ofSubject(post('5'), 10)).toEqual([]);
      expect(await results.walk(null, 10)).toEqual([]);
      expect(await write((store) => store.bind('5', post('6'), 1))).toBeNull();
      await write((store) => store.label('5', true));
      expect(await write((store) => store.purge(Number.MAX_SAFE_INTEGER, 10))).toBe(0);
    });

    it('gives back what was kept, whatever was in it', async () => {
      const id = open.ids.next();
      const kept = sampleKept(id, {
        result: sampleResult([
          sampleFinding({
            version: 'é"\\\'',
            score: 0.9 + 0.01,
            evidence: [{ kind: 'span', field: 'text', spans: [{ start: 1, end: 2 }], note: "żółw 🐢 %_ '" }],
            contributions: [{ signal: 'x', logOdds: -1.5e-7 }],
          }),
        ]),
        authorTier: 'new',
        locale: 'pt-BR',
        facts: {
          accountAgeMs: null,
          authorTexts: 3,
          inFastWindow: 1,
          inSlowWindow: 2,
          ownCopies: 0,
          othersCopies: 0,
          otherAuthors: 0,
          reportRatio: 0.25,
        },
        cluster: { simhash: 'ffffffff00000001', domains: ['a.example', 'b.example'], media: ["m'1"] },
        at: 1_767_268_800_123,
      });
      await write((store) => store.insert(kept));
      expect(await find(id)).toEqual({ ...kept, subject: null, revision: null, offence: null });
    });

    it('binds a result once, to what was written', async () => {
      const id = open.ids.next();
      await write((store) => store.insert(sampleKept(id)));
      const bound = await write((store) => store.bind(id, post('12'), 3));
      expect(bound).toMatchObject({ id, subject: post('12'), revision: 3 });
      expect(await write((store) => store.bind(id, { kind: 'comment', id: '9' }, 1))).toEqual(bound);
      expect(await find(id)).toEqual(bound);
      const message = { kind: 'message', id: '4:17' } as const;
      const other = open.ids.next();
      await write((store) => store.insert(sampleKept(other)));
      await write((store) => store.bind(other, message, 1));
      expect((await open.b.readers.results.ofSubject(message, 5)).map((one) => one.id)).toEqual([other]);
    });

    it('lists the results of one subject, newest first', async () => {
      const ids = Array.from({ length: 4 }, () => open.ids.next());
      for (const [at, id] of ids.entries()) {
        await write((store) => store.insert(sampleKept(id)));
        await write((store) => store.bind(id, post(at === 3 ? '99' : '12'), at + 1));
      }
      const newest = [ids[2], ids[1], ids[0]];
      const listed = await open.b.readers.results.ofSubject(post('12'), 10);
      expect(listed.map(({ id }) => id)).toEqual(newest);
      expect((await open.b.readers.results.ofSubject(post('12'), 2)).map(({ id }) => id)).toEqual(
        newest.slice(0, 2),
      );
    });

    it('walks in pages while results are kept', async () => {
      const first = Array.from({ length: 3 }, () => open.ids.next());
      for (const id of first) await write((store) => store.insert(sampleKept(id)));
      const page = await open.b.readers.results.walk(null, 2);
      expect(page.map(({ id }) => id)).toEqual(first.slice(0, 2));
      const late = open.ids.next();
      await write((store) => store.insert(sampleKept(late)));
      const rest = await open.b.readers.results.walk(page.at(-1)?.id ?? null, 10);
      expect(rest.map(({ id }) => id)).toEqual([first[2], late]);
    });

    it('records what people decided; a later decision replaces it', async () => {
      const id = open.ids.next();
      await write((store) => store.insert(sampleKept(id)));
      await write((store) => store.label(id, true));
      expect((await find(id))?.offence).toBe(true);
      await write((store) => store.label(id, false));
      expect((await find(id))?.offence).toBe(false);
    });

    it('removes what is old, a bounded number at a time', async () => {
      const ids = Array.from({ length: 4 }, () => open.ids.next());
      for (const [at, id] of ids.entries())
        await write((store) => store.insert(sampleKept(id, { at: at * 100 })));
      expect(await write((store) => store.purge(300, 2))).toBe(2);
      expect(await write((store) => store.purge(300, 2))).toBe(1);
      expect(await write((store) => store.purge(300, 2))).toBe(0);
      expect((await open.b.readers.results.walk(null, 10)).map(({ id }) => id)).toEqual([ids[3]]);
    });

    it('undoes everything of a unit of work that fails', async () => {
      const [kept, gone] = [open.ids.next(), open.ids.next()];
      await write((store) => store.insert(sampleKept(kept)));
      await expect(
        write(async (store) => {
          await store.insert(sampleKept(gone));
          await store.bind(kept, post('1'), 1);
          await store.label(kept, true);
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await find(gone)).toBeUndefined();
      expect(await find(kept)).toMatchObject({ subject: null, offence: null });
    });

    it.skipIf(!backend.concurrent)('lets one of twenty bindings win', async () => {
      const id = open.ids.next();
      await write((store) => store.insert(sampleKept(id)));
      const bound = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 ? open.a : open.b).unitOfWork.transact(({ results }) =>
            results.bind(id, post(`${n + 1}`), n),
          ),
        ),
      );
      expect(new Set(bound.map((one) => one?.subject?.id)).size).toBe(1);
    });
  });
}
