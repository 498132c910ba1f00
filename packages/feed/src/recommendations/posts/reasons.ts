import type { Id } from '@socialkit/core';
import type { Because, RankedItem } from '../../ranking/index.js';
import type { PostContext } from './context.js';
import { NAMED } from './sources.js';

type Item = Pick<RankedItem, 'id' | 'because'>;

/** A reason as it holds now, or null. */
async function now(context: PostContext, id: Id, said: Because): Promise<Because | null> {
  switch (said.kind) {
    case 'following':
      return context.known.get(id)?.author.follows ? said : null;
    case 'liked_by_similar': {
      const found = (await context.coLiked()).get(id);
      return found ? { kind: 'liked_by_similar', count: found.people } : null;
    }
    case 'liked_by_followees': {
      const found = (await context.proven()).get(id);
      return found
        ? { kind: 'liked_by_followees', users: found.users.slice(0, NAMED), count: found.people }
        : null;
    }
    case 'interest': {
      const { subject } = said;
      if (subject === undefined || !(await context.interests()).has(subject)) return null;
      return (await context.signals([id])).get(id)?.tags.includes(subject) ? said : null;
    }
    case 'similar_to':
      return (await context.liking()).has(id) ? said : null;
    case 'trending':
      return (await context.trending()).has(id) ? said : null;
    case 'popular':
      return (await context.popular()).has(id) ? said : null;
    case 'explore':
    case 'algorithm':
      return said;
    default:
      return null;
  }
}

/** The reasons of posts as they hold now: what no longer does is left out, and with the last reason the post. */
export async function postReasons(
  context: PostContext,
  items: readonly Item[],
): Promise<ReadonlyMap<Id, readonly Because[]>> {
  // One look for all of them.
  await context.signals(items.map(({ id }) => id));
  return new Map(
    await Promise.all(
      items.map(async ({ id, because }) => {
        const held = await Promise.all(because.map((said) => now(context, id, said)));
        return [id, held.filter((reason) => reason !== null)] as const;
      }),
    ),
  );
}
