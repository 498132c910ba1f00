import {
  type Clock,
  compareIds,
  type HydratedPost,
  type Id,
  type PostViewReader,
  type Viewer,
  type ViewOptions,
} from '@socialkit/core';
import type { Kysely } from 'kysely';
import { createPostgresFacts } from '../access/facts.js';
import { viewerParameter } from '../access/policy-sql.js';
import type { Database } from '../database.js';
import { sqlStateOf } from '../errors.js';
import { coalescing } from './coalesce.js';
import { type ColdQuery, hydrateCold, hydrateFromParents } from './cold.js';
import {
  type AuthorFragment,
  createFragmentCache,
  type HeldPost,
  type PostFragment,
  type Tally,
} from './fragment-cache.js';
import { createMonthDirectory, type Month } from './months.js';
import {
  type Asked,
  addColdRow,
  addWarmAnswer,
  emptyReading,
  type ReaderLine,
  type Reading,
  readerOf,
} from './parse.js';
import { present } from './present.js';
import type { HydrateRow } from './statements.js';
import { hydrateWarm, type PageQuestion, type WarmQuery } from './warm.js';

/** What hydration is made of. */
export interface PostViewDeps {
  /** Outside of any transaction: what is read there may be kept. */
  readonly db: Kysely<Database>;
  readonly clock: Clock;
  /** Bytes of serialised content to keep in the process; 0 keeps none. @default 32 MiB */
  readonly fragmentBytes?: number | undefined;
}

const DEFAULT_FRAGMENT_BYTES = 32 * 1024 * 1024;

/** One call: who looks, when, and what else he wants to know. */
export interface Request {
  readonly viewer: Viewer;
  /** Unix milliseconds. */
  readonly now: number;
  readonly options: ViewOptions;
  /** Of a home page: which of the viewer's own posts it asks for. */
  readonly own?: OwnQuestion;
}

/** The newest posts of the viewer himself. */
export interface OwnQuestion {
  /** Months between these are looked into. */
  readonly from: Id;
  readonly to: Id;
  /** The highest id looked at. */
  readonly hi: Id;
  /** How many at most. */
  readonly most: number;
}

/** Hydration as the home page uses it. */
export interface PostgresPostViews extends PostViewReader {
  /**
   * `views` with `follows`, and by the same statement what the page rests on; null when no statement could bring it along: then
   * it has to be asked for.
   */
  page(
    viewer: Id,
    ids: readonly Id[],
    own: OwnQuestion,
  ): Promise<{ readonly posts: readonly (HydratedPost | null)[]; readonly reader: ReaderLine | null }>;
}

/** A home asks of every author whether he is followed. */
const FOLLOWS: ViewOptions = Object.freeze({ follows: true });

const UNDEFINED_TABLE = '42P01';

/** Warm statements under way at once before questions are put together: the database works while this process does. */
const LANES = 2;
/** Viewers in one statement at most. */
const TOGETHER = 16;
/** Questions whose clocks differ by less are one moment: only the expiry of mutes is asked of the clock. */
const SAME_MOMENT_MS = 1000;

/** Original, quote, and quote of the original: deeper nothing is shown. */
const MAX_ROUNDS = 3;

const unique = (ids: readonly Id[]): readonly Id[] => {
  const set = new Set(ids);
  return set.size === ids.length ? ids : [...set];
};

const olderFirst = (a: HeldPost, b: HeldPost): number => compareIds(a.fragment.id, b.fragment.id);
const byId = (a: AuthorFragment, b: AuthorFragment): number => compareIds(a.id, b.id);

