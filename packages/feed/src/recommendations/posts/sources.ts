import type { Id } from '@socialkit/core';
import type { Explorer, Found, Source } from '../../ranking/index.js';
import type { PostContext } from './context.js';

/** A post is explored while it has fewer impressions. */
const EXPLORED_AT = 1000;
/** Posts that trend are topped up with popular ones to this many: what a platform without trends begins with. */
const ENOUGH_TRENDING = 50;
/** Accounts named in one reason. */
export const NAMED = 3;

const source = (
  name: string,
  fetch: (context: PostContext) => Promise<readonly Found[]>,
): Source<PostContext> => ({ name, fetch: (context) => fetch(context) });

/** Where recommended posts come from. */
export const postSources: readonly Source<PostContext>[] = [
  source('following', async (context) =>
    [...(await context.followed()).values()].map(({ id, affinity }) => ({
      id,
      raw: 1 + affinity,
      because: [{ kind: 'following' }],
    })),
  ),
  source('coLikers', async (context) =>
    [...(await context.coLiked()).values()].map(({ id, score, people }) => ({
      id,
      raw: score,
      because: [{ kind: 'liked_by_similar', count: people }],
    })),
  ),
  source('factors', async (context) =>
    [...(await context.liking())].map(([id, raw]) => ({ id, raw, because: [{ kind: 'similar_to' }] })),
  ),
  source('interests', async (context) => {
    const [interests, tagged] = await Promise.all([context.interests(), context.tagged()]);
    const scores = new Map<Id, { raw: number; tags: { tag: string; part: number }[] }>();
    for (const [tag, ids] of tagged) {
      // A hashtag that stands everywhere says little about a post.
      const part = (interests.get(tag) ?? 0) / Math.log(2 + ids.length);
      for (const id of ids) {
        const held = scores.get(id) ?? { raw: 0, tags: [] };
        held.raw += part;
        held.tags.push({ tag, part });
        scores.set(id, held);
      }
    }
    return [...scores].map(
      ([id, { raw, tags }]): Found => ({
        id,
        raw,
        because: tags
          .sort((a, b) => b.part - a.part || (a.tag < b.tag ? -1 : 1))
          .map(({ tag }) => ({ kind: 'interest', subject: tag })),
      }),
    );
  }),
  source('socialProof', async (context) =>
    [...(await context.proven()).values()].map(({ id, people, users }) => ({
      id,
      raw: Math.log1p(people),
      because: [{ kind: 'liked_by_followees', users: users.slice(0, NAMED), count: people }],
    })),
  ),
  source('trending', async (context) => {
    const trending = await context.trending();
    const found = [...trending].map(([id, raw]): Found => ({ id, raw, because: [{ kind: 'trending' }] }));
    if (found.length >= ENOUGH_TRENDING) return found;
    const lowest = Math.min(...found.map(({ raw }) => raw), 1);
    for (const [id, share] of await context.popular())
      if (!trending.has(id)) found.push({ id, raw: share * lowest, because: [{ kind: 'popular' }] });
    return found;
  }),
];

/** New public posts that hardly anybody has seen. */
export const postExplorer: Explorer<PostContext> = {
  async unexplored(context, cap) {
    const ids = await context.fresh();
    const signals = await context.signals(ids);
    return ids
      .flatMap((id) => {
        const counted = signals.get(id);
        if (!counted || counted.impressions >= EXPLORED_AT) return [];
        const good = counted.reactions + counted.replies + counted.reposts + counted.bookmarks;
        return [{ id, good, bad: Math.max(0, counted.impressions - good) + counted.notInterested }];
      })
      .slice(0, cap);
  },
};
