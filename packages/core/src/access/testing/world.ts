import fc from 'fast-check';

/** An account of a world. Ids are decimal strings, as everywhere. */
export interface WorldAccount {
  readonly id: string;
  readonly state: 'active' | 'limited' | 'suspended' | 'deactivated';
  readonly isPrivate: boolean;
  readonly discoverable: boolean;
}

/** A post of a world. A plain repost has `repostOfId`, a quote `quoteOfId`. */
export interface WorldPost {
  readonly id: string;
  readonly authorId: string;
  readonly status: 'draft' | 'scheduled' | 'published' | 'under_review' | 'flagged' | 'deleted';
  readonly visibility: 'public' | 'followers' | 'friends' | 'private';
  /** Unix milliseconds. */
  readonly expiresAt: number | null;
  readonly commentPolicy: 'everyone' | 'followers' | 'following' | 'mentioned' | 'nobody';
  readonly repostOfId: string | null;
  readonly quoteOfId: string | null;
  readonly mentions: readonly string[];
  readonly hashtags: readonly string[];
  readonly hasMedia: boolean;
}

/** A comment of a world. */
export interface WorldComment {
  readonly id: string;
  readonly postId: string;
  /** A comment of the same post, with a smaller id. */
  readonly parentId: string | null;
  readonly authorId: string;
  readonly status: 'published' | 'under_review' | 'flagged' | 'deleted';
}

/** A directed edge. */
export interface WorldEdge {
  readonly from: string;
  readonly to: string;
}

/**
 * A small platform as plain facts: what a decision rests on, and nothing derived. Edges are unique per pair and never to
 * oneself. States that the product prevents, such as a follow beside a block, occur on purpose: each rule has to hold
 * by itself.
 */
export interface World {
  /** Unix milliseconds: the time all decisions are made at. */
  readonly now: number;
  readonly accounts: readonly WorldAccount[];
  readonly follows: readonly (WorldEdge & { readonly hideReposts: boolean })[];
  readonly followRequests: readonly WorldEdge[];
  /** Undirected: `from` and `to` are friends. */
  readonly friendships: readonly WorldEdge[];
  readonly friendRequests: readonly WorldEdge[];
  readonly blocks: readonly WorldEdge[];
  readonly mutes: readonly (WorldEdge & {
    readonly scope: 'all' | 'reposts';
    readonly expiresAt: number | null;
  })[];
  readonly posts: readonly WorldPost[];
  readonly comments: readonly WorldComment[];
  readonly bookmarks: readonly { readonly id: string; readonly userId: string; readonly postId: string }[];
}

/** How large worlds are. */
export interface WorldSize {
  /** @default 7 */
  readonly accounts?: number;
  /** @default 14 */
  readonly posts?: number;
  /** @default 10 */
  readonly comments?: number;
}

const MINUTE_MS = 60_000;
const EPOCH_MS = Date.UTC(2000, 0, 1);
// A millisecond of its own for every row: 22 low bits are left for `inSpace`.
const idAt = (unixMs: number): string => (BigInt(unixMs - EPOCH_MS) << 22n).toString();

const weighted = <T>(weights: readonly (readonly [T, number])[]): fc.Arbitrary<T> =>
  fc.oneof(...weights.map(([value, weight]) => ({ arbitrary: fc.constant(value), weight })));

const pick = fc.nat({ max: 1_000_000 });
const edges = (max: number) => fc.array(fc.tuple(pick, pick), { maxLength: max });
const MINUTES = [null, null, null, -1, 0, 1] as const;

const rawPost = fc.record({
  author: pick,
  status: weighted<WorldPost['status']>([
    ['published', 10],
    ['draft', 1],
    ['scheduled', 1],
    ['under_review', 1],
    ['flagged', 2],
    ['deleted', 2],
  ]),
  visibility: weighted<WorldPost['visibility']>([
    ['public', 4],
    ['followers', 3],
    ['friends', 2],
    ['private', 1],
  ]),
  expires: fc.constantFrom(...MINUTES),
  commentPolicy: fc.constantFrom<WorldPost['commentPolicy'][]>(
    'everyone',
    'followers',
    'following',
    'mentioned',
    'nobody',
  ),
  wraps: weighted<'nothing' | 'repost' | 'quote'>([
    ['nothing', 5],
    ['repost', 2],
    ['quote', 1],
  ]),
  original: pick,
  mentions: fc.array(pick, { maxLength: 2 }),
  hashtags: fc.subarray(['sun', 'moon']),
  hasMedia: fc.boolean(),
});

