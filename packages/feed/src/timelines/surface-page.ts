import {
  type CoreReaders,
  type CursorCodec,
  compareIds,
  createCursorCodec,
  type HydratedPost,
  type Id,
  idSchema,
  type Page,
  readPage,
  type Surface,
  type Viewer,
} from '@socialkit/core';
import { z } from 'zod';
import { collapseSchema, createCollapse } from './collapse.js';
import type { FeedTruthReader, ReaderState } from './store.js';
import { createSurfaceRules, type Leavings, type SurfaceItem, threadsOf } from './surface-rules.js';

/** What a page of posts is made with. */
export interface SurfaceDeps {
  readonly readers: Pick<CoreReaders, 'postViews' | 'topics'>;
  readonly truth: Pick<FeedTruthReader, 'reader'>;
  readonly now: () => number;
}

/** Where a page ended: the last id looked at, and the originals reposts showed before it. */
interface Position {
  readonly i: Id;
  readonly c?: string | undefined;
}
const positionSchema: z.ZodType<Position> = z.strictObject({ i: idSchema, c: collapseSchema.optional() });

/** The cursors of one listing. @param surface what the listing is bound to */
export const feedCursor = (surface: string): CursorCodec<Position> =>
  createCursorCodec(surface, positionSchema);

/** What a listing of ids answers for one stretch. */
export interface Stretch {
  readonly ids: readonly Id[];
  /** Absent where the listing did not read it: then the page does. */
  readonly reader?: ReaderState;
  /** Posts the listing read along, as the viewer may see them now; the page hydrates the others. */
  readonly posts?: ReadonlyMap<Id, HydratedPost | null>;
}

/** One page of posts on a surface. */
export interface SurfacePage {
  readonly surface: Surface;
  readonly viewer: Viewer;
  readonly limit: number;
  readonly cursor: string | undefined;
  /** What the cursor is bound to besides surface and options. */
  readonly listing: string;
  readonly leavings: Leavings;
  /** Reposts among which originals are shown once; 0 switches it off. */
  readonly collapseWindow: number;
  /** Ids only, newest first, strictly below `before`; fewer than `limit` mean there are no more. */
  skeleton(before: Id | null, limit: number): Promise<Stretch>;
  /** Ids from here down are not looked at. */
  readonly until?: Id;
}

const NOBODY: ReaderState = Object.freeze({ own: [], mutedWords: [], mutesThreads: false, hashtags: [] });

const NO_POSTS: ReadonlyMap<Id, HydratedPost | null> = new Map();

/** Whether the rules of a surface ask what its author is to the viewer. */
const asksFollows = (surface: Surface) => surface === 'home' || surface === 'explore';

/** Looks up which of the posts belong to threads the reader mutes. */
export async function markThreads(
  deps: SurfaceDeps,
  viewer: Viewer,
  reader: ReaderState,
  posts: readonly (HydratedPost | null)[],
): Promise<readonly (SurfaceItem | null)[]> {
  const muted =
    viewer === null || !reader.mutesThreads
      ? null
      : await deps.readers.topics.mutedAmong(
          viewer,
          [...new Set(posts.flatMap((post) => (post ? threadsOf(post) : [])))],
          deps.now(),
        );
  return posts.map(
    (post) =>
      post && {
        post,
        threadMuted: muted !== null && muted.size > 0 && threadsOf(post).some((id) => muted.has(id)),
      },
  );
}

/** What the page knows about its reader; nothing without a session. */
export const readReader = (deps: SurfaceDeps, viewer: Viewer): Promise<ReaderState> =>
  viewer === null
    ? Promise.resolve(NOBODY)
    : deps.truth.reader(viewer, { before: null, limit: 0, now: deps.now() });

/**
 * One page: ids, hydration (which is the policy), rules of the surface, neighbouring reposts of one original shown once.
 * @throws cursor.invalid (validation)
 */
export async function readSurface(deps: SurfaceDeps, page: SurfacePage): Promise<Page<HydratedPost>> {
  const { surface, viewer, leavings, until } = page;
  const cursors = feedCursor(
    `feed.${surface}:${page.listing}:${leavings.reposts ? '' : 'r'}${leavings.mediaOnly ? 'm' : ''}`,
  );
  const start = cursors.decode(page.cursor);
  const collapse = createCollapse(page.collapseWindow, start?.c ?? null);
  let reader: ReaderState | undefined;
  let omits: ReturnType<typeof createSurfaceRules> | undefined;
  let known: ReadonlyMap<Id, HydratedPost | null> = NO_POSTS;

  const hydrate = async (ids: readonly Id[]): Promise<readonly (HydratedPost | null)[]> => {
    const missing = known.size === 0 ? ids : ids.filter((id) => !known.has(id));
    if (missing.length === 0) return ids.map((id) => known.get(id) ?? null);
    const views = await deps.readers.postViews.views(
      viewer,
      missing,
      asksFollows(surface) ? { follows: true } : {},
    );
    if (missing === ids) return views;
    const found = new Map(missing.map((id, n) => [id, views[n] ?? null]));
    return ids.map((id) => known.get(id) ?? found.get(id) ?? null);
  };

  return readPage<Position, Id, SurfaceItem, HydratedPost>({
    limit: page.limit,
    after: start,
    codec: {
      encode: ({ i }) => {
        const c = collapse.encode();
        return cursors.encode(c === '' ? { i } : { i, c });
      },
      decode: (cursor) => cursors.decode(cursor),
    },
    async skeleton(after, count) {
      const stretch = await page.skeleton(after?.i ?? null, count);
      known = stretch.posts ?? NO_POSTS;
      reader ??= stretch.reader ?? (await readReader(deps, viewer));
      omits ??= createSurfaceRules(surface, reader, leavings);
      return until === undefined ? stretch.ids : stretch.ids.filter((id) => compareIds(id, until) > 0);
    },
    position: (id) => ({ i: id }),
    hydrate: async (ids) => markThreads(deps, viewer, reader ?? NOBODY, await hydrate(ids)),
    rules: (item) =>
      omits?.(item) === null &&
      (item.post.repostOfId === null || page.collapseWindow === 0 || collapse.admit(item.post.repostOfId)),
    present: ({ post }) => post,
  });
}
