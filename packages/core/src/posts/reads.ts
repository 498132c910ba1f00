import { z } from 'zod';
import { canView, type FactsReader, requireVisible } from '../access/index.js';
import { type AccountSummary, accountSummarySchema } from '../identity/types.js';
import { type Actor, accountOf, viewerOf } from '../kernel/actor.js';
import { notFound } from '../kernel/errors.js';
import { type Id, idSchema, timeOfId } from '../kernel/ids.js';
import { createCursorCodec, type Page } from '../kernel/page.js';
import { readPage } from '../kernel/pipeline.js';
import type { Clock } from '../kernel/runtime.js';
import { entitySchema } from '../text-entities/index.js';
import type { PostEntry, PostReaders, PostSlice, Repost } from './store.js';
import type { PostRevision } from './types.js';
import {
  createPostList,
  createPostPage,
  type HydratedPost,
  linkViewSchema,
  mediaViewSchema,
  type PostList,
  type PostPage,
  type PostView,
} from './view.js';

/** What the reads of posts are made of. */
export interface PostReadDeps {
  readonly readers: PostReaders & { readonly facts: FactsReader };
  readonly clock: Clock;
}

/** The paging fields of an input. */
export interface PageInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One version of a post. */
export const versionSchema = z.object({
  revision: z.int(),
  text: z.string(),
  entities: z.array(entitySchema).readonly(),
  media: z.array(mediaViewSchema).readonly(),
  link: linkViewSchema.nullable(),
  contentWarning: z.string().nullable(),
  writtenAt: z.int().meta({ description: 'Unix ms of the publication or the edit that made this version' }),
});
/** One version of a post, as {@link versionSchema} says. */
export type PostVersion = z.output<typeof versionSchema>;

/** Somebody who reposted a post. */
export const reposterSchema = z.object({
  repostId: z.string(),
  account: accountSummarySchema,
  repostedAt: z.int().meta({ description: 'Unix ms' }),
});
/** Somebody who reposted a post. */
export interface Reposter {
  readonly repostId: Id;
  readonly account: AccountSummary;
  readonly repostedAt: number;
}

/** The ids posts have now, of ids that drafts may have had. */
async function currentIds({ readers }: PostReadDeps, ids: readonly Id[]): Promise<readonly Id[]> {
  const aliases = await readers.posts.aliases(ids);
  return aliases.size === 0 ? ids : ids.map((id) => aliases.get(id) ?? id);
}

/** The posts a viewer may see, in order; ids of drafts lead to what they became. */
async function viewsOf(
  deps: PostReadDeps,
  actor: Actor,
  ids: readonly Id[],
): Promise<(HydratedPost | null)[]> {
  const views = [...(await deps.readers.postViews.views(viewerOf(actor), ids))];
  const missing = ids.filter((_, index) => views[index] === null);
  if (missing.length === 0) return views;
  // Only what is missing can be an alias, so that nobody else pays for the look.
  const current = await currentIds(deps, missing);
  const moved = missing.flatMap((id, index) => {
    const now = current[index] as Id;
    return now === id ? [] : [[id, now] as const];
  });
  if (moved.length === 0) return views;
  const found = await deps.readers.postViews.views(
    viewerOf(actor),
    moved.map(([, now]) => now),
  );
  const byDraft = new Map(moved.map(([id], index) => [id, found[index] ?? null]));
  return ids.map((id, index) => views[index] ?? byDraft.get(id) ?? null);
}

/** @throws post.not_found */
export async function getPost(deps: PostReadDeps, actor: Actor, postId: Id): Promise<PostView> {
  const [found] = await viewsOf(deps, actor, [postId]);
  if (!found) throw notFound('post');
  return found.view;
}

/** Posts by id, in order; what the viewer may not see is left out. */
export async function getPosts(deps: PostReadDeps, actor: Actor, ids: readonly Id[]): Promise<PostList> {
  const found = await viewsOf(deps, actor, ids);
  return createPostList(found.filter((post) => post !== null));
}

interface Listing<E> {
  /** Names the listing in its cursors, with whatever it is a listing of. */
  readonly surface: string;
  skeleton(slice: PostSlice): Promise<readonly E[]>;
  /** What orders the listing. */
  position(entry: E): Id;
  postId(entry: E): Id;
}

async function listPosts<E>(
  deps: PostReadDeps,
  actor: Actor,
  { limit, cursor }: PageInput,
  listing: Listing<E>,
): Promise<Page<HydratedPost>> {
  const codec = createCursorCodec(listing.surface, idSchema);
  return readPage<Id, E, HydratedPost, HydratedPost>({
    limit,
    after: codec.decode(cursor),
    codec,
    skeleton: (after, count) => listing.skeleton({ after, limit: count }),
    position: listing.position,
    hydrate: (entries) => deps.readers.postViews.views(viewerOf(actor), entries.map(listing.postId)),
    present: (post) => post,
  });
}

const asPage = ({ items, nextCursor }: Page<HydratedPost>): PostPage => createPostPage(items, nextCursor);

