import type { Account } from '../identity/types.js';
import type { Actor } from '../kernel/actor.js';
import type { Id } from '../kernel/ids.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import { groupsOf } from './content.js';
import { dayOf } from './events.js';
import { loadNumbers, over, type SpanNumbers } from './numbers.js';
import { engagementsOf } from './rollup.js';
import { hideSmallCells } from './small-cells.js';
import {
  type AnalyticsReads,
  headOf,
  openSpan,
  type SpanInput,
  type SpanOf,
  seriesOf,
  visibleAccounts,
} from './span.js';
import { growthOf } from './statistics.js';
import type { AnalyticsStores, AudienceSnapshot, PostTotals } from './store.js';
import { type Audience, MAX_POSTS } from './types.js';

/** Most active followers told. */
export const MOST_ACTIVE = 20;
/** People looked at to find them: not everybody who engages follows. */
const FANS_LOOKED_AT = 100;
/** Followers looked at for the splits, at most. */
export const AUDIENCE_SAMPLE = 5000;
/** Followers whose interests are read: each takes a read of its own. */
const INTEREST_SAMPLE = 200;
const FOLLOWER_PAGE = 1000;
const TAGS_PER_FOLLOWER = 50;
const READS_AT_ONCE = 10;
/** Milliseconds a count of an audience stays good. */
export const AUDIENCE_FRESH_MS = 6 * 3_600_000;

/** Age bands, by whole years. */
export const AGE_BANDS = ['under 18', '18-24', '25-34', '35-44', '45-54', '55-64', '65+'] as const;
const BAND_ENDS = [18, 25, 35, 45, 55, 65] as const;

/** What reading audiences works on. */
export interface AudienceReads extends AnalyticsReads {
  readonly unitOfWork: UnitOfWork<Pick<AnalyticsStores, 'analytics'>>;
}

function ageBandOf(birthDate: string | null, now: number): string {
  const born = birthDate === null ? Number.NaN : Date.parse(`${birthDate}T00:00:00Z`);
  if (Number.isNaN(born)) return '';
  const [then, today] = [new Date(born), new Date(now)];
  const turned =
    today.getUTCMonth() > then.getUTCMonth() ||
    (today.getUTCMonth() === then.getUTCMonth() && today.getUTCDate() >= then.getUTCDate());
  const age = today.getUTCFullYear() - then.getUTCFullYear() - (turned ? 0 : 1);
  const band = BAND_ENDS.findIndex((end) => age < end);
  return AGE_BANDS[band < 0 ? AGE_BANDS.length - 1 : band] ?? '';
}

const plain = (text: string | null): string => (text ?? '').trim().toLowerCase();

async function followersOf({ readers }: AnalyticsReads, authorId: Id): Promise<readonly Id[]> {
  const ids: Id[] = [];
  for (let after: Id | null = null; ids.length < AUDIENCE_SAMPLE; ) {
    const page: { ids: string; next: Id | null } = await readers.follows.followerPage(authorId, {
      after,
      limit: FOLLOWER_PAGE,
    });
    if (page.ids !== '') ids.push(...page.ids.split(','));
    if (page.next === null) break;
    after = page.next;
  }
  return ids.slice(0, AUDIENCE_SAMPLE);
}

/** Counts who the followers are, by what they say of themselves. Only active accounts count. */
async function countAudience(reads: AnalyticsReads, authorId: Id, now: number): Promise<AudienceSnapshot> {
  const { readers } = reads;
  const ids = await followersOf(reads, authorId);
  const splits: Record<'age' | 'gender' | 'ageByGender' | 'place' | 'interest', Record<string, number>> = {
    age: {},
    gender: {},
    ageByGender: {},
    place: {},
    interest: {},
  };
  const count = (split: keyof typeof splits, name: string) => {
    splits[split][name] = (Object.hasOwn(splits[split], name) ? (splits[split][name] ?? 0) : 0) + 1;
  };
  const followers: Account[] = [];
  for (let at = 0; at < ids.length; at += FOLLOWER_PAGE) {
    const page = await readers.accounts.byIds(ids.slice(at, at + FOLLOWER_PAGE));
    for (const account of page.values())
      if (account.state === 'active' || account.state === 'limited') followers.push(account);
  }
  for (const { birthDate, gender, location } of followers) {
    const [age, said] = [ageBandOf(birthDate, now), plain(gender)];
    count('age', age);
    count('gender', said);
    count('ageByGender', age !== '' && said !== '' ? `${age}|${said}` : '');
    count('place', plain(location));
  }
  const asked = followers.slice(0, INTEREST_SAMPLE);
  for (let at = 0; at < asked.length; at += READS_AT_ONCE) {
    const some = asked.slice(at, at + READS_AT_ONCE);
    const followed = await Promise.all(
      some.map(({ id }) => readers.topics.hashtags(id, { after: null, limit: TAGS_PER_FOLLOWER })),
    );
    for (const tags of followed) for (const { tag } of tags) count('interest', tag);
  }
  return { at: now, n: followers.length, splits };
}