const rawComment = fc.record({
  post: pick,
  author: pick,
  status: weighted<WorldComment['status']>([
    ['published', 6],
    ['under_review', 1],
    ['flagged', 1],
    ['deleted', 1],
  ]),
  reply: fc.boolean(),
  parent: pick,
});

const rawAccount = fc.record({
  state: weighted<WorldAccount['state']>([
    ['active', 6],
    ['limited', 1],
    ['suspended', 1],
    ['deactivated', 1],
  ]),
  isPrivate: weighted([
    [false, 3],
    [true, 1],
  ]),
  discoverable: fc.boolean(),
});

const unique = <T>(items: readonly T[], key: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
];

/**
 * Random worlds.
 * @param now Unix milliseconds of every decision; rows are minutes older than it, so that they lie in one month when
 * `now` is not in the first hours of one
 */
export function worlds(now: number, size: WorldSize = {}): fc.Arbitrary<World> {
  const { accounts: maxAccounts = 7, posts: maxPosts = 14, comments: maxComments = 10 } = size;
  const manyEdges = edges(maxAccounts * 4);
  const fewEdges = edges(maxAccounts);
  return fc
    .record({
      accounts: fc.array(rawAccount, { minLength: 2, maxLength: maxAccounts }),
      follows: fc.array(fc.tuple(pick, pick, fc.boolean()), { maxLength: maxAccounts * 4 }),
      followRequests: fewEdges,
      friendships: manyEdges,
      friendRequests: fewEdges,
      blocks: fewEdges,
      mutes: fc.array(
        fc.tuple(
          pick,
          pick,
          fc.constantFrom('all' as const, 'reposts' as const),
          fc.constantFrom(...MINUTES),
        ),
        { maxLength: maxAccounts },
      ),
      posts: fc.array(rawPost, { minLength: 1, maxLength: maxPosts }),
      comments: fc.array(rawComment, { maxLength: maxComments }),
      bookmarks: edges(8),
    })
    .map((raw): World => {
      const accounts = raw.accounts.map((account, n) => ({
        id: idAt(now - 400 * 24 * 60 * MINUTE_MS + n),
        ...account,
      }));
      const accountId = (n: number): string => accounts[n % accounts.length]?.id ?? '';
      const pairs = <T extends WorldEdge>(list: readonly T[], key = ({ from, to }: T) => `${from} ${to}`) =>
        unique(
          list.filter(({ from, to }) => from !== to),
          key,
        );
      const plain = (list: readonly (readonly [number, number])[]): WorldEdge[] =>
        pairs(list.map(([from, to]) => ({ from: accountId(from), to: accountId(to) })));

      const posts: WorldPost[] = [];
      for (const [n, post] of raw.posts.entries()) {
        const originals = posts.filter(({ repostOfId }) => repostOfId === null);
        const original = originals[post.original % Math.max(originals.length, 1)]?.id ?? null;
        posts.push({
          id: idAt(now - (maxPosts - n + 60) * MINUTE_MS),
          authorId: accountId(post.author),
          status: post.status,
          visibility: post.visibility,
          expiresAt: post.expires === null ? null : now + post.expires * MINUTE_MS,
          commentPolicy: post.commentPolicy,
          repostOfId: post.wraps === 'repost' ? original : null,
          quoteOfId: post.wraps === 'quote' ? original : null,
          mentions: [...new Set(post.mentions.map(accountId))],
          hashtags: post.hashtags,
          hasMedia: post.hasMedia,
        });
      }

      const comments: WorldComment[] = [];
      for (const [n, comment] of raw.comments.entries()) {
        const postId = posts[comment.post % posts.length]?.id ?? '';
        const siblings = comments.filter((other) => other.postId === postId);
        const parent = comment.reply ? siblings[comment.parent % Math.max(siblings.length, 1)] : undefined;
        comments.push({
          id: idAt(now - (maxComments - n) * MINUTE_MS),
          postId,
          parentId: parent?.id ?? null,
          authorId: accountId(comment.author),
          status: comment.status,
        });
      }

      return {
        now,
        accounts,
        follows: pairs(
          raw.follows.map(([from, to, hideReposts]) => ({
            from: accountId(from),
            to: accountId(to),
            hideReposts,
          })),
        ),
        followRequests: plain(raw.followRequests),
        friendships: unique(plain(raw.friendships), ({ from, to }) => [from, to].sort().join(' ')),
        friendRequests: plain(raw.friendRequests),
        blocks: plain(raw.blocks),
        mutes: pairs(
          raw.mutes.map(([from, to, scope, minutes]) => ({
            from: accountId(from),
            to: accountId(to),
            scope,
            expiresAt: minutes === null ? null : now + minutes * MINUTE_MS,
          })),
          ({ from, to, scope }) => `${from} ${to} ${scope}`,
        ),
        posts,
        comments,
        bookmarks: unique(
          raw.bookmarks.map(([user, post], n) => ({
            id: idAt(now - (8 - n) * MINUTE_MS),
            userId: accountId(user),
            postId: posts[post % posts.length]?.id ?? '',
          })),
          ({ userId, postId }) => `${userId} ${postId}`,
        ),
      };
    });
}

