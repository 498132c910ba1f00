import { type Actor, type Id, viewerOf } from '@socialkit/core';
import type { z } from 'zod';
import type { FeedReadDeps } from './feed-service.js';
import type { changesInput, FeedChanges } from './types.js';

/**
 * What became of posts a client holds, in the order asked: edited ones come as they are now, gone ones say no more than
 * that, all others bring their counts. A draft that was published has another id since: it comes under the id asked for, as
 * edited, with the post as it is now.
 */
export async function changes(
  deps: FeedReadDeps,
  actor: Actor,
  { ids, since }: z.output<typeof changesInput>,
): Promise<FeedChanges> {
  const asked = [...new Set(ids)];
  const viewer = viewerOf(actor);
  const found = [...(await deps.readers.postViews.views(viewer, asked))];
  const lost = asked.filter((_, at) => !found[at]);
  const published = lost.length === 0 ? new Map<Id, Id>() : await deps.readers.posts.aliases(lost);
  if (published.size > 0) {
    const views = await deps.readers.postViews.views(viewer, [...published.values()]);
    for (const [n, draftId] of [...published.keys()].entries())
      found[asked.indexOf(draftId)] = views[n] ?? null;
  }
  return {
    items: asked.map((id, at) => {
      const held = found[at];
      if (!held) return { id, state: 'gone', counts: null, post: null };
      const shown = held.original ?? held;
      const { editedAt } = shown.view;
      const edited = published.has(id) || (editedAt !== null && editedAt >= since);
      return {
        id,
        state: edited ? 'edited' : 'unchanged',
        counts: held.view.counts,
        post: edited ? held.view : null,
      };
    }),
  };
}
