import type { Look } from './look.js';
import { expectPosts } from './oracle-posts.js';
import { postFields } from './projections.js';
import type { Surface } from './surfaces-accounts.js';

type Posts = Parameters<typeof postFields>[0][];

/**
 * What is a trend is the detector's to say; whatever is shown with it must be what the oracle shows this viewer, of authors
 * that are offered to him.
 */
const shown = (look: Look, asked: object, posts: Posts): void => {
  const { world, viewer } = look;
  const offered = posts.filter(({ author: { id } }) => {
    const author = world.accounts.find((account) => account.id === id);
    const muted = world.mutes.some(
      ({ from, to, scope, expiresAt }) =>
        from === viewer && to === id && scope === 'all' && (expiresAt === null || expiresAt > world.now),
    );
    const follows = world.follows.some(({ from, to }) => from === viewer && to === id);
    return id === viewer || (!muted && (follows || (author?.state === 'active' && author.discoverable)));
  });
  const expected = expectPosts(
    world,
    viewer,
    offered.map(({ id }) => id),
  );
  look.same(asked, posts.map(postFields), expected);
};

const topics =
  (kind: 'hashtags' | 'links'): Surface =>
  async (look) => {
    const { items } = await look.kit.trends[kind](look.actor, { limit: 50 });
    for (const { subject, samples } of items) shown(look, { subject }, [...samples]);
  };

/** Reads of trending. */
export const trendSurfaces: Readonly<Record<string, Surface>> = {
  'trends.hashtags': topics('hashtags'),
  'trends.links': topics('links'),
  'trends.posts': async (look) => {
    const { items } = await look.kit.trends.posts(look.actor, { limit: 50 });
    shown(
      look,
      {},
      items.map(({ post }) => post),
    );
  },
  'trends.blocked': async (look) => {
    const said = await look.walk(
      {},
      (page) => look.kit.trends.blocked(look.actor, page),
      (gate) => gate,
    );
    // Nobody plays with what may trend.
    look.same({}, said, []);
  },
};
