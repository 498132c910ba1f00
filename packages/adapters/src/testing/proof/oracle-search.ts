import { oracleMutes, oracleSeesAccount, oracleSeesPost } from '@socialkit/core/testing';
import { accountOf, expectSummary, type Looker } from './oracle-accounts.js';
import { byNewest } from './oracle-posts.js';
import type { PlainWorld } from './plain-world.js';

// What searches must find, by looking at plain data. It shares no code with the product.

const has = (edges: readonly { readonly from: string; readonly to: string }[], from: Looker, to: string) =>
  edges.some((edge) => edge.from === from && edge.to === to);

/** Whether an account is offered to a viewer who may see it. */
function isOffered(world: PlainWorld, viewer: Looker, id: string): boolean {
  if (viewer === id) return true;
  if (oracleMutes(world, viewer, id)) return false;
  const { state, discoverable } = accountOf(world, id);
  return has(world.follows, viewer, id) || (state === 'active' && discoverable);
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

/** Accounts one of whose words begins with a word; only for words too short to look like others. */
export function expectFoundAccounts(world: PlainWorld, viewer: Looker, query: string) {
  const hits = world.accounts.flatMap(({ id, handle, displayName }) => {
    if (!oracleSeesAccount(world, viewer, id) || !isOffered(world, viewer, id)) return [];
    if (!wordsOf(`${handle} ${displayName}`).some((word) => word.startsWith(query))) return [];
    const following = has(world.follows, viewer, id);
    const rank = handle === query ? 0 : following ? 1 : handle.startsWith(query) ? 2 : 3;
    const magnitude = String(world.follows.filter(({ to }) => to === id).length).length;
    return [
      { id, rank, magnitude, following, followedBy: viewer !== null && has(world.follows, id, viewer) },
    ];
  });
  return hits
    .sort((a, b) => a.rank - b.rank || b.magnitude - a.magnitude || (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
    .map(({ id, following, followedBy }) => ({ account: expectSummary(world, id), following, followedBy }));
}

const seenPosts = (world: PlainWorld, viewer: Looker) =>
  world.posts.filter(
    (post) =>
      post.status === 'published' &&
      post.repostOfId === null &&
      oracleSeesPost(world, viewer, post.id) &&
      isOffered(world, viewer, post.authorId),
  );

/** Ids of posts with all words, newest first. */
export const expectFoundPosts = (world: PlainWorld, viewer: Looker, words: readonly string[]): string[] =>
  seenPosts(world, viewer)
    .filter(({ text }) => words.every((word) => wordsOf(text).includes(word)))
    .sort(byNewest)
    .map(({ id }) => id);

/** Hashtags that begin so and that the viewer sees used in public posts. */
export function expectFoundHashtags(world: PlainWorld, viewer: Looker, prefix: string) {
  const listed = world.posts.filter(
    ({ status, visibility }) => status === 'published' && visibility === 'public',
  );
  const seen = seenPosts(world, viewer).filter(({ visibility }) => visibility === 'public');
  const digits = (tag: string) =>
    String(listed.filter(({ hashtags }) => hashtags.includes(tag)).length).length;
  return [...new Set(seen.flatMap(({ hashtags }) => hashtags))]
    .filter((tag) => tag.startsWith(prefix))
    .sort((a, b) => Number(b === prefix) - Number(a === prefix) || digits(b) - digits(a) || (a < b ? -1 : 1))
    .map((tag) => ({
      tag,
      posts: seen.filter(({ hashtags }) => hashtags.includes(tag)).length,
      more: false,
    }));
}
