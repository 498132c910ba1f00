import type { TrendKind, TrendWindow } from '@socialkit/feed';

/** Tables of trending. */
export interface TrendTables {
  trend_uses: TrendUsesTable;
  trend_levels: TrendLevelsTable;
  trend_gates: { kind: TrendKind; subject: string; id: string; reason: string };
}

/** Every use of the last fortnight; removed when it is over. */
export interface TrendUsesTable {
  kind: TrendKind;
  subject: string;
  actor_id: string;
  source: string;
  post_id: string;
  /** Empty where nobody knows. */
  cell: string;
  /** Unix ms. */
  at: string;
}

/** What the looks remember; times are Unix ms. */
export interface TrendLevelsTable {
  trend_window: TrendWindow;
  kind: TrendKind;
  cell: string;
  subject: string;
  score: number;
  at: string;
  started_at: string | null;
  usual: number;
  actors: number;
  expected: number;
  uses: number;
  peak_at: string;
}
