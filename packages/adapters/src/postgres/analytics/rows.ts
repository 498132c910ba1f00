import { COUNTS, type Counts, type Id, LAYERS, type Rollup, SPANS } from '@socialkit/core';

/** A rollup as a statement gives it: the counts joined by commas, which costs less than an array. */
export interface RollupRow {
  readonly author: Id;
  readonly subject: Id;
  readonly span: number;
  readonly start: number;
  readonly layer: number;
  readonly counts: string;
  readonly sketches: Uint8Array;
}

/** Counts out of their stored order. */
export function countsOf(text: string): Counts {
  const values = text.split(',');
  const counts: Partial<Record<keyof Counts, number>> = {};
  for (const [at, name] of COUNTS.entries()) counts[name] = Number(values[at] ?? 0);
  return counts as Counts;
}

/** A row of rollups as the ports speak of it. */
export const rollupOf = (row: RollupRow): Rollup => ({
  authorId: row.author,
  subjectId: row.subject,
  span: SPANS[row.span] ?? 'total',
  start: row.start,
  layer: LAYERS[row.layer] ?? 'log',
  counts: countsOf(row.counts),
  sketches: row.sketches,
});
