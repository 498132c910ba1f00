import type { Id } from '../kernel/ids.js';
import type { AnalyticsEvent, AnalyticsKind, AnalyticsPost } from './events.js';
import type { Counts, Layer, Rollup, RollupKey, Span } from './rollup.js';

/** An hour of an author whose rollups are to be made anew. */
export interface DirtyHour {
  readonly authorId: Id;
  /** Hours since 1970. */
  readonly hour: number;
}

/** Takes events in. */
export interface AnalyticsEventWriter {
  /**
   * Takes events in, marks their hours dirty and their actors active on their days, all at once. Of the same kind and id the
   * higher version holds, in whatever order they come; of equal versions the one that was there. Events before the day
   * `oldest` become corrections, of the same rules. What clients say (impressions and clicks) is the same event also with a time on
   * the day before or after.
   *
   * @param oldest days since 1970: the first that the log takes
   * @returns the ids of those that were new or changed something, in any order
   */
  record(events: readonly AnalyticsEvent[], oldest: number): Promise<readonly Id[]>;
  /** Takes posts in. What a post is never changes; the higher version says whether it stands. */
  recordPosts(posts: readonly AnalyticsPost[]): Promise<void>;
}

/** An event of a dirty hour, as it is added up. */
export interface LoggedEvent {
  readonly authorId: Id;
  readonly subjectId: Id;
  /** Quarters of an hour since 1970. */
  readonly quarter: number;
  readonly kind: AnalyticsKind;
  readonly actorId: Id;
  readonly value: number;
  readonly depth: number;
}

/** A day of an author's subject. */
export interface SubjectDay {
  readonly authorId: Id;
  readonly subjectId: Id;
  /** Days since 1970. */
  readonly day: number;
}

/** Makes rollups, inside a unit of work that nobody else makes any in. */
export interface RollupWriter {
  /**
   * Takes dirty hours of one day, at most `limit`, and forgets that they were dirty: with the unit of work that fails they are
   * dirty again. An hour that becomes dirty meanwhile is found by the next call. Waits for another that is making rollups.
   */
  claim(limit: number): Promise<readonly DirtyHour[]>;
  /** The events of these hours, all of one day. */
  events(hours: readonly DirtyHour[], layer: Layer): Promise<readonly LoggedEvent[]>;
  /** Puts rollups of hours, and the quarters of the whole, in place of all there were in these hours and this layer. */
  replaceHours(hours: readonly DirtyHour[], layer: Layer, rollups: readonly Rollup[]): Promise<void>;
  /** The hours of these days, over all layers. */
  hoursOf(days: readonly SubjectDay[]): Promise<readonly Rollup[]>;
  /** The days of these subjects, ever. */
  daysOf(subjects: readonly Pick<SubjectDay, 'authorId' | 'subjectId'>[]): Promise<readonly Rollup[]>;
  /** Writes days and totals over what there was; those of `gone` are removed. */
  replace(rollups: readonly Rollup[], gone: readonly RollupKey[]): Promise<void>;
  /** Adds up anew who engaged with an author on a day, from the log. */
  replaceFans(authors: readonly Id[], day: number): Promise<void>;
}

/** A post with its total. */
export interface PostTotals {
  readonly postId: Id;
  /** Unix milliseconds. */
  readonly ts: number;
  readonly type: AnalyticsPost['type'];
  readonly tags: readonly string[];
  readonly followers: number;
  readonly counts: Counts;
}

/** Somebody who engaged with an author. */
export interface Fan {
  readonly accountId: Id;
  /** Engagements. */
  readonly value: number;
}

/** Who the followers of an account are, as counted at one time. */
export interface AudienceSnapshot {
  /** Unix milliseconds. */
  readonly at: number;
  /** Followers that were looked at. */
  readonly n: number;
  /** People by cell, before small cells are hidden; `''` for those who say nothing. */
  readonly splits: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Reads rollups. No policy: whose numbers an actor may read is for the service. */
export interface AnalyticsReader {
  /** Rollups over everything of an author with `from` <= start < `to`, all layers, ascending by start. */
  whole(
    authorId: Id,
    range: {
      readonly span: Exclude<Span, 'total'>;
      readonly from: number;
      readonly to: number;
      /** Without them the sketches come empty, which costs a tenth. */
      readonly sketches: boolean;
    },
  ): Promise<readonly Pick<Rollup, 'start' | 'counts' | 'sketches'>[]>;
  /** Posts that stand and were published in [from, to) Unix ms, newest first, with their totals. */
  posts(
    authorId: Id,
    range: { readonly from: number; readonly to: number; readonly limit: number },
  ): Promise<readonly PostTotals[]>;
  /** How many posts that stand were published in [from, to), by quarter of an hour, ascending. */
  publications(
    authorId: Id,
    range: { readonly from: number; readonly to: number },
  ): Promise<readonly { readonly quarter: number; readonly count: number }[]>;
  /** Who engaged most in the UTC days [from, to), most first, then by id. */
  fans(
    authorId: Id,
    range: { readonly from: number; readonly to: number; readonly limit: number },
  ): Promise<readonly Fan[]>;
  /** The least number of shares through which an account came to a post within the days [from, to); null for none. */
  depthOf(
    actorId: Id,
    postId: Id,
    range: { readonly from: number; readonly to: number },
  ): Promise<number | null>;
  /** Depths of shares in the log, by the wrapper's id. */
  shareDepths(postIds: readonly Id[]): Promise<ReadonlyMap<Id, number>>;
  /** The last count of an audience. */
  audience(authorId: Id): Promise<AudienceSnapshot | null>;
}

/** Writes counts of audiences. */
export interface AudienceWriter {
  putAudience(authorId: Id, snapshot: AudienceSnapshot): Promise<void>;
}

/** Reads who was active on the platform: exact, from one row an account and day. */
export interface ActivityReader {
  /** Active accounts by day in [from, to), ascending; days without any are absent. */
  activeByDay(range: {
    readonly from: number;
    readonly to: number;
  }): Promise<readonly { readonly day: number; readonly count: number }[]>;
  /** Distinct active accounts in [from, to). */
  activeIn(range: { readonly from: number; readonly to: number }): Promise<number>;
  /** New accounts by day in [from, to), ascending. */
  joinedByDay(range: {
    readonly from: number;
    readonly to: number;
  }): Promise<readonly { readonly day: number; readonly count: number }[]>;
  /** Of the accounts that joined on each day in [from, to): how many were active `after` days later. */
  retained(range: {
    readonly from: number;
    readonly to: number;
    readonly after: number;
  }): Promise<readonly { readonly day: number; readonly count: number }[]>;
}

/** Writes who is there. */
export interface ActivityWriter {
  /** Notes an account that joined. Idempotent. */
  joined(accountId: Id, day: number): Promise<void>;
}

/** The reading ports of the slice, as they stand among the readers of the core. */
export interface AnalyticsReaders {
  readonly analytics: AnalyticsReader & ActivityReader;
}

/** The ports of the slice inside a unit of work. */
export interface AnalyticsStores {
  readonly analytics: AnalyticsReader &
    AnalyticsEventWriter &
    AudienceWriter &
    ActivityReader &
    ActivityWriter;
  readonly rollups: RollupWriter;
}