/** One's own drafts and scheduled posts, newest first. */
export async function listDrafts(deps: PostReadDeps, actor: Actor, page: PageInput): Promise<PostPage> {
  const userId = accountOf(actor);
  return asPage(
    await listPosts(deps, actor, page, {
      surface: `posts.drafts:${userId}`,
      skeleton: (slice) => deps.readers.posts.unpublished(userId, slice),
      position: ({ id }) => id,
      postId: ({ id }) => id,
    }),
  );
}

/** One's own bookmarks, last kept first; what cannot be seen any more is left out. */
export async function listBookmarks(deps: PostReadDeps, actor: Actor, page: PageInput): Promise<PostPage> {
  const userId = accountOf(actor);
  return asPage(
    await listPosts(deps, actor, page, {
      surface: `posts.bookmarks:${userId}`,
      skeleton: (slice) => deps.readers.bookmarks.list(userId, slice),
      position: ({ id }) => id,
      postId: ({ postId }) => postId,
    }),
  );
}

/** The pinned posts of a profile, last pinned first, as far as the viewer may see them. */
export async function listPinned(deps: PostReadDeps, actor: Actor, userId: Id): Promise<PostList> {
  const ids = await deps.readers.pins.list(userId);
  const found = await deps.readers.postViews.views(viewerOf(actor), ids);
  return createPostList(found.filter((post) => post !== null));
}

/**
 * The post a listing is about: seen by the viewer, of a plain repost the original.
 * @throws post.not_found
 */
async function requireSubject(deps: PostReadDeps, actor: Actor, postId: Id): Promise<Id> {
  const [id = postId] = await currentIds(deps, [postId]);
  const facts = (await deps.readers.facts.posts(viewerOf(actor), [id])).get(id);
  requireVisible(facts, deps.clock.now(), 'post');
  return facts.container?.id ?? id;
}

/** Posts that quote a post the viewer may see, newest first. @throws post.not_found */
export async function listQuotes(
  deps: PostReadDeps,
  actor: Actor,
  { postId, ...page }: PageInput & { readonly postId: Id },
): Promise<PostPage> {
  const id = await requireSubject(deps, actor, postId);
  return asPage(
    await listPosts<PostEntry>(deps, actor, page, {
      surface: `posts.quotes:${id}`,
      skeleton: (slice) => deps.readers.postSkeletons.quotesOf(id, slice),
      position: (entry) => entry.id,
      postId: (entry) => entry.id,
    }),
  );
}

/**
 * Who reposted a post the viewer may see, newest first; reposts the viewer may not see, of private accounts for example,
 * are left out.
 * @throws post.not_found
 */
export async function listReposts(
  deps: PostReadDeps,
  actor: Actor,
  { postId, ...page }: PageInput & { readonly postId: Id },
): Promise<Page<Reposter>> {
  const id = await requireSubject(deps, actor, postId);
  const found = await listPosts<Repost>(deps, actor, page, {
    surface: `posts.reposts:${id}`,
    skeleton: (slice) => deps.readers.reposts.ofOriginal(id, slice),
    position: (entry) => entry.postId,
    postId: (entry) => entry.postId,
  });
  return {
    items: found.items.map(({ id: repostId, view }) => ({
      repostId,
      account: view.author,
      repostedAt: timeOfId(repostId),
    })),
    nextCursor: found.nextCursor,
  };
}

const versionOf = (version: Omit<PostRevision, 'postId'>): PostVersion => {
  const { revision, text, entities, media, link, contentWarning, writtenAt } = version;
  return { revision, text, entities, media, link, contentWarning, writtenAt };
};

/**
 * The versions of a post the viewer may see, newest first: the current one and those that edits replaced.
 * @throws post.not_found
 */
export async function listHistory(
  deps: PostReadDeps,
  actor: Actor,
  { postId, limit, cursor }: PageInput & { readonly postId: Id },
): Promise<Page<PostVersion>> {
  const id = await requireSubject(deps, actor, postId);
  const codec = createCursorCodec(`posts.history:${id}`, z.int());
  return readPage<number, PostVersion, PostVersion, PostVersion>({
    limit,
    after: codec.decode(cursor),
    codec,
    async skeleton(after, count) {
      const current = after === null ? await deps.readers.posts.find(id) : null;
      const replaced = await deps.readers.posts.revisions(id, { after, limit: count - (current ? 1 : 0) });
      return [
        ...(current
          ? [
              versionOf({
                ...current,
                writtenAt: current.editedAt ?? current.publishedAt ?? timeOfId(current.id),
              }),
            ]
          : []),
        ...replaced.map(versionOf),
      ];
    },
    position: ({ revision }) => revision,
    // The post may have been hidden between the check and the reading of its versions.
    async hydrate(versions) {
      const facts = (await deps.readers.facts.posts(viewerOf(actor), [id])).get(id);
      return canView(facts, deps.clock.now()) ? versions : versions.map(() => null);
    },
    present: (version) => version,
  });
}
