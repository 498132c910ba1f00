import type { Id } from '@socialkit/core';
import {
  oracleHidesReposts,
  oracleMutes,
  oracleSeesAccount,
  oracleSeesPost,
  type World,
  type WorldPost,
} from '@socialkit/core/testing';
import type { FeedGround } from './sample-ground.js';

/**
 * The naive oracle of feeds: what should stand in each, written down from the prose over plain rows. It shares no code with
 * the product.
 */

interface SeenPost extends WorldPost {
  readonly text: string;
}

/** Plain rows of a platform, as the oracle looks at them. */
export interface FeedFacts {
  readonly world: World;
  readonly posts: readonly SeenPost[];
  readonly mutedWords: readonly {
    readonly userId: Id;
    readonly word: string;
    readonly expiresAt: number | null;
  }[];
  readonly mutedThreads: readonly {
    readonly userId: Id;
    readonly postId: Id;
    readonly expiresAt: number | null;
  }[];
  readonly followedHashtags: readonly { readonly userId: Id; readonly tag: string }[];
}

type Row = Readonly<Record<string, unknown>>;

/** Reads the rows the oracle judges by. */
export async function readFacts(ground: FeedGround): Promise<FeedFacts> {
  const rows = async (table: string) => (await ground.rows(table)) as readonly Row[];
  const number = (value: unknown) => (value === null || value === undefined ? null : Number(value));
  const edge = (from: string, to: string) => (row: Row) => ({
    from: String(row[from]),
    to: String(row[to]),
  });
  const tags = await rows('post_hashtags');
  const posts = (await rows('posts')).map(
    (row): SeenPost => ({
      id: String(row.id),
      authorId: String(row.authorId),
      status: row.status as SeenPost['status'],
      visibility: row.visibility as SeenPost['visibility'],
      expiresAt: number(row.expiresAt),
      commentPolicy: 'everyone',
      repostOfId: row.repostOfId === null ? null : String(row.repostOfId),
      quoteOfId: row.quoteOfId === null ? null : String(row.quoteOfId),
      mentions: [],
      hashtags: tags.filter((tag) => String(tag.postId) === String(row.id)).map((tag) => String(tag.tag)),
      hasMedia: (row.media as readonly unknown[]).length > 0,
      text: `${row.text} ${row.contentWarning ?? ''}`,
    }),
  );
  const expiring = (row: Row) => ({ userId: String(row.userId), expiresAt: number(row.expiresAt) });
  return {
    posts,
    world: {
      now: ground.clock.now(),
      accounts: (await rows('accounts')).map((row) => ({
        id: String(row.id),
        state: row.state as World['accounts'][number]['state'],
        isPrivate: Boolean(row.isPrivate),
        discoverable: Boolean(row.discoverable),
      })),
      follows: (await rows('follows')).map((row) => ({
        ...edge('followerId', 'followeeId')(row),
        hideReposts: Boolean(row.hideReposts),
      })),
      followRequests: [],
      friendships: (await rows('friendships')).map(edge('userId', 'friendId')),
      friendRequests: [],
      blocks: (await rows('blocks')).map(edge('blockerId', 'blockedId')),
      mutes: (await rows('mutes')).map((row) => ({
        ...edge('muterId', 'mutedId')(row),
        scope: row.scope as 'all' | 'reposts',
        expiresAt: number(row.expiresAt),
      })),
      posts,
      comments: [],
      bookmarks: [],
    },
    mutedWords: (await rows('muted_words')).map((row) => ({ ...expiring(row), word: String(row.word) })),
    mutedThreads: (await rows('muted_threads')).map((row) => ({
      ...expiring(row),
      postId: String(row.postId),
    })),
    followedHashtags: (await rows('followed_hashtags')).map((row) => ({
      userId: String(row.userId),
      tag: String(row.tag),
    })),
  };
}

/** What a listing leaves out on request. */
export interface OracleOptions {
  readonly reposts?: boolean;
  readonly mediaOnly?: boolean;
}

/** Where posts are offered; see the surfaces of the product. */
export type OracleSurface = 'home' | 'profile' | 'hashtag' | 'list' | 'explore';

const holds = (facts: FeedFacts, expiresAt: number | null) =>
  expiresAt === null || expiresAt > facts.world.now;

const find = (facts: FeedFacts, id: Id | null): SeenPost | undefined =>
  facts.posts.find((candidate) => candidate.id === id);

