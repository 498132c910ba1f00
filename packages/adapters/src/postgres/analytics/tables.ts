/** Tables of the analytics. Ids are bigint, times Unix milliseconds, days and hours counted from 1970. */
export interface AnalyticsTables {
  an_event: AnalyticsEventsTable;
  an_correction: AnalyticsEventsTable;
  an_mark: { id: string; author: string; hour: number };
  an_rollup: AnalyticsRollupsTable;
  an_post: AnalyticsPostsTable;
  an_fan: { author: string; day: number; account: string; value: string };
  an_active: { day: number; account: string };
  an_account: { account: string; day: number };
  an_audience: { author: string; at: string; n: number; splits: unknown };
}

/** The log, in one partition a day; corrections have the same shape in one table. */
export interface AnalyticsEventsTable {
  day: number;
  kind: string;
  id: string;
  version: string;
  ts: string;
  actor: string;
  subject: string;
  author: string;
  value: number;
  depth: number;
  source: string | null;
}

/** Rollups of all spans. */
export interface AnalyticsRollupsTable {
  author: string;
  subject: string;
  span: number;
  start: number;
  layer: number;
  counts: string[];
  sketches: Uint8Array;
}

/** What posts are grouped by. */
export interface AnalyticsPostsTable {
  author: string;
  post: string;
  ts: string;
  type: string;
  tags: string[];
  followers: number;
  version: string;
  live: boolean;
}
