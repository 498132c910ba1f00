import { compareIds, keyOf, type MemorySession, type MemoryTables, newestFirst } from '@socialkit/core';
import { distanceOf, NEAR, type Simhash } from '../detectors/spam/simhash.js';
import type { ClusterKeys } from '../results/types.js';
import { createMemoryCaseStats } from './stats.memory.js';
import type { CaseClaim, CaseQuery, CaseStores } from './store.js';
import { casesIn, votesIn } from './tables.memory.js';
import { isUndecided, type ReviewCase } from './types.js';

const byRank = (a: ReviewCase, b: ReviewCase): number => b.rank - a.rank || compareIds(a.id, b.id);

const all = (tables: MemoryTables, keep: (one: ReviewCase) => boolean): ReviewCase[] =>
  [...casesIn(tables).rows()].filter(keep);

const inQueue =
  ({ queue, notQueues, states }: Pick<CaseQuery, 'queue' | 'notQueues' | 'states'>) =>
  (one: ReviewCase): boolean =>
    states.includes(one.state) && (queue === null || one.queue === queue) && !notQueues.includes(one.queue);

const halves = (simhash: string): Simhash => ({
  high: Number.parseInt(simhash.slice(0, 8), 16),
  low: Number.parseInt(simhash.slice(8), 16),
});

function isNear(one: ClusterKeys, other: ClusterKeys, by: 'text' | 'domain' | 'media'): boolean {
  if (by === 'domain') return one.domains.some((domain) => other.domains.includes(domain));
  if (by === 'media') return one.media.some((ref) => other.media.includes(ref));
  if (one.simhash === null || other.simhash === null) return false;
  return distanceOf(halves(one.simhash), halves(other.simhash)) <= NEAR;
}

const mayHave = (one: ReviewCase, { moderatorId, except, now }: CaseClaim): boolean =>
  one.authorId !== moderatorId &&
  !one.notBy.includes(moderatorId) &&
  !except.includes(one.id) &&
  (one.claim === null || one.claim.until <= now);

/** The reference stores of cases. */
export const createMemoryCases = (session: MemorySession): CaseStores => ({
  cases: {
    byIds: (ids) =>
      session.run((tables) => {
        const found = ids.flatMap((id) => casesIn(tables).get(id) ?? []);
        return new Map(found.map((one) => [one.id, one]));
      }),
    list: (query) =>
      session.run((tables) => {
        const { after, limit } = query;
        const behind = (one: ReviewCase) =>
          after === null ||
          one.rank < after.rank ||
          (one.rank === after.rank && compareIds(one.id, after.id) > 0);
        return all(tables, (one) => inQueue(query)(one) && behind(one))
          .sort(byRank)
          .slice(0, limit);
      }),
    ofSubject: ({ kind, id }, limit) =>
      session.run((tables) =>
        all(tables, ({ subject }) => subject.kind === kind && subject.id === id)
          .sort((a, b) => newestFirst(a.id, b.id))
          .slice(0, limit),
      ),
    near: (cluster, by, limit) =>
      session.run((tables) =>
        all(tables, (one) => isUndecided(one) && one.lane === 'review' && isNear(one.cluster, cluster, by))
          .sort((a, b) => compareIds(a.id, b.id))
          .slice(0, limit),
      ),
    insert: (opened) =>
      session.run((tables) => {
        const { lane, revision, subject } = opened;
        const taken = all(
          tables,
          (one) =>
            isUndecided(one) &&
            one.lane === lane &&
            one.revision === revision &&
            one.subject.kind === subject.kind &&
            one.subject.id === subject.id,
        );
        if (taken.length > 0) return false;
        casesIn(tables).put(opened.id, { ...opened });
        return true;
      }),
    lock: (id) => session.run((tables) => casesIn(tables).get(id) ?? null),
    lockOpen: ({ kind, id }, lane) =>
      session.run((tables) =>
        all(
          tables,
          (one) =>
            isUndecided(one) && one.lane === lane && one.subject.kind === kind && one.subject.id === id,
        ).sort((a, b) => compareIds(a.id, b.id)),
      ),
    update: (id, change) =>
      session.run((tables) => {
        const before = casesIn(tables).get(id);
        if (before) casesIn(tables).put(id, { ...before, ...change });
      }),
    claim: (wanted) =>
      session.run((tables) => {
        const [first] = all(tables, (one) => inQueue(wanted)(one) && mayHave(one, wanted)).sort(byRank);
        if (!first) return null;
        const tokens = first.tokens + 1;
        const claim = {
          moderatorId: wanted.moderatorId,
          token: tokens,
          since: wanted.now,
          until: wanted.until,
        };
        const claimed = { ...first, tokens, claim };
        casesIn(tables).put(first.id, claimed);
        return claimed;
      }),
    extend: (id, { moderatorId, token, until }) =>
      session.run((tables) => {
        const one = casesIn(tables).get(id);
        if (!one?.claim || !isUndecided(one)) return false;
        if (one.claim.token !== token || one.claim.moderatorId !== moderatorId) return false;
        casesIn(tables).put(id, { ...one, claim: { ...one.claim, until: Math.max(one.claim.until, until) } });
        return true;
      }),
    breach: (now, limit) =>
      session.run((tables) => {
        const late = all(tables, (one) => isUndecided(one) && one.breachedAt === null && one.dueAt <= now)
          .sort((a, b) => a.dueAt - b.dueAt || compareIds(a.id, b.id))
          .slice(0, limit)
          .map((one) => ({ ...one, breachedAt: now }));
        for (const one of late) casesIn(tables).put(one.id, one);
        return late;
      }),
  },
  votes: {
    ofCase: (caseId) =>
      session.run((tables) =>
        [...votesIn(tables).rows()]
          .filter((vote) => vote.caseId === caseId)
          .sort((a, b) => a.at - b.at || compareIds(a.moderatorId, b.moderatorId)),
      ),
    insert: (vote) =>
      session.run((tables) => {
        const key = keyOf(vote.caseId, vote.moderatorId);
        if (votesIn(tables).has(key)) return false;
        votesIn(tables).put(key, { ...vote });
        return true;
      }),
  },
  caseStats: createMemoryCaseStats(session),
});
