import { type Account, canShare, hashtagsIn, type Id, linksIn, type Post, timeOfId } from '@socialkit/core';
import { EVERYWHERE, MAX_CELL_LENGTH, type TrendKind, type TrendUse } from './types.js';
import type { TrendDeps } from './unit.js';

/** Names what made a use. */
export const postSource = (postId: Id): string => `post:${postId}`;
export const commentSource = (commentId: Id): string => `comment:${commentId}`;
export const reactionSource = (userId: Id, postId: Id, kind: string): string =>
  `reaction:${postId}:${userId}:${kind}`;

/** Whether what an account does counts: active, and old enough that making accounts in bulk does not pay at once. */
export const countsAtAll = (account: Account | undefined, at: number, minimumAgeMs: number): boolean =>
  account !== undefined && account.state === 'active' && at - account.createdAt >= minimumAgeMs;

/** Where an account is; a name that is too long is no region. */
export async function cellOf({ settings }: Pick<TrendDeps, 'settings'>, accountId: Id): Promise<string> {
  const cell = await settings.cellOf(accountId);
  return cell !== null && cell.length <= MAX_CELL_LENGTH ? cell : EVERYWHERE;
}

const subjectsOf = (post: Post): readonly (readonly [TrendKind, string, Id])[] => {
  const shared = post.repostOfId ?? post.quoteOfId;
  const links = [...linksIn(post.entities), ...(post.link ? [post.link.url] : [])];
  return [
    ...hashtagsIn(post.entities).map((tag) => ['hashtag', tag, post.id] as const),
    ...[...new Set(links)]
      .filter((url) => /^https?:/.test(url))
      .map((url) => ['link', url, post.id] as const),
    ...(shared === null ? [] : [['post', shared, shared] as const]),
  ];
};

/** How often a source is read again that changes while it is counted. */
const READ_AT_MOST = 3;

/**
 * Makes the uses of a source what the rows say, also when they change meanwhile: what is counted is read once more after it
 * was written, so that a deletion whose event overtook this one is not undone.
 */
async function settle(
  { stores }: Pick<TrendDeps, 'stores'>,
  source: string,
  read: () => Promise<readonly TrendUse[]>,
): Promise<void> {
  let uses = await read();
  for (let reads = 1; ; reads++) {
    await stores.uses.replace(source, uses);
    if (uses.length === 0 || reads >= READ_AT_MOST) return;
    const again = await read();
    if (JSON.stringify(again) === JSON.stringify(uses)) return;
    uses = again;
  }
}

async function readPost(deps: TrendDeps, postId: Id): Promise<readonly TrendUse[]> {
  const { readers, settings, runtime } = deps;
  const post = await readers.posts.find(postId);
  const facts = post && (await readers.facts.posts(null, [postId])).get(postId);
  // Without a session and shareable by strangers: published, public, of a public account.
  if (!post || !facts || !canShare(facts, runtime.clock.now())) return [];
  const at = post.publishedAt ?? timeOfId(post.id);
  const author = (await readers.accounts.byIds([post.authorId])).get(post.authorId);
  if (!countsAtAll(author, at, settings.minimumAgeMs)) return [];
  // Nobody makes his own post trend.
  const own = await ownPosts(deps, post);
  const subjects = subjectsOf(post).filter(([, subject]) => !own.has(subject));
  if (subjects.length === 0) return [];
  const [source, cell, actorId] = [postSource(postId), await cellOf(deps, post.authorId), post.authorId];
  return subjects.map(([kind, subject, about]) => ({
    kind,
    subject,
    actorId,
    source,
    postId: about,
    cell,
    at,
  }));
}

async function ownPosts(deps: TrendDeps, post: Post): Promise<ReadonlySet<string>> {
  const shared = post.repostOfId ?? post.quoteOfId;
  if (shared === null) return new Set();
  const facts = (await deps.readers.facts.posts(post.authorId, [shared])).get(shared);
  return new Set(facts?.author.self === false ? [] : [shared]);
}

/**
 * Makes the uses of a post what the post now says: its hashtags and links, and the post it shares. A post that is not public,
 * or whose author does not count, has none; a private account's are for its followers, so they count for nobody.
 */
export const recordPost = (deps: TrendDeps, postId: Id): Promise<void> =>
  settle(deps, postSource(postId), () => readPost(deps, postId));

/** Somebody's part in somebody else's post. */
interface Part {
  readonly source: string;
  readonly postId: Id;
  readonly actorId: Id;
  /** Unix ms. */
  readonly at: number;
}

async function readPart(
  deps: TrendDeps,
  { source, postId, actorId, at }: Part,
): Promise<readonly TrendUse[]> {
  const { readers, settings, runtime } = deps;
  const [actor, facts] = await Promise.all([
    readers.accounts.byIds([actorId]).then((found) => found.get(actorId)),
    readers.facts.posts(null, [postId]).then((found) => found.get(postId)),
  ]);
  const counts =
    facts !== undefined &&
    facts.author.accountId !== actorId &&
    canShare(facts, runtime.clock.now()) &&
    countsAtAll(actor, at, settings.minimumAgeMs);
  return counts
    ? [{ kind: 'post', subject: postId, actorId, source, postId, cell: await cellOf(deps, actorId), at }]
    : [];
}

/** Counts a reaction to a post as long as it is there. @param reaction.at Unix ms */
export const recordReaction = (
  deps: TrendDeps,
  reaction: { readonly userId: Id; readonly postId: Id; readonly kind: string; readonly at: number },
): Promise<void> => {
  const { userId, postId, kind, at } = reaction;
  const source = reactionSource(userId, postId, kind);
  return settle(deps, source, async () => {
    const own = (await deps.readers.reactions.own(userId, [postId])).get(postId) ?? [];
    return own.includes(kind) ? readPart(deps, { source, postId, actorId: userId, at }) : [];
  });
};

/** Counts a comment as long as it is published. */
export const recordComment = (deps: TrendDeps, commentId: Id): Promise<void> => {
  const source = commentSource(commentId);
  return settle(deps, source, async () => {
    const comment = (await deps.readers.comments.byIds([commentId])).get(commentId);
    if (comment?.status !== 'published') return [];
    const { postId, authorId: actorId } = comment;
    return readPart(deps, { source, postId, actorId, at: timeOfId(commentId) });
  });
};
