import type { Id } from '@socialkit/core';
import type { Report, ReporterStanding } from './types.js';

/** So many reports of average accuracy stand behind every reporter before his own do. */
export const PRIOR_REPORTS = 4;
/** An account that is younger, in milliseconds, is new. */
export const YOUNG_MS = 7 * 24 * 60 * 60_000;
/** Reports that follow each other within so many milliseconds may belong to one crowd. */
export const BURST_MS = 6 * 60 * 60_000;

/**
 * What a report counts: twice the reporter's accuracy, shrunk towards one half by {@link PRIOR_REPORTS}. 1 for somebody
 * unknown, near 2 for somebody who is right, near 0 for somebody who never is.
 */
export const weightOf = ({ upheld, declined }: Pick<ReporterStanding, 'upheld' | 'declined'>): number =>
  (2 * (upheld + PRIOR_REPORTS / 2)) / (upheld + declined + PRIOR_REPORTS);

type Earlier = Pick<Report, 'id' | 'reporterId' | 'crowd' | 'young' | 'at'>;

const burstOf = (report: Pick<Report, 'id' | 'at'>, earlier: readonly Earlier[]): readonly Earlier[] =>
  earlier.filter(({ id, at }) => id !== report.id && Math.abs(report.at - at) <= BURST_MS);

/** The crowds of a burst that a reporter is linked to: through him they are one. */
export const crowdsOf = (
  report: Pick<Report, 'id' | 'at'>,
  earlier: readonly Earlier[],
  linked: ReadonlySet<Id>,
): ReadonlySet<Id> =>
  new Set(
    burstOf(report, earlier)
      .filter(({ reporterId }) => linked.has(reporterId))
      .map(({ crowd }) => crowd),
  );

/**
 * The crowd a report belongs to: that of an earlier reporter of the same burst who is linked to this one by a follow or a
 * friendship; of new accounts, that of the new accounts before; else a crowd of its own.
 *
 * @param earlier open reports of the same subject
 * @param linked reporters that are linked to this one
 */
export function crowdOf(
  report: Pick<Report, 'id' | 'young' | 'at'>,
  earlier: readonly Earlier[],
  linked: ReadonlySet<Id>,
): Id {
  const burst = burstOf(report, earlier);
  const friend = burst.find(({ reporterId }) => linked.has(reporterId));
  const peer = report.young ? burst.find(({ young }) => young) : undefined;
  return friend?.crowd ?? peer?.crowd ?? report.id;
}

/** What reports count together: of each crowd the heaviest. */
export function crowdWeight(reports: readonly Pick<Report, 'crowd' | 'weight' | 'muted'>[]): number {
  const heaviest = new Map<Id, number>();
  for (const { crowd, weight, muted } of reports)
    if (!muted) heaviest.set(crowd, Math.max(heaviest.get(crowd) ?? 0, weight));
  return [...heaviest.values()].reduce((sum, weight) => sum + weight, 0);
}