/**
 * The same world with ids of its own, so that thousands of worlds live in one database without meeting.
 * @param space 0 to 4,194,303; another one for every world
 */
export function inSpace(world: World, space: number): World {
  const move = (id: string): string => (BigInt(id) + BigInt(space)).toString();
  const moveMaybe = (id: string | null): string | null => (id === null ? null : move(id));
  const edge = <T extends WorldEdge>(item: T): T => ({ ...item, from: move(item.from), to: move(item.to) });
  return {
    now: world.now,
    accounts: world.accounts.map((account) => ({ ...account, id: move(account.id) })),
    follows: world.follows.map(edge),
    followRequests: world.followRequests.map(edge),
    friendships: world.friendships.map(edge),
    friendRequests: world.friendRequests.map(edge),
    blocks: world.blocks.map(edge),
    mutes: world.mutes.map(edge),
    posts: world.posts.map((post) => ({
      ...post,
      id: move(post.id),
      authorId: move(post.authorId),
      repostOfId: moveMaybe(post.repostOfId),
      quoteOfId: moveMaybe(post.quoteOfId),
      mentions: post.mentions.map(move),
      // Public hashtag pages list every world of a database otherwise.
      hashtags: post.hashtags.map((tag) => `${tag}${space}`),
    })),
    comments: world.comments.map((comment) => ({
      ...comment,
      id: move(comment.id),
      postId: move(comment.postId),
      parentId: moveMaybe(comment.parentId),
      authorId: move(comment.authorId),
    })),
    bookmarks: world.bookmarks.map((bookmark) => ({
      id: move(bookmark.id),
      userId: move(bookmark.userId),
      postId: move(bookmark.postId),
    })),
  };
}

/** Everybody who can look at a world: all accounts, and somebody without a session. */
export const viewersOf = (world: World): readonly (string | null)[] => [
  null,
  ...world.accounts.map(({ id }) => id),
];

/** Parameters for `fc.assert`, and how long the test may take. */
export interface WorldRuns {
  readonly numRuns: number;
  readonly seed: number;
  readonly timeoutMs: number;
}

/** On a busy machine, with a database, loading and asking in every form. */
const MILLISECONDS_A_WORLD = 200;

/**
 * How many worlds to run, and from which seed: `SOCIALKIT_WORLDS` and `SOCIALKIT_SEED`, else the given number and a new
 * seed. The seed is printed, so that any run can be repeated.
 */
export function worldRuns(label: string, runs: number): WorldRuns {
  const { SOCIALKIT_WORLDS: wanted, SOCIALKIT_SEED: given } = process.env;
  const seed = given === undefined ? Date.now() % 2 ** 31 : Number(given);
  const numRuns = wanted === undefined ? runs : Number(wanted);
  process.stdout.write(`${label}: ${numRuns} worlds, SOCIALKIT_SEED=${seed}\n`);
  return { numRuns, seed, timeoutMs: 180_000 + numRuns * MILLISECONDS_A_WORLD };
}
