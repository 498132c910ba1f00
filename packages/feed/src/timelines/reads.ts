import {
  type Actor,
  accountOf,
  createPostPage,
  type HydratedPost,
  type Id,
  invalid,
  type Page,
  type PostEntry,
  type PostListing,
  type PostPage,
  requireAccount,
  viewerOf,
} from '@socialkit/core';
import type { z } from 'zod';
import type { FeedReadDeps } from './feed-service.js';
import { feedCursor, readSurface, type SurfacePage } from './surface-page.js';
import {
  type exploreInput,
  type hashtagInput,
  type homeInput,
  type listInput,
  MAX_NEW,
  type NewSince,
  type newSinceInput,
  type profileInput,
} from './types.js';

type ListingInput = Pick<z.output<typeof homeInput>, 'limit' | 'cursor' | 'reposts' | 'mediaOnly'>;

const asPage = ({ items, nextCursor }: Page<HydratedPost>): PostPage => createPostPage(items, nextCursor);

const leavingsOf = ({ reposts, mediaOnly }: Pick<ListingInput, 'reposts' | 'mediaOnly'>) => ({
  reposts,
  mediaOnly,
});

/** A page of somebody's home. @param until ids from here down are not looked at */
export function homePage(
  deps: FeedReadDeps,
  userId: Id,
  input: ListingInput & { readonly until?: Id },
): Promise<Page<HydratedPost>> {
  const { limit, cursor, until } = input;
  return readSurface(deps, {
    surface: 'home',
    viewer: userId,
    listing: userId,
    limit,
    cursor,
    leavings: leavingsOf(input),
    collapseWindow: deps.options.collapseWindow,
    // One id more than is looked at tells whether there is a next page.
    skeleton: (before, count) => deps.home.read(userId, before, count, { posts: count - 1, until }),
    ...(until === undefined ? {} : { until }),
  });
}

/** @throws algorithm.unknown (validation) where there are no rankings */
export function requireRanked(deps: Pick<FeedReadDeps, 'ranked'>): NonNullable<FeedReadDeps['ranked']> {
  if (deps.ranked) return deps.ranked;
  throw invalid('algorithm.unknown', 'this feed has no algorithms', [
    { path: 'algorithm', message: 'is not an algorithm of this platform' },
  ]);
}

/**
 * The home feed of the actor: newest first, or in the order of an algorithm.
 * @throws cursor.invalid (validation); algorithm.unknown (validation); cursor.expired (gone) for a ranked list kept no longer
 */
export async function home(
  deps: FeedReadDeps,
  actor: Actor,
  input: z.output<typeof homeInput>,
): Promise<PostPage> {
  const userId = accountOf(actor);
  deps.countPage();
  if (input.algorithm !== undefined) return asPage(await requireRanked(deps).home(userId, input));
  return asPage(await homePage(deps, userId, input));
}

/**
 * Posts that a page from the top would show above one the client holds.
 * @throws cursor.invalid (validation)
 */
export async function newSince(
  deps: FeedReadDeps,
  actor: Actor,
  { sinceId, cursor, ...options }: z.output<typeof newSinceInput>,
): Promise<NewSince> {
  const userId = accountOf(actor);
  const listing = `feed.home:${userId}:${options.reposts ? '' : 'r'}${options.mediaOnly ? 'm' : ''}`;
  const until = sinceId ?? feedCursor(listing).decode(cursor)?.i;
  if (until === undefined) throw invalid('input.invalid', 'give either sinceId or cursor');
  const page = await homePage(deps, userId, { ...options, limit: MAX_NEW, cursor: undefined, until });
  return { count: page.items.length, more: page.nextCursor !== null };
}

const listed = async (
  deps: FeedReadDeps,
  actor: Actor,
  input: ListingInput,
  page: Pick<SurfacePage, 'surface' | 'listing'> & {
    entries(listing: PostListing): Promise<readonly PostEntry[]>;
  },
): Promise<PostPage> => {
  const leavings = leavingsOf(input);
  const { surface, listing } = page;
  return asPage(
    await readSurface(deps, {
      surface,
      listing,
      viewer: viewerOf(actor),
      limit: input.limit,
      cursor: input.cursor,
      leavings,
      // A profile shows what its owner did, one by one.
      collapseWindow: surface === 'profile' ? 0 : deps.options.collapseWindow,
      skeleton: async (after, limit) => ({
        ids: (await page.entries({ after, limit, ...leavings })).map(({ id }) => id),
      }),
    }),
  );
};

/** Posts of one account. @throws account.not_found when it cannot be seen, cursor.invalid (validation) */
export async function profile(
  deps: FeedReadDeps,
  actor: Actor,
  { userId, ...input }: z.output<typeof profileInput>,
): Promise<PostPage> {
  requireAccount((await deps.readers.facts.relations(viewerOf(actor), [userId])).get(userId));
  return listed(deps, actor, input, {
    surface: 'profile',
    listing: userId,
    entries: (listing) => deps.readers.postSkeletons.byAuthor(userId, listing),
  });
}

/** Public posts with a hashtag. @throws cursor.invalid (validation) */
export const hashtag = (
  deps: FeedReadDeps,
  actor: Actor,
  { tag, ...input }: z.output<typeof hashtagInput>,
): Promise<PostPage> =>
  listed(deps, actor, input, {
    surface: 'hashtag',
    listing: tag,
    entries: (listing) => deps.readers.postSkeletons.byHashtag(tag, listing),
  });

/** Posts of the accounts named; those that cannot be seen contribute nothing. @throws cursor.invalid (validation) */
export const list = (
  deps: FeedReadDeps,
  actor: Actor,
  { authorIds, ...input }: z.output<typeof listInput>,
): Promise<PostPage> => {
  const authors = [...new Set(authorIds)].sort();
  return listed(deps, actor, input, {
    surface: 'list',
    listing: authors.join(','),
    entries: (listing) => deps.readers.postSkeletons.byAuthors(authors, listing),
  });
};

/** Recent public posts. @throws cursor.invalid (validation) */
export const explore = (
  deps: FeedReadDeps,
  actor: Actor,
  input: z.output<typeof exploreInput>,
): Promise<PostPage> =>
  listed(deps, actor, input, {
    surface: 'explore',
    listing: '',
    entries: (listing) => deps.readers.postSkeletons.recentPublic(listing),
  });