async function audienceSnapshot(reads: AudienceReads, span: SpanOf): Promise<AudienceSnapshot> {
  const author = span.account.id;
  const held = await reads.readers.analytics.audience(author);
  if (held && held.at <= span.now && span.now - held.at < AUDIENCE_FRESH_MS) return held;
  const counted = await countAudience(reads, author, span.now);
  await reads.unitOfWork.transact(({ analytics }) => analytics.putAudience(author, counted));
  return counted;
}

async function mostActive(reads: AnalyticsReads, span: SpanOf): Promise<Audience['mostActive']> {
  const { readers } = reads;
  const author = span.account.id;
  const fans = await readers.analytics.fans(author, {
    from: dayOf(span.from),
    to: dayOf(span.to - 1) + 1,
    limit: FANS_LOOKED_AT,
  });
  const ids = fans.map(({ accountId }) => accountId);
  const [relations, seen, summaries] = await Promise.all([
    readers.facts.relations(author, ids),
    visibleAccounts(reads, span.viewer, ids),
    readers.accounts.summaries(ids),
  ]);
  return fans
    .flatMap(({ accountId, value }) => {
      const account = summaries.get(accountId);
      return account && seen.has(accountId) && relations.get(accountId)?.followedBy
        ? [{ account, engagements: value }]
        : [];
    })
    .slice(0, MOST_ACTIVE);
}

/** Reach through 0, 1, 2, 3 and more shares, and what spreads. */
function viralityOf({ sum, total }: SpanNumbers): Audience['virality'] {
  const reachByDepth = (['viewers0', 'viewers1', 'viewers2', 'viewers3'] as const).map((name) =>
    sum.distinct([name]),
  );
  const came = sum.distinct(['viewers1', 'viewers2', 'viewers3']);
  return {
    reachByDepth,
    amplification: over(came, reachByDepth[0] ?? 0),
    reproduction: { value: over(total.reshares, came), n: came },
  };
}

function followersIn(span: SpanOf, numbers: SpanNumbers): Audience['followers'] {
  const total = span.account.followerCount;
  const net = numbers.byDay.map(({ follows, unfollows }) => follows - unfollows);
  const end = total - numbers.netSince;
  const totals: number[] = [];
  let running = end;
  for (const change of [...net].reverse()) {
    totals.unshift(running);
    running -= change;
  }
  const gains = numbers.byDay.map(({ follows }) => follows);
  const losses = numbers.byDay.map(({ unfollows }) => unfollows);
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  return {
    total,
    start: running,
    end,
    gains: sum(gains),
    losses: sum(losses),
    net: sum(net),
    growthRate: growthOf(running, end),
    byDay: seriesOf(span.days, 'followerGrowth', [
      { name: 'gains', unit: 'people', values: gains },
      { name: 'losses', unit: 'people', values: losses },
      { name: 'net', unit: 'people', values: net },
      { name: 'total', unit: 'people', values: totals },
    ]),
  };
}

const engagementsByType = (posts: readonly PostTotals[]): Audience['engagementByType'] =>
  [...groupsOf(posts, ({ type }) => [type])]
    .map(([type, group]) => ({
      type,
      posts: group.length,
      engagements: group.reduce((sum, { counts }) => sum + engagementsOf(counts), 0),
    }))
    .sort((a, b) => b.engagements - a.engagements || (a.type < b.type ? -1 : 1));

/** Who the audience of a span is and what it does. */
export async function audienceOf(
  reads: AudienceReads,
  span: SpanOf,
  numbers: SpanNumbers,
  posts: readonly PostTotals[],
): Promise<Audience> {
  const [snapshot, active] = await Promise.all([audienceSnapshot(reads, span), mostActive(reads, span)]);
  const split = (name: string, fixed?: readonly string[]) =>
    hideSmallCells(snapshot.splits[name] ?? {}, fixed);
  const counts = numbers.total;
  return {
    ...headOf(span),
    followers: followersIn(span, numbers),
    splits: {
      at: snapshot.at,
      sample: snapshot.n,
      age: split('age', AGE_BANDS),
      gender: split('gender'),
      ageByGender: split('ageByGender'),
      place: split('place'),
      interest: split('interest'),
    },
    mostActive: active,
    engagementByHour: numbers.byHour,
    engagementByType: engagementsByType(posts),
    impressions: counts.impressions,
    reach: counts.reach,
    virality: viralityOf(numbers),
  };
}

/** See `analytics.audience`. */
export async function readAudience(reads: AudienceReads, actor: Actor, input: SpanInput): Promise<Audience> {
  const span = await openSpan(reads, actor, input);
  const { from, to } = span;
  const [numbers, posts] = await Promise.all([
    loadNumbers(reads, span),
    reads.readers.analytics.posts(span.account.id, { from, to, limit: MAX_POSTS }),
  ]);
  return audienceOf(reads, span, numbers, posts);
}