/** What to ask about posts whose public parts the process holds, older ones first. */
function warmQuestion(
  { viewer, now, options }: Request,
  months: readonly Month[],
  posts: readonly HeldPost[],
  page: PageQuestion | null,
): Asked {
  const authors = new Map<Id, AuthorFragment>();
  const follows = new Set<Id>();
  const ids: Id[] = [];
  const tallies: Tally[] = [];
  const lists = {
    reacted: [] as Id[],
    bookmarked: [] as Id[],
    reposted: [] as Id[],
    friends: [] as Id[],
    followedBy: [] as Id[],
    mentioned: [] as Id[],
    polls: [] as Id[],
  };
  for (const { fragment, author, tally } of posts) {
    const { id, authorId, type, visibility, commentPolicy } = fragment;
    ids.push(id);
    tallies.push(tally);
    const known = authors.get(authorId);
    if (known === undefined || known.revision < author.revision) authors.set(authorId, author);
    if (type === 'poll') lists.polls.push(id);
    if (viewer === null) continue;
    if (tally.hasReactions) lists.reacted.push(id);
    if (tally.hasBookmarks) lists.bookmarked.push(id);
    if (tally.hasReposts) lists.reposted.push(id);
    if (authorId === viewer) continue;
    if (options.follows || visibility === 'followers' || commentPolicy === 'followers' || author.isPrivate)
      follows.add(authorId);
    if (visibility === 'friends') lists.friends.push(authorId);
    if (commentPolicy === 'following') lists.followedBy.push(authorId);
    if (commentPolicy === 'mentioned') lists.mentioned.push(id);
  }
  const query: WarmQuery = {
    viewer: viewerParameter(viewer),
    now,
    months,
    page,
    ids,
    authors: [...authors.values()].sort(byId),
    follows: [...follows],
    ...lists,
  };
  return { query, posts, tallies, authors };
}

/** Neither shares nor quotes another. */
const isPlain = ({ fragment }: HeldPost): boolean =>
  fragment.repostOfId === null && fragment.quoteOfId === null;

/** Whatever the posts share and quote, as far as it is known. */
function linkedBy(ids: readonly Id[], fragmentOf: (id: Id) => PostFragment | undefined): readonly Id[] {
  const found: Id[] = [];
  for (const id of ids) {
    const fragment = fragmentOf(id);
    if (!fragment) continue;
    if (fragment.quoteOfId !== null) found.push(fragment.quoteOfId);
    if (fragment.repostOfId === null) continue;
    found.push(fragment.repostOfId);
    const original = fragmentOf(fragment.repostOfId);
    if (original?.quoteOfId) found.push(original.quoteOfId);
  }
  return found;
}

/**
 * Hydrates posts from PostgreSQL: one statement brings the policy's facts, counts and the viewer's own state, fresh, and the
 * public parts the process does not hold; the rest is joining texts. What a page shares and quotes comes along when it is
 * known already, with one more statement when it is not.
 */
