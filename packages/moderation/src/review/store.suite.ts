import type { Id } from '@socialkit/core';
import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModerationSuiteBackend, ModerationSuiteHandle } from '../suite-backend.js';
import type { CaseClaim, CaseQuery, CaseStores } from './store.js';
import { sampleCase, sampleVote } from './suite-samples.js';
import type { ReviewCase, Verdict } from './types.js';

const VERDICT: Verdict = { decision: 'restrict', category: 'spam', measures: [], reason: 'copies' };

/** The contracts of `CaseReader`, `CaseWriter`, `VoteReader`, `VoteWriter` and `CaseStatsReader`. */
export function casesSuite(backend: ModerationSuiteBackend): void {
  describe(`cases: ${backend.name}`, () => {
    let open: OpenBackend<ModerationSuiteHandle>;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const write = <T>(work: (stores: CaseStores) => Promise<T>, handle = open.a) =>
      handle.unitOfWork.transact((stores) => work(stores));
    const find = async (id: Id) => (await open.b.readers.cases.byIds([id])).get(id);
    const make = async (overrides: Partial<ReviewCase> = {}): Promise<ReviewCase> => {
      const one = sampleCase(open.ids.next(), overrides);
      expect(await write(({ cases }) => cases.insert(one))).toBe(true);
      return one;
    };
    const claim = (overrides: Partial<CaseClaim> = {}, handle = open.a) =>
      write(
        ({ cases }) =>
          cases.claim({
            moderatorId: '900',
            states: ['open'],
            queue: null,
            notQueues: [],
            except: [],
            now: 5_000,
            until: 6_000,
            ...overrides,
          }),
        handle,
      );
    const query = (overrides: Partial<CaseQuery> = {}): CaseQuery => ({
      states: ['open', 'escalated'],
      queue: null,
      notQueues: [],
      after: null,
      limit: 10,
      ...overrides,
    });
    const ids = (cases: readonly ReviewCase[]) => cases.map(({ id }) => id);

    it('knows nothing of what was never opened', async () => {
      const { cases, votes, caseStats } = open.b.readers;
      expect(await cases.byIds([])).toEqual(new Map());
      expect(await cases.byIds(['5'])).toEqual(new Map());
      expect(await cases.list(query())).toEqual([]);
      expect(await cases.ofSubject({ kind: 'post', id: '5' }, 5)).toEqual([]);
      expect(await votes.ofCase('5')).toEqual([]);
      expect(await caseStats.queues(0)).toEqual([]);
      expect(await caseStats.overturned(0)).toEqual([]);
      expect(await claim()).toBeNull();
      await write(async (stores) => {
        expect(await stores.cases.lock('5')).toBeNull();
        expect(await stores.cases.lockOpen({ kind: 'post', id: '5' }, 'review')).toEqual([]);
        expect(await stores.cases.extend('5', { moderatorId: '1', token: 1, until: 9 })).toBe(false);
        expect(await stores.cases.breach(1, 5)).toEqual([]);
      });
    });

    it('gives back what was written, whatever was in it', async () => {
      const one = await make({
        subject: { kind: 'message', id: '12:40' },
        authorId: '8',
        queue: 'child-safety',
        severity: 4,
        confidence: 0.1 + 0.2,
        reach: 12_345.5,
        source: 'trusted_report',
        reportWeight: 1.75,
        reportCount: 3,
        trusted: true,
        rank: -1_767_268_800_123,
        resultId: '44',
        rules: ["o'rule", 'ü'],
        detectors: ['text'],
        cluster: { simhash: 'ffffffff00000001', domains: ['a.example'], media: ['m"1'] },
        notBy: ['31', '32'],
        ofCaseId: '99',
        openedAt: 1_767_268_800_123,
        dueAt: 1_767_268_900_123,
      });
      expect(await find(one.id)).toEqual(one);
      const change = {
        queue: 'hate',
        category: 'hate',
        severity: 3,
        confidence: 1,
        reach: 2,
        source: 'report',
        reportWeight: 0.5,
        reportCount: 9,
        trusted: false,
        rank: 7,
        state: 'decided',
        resultId: null,
        rules: [],
        detectors: ['a', 'b c', '"}'],
        notBy: ['1', '2', '3'],
        skips: 2,
        dueAt: 5,
        claim: null,
        decidedAt: 1_767_268_800_200,
        decidedBy: '900',
        verdict: { ...VERDICT, measures: [{ kind: 'remove', until: null }], reason: "żółw 🐢 '%_" },
        overturnedAt: 6,
      } as const;
      await write(({ cases }) => cases.update(one.id, change));
      expect(await find(one.id)).toEqual({ ...one, ...change });
      await write(({ cases }) => cases.update(one.id, { skips: 3 }));
      expect(await find(one.id)).toEqual({ ...one, ...change, skips: 3 });
    });

    it('has one undecided case of a revision and lane', async () => {
      const first = await make();
      const again = (overrides: Partial<ReviewCase>) =>
        write(({ cases }) =>
          cases.insert(sampleCase(open.ids.next(), { subject: first.subject, ...overrides })),
        );
      expect(await again({})).toBe(false);
      expect(await again({ revision: 2 })).toBe(true);
      expect(await again({ lane: 'appeal' })).toBe(true);
      await write(async ({ cases }) => {
        const undecided = await cases.lockOpen(first.subject, 'review');
        expect(undecided.map(({ revision }) => revision)).toEqual([1, 2]);
        await cases.update(first.id, { state: 'escalated' });
      });
      expect(await again({})).toBe(false);
      await write(({ cases }) => cases.update(first.id, { state: 'superseded' }));
      expect(await again({})).toBe(true);
      const listed = await open.b.readers.cases.ofSubject(first.subject, 10);
      expect(listed).toHaveLength(4);
      expect(ids(listed)).toEqual(ids(listed).toSorted((a, b) => (BigInt(a) < BigInt(b) ? 1 : -1)));
    });

    it('lists by rank, older ids first among equals, in pages while cases are opened', async () => {
      const low = await make({ rank: 1 });
      const [tieA, tieB] = [await make({ rank: 5 }), await make({ rank: 5, queue: 'spam' })];
      const high = await make({ rank: 9, state: 'escalated' });
      const { cases } = open.b.readers;
      expect(ids(await cases.list(query()))).toEqual([high.id, tieA.id, tieB.id, low.id]);
      expect(ids(await cases.list(query({ states: ['escalated'] })))).toEqual([high.id]);
      expect(ids(await cases.list(query({ queue: 'spam' })))).toEqual([tieB.id]);
      expect(ids(await cases.list(query({ notQueues: ['toxicity'] })))).toEqual([tieB.id]);
      const page = await cases.list(query({ limit: 2 }));
      await make({ rank: 100 });
      const last = page.at(-1) as ReviewCase;
      expect(ids(await cases.list(query({ after: { rank: last.rank, id: last.id } })))).toEqual([
        tieB.id,
        low.id,
      ]);
    });

    it('gives out the highest rank that a moderator may have', async () => {
      const own = await make({ rank: 90, authorId: '900' });
      const spoken = await make({ rank: 80, notBy: ['12', '900'] });
      const senior = await make({ rank: 70, state: 'escalated' });
      const other = await make({ rank: 60, queue: 'child-safety' });
      const best = await make({ rank: 50 });
      const next = await make({ rank: 40 });
      expect(await claim({ notQueues: ['child-safety'] })).toMatchObject({
        id: best.id,
        claim: { moderatorId: '900', token: 1, since: 5_000, until: 6_000 },
      });
      expect((await claim({ notQueues: ['child-safety'], except: [next.id] }))?.id).toBeUndefined();
      expect((await claim({ queue: 'child-safety' }))?.id).toBe(other.id);
      expect((await claim({ states: ['open', 'escalated'] }))?.id).toBe(senior.id);
      expect((await claim({ moderatorId: '901' }, open.b))?.id).toBe(own.id);
      expect((await claim({ moderatorId: '901' }, open.b))?.id).toBe(spoken.id);
      expect((await claim())?.id).toBe(next.id);
      expect(await claim()).toBeNull();
    });

    it('gives a case again once its lease is over, with a higher token that ends the older', async () => {
      const one = await make();
      const first = await claim({ until: 6_000 });
      expect(await claim({ now: 5_999 })).toBeNull();
      const extend = (token: number, until: number, moderatorId = '900') =>
        write(({ cases }) => cases.extend(one.id, { moderatorId, token, until }));
      expect(await extend(1, 7_000)).toBe(true);
      expect(await extend(1, 6_500)).toBe(true);
      expect(await extend(1, 7_000, '901')).toBe(false);
      expect(await claim({ now: 6_999 })).toBeNull();
      const second = await claim({ moderatorId: '901', now: 7_000, until: 8_000 });
      expect([first?.claim?.token, second?.claim?.token]).toEqual([1, 2]);
      expect(await extend(1, 9_000)).toBe(false);
      await write(({ cases }) => cases.update(one.id, { claim: null }));
      expect(await find(one.id)).toMatchObject({ claim: null, tokens: 2 });
      expect((await claim())?.claim?.token).toBe(3);
      await write(({ cases }) => cases.update(one.id, { state: 'decided', verdict: VERDICT }));
      expect(await extend(3, 9_000)).toBe(false);
      expect(await claim({ now: 90_000 })).toBeNull();
    });

    it('finds what is near', async () => {
      const cluster = { simhash: 'f0f0f0f0f0f0f0f0', domains: ['a.example'], media: ['m1', 'm2'] };
      const one = await make({ cluster });
      const near = await make({
        cluster: { simhash: 'f0f0f0f0f0f0f00f', domains: ['b.example'], media: [] },
      });
      const far = await make({
        cluster: { simhash: 'f0f0f0f0f0f0000f', domains: ['a.example', 'c.example'], media: ['m2'] },
      });
      await make();
      const gone = await make({ cluster });
      await write(({ cases }) => cases.update(gone.id, { state: 'superseded' }));
      const { cases } = open.b.readers;
      expect(ids(await cases.near(cluster, 'text', 10))).toEqual([one.id, near.id]);
      expect(ids(await cases.near(cluster, 'domain', 10))).toEqual([one.id, far.id]);
      expect(ids(await cases.near(cluster, 'media', 10))).toEqual([one.id, far.id]);
      expect(ids(await cases.near(cluster, 'media', 1))).toEqual([one.id]);
      const nothing = { simhash: null, domains: [], media: [] };
      for (const by of ['text', 'domain', 'media'] as const)
        expect(await cases.near(nothing, by, 10)).toEqual([]);
    });

    it('marks what is late, once, a bounded number at a time', async () => {
      const late = [await make({ dueAt: 30 }), await make({ dueAt: 20, state: 'escalated' })];
      await make({ dueAt: 31 });
      const breach = (limit: number) => write(({ cases }) => cases.breach(30, limit));
      expect((await breach(1)).map(({ id, breachedAt }) => [id, breachedAt])).toEqual([[late[1]?.id, 30]]);
      expect(ids(await breach(5))).toEqual([late[0]?.id]);
      expect(await breach(5)).toEqual([]);
    });

    it('keeps one vote of a moderator, in the order in which they came', async () => {
      const one = await make();
      const vote = sampleVote(one.id, '901', { at: 30 });
      const skip = sampleVote(one.id, '900', {
        kind: 'skip',
        decision: null,
        measures: [],
        category: null,
        reason: "not my language 🐢 '",
        at: 20,
      });
      expect(await write(({ votes }) => votes.insert(vote))).toBe(true);
      expect(await write(({ votes }) => votes.insert(skip))).toBe(true);
      expect(await write(({ votes }) => votes.insert({ ...vote, decision: 'approve' }))).toBe(false);
      expect(await open.b.readers.votes.ofCase(one.id)).toEqual([skip, vote]);
    });

    it('counts queues and what was overturned', async () => {
      const decided = (overrides: Partial<ReviewCase>) =>
        make({ ...overrides }).then(async (one) => {
          await write(async ({ cases, votes }) => {
            await cases.update(one.id, {
              state: 'decided',
              verdict: VERDICT,
              decidedAt: one.openedAt + 400,
              decidedBy: '900',
              ...(overrides.overturnedAt ? { overturnedAt: overrides.overturnedAt } : {}),
            });
            await votes.insert(sampleVote(one.id, '900', { handlingMs: one.openedAt, at: 2_000 }));
          });
        });
      await decided({ rules: ['r1', 'r2'], detectors: ['text'], openedAt: 1_001 });
      await decided({ rules: ['r1'], overturnedAt: 9_000, openedAt: 1_000 });
      await make({ openedAt: 500 });
      await make({ queue: 'spam', state: 'escalated', dueAt: 5 });
      await write(({ cases }) => cases.breach(10, 5));
      expect(await open.b.readers.caseStats.queues(600)).toEqual([
        {
          queue: 'spam',
          backlog: 1,
          oldestAt: 1_000,
          breached: 1,
          inbound: 1,
          decided: 0,
          handlingMs: null,
          decisionMs: null,
        },
        {
          queue: 'toxicity',
          backlog: 1,
          oldestAt: 500,
          breached: 0,
          inbound: 2,
          decided: 2,
          handlingMs: 1_001,
          decisionMs: 400,
        },
      ]);
      expect(await open.b.readers.caseStats.overturned(0)).toEqual([
        { by: 'moderator', name: '900', decided: 2, overturned: 1 },
        { by: 'rule', name: 'r1', decided: 2, overturned: 1 },
        { by: 'detector', name: 'text', decided: 1, overturned: 0 },
        { by: 'rule', name: 'r2', decided: 1, overturned: 0 },
      ]);
      expect(await open.b.readers.caseStats.overturned(5_000)).toEqual([]);
    });

    it('undoes everything of a unit of work that fails', async () => {
      const one = await make();
      const gone = sampleCase(open.ids.next());
      await expect(
        write(async ({ cases, votes }) => {
          await cases.insert(gone);
          await cases.update(one.id, { skips: 1 });
          await cases.claim({ ...query(), moderatorId: '900', except: [], now: 1, until: 2 });
          await votes.insert(sampleVote(one.id, '900'));
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await find(gone.id)).toBeUndefined();
      expect(await find(one.id)).toEqual(one);
      expect(await open.b.readers.votes.ofCase(one.id)).toEqual([]);
    });

    it.skipIf(!backend.concurrent)('gives twenty claimers twenty cases', async () => {
      for (let n = 0; n < 25; n++) await make({ rank: n });
      const claimed = await Promise.all(
        Array.from({ length: 20 }, (_, n) => claim({ moderatorId: `${1000 + n}` }, n % 2 ? open.a : open.b)),
      );
      expect(new Set(claimed.map((one) => one?.id)).size).toBe(20);
      expect(claimed.every((one) => one?.claim?.token === 1)).toBe(true);
    });

    it.skipIf(!backend.concurrent)('opens one of twenty cases of a revision', async () => {
      const subject = { kind: 'post', id: '77' } as const;
      const opened = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          write(
            ({ cases }) => cases.insert(sampleCase(open.ids.next(), { subject })),
            n % 2 ? open.a : open.b,
          ),
        ),
      );
      expect(opened.filter(Boolean)).toHaveLength(1);
    });
  });
}
