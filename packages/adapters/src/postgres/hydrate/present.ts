import {
  type ContentFacts,
  canView,
  type HydratedPost,
  hydratedPost,
  type Id,
  type PostHead,
  pollViewOf,
  postHead,
  type QuotedPart,
  type RelationFacts,
  viewerStateOf,
  withDemotion,
} from '@socialkit/core';
import type { AuthorFragment, HeldPost } from './fragment-cache.js';
import type { Reading } from './parse.js';
import type { Request } from './views.js';

/** Where a post stands in the one that was asked for: what a quoted post quotes is not shown. */
type Level = 'asked' | 'quoted';

const NOTHING: readonly string[] = Object.freeze([]);
const NO_QUOTE: QuotedPart = Object.freeze({ kind: 'none' });

/** The beginning of a view; held where it will be shown again. */
const headOf = (post: HeldPost, keeps: boolean): PostHead => {
  const { head, author, tally } = post;
  if (head?.author === author && head.tally === tally) return head.shown;
  const shown = postHead(post.fragment.body, author.json, tally.counts, keeps);
  if (keeps) post.head = { author, tally, shown };
  return shown;
};

const relationOf = (reading: Reading, author: AuthorFragment, viewer: Id | null): RelationFacts => {
  const { id } = author;
  const follow = reading.follows.get(id);
  return {
    accountId: id,
    state: author.state,
    isPrivate: author.isPrivate,
    discoverable: author.discoverable,
    self: viewer === id,
    blocked: reading.blocked.size > 0 && reading.blocked.has(id),
    follows: follow !== undefined,
    followedBy: reading.followedBy?.has(id) ?? false,
    friends: reading.friends?.has(id) ?? false,
    muted: reading.muted.size > 0 && reading.muted.has(id),
    repostsHidden: follow === true || (reading.repostsMuted?.has(id) ?? false),
  };
};

/**
 * Decides by the policy what of a reading the viewer may see, and splices it.
 * @param exact relations that were asked for one by one, in place of the ones of the reading
 * @param keeps whether what is spliced will be of use again
 */
export function present(
  { viewer, now }: Request,
  reading: Reading,
  exact: ReadonlyMap<Id, RelationFacts> | null,
  ids: readonly Id[],
  keeps: boolean,
): readonly (HydratedPost | null)[] {
  const factsOf = ({ fragment, author }: HeldPost, container: ContentFacts | null): ContentFacts => {
    return {
      id: fragment.id,
      kind: 'post',
      status: fragment.status,
      audience: fragment.visibility,
      expiresAt: fragment.expiresAt,
      author: withDemotion(exact?.get(author.id) ?? relationOf(reading, author, viewer), fragment.demoted),
      commentPolicy: fragment.commentPolicy,
      mentioned: reading.mentioned?.has(fragment.id) ?? false,
      container,
    };
  };

  const containerOf = (originalId: Id): ContentFacts | undefined => {
    const original = reading.posts.get(originalId);
    // An original is never itself a plain repost: what claims to be one hides its wrappers.
    return original && original.fragment.repostOfId === null ? factsOf(original, null) : undefined;
  };

  const quotedPart = (quoteOfId: Id, level: Level): QuotedPart => {
    if (level === 'quoted') return { kind: 'collapsed', id: quoteOfId };
    const post = hydrate(quoteOfId, 'quoted');
    return post ? { kind: 'shown', post } : { kind: 'unavailable' };
  };

  const hydrate = (id: Id, level: Level): HydratedPost | null => {
    const found = reading.posts.get(id);
    if (!found) return null;
    const { fragment } = found;
    const { repostOfId, quoteOfId } = fragment;
    const container = repostOfId === null ? null : containerOf(repostOfId);
    if (container === undefined) return null;
    const facts = factsOf(found, container);
    if (!canView(facts, now)) return null;
    const original = repostOfId === null ? null : hydrate(repostOfId, 'asked');
    if (repostOfId !== null && original === null) return null;
    const poll = fragment.type === 'poll' ? reading.polls?.get(id) : undefined;
    const own = {
      reacted: reading.reacted?.get(id)?.sort() ?? NOTHING,
      bookmarked: reading.bookmarked?.has(id) ?? false,
      reposted: reading.reposted?.has(id) ?? false,
    };
    return hydratedPost({
      id,
      authorId: fragment.authorId,
      repostOfId,
      relation: facts.author,
      head: headOf(found, keeps),
      poll: poll ? pollViewOf(poll.poll, poll.ballot, facts.author.self, now) : null,
      viewer: viewerStateOf(facts, own, viewer !== null, now),
      original,
      quoted: quoteOfId === null ? NO_QUOTE : quotedPart(quoteOfId, level),
    });
  };
  return ids.map((id) => hydrate(id, 'asked'));
}
