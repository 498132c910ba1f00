import { type Actor, viewerOf } from '@socialkit/core';
import type { z } from 'zod';
import type { FeedReadDeps } from './feed-service.js';
import type { changesInput, FeedChanges } from './types.js';

/**
 * What became of posts a client holds, in the order asked: edited ones come as they are now, gone ones say no more than
 * that, all others bring their counts.
 */
export async function changes(
  deps: FeedReadDeps,
  actor: Actor,
  { ids, since }: z.output<typeof changesInput>,
): Promise<FeedChanges> {
  const asked = [...new Set(ids)];
  const found = await deps.readers.postViews.views(viewerOf(actor), asked);
  return {
    items: asked.map((id, at) => {
      const held = found[at];
      if (!held) return { id, state: 'gone', counts: null, post: null };
      const shown = held.original ?? held;
      const { editedAt } = shown.view;
      const edited = editedAt !== null && editedAt >= since;
      return {
        id,
        state: edited ? 'edited' : 'unchanged',
        counts: held.view.counts,
        post: edited ? held.view : null,
      };
    }),
  };
}
