import { type Actor, accountOf, requireVisible } from '@socialkit/core';
import type { z } from 'zod';
import type { RankedLists } from './lists.js';
import type { PostRankingDeps } from './ranking.js';
import type { feedbackInput, withdrawInput } from './types.js';

/**
 * Notes what the actor says about a post and forgets the lists made for him, so that the next first page is another.
 * @throws post.not_found when he cannot see it
 */
export async function sayOfPost(
  deps: PostRankingDeps & { readonly now: () => number },
  lists: RankedLists,
  actor: Actor,
  { postId, kind }: z.output<typeof feedbackInput>,
): Promise<{ readonly changed: boolean }> {
  const userId = accountOf(actor);
  const at = deps.now();
  requireVisible((await deps.readers.facts.posts(userId, [postId])).get(postId), at, 'post');
  const signals = (await deps.stores.candidates.signals([postId])).get(postId);
  const changed = await deps.stores.feedback.put(userId, {
    postId,
    kind,
    authorId: signals?.authorId ?? userId,
    tags: signals?.tags ?? [],
    at,
  });
  if (!changed) return { changed };
  // Told before the lists that hold its context are gone.
  await lists.tellHosts(userId, { postId, kind });
  await lists.forget([userId]);
  return { changed };
}

/** Takes it back. Of a post that is gone as well. */
export async function takeBackOfPost(
  deps: PostRankingDeps,
  lists: RankedLists,
  actor: Actor,
  { postId }: z.output<typeof withdrawInput>,
): Promise<{ readonly changed: boolean }> {
  const userId = accountOf(actor);
  const changed = await deps.stores.feedback.remove(userId, postId);
  if (changed) await lists.forget([userId]);
  return { changed };
}
