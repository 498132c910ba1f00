import { notFound, SocialError } from '../kernel/errors.js';
import type { ContentFacts, RelationFacts, Visibility } from './facts.js';
import { canView } from './rules.js';

/** Whether an account may write at all. */
export const canAct = (self: Pick<RelationFacts, 'state'> | undefined): boolean =>
  self?.state === 'active' || self?.state === 'limited';

/**
 * @throws account.not_found when there is none, account.inactive (forbidden) when it is suspended or deactivated
 */
export function requireActive(self: RelationFacts | undefined): asserts self is RelationFacts {
  if (!self) throw notFound('account');
  if (!canAct(self))
    throw new SocialError(
      'forbidden',
      'account.inactive',
      `this account is ${self.state} and cannot do that`,
    );
}

/** Whether the profile (name, bio, counts) of an account can be seen: private accounts included, blocked and inactive ones not. */
export const canViewAccount = (facts: RelationFacts | undefined): facts is RelationFacts =>
  facts !== undefined &&
  (facts.self || ((facts.state === 'active' || facts.state === 'limited') && !facts.blocked));

/** @throws account.not_found unless the account can be seen */
export function requireAccount(facts: RelationFacts | undefined): asserts facts is RelationFacts {
  if (!canViewAccount(facts)) throw notFound('account');
}

/** Whether the follower, following and friend lists of an account can be seen: as its posts, by followers if it is private. */
export const canViewConnections = (facts: RelationFacts | undefined): boolean =>
  canViewAccount(facts) && (facts.self || !facts.isPrivate || facts.follows);

/**
 * Whether a profile field can be seen: decided by the rule table as for a post of that visibility by the same author, so
 * the `public` field of a private account is for its followers.
 */
export const canViewField = (author: RelationFacts, visibility: Visibility): boolean =>
  canView(
    {
      id: author.accountId,
      kind: 'post',
      status: 'published',
      audience: visibility,
      expiresAt: null,
      author,
      commentPolicy: 'nobody',
      mentioned: false,
      container: null,
    },
    0,
  );

/** @throws post.not_found or comment.not_found unless the content can be seen */
export function requireVisible(
  facts: ContentFacts | undefined,
  now: number,
  noun: 'post' | 'comment',
): asserts facts is ContentFacts {
  if (!canView(facts, now)) throw notFound(noun);
}

/** Whether visible content takes reactions, comments, votes, bookmarks: only what is published, for authors too. */
export const isLive = (facts: ContentFacts, now: number): boolean =>
  facts.status === 'published' &&
  (facts.expiresAt === null || facts.expiresAt > now) &&
  (facts.container === null || isLive(facts.container, now));

/** Whether the viewer may comment on a post he can see. */
export function canComment(facts: ContentFacts): boolean {
  if (facts.author.self) return true;
  switch (facts.commentPolicy) {
    case 'everyone':
      return true;
    case 'followers':
      return facts.author.follows;
    case 'following':
      return facts.author.followedBy;
    case 'mentioned':
      return facts.mentioned;
    case 'nobody':
      return false;
  }
}

/** Whether a post may be reposted or quoted: public posts of public accounts by anyone, one's own public posts also from a private account. */
export const canShare = (facts: ContentFacts, now: number): boolean =>
  isLive(facts, now) && facts.audience === 'public' && (facts.author.self || !facts.author.isPrivate);

/**
 * The author of a post as the rules of surfaces see him: a demoted post is recommended to nobody who does not follow its
 * author, as if he were not discoverable. Whether it can be seen does not depend on it.
 */
export const withDemotion = <R extends Pick<RelationFacts, 'discoverable'>>(
  author: R,
  demoted: boolean,
): R => (demoted && author.discoverable ? { ...author, discoverable: false } : author);

/** Where an item would be shown. */
export const SURFACES = [
  'home',
  'profile',
  'hashtag',
  'list',
  'explore',
  'thread',
  'search',
  'trending',
  'suggestion',
  'notification',
  'direct',
] as const;
export type Surface = (typeof SURFACES)[number];

const RECOMMENDING: ReadonlySet<Surface> = new Set(['explore', 'search', 'trending', 'suggestion']);
const UNMUTABLE: ReadonlySet<Surface> = new Set(['profile', 'direct']);

/**
 * Whether to offer a visible author's item on a surface. Not permission: it comes after `canView`.
 * Muted authors stay on their own profile and under a direct link; limited and undiscoverable authors are not
 * recommended to people who do not follow them.
 */
export function shouldSurface(
  author: Pick<RelationFacts, 'self' | 'state' | 'discoverable' | 'follows' | 'muted' | 'repostsHidden'>,
  surface: Surface,
  item: { readonly isRepost: boolean },
): boolean {
  if (author.self) return true;
  if (!UNMUTABLE.has(surface)) {
    if (author.muted) return false;
    if (item.isRepost && author.repostsHidden && surface === 'home') return false;
  }
  return !RECOMMENDING.has(surface) || author.follows || (author.state === 'active' && author.discoverable);
}
