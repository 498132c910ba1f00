import { type Id, idSchema } from '@socialkit/core';
import { z } from 'zod';
import type { Found, Source } from '../../ranking/index.js';
import type { PostContext } from './context.js';
import type { FeedbackKind } from './types.js';

/** Posts of one answer of a host's algorithm at most; more are not looked at. */
export const MAX_HOST_POSTS = 200;

/** One post a host's algorithm chose. */
export const hostPostSchema = z.object({
  id: idSchema,
  /** Shown as the subject of the reason. */
  reason: z.string().max(200).optional(),
  /** Comes back with interactions. Callers see it. */
  context: z.string().max(500).optional(),
});
export type HostPost = z.output<typeof hostPostSchema>;

/** Something that happened to a post a host's algorithm chose. */
export interface Interaction {
  readonly userId: Id;
  readonly postId: Id;
  readonly kind: 'served' | FeedbackKind;
  /** What the algorithm said with the post; null when the list is kept no longer. */
  readonly context: string | null;
  /** Unix ms. */
  readonly at: number;
}

/** A ranking of the host's own: ids, best first. What is shown of them is decided by the access policy, as everywhere. */
export interface HostAlgorithm {
  rank(request: {
    readonly userId: Id;
    readonly limit: number;
    readonly signal: AbortSignal;
  }): Promise<readonly HostPost[]>;
  /** Is told what became of what it chose, after the answer; a failure is logged and not repeated. */
  interactions?(interactions: readonly Interaction[]): Promise<void>;
}

/** What a host's algorithm chose, as the only source of a ranking: in its order. */
export const hostSource = (algorithm: HostAlgorithm): Source<PostContext> => ({
  name: 'host',
  async fetch({ userId }, _cap, signal) {
    const given = await algorithm.rank({ userId, limit: MAX_HOST_POSTS, signal });
    const chosen = z.array(hostPostSchema).parse(given.slice(0, MAX_HOST_POSTS));
    const seen = new Set<Id>();
    return chosen
      .filter(({ id }) => !seen.has(id) && seen.add(id))
      .map(
        ({ id, reason, context }, at): Found => ({
          id,
          raw: 1 / (1 + at),
          because: [
            {
              kind: 'algorithm',
              ...(reason === undefined ? {} : { subject: reason }),
              ...(context === undefined ? {} : { context }),
            },
          ],
        }),
      );
  },
});
