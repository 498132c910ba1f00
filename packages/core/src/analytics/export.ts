import type { Actor } from '../kernel/actor.js';
import { DEFINITIONS, DEFINITIONS_VERSION } from './definitions.js';
import { engagementCountsOf, loadNumbers } from './numbers.js';
import { type AnalyticsReads, headOf, openSpan, type SpanInput } from './span.js';
import { MAX_POSTS } from './types.js';

const DAY_COLUMNS = [
  'impressions',
  'reach',
  'engagements',
  'likes',
  'comments',
  'shares',
  'bookmarks',
  'linkClicks',
  'profileClicks',
  'follows',
  'unfollows',
] as const;
const COLUMNS = ['part', 'date', 'postId', 'type', 'followers', ...DAY_COLUMNS] as const;
type Cells = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number>>>;

/** RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function csvCell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csvOf = (rows: readonly Cells[]): string =>
  [
    `# definitions version ${DEFINITIONS_VERSION}`,
    COLUMNS.join(','),
    ...rows.map((row) => COLUMNS.map((column) => csvCell(row[column])).join(',')),
    '',
  ].join('\r\n');

/** The numbers of a span by day and by post, as a file: see `analytics.export`. */
export async function exportNumbers(
  reads: AnalyticsReads,
  actor: Actor,
  input: SpanInput & { readonly format: 'csv' | 'json' },
) {
  const span = await openSpan(reads, actor, input);
  const [numbers, posts] = await Promise.all([
    loadNumbers(reads, span),
    reads.readers.analytics.posts(span.account.id, { from: span.from, to: span.to, limit: MAX_POSTS }),
  ]);
  const days: Cells[] = numbers.byDay.map((counts, at) => ({
    part: 'day',
    date: span.days[at]?.date ?? '',
    reach: counts.reach,
    ...engagementCountsOf(counts),
    follows: counts.follows,
    unfollows: counts.unfollows,
  }));
  const perPost: Cells[] = posts.map(({ postId, ts, type, followers, counts }) => ({
    part: 'post',
    date: new Date(ts).toISOString(),
    postId,
    type,
    followers,
    reach: counts.reach,
    ...engagementCountsOf(counts),
  }));
  const head = headOf(span);
  const name = `analytics-${head.accountId}-${span.days[0]?.date}-${span.days.at(-1)?.date}`;
  return {
    fileName: `${name}.${input.format}`,
    mediaType: input.format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json',
    definitionsVersion: DEFINITIONS_VERSION,
    body:
      input.format === 'csv'
        ? csvOf([...days, ...perPost])
        : JSON.stringify({ ...head, definitions: DEFINITIONS, days, posts: perPost }),
  };
}
