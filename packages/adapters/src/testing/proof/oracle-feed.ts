import { oracleHidesReposts, oracleMutes, oracleSeesPost } from '@socialkit/core/testing';
import { accountOf, type Looker } from './oracle-accounts.js';
import { byNewest, postOf } from './oracle-posts.js';
import type { PlainPost, PlainWorld } from './plain-world.js';

// What the feeds must hold, by looking at plain data. It shares no code with the product.

/** Where posts are listed. */
export type Listing = 'home' | 'profile' | 'hashtag' | 'list' | 'explore';
/** Why a post that can be seen is left out. */
export type LeftOut =
  | 'not_followed'
  | 'muted_author'
  | 'reposts_hidden'
  | 'muted_thread'
  | 'muted_word'
  | 'not_recommended'
  | 'option';

interface Options {
  readonly reposts: boolean;
  readonly mediaOnly: boolean;
}

const follows = (world: PlainWorld, viewer: Looker, id: string): boolean =>
  world.follows.some(({ from, to }) => from === viewer && to === id);

const isOn = (world: PlainWorld, { expiresAt }: { readonly expiresAt: number | null }): boolean =>
  expiresAt === null || expiresAt > world.now;

function hasFollowedTag(world: PlainWorld, viewer: Looker, post: PlainPost): boolean {
  if (post.visibility !== 'public') return false;
  return world.followedTags.some(({ userId, tag }) => userId === viewer && post.hashtags.includes(tag));
}

/** Why an author is left out of a listing; null when he is not. */
function authorLeftOut(
  world: PlainWorld,
  viewer: Looker,
  authorId: string,
  listing: Listing,
  isRepost: boolean,
): LeftOut | null {
  if (viewer === authorId) return null;
  if (listing !== 'profile' && oracleMutes(world, viewer, authorId)) return 'muted_author';
  if (listing === 'home' && isRepost && oracleHidesReposts(world, viewer, authorId)) return 'reposts_hidden';
  const author = accountOf(world, authorId);
  const recommended = follows(world, viewer, authorId) || (author.state === 'active' && author.discoverable);
  return listing === 'explore' && !recommended ? 'not_recommended' : null;
}

/** The post a wrapper shows, and the one that one quotes, as far as the viewer sees it. */
function shownParts(world: PlainWorld, viewer: Looker, post: PlainPost): PlainPost[] {
  const shown = (post.repostOfId === null ? undefined : postOf(world, post.repostOfId)) ?? post;
  const quoted = shown.quoteOfId === null ? undefined : postOf(world, shown.quoteOfId);
  return quoted && oracleSeesPost(world, viewer, quoted.id) ? [shown, quoted] : [shown];
}

const wordsOf = (post: PlainPost): string[] =>
  [post.text, post.contentWarning ?? '', ...(post.poll?.options ?? [])]
    .join(' ')
    .toLowerCase()
    .split(/[^a-z0-9_]+/);

/** Why a post that the viewer sees is not in a listing; null when it is. */
export function leftOut(
  world: PlainWorld,
  viewer: Looker,
  post: PlainPost,
  listing: Listing,
  { reposts, mediaOnly }: Options = { reposts: true, mediaOnly: false },
): LeftOut | null {
  const isRepost = post.repostOfId !== null;
  const mine = viewer === post.authorId;
  if (
    listing === 'home' &&
    !mine &&
    !follows(world, viewer, post.authorId) &&
    !hasFollowedTag(world, viewer, post)
  )
    return 'not_followed';
  if (isRepost && !reposts) return 'option';
  const [shown, ...others] = shownParts(world, viewer, post) as [PlainPost, ...PlainPost[]];
  const reason =
    authorLeftOut(world, viewer, post.authorId, listing, isRepost) ??
    (isRepost ? authorLeftOut(world, viewer, shown.authorId, listing, false) : null);
  if (reason) return reason;
  if (mediaOnly && (isRepost || !post.hasMedia)) return 'option';
  if (listing === 'profile' || (mine && !isRepost)) return null;
  const threads = [post, shown, ...others].map(({ id }) => id);
  const muted = world.mutedThreads.some(
    (entry) => entry.userId === viewer && threads.includes(entry.postId) && isOn(world, entry),
  );
  if (muted) return 'muted_thread';
  if (viewer === shown.authorId) return null;
  const words = [shown, ...others].flatMap(wordsOf);
  return world.mutedWords.some(
    (entry) => entry.userId === viewer && words.includes(entry.word) && isOn(world, entry),
  )
    ? 'muted_word'
    : null;
}

/** Reposts of one original are shown once among this many. */
const COLLAPSE_WINDOW = 16;

/** Published posts a viewer sees, newest first. */
const published = (world: PlainWorld, viewer: Looker): PlainPost[] =>
  world.posts
    .filter((post) => post.status === 'published' && oracleSeesPost(world, viewer, post.id))
    .sort(byNewest);

/** Ids of a listing as a viewer gets it, newest first. @param wanted which posts the listing is about */
export function expectListing(
  world: PlainWorld,
  viewer: Looker,
  listing: Listing,
  options: Options,
  wanted: (post: PlainPost) => boolean = () => true,
): string[] {
  const shown: string[] = [];
  return published(world, viewer)
    .filter((post) => wanted(post) && leftOut(world, viewer, post, listing, options) === null)
    .filter(({ repostOfId }) => {
      if (repostOfId === null || listing === 'profile') return true;
      if (shown.includes(repostOfId)) return false;
      shown.unshift(repostOfId);
      shown.length = Math.min(shown.length, COLLAPSE_WINDOW);
      return true;
    })
    .map(({ id }) => id);
}

/** Why a post is in a home, or why it is not. */
export function expectExplanation(world: PlainWorld, viewer: string, id: string) {
  const post = postOf(world, id);
  if (!post || !oracleSeesPost(world, viewer, id)) return { shown: false, reason: 'not_visible' };
  if (post.status !== 'published') return { shown: false, reason: 'not_published' };
  const reason = leftOut(world, viewer, post, 'home');
  if (reason) return { shown: false, reason };
  const home = expectListing(world, viewer, 'home', { reposts: true, mediaOnly: false });
  if (!home.includes(id)) return { shown: false, reason: 'collapsed' };
  if (post.authorId === viewer) return { shown: true, reason: 'own_post' };
  const followed = follows(world, viewer, post.authorId);
  return { shown: true, reason: followed ? 'followed_author' : 'followed_hashtag' };
}