const follows = (facts: FeedFacts, from: Id | null, to: Id): boolean =>
  facts.world.follows.some((edge) => edge.from === from && edge.to === to);

/** What the surface itself, after the policy, keeps from a viewer. */
function withheld(facts: FeedFacts, viewer: Id | null, item: SeenPost, surface: OracleSurface): boolean {
  const shown = find(facts, item.repostOfId) ?? item;
  for (const post of shown === item ? [item] : [item, shown]) {
    if (post.authorId === viewer) continue;
    const author = facts.world.accounts.find(({ id }) => id === post.authorId);
    if (surface !== 'profile' && oracleMutes(facts.world, viewer, post.authorId)) return true;
    if (
      surface === 'explore' &&
      !follows(facts, viewer, post.authorId) &&
      (author?.state !== 'active' || !author.discoverable)
    )
      return true;
  }
  if (
    surface === 'home' &&
    item.repostOfId !== null &&
    item.authorId !== viewer &&
    oracleHidesReposts(facts.world, viewer, item.authorId)
  )
    return true;
  if (surface === 'profile' || (item.authorId === viewer && shown === item)) return false;
  const quoted = find(facts, shown.quoteOfId);
  const visibleQuote = quoted && oracleSeesPost(facts.world, viewer, quoted.id) ? quoted : undefined;
  const threads = [item.id, shown.id, visibleQuote?.id];
  if (
    facts.mutedThreads.some(
      (thread) =>
        thread.userId === viewer && holds(facts, thread.expiresAt) && threads.includes(thread.postId),
    )
  )
    return true;
  if (shown.authorId === viewer) return false;
  const words = `${shown.text} ${visibleQuote?.text ?? ''}`.toLowerCase().split(/[^\p{L}\p{N}_]+/u);
  return facts.mutedWords.some(
    (muted) => muted.userId === viewer && holds(facts, muted.expiresAt) && words.includes(muted.word),
  );
}

const newestFirst = (a: SeenPost, b: SeenPost) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1);

function listed(
  facts: FeedFacts,
  viewer: Id | null,
  surface: OracleSurface,
  options: OracleOptions,
  belongs: (item: SeenPost) => boolean,
): readonly Id[] {
  const reposted: Id[] = [];
  const result: Id[] = [];
  for (const item of [...facts.posts].sort(newestFirst)) {
    if (item.status !== 'published' || !belongs(item)) continue;
    if (!oracleSeesPost(facts.world, viewer, item.id) || withheld(facts, viewer, item, surface)) continue;
    if (options.reposts === false && item.repostOfId !== null) continue;
    if (options.mediaOnly && (item.repostOfId !== null || !item.hasMedia)) continue;
    if (item.repostOfId !== null && surface !== 'profile') {
      if (reposted.slice(-16).includes(item.repostOfId)) continue;
      reposted.push(item.repostOfId);
    }
    result.push(item.id);
  }
  return result;
}

/** A whole home, newest first. */
export const oracleHome = (facts: FeedFacts, viewer: Id, options: OracleOptions = {}): readonly Id[] =>
  listed(
    facts,
    viewer,
    'home',
    options,
    (item) =>
      item.authorId === viewer ||
      follows(facts, viewer, item.authorId) ||
      (item.visibility === 'public' &&
        facts.followedHashtags.some(({ userId, tag }) => userId === viewer && item.hashtags.includes(tag))),
  );

/** A whole profile; null when the account cannot be seen. */
export const oracleProfile = (
  facts: FeedFacts,
  viewer: Id | null,
  userId: Id,
  options: OracleOptions = {},
): readonly Id[] | null =>
  oracleSeesAccount(facts.world, viewer, userId)
    ? listed(facts, viewer, 'profile', options, (item) => item.authorId === userId)
    : null;

/** All public posts with a hashtag. */
export const oracleHashtag = (facts: FeedFacts, viewer: Id | null, tag: string): readonly Id[] =>
  listed(facts, viewer, 'hashtag', {}, (item) => item.visibility === 'public' && item.hashtags.includes(tag));

/** All posts of some accounts. */
export const oracleList = (facts: FeedFacts, viewer: Id | null, authorIds: readonly Id[]): readonly Id[] =>
  listed(facts, viewer, 'list', {}, (item) => authorIds.includes(item.authorId));

/** All public posts. */
export const oracleExplore = (facts: FeedFacts, viewer: Id | null): readonly Id[] =>
  listed(facts, viewer, 'explore', { reposts: false }, (item) => item.visibility === 'public');
