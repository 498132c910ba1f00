import { canViewAccount, type FactsReader } from '../access/index.js';
import type { FollowReader } from '../graph/store.follows.js';
import type { TopicReader } from '../graph/store.topics.js';
import type { AccountReader } from '../identity/store.js';
import type { Account } from '../identity/types.js';
import { type Actor, accountOf, requirePermission } from '../kernel/actor.js';
import { notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { Clock } from '../kernel/runtime.js';
import type { PostViewReader } from '../posts/store.js';
import { DEFINITIONS_VERSION } from './definitions.js';
import type { AnalyticsReaders } from './store.js';
import type { Series } from './types.js';
import { createLocalClock, type LocalClock, type LocalDay } from './zones.js';

/** What the reads of analytics work on. */
export interface AnalyticsReads {
  readonly readers: AnalyticsReaders & {
    readonly facts: FactsReader;
    readonly accounts: Pick<AccountReader, 'byIds' | 'summaries'>;
    readonly follows: Pick<FollowReader, 'followerPage'>;
    readonly topics: Pick<TopicReader, 'hashtags'>;
    readonly postViews: PostViewReader;
  };
  readonly clock: Clock;
}

/** What callers ask for: see `spanFields`. */
export interface SpanInput {
  readonly accountId?: Id | undefined;
  readonly days: number;
  readonly until?: number | undefined;
  readonly zone: string;
}

/** Days in a row, the same number of days before them, and whose they are. */
export interface SpanOf {
  readonly viewer: Id;
  readonly account: Account;
  readonly wall: LocalClock;
  readonly days: readonly LocalDay[];
  readonly before: readonly LocalDay[];
  /** Unix milliseconds: of `days`. */
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

/**
 * Whose numbers an actor may read: his own, or anybody's with the permission `analytics.read`.
 * @throws actor.missing_permission (forbidden), account.not_found, input.invalid (validation) for the zone
 */
export async function openSpan(reads: AnalyticsReads, actor: Actor, input: SpanInput): Promise<SpanOf> {
  const viewer = accountOf(actor);
  const accountId = input.accountId ?? viewer;
  if (accountId !== viewer) requirePermission(actor, 'analytics.read');
  const wall = createLocalClock(input.zone);
  const account = (await reads.readers.accounts.byIds([accountId])).get(accountId);
  if (!account) throw notFound('account');
  const now = reads.clock.now();
  const all = wall.daysUntil(input.until ?? now, input.days * 2);
  const days = all.slice(input.days);
  return {
    viewer,
    account,
    wall,
    days,
    before: all.slice(0, input.days),
    from: days[0]?.from ?? now,
    to: days.at(-1)?.to ?? now,
    now,
  };
}

/** The fields that head every answer. */
export const headOf = ({ account, days, from, to, wall }: SpanOf) => ({
  accountId: account.id,
  span: { from, to, days: days.length, zone: wall.zone },
  definitionsVersion: DEFINITIONS_VERSION,
});

/** A series over the days of a span. */
export const seriesOf = (
  days: readonly LocalDay[],
  definition: string,
  series: Series['series'],
): Series => ({
  t: days.map(({ from }) => from),
  dates: days.map(({ date }) => date),
  series,
  definition,
});

/** Accounts of a list that the viewer may see, by id: names follow the policy everywhere. */
export async function visibleAccounts(
  { readers }: AnalyticsReads,
  viewer: Id,
  ids: readonly Id[],
): Promise<ReadonlySet<Id>> {
  const facts = await readers.facts.relations(viewer, ids);
  return new Set(ids.filter((id) => canViewAccount(facts.get(id))));
}