export function createPostgresPostViews(deps: PostViewDeps): PostgresPostViews {
  const { db, clock } = deps;
  const fragments = createFragmentCache(deps.fragmentBytes ?? DEFAULT_FRAGMENT_BYTES);
  const directory = createMonthDirectory(db);
  const facts = createPostgresFacts(db, clock);

  const monthsOf = (ids: readonly Id[]) => {
    let lo = ids[0] as Id;
    let hi = lo;
    for (const id of ids) {
      if (compareIds(id, lo) < 0) lo = id;
      else if (compareIds(id, hi) > 0) hi = id;
    }
    return directory.spanning(lo, hi);
  };

  const ask = coalescing<WarmQuery, HydrateRow>((queries) => hydrateWarm(db, queries), {
    lanes: LANES,
    most: TOGETHER,
    together: (a, b) =>
      a.months === b.months &&
      (a.page === null || b.page === null || a.page.months === b.page.months) &&
      Math.abs(a.now - b.now) < SAME_MOMENT_MS,
  });

  /** What is still to be asked about a page. */
  const pageOf = ({ own }: Request, reading: Reading): PageQuestion | null => {
    if (own === undefined || reading.reader !== undefined) return null;
    const months = directory.between(own.from, own.to);
    return months && { months, hi: own.hi, most: own.most };
  };

  /** @returns null when a named partition has gone meanwhile */
  const named = async <T>(run: () => Promise<T>): Promise<T | null> => {
    try {
      return await run();
    } catch (error) {
      if (sqlStateOf(error) !== UNDEFINED_TABLE) throw error;
      directory.forget();
      return null;
    }
  };

  const readWarm = async (
    request: Request,
    months: readonly Month[],
    posts: readonly HeldPost[],
    reading: Reading,
  ): Promise<boolean> => {
    // Twice: the second time it is known what has to be asked for.
    for (let attempt = 0; attempt < 2; attempt++) {
      const asked = warmQuestion(request, months, posts, pageOf(request, reading));
      const answer = await named(() => ask(asked.query));
      if (!answer) return false;
      const outcome = addWarmAnswer(reading, answer, asked, fragments);
      if (outcome !== 'unasked') return outcome === 'current';
    }
    return false;
  };

  const runCold = async (months: readonly Month[] | null, query: ColdQuery, special: boolean) =>
    (months && (await named(() => hydrateCold(db, months, query, special)))) ??
    (await hydrateFromParents(db, query));

  const readCold = async (
    request: Request,
    months: readonly Month[] | null,
    ids: readonly Id[],
    reading: Reading,
  ): Promise<void> => {
    let need: readonly Id[] = ids.filter((id) => fragments.post(id) === undefined);
    let known = unique(
      ids.flatMap((id) => {
        const authorId = fragments.post(id)?.fragment.authorId;
        return authorId !== undefined && fragments.author(authorId) ? authorId : [];
      }),
    );
    // Few pages have a poll or an audience of friends: those few are asked about once more.
    let special = false;
    const page = pageOf(request, reading);
    for (let attempt = 0; attempt < 3; attempt++) {
      const viewer = viewerParameter(request.viewer);
      const row = await runCold(months, { viewer, now: request.now, ids, need, known, page }, special);
      if (row === undefined) return;
      const outcome = addColdRow(reading, row, fragments);
      if (outcome === 'current') return;
      if (outcome === 'unasked') special = true;
      else {
        // Something was edited since the process saw it: everything once more, with its public parts.
        need = ids;
        known = [];
      }
    }
  };

  /**
   * The posts as the process holds them, older ones first: the database reads them in this order, and its answer is taken line by
   * line. Null when one of them is not held.
   */
  const heldOf = (ids: readonly Id[]): readonly HeldPost[] | null => {
    const posts: HeldPost[] = [];
    for (const id of ids) {
      const post = fragments.post(id);
      if (!post) return null;
      posts.push(post);
    }
    // A page is newest first: it is only turned around.
    return posts.reverse().sort(olderFirst);
  };

  /** Of a page that is held, what it shares and quotes as well: everything to be read, or null when something is not held. */
  const heldWithLinked = (ids: readonly Id[]): readonly HeldPost[] | null => {
    const posts = heldOf(unique(ids));
    if (posts === null || posts.every(isPlain)) return posts;
    const linked = linkedBy(ids, (id) => fragments.post(id)?.fragment);
    return heldOf(unique([...ids, ...linked]));
  };

  const readAll = async (request: Request, ids: readonly Id[]): Promise<Reading> => {
    const reading = emptyReading();
    const held = fragments.keeps ? heldWithLinked(ids) : null;
    const [oldest, newest] = [held?.[0], held?.at(-1)];
    if (held && oldest && newest) {
      const months = await directory.spanning(oldest.fragment.id, newest.fragment.id);
      if (months && (await readWarm(request, months, held, reading))) return reading;
    }
    let wanted = unique([...ids, ...linkedBy(ids, (id) => fragments.post(id)?.fragment)]);
    const asked = new Set(wanted);
    for (let round = 0; round < MAX_ROUNDS && wanted.length > 0; round++) {
      const months = await monthsOf(wanted);
      const known = round > 0 && months && fragments.keeps ? heldOf(wanted) : null;
      if (!(months && known && (await readWarm(request, months, known, reading))))
        await readCold(request, months, wanted, reading);
      wanted = unique(linkedBy(ids, (id) => reading.posts.get(id)?.fragment).filter((id) => !asked.has(id)));
      for (const id of wanted) asked.add(id);
    }
    return reading;
  };

  const hydrate = async (request: Request, ids: readonly Id[]) => {
    const reading = await readAll(request, ids);
    // Too many blocks or mutes to bring along: each author is asked about, in one statement.
    const exact = reading.manyEdges
      ? await facts.relations(
          request.viewer,
          unique([...reading.posts.values()].map(({ fragment }) => fragment.authorId)),
        )
      : null;
    return { reading, posts: present(request, reading, exact, ids, fragments.keeps) };
  };

  return {
    async views(viewer, ids, options = {}) {
      if (ids.length === 0) return [];
      return (await hydrate({ viewer, now: clock.now(), options }, ids)).posts;
    },
    async page(viewer, ids, own) {
      if (ids.length === 0) return { posts: [], reader: null };
      const { reading, posts } = await hydrate({ viewer, now: clock.now(), options: FOLLOWS, own }, ids);
      return { posts, reader: reading.reader === undefined ? null : readerOf(reading.reader) };
    },
  };
}
