import type { MemorySession } from '@socialkit/core';
import type { CaseStatsReader, OverturnStats, QueueStats } from './store.js';
import { casesIn, votesIn } from './tables.memory.js';
import { isUndecided } from './types.js';

/** The middle value, of two the mean, rounded; null without any. */
const median = (values: readonly number[]): number | null => {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return Math.round(((low ?? 0) + (high ?? 0)) / 2);
};

/** The reference {@link CaseStatsReader}. */
export const createMemoryCaseStats = (session: MemorySession): CaseStatsReader => ({
  queues: (since) =>
    session.run((tables) => {
      const cases = [...casesIn(tables).rows()];
      const votes = [...votesIn(tables).rows()];
      const names = [...new Set(cases.map(({ queue }) => queue))].sort();
      return names.map((queue): QueueStats => {
        const mine = cases.filter((one) => one.queue === queue);
        const waiting = mine.filter(isUndecided);
        const decided = mine.filter((one) => one.state === 'decided' && (one.decidedAt ?? 0) >= since);
        const ids = new Set(mine.map(({ id }) => id));
        return {
          queue,
          backlog: waiting.length,
          oldestAt: waiting.length === 0 ? null : Math.min(...waiting.map(({ openedAt }) => openedAt)),
          breached: waiting.filter(({ breachedAt }) => breachedAt !== null).length,
          inbound: mine.filter(({ openedAt }) => openedAt >= since).length,
          decided: decided.length,
          handlingMs: median(
            votes
              .filter((vote) => vote.kind === 'vote' && vote.at >= since && ids.has(vote.caseId))
              .map(({ handlingMs }) => handlingMs),
          ),
          decisionMs: median(decided.map(({ openedAt, decidedAt }) => (decidedAt ?? 0) - openedAt)),
        };
      });
    }),
  overturned: (since) =>
    session.run((tables) => {
      const counted = new Map<string, OverturnStats>();
      const count = (by: OverturnStats['by'], name: string, overturned: boolean) => {
        const before = counted.get(`${by} ${name}`) ?? { by, name, decided: 0, overturned: 0 };
        counted.set(`${by} ${name}`, {
          ...before,
          decided: before.decided + 1,
          overturned: before.overturned + (overturned ? 1 : 0),
        });
      };
      for (const one of casesIn(tables).rows()) {
        if (one.lane !== 'review' || one.verdict?.decision !== 'restrict' || (one.decidedAt ?? 0) < since)
          continue;
        const overturned = one.overturnedAt !== null;
        for (const rule of one.rules) count('rule', rule, overturned);
        for (const detector of one.detectors) count('detector', detector, overturned);
        if (one.decidedBy !== null) count('moderator', one.decidedBy, overturned);
      }
      return [...counted.values()]
        .sort(
          (a, b) => b.decided - a.decided || (a.by < b.by ? -1 : a.by > b.by ? 1 : a.name < b.name ? -1 : 1),
        )
        .slice(0, 1000);
    }),
});
