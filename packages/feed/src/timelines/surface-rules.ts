import {
  canonicalHashtag,
  createWordFilter,
  type HydratedPost,
  type Id,
  type PostView,
  type Surface,
  shouldSurface,
} from '@socialkit/core';
import type { ReaderState } from './store.js';

/** Why a visible post is not on a surface. */
export type Omission =
  | 'not_published'
  | 'not_followed'
  | 'muted_author'
  | 'reposts_hidden'
  | 'muted_thread'
  | 'muted_word'
  | 'not_recommended'
  | 'reposts_left_out'
  | 'without_media';

/** What the caller of a listing may leave out. */
export interface Leavings {
  readonly reposts: boolean;
  readonly mediaOnly: boolean;
}

/** A visible post with what was looked up for it. */
export interface SurfaceItem {
  readonly post: HydratedPost;
  /** The reader mutes the thread of the post, of its original or of what it quotes. */
  readonly threadMuted: boolean;
}

/** Surfaces a reader chose to look at: what he mutes stays visible there. */
const DELIBERATE: ReadonlySet<Surface> = new Set(['profile', 'direct']);

const quoted = (view: PostView): PostView | null =>
  view.quoteOf !== null && 'text' in view.quoteOf ? view.quoteOf : null;

/** Every text of a post a muted word can stand in. */
function* textsOf(view: PostView): Generator<string> {
  yield view.text;
  if (view.contentWarning !== null) yield view.contentWarning;
  for (const option of view.poll?.options ?? []) yield option.text;
  for (const text of [view.link?.title, view.link?.description]) if (text) yield text;
  const inner = quoted(view);
  if (inner) yield* textsOf(inner);
}

/** Ids of the threads a post belongs to. */
export const threadsOf = (post: HydratedPost): readonly Id[] => {
  const shown = post.original ?? post;
  const inner = shown.quoted;
  return inner ? [post.id, shown.id, inner.id] : post.id === shown.id ? [post.id] : [post.id, shown.id];
};

const hasFollowedTag = (view: PostView, tags: ReadonlySet<string>): boolean =>
  view.visibility === 'public' &&
  view.entities.some((entity) => entity.type === 'hashtag' && tags.has(canonicalHashtag(entity.tag)));

/**
 * The rules of a surface over visible posts: pure, after the policy, never instead of it.
 *
 * Home is for people one follows, oneself, and public posts with a hashtag one follows. Mutes of accounts are decided by
 * `shouldSurface`, for the author and, of a repost, for the author of the original as well.
 */
export function createSurfaceRules(
  surface: Surface,
  reader: Pick<ReaderState, 'mutedWords' | 'hashtags'>,
  leavings: Leavings,
): (item: SurfaceItem) => Omission | null {
  const hasMutedWord = createWordFilter(reader.mutedWords);
  const tags = new Set(reader.hashtags);

  // Not taken apart: asking for the view parses it.
  const followed = (post: HydratedPost) =>
    post.relation.self || post.relation.follows || (tags.size > 0 && hasFollowedTag(post.view, tags));

  const surfaced = (post: HydratedPost, isRepost: boolean): Omission | null => {
    const { relation } = post;
    if (shouldSurface(relation, surface, { isRepost })) return null;
    return relation.muted
      ? 'muted_author'
      : relation.repostsHidden && isRepost
        ? 'reposts_hidden'
        : 'not_recommended';
  };

  return ({ post, threadMuted }) => {
    const { original } = post;
    // Authors may see what of theirs is held or taken down; it is in nobody's feed.
    if (post.relation.self && post.view.status !== 'published') return 'not_published';
    if (surface === 'home' && !followed(post)) return 'not_followed';
    if (!leavings.reposts && post.repostOfId !== null) return 'reposts_left_out';
    const omission =
      surfaced(post, post.repostOfId !== null) ?? (original === null ? null : surfaced(original, false));
    if (omission !== null) return omission;
    if (leavings.mediaOnly && (original !== null || post.view.media.length === 0)) return 'without_media';
    if (DELIBERATE.has(surface) || (post.relation.self && original === null)) return null;
    if (threadMuted) return 'muted_thread';
    const shown = original ?? post;
    if (reader.mutedWords.length > 0 && !shown.relation.self && hasMutedWord([...textsOf(shown.view)]))
      return 'muted_word';
    return null;
  };
}
