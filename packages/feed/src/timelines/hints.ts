import { type Id, idSchema, type Logger, type RealtimeTransport } from '@socialkit/core';
import { z } from 'zod';
import { DELIVERY_CHANNEL, type DeliveryView } from './delivery-view.js';
import type { OutboxCache } from './outbox-cache.js';

/** The channel on which processes tell each other what was published by authors and under hashtags that are merged. */
export const PUBLISHED_CHANNEL = 'feed.published';

/** A transport that may say when messages were lost. */
export type HintTransport = RealtimeTransport & { onGap?(listener: () => void): () => void };

const hintSchema = z.strictObject({ p: idSchema, a: idSchema.optional(), t: z.array(z.string()).optional() });

/** Keeps the outboxes of all processes up to date. */
export interface Hints {
  /** A post was published: here at once, elsewhere soon. @param about the author, when he is merged, and the hashtags */
  published(
    postId: Id,
    about: { readonly authorId: Id | null; readonly tags: readonly string[] },
  ): Promise<void>;
  /** Listens to the other processes. @returns a function that stops it */
  listen(): Promise<() => Promise<void>>;
}

export function createHints(deps: {
  readonly realtime: HintTransport;
  readonly authorOutboxes: OutboxCache;
  readonly tagOutboxes: OutboxCache;
  readonly view: Pick<DeliveryView, 'stale'>;
  readonly logger: Logger;
}): Hints {
  const { realtime, authorOutboxes, tagOutboxes, view, logger } = deps;
  const take = (hint: z.output<typeof hintSchema>) => {
    if (hint.a !== undefined) authorOutboxes.add(hint.a, hint.p);
    for (const tag of hint.t ?? []) tagOutboxes.add(tag, hint.p);
  };
  const hear = (message: string) => {
    try {
      take(hintSchema.parse(JSON.parse(message)));
    } catch (error) {
      logger.debug({ err: error }, 'a hint about a post was not understood');
    }
  };
  return {
    async published(postId, { authorId, tags }) {
      if (authorId === null && tags.length === 0) return;
      const hint = {
        p: postId,
        ...(authorId === null ? {} : { a: authorId }),
        ...(tags.length === 0 ? {} : { t: [...tags] }),
      };
      take(hint);
      await realtime.publish(PUBLISHED_CHANNEL, JSON.stringify(hint));
    },
    async listen() {
      const forget = () => {
        authorOutboxes.clear();
        tagOutboxes.clear();
        view.stale();
      };
      const ends = await Promise.all([
        realtime.subscribe(PUBLISHED_CHANNEL, hear),
        realtime.subscribe(DELIVERY_CHANNEL, view.stale),
      ]);
      const endGap = realtime.onGap?.(forget);
      return async () => {
        endGap?.();
        await Promise.all(ends.map((end) => end()));
      };
    },
  };
}
