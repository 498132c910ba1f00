import {
  type Actor,
  accountOf,
  type HydratedPost,
  hiddenBy,
  type Id,
  requirePermission,
  viewerOf,
} from '@socialkit/core';
import type { z } from 'zod';
import { createCollapse } from './collapse.js';
import type { FeedReadDeps } from './feed-service.js';
import { FEED_PERMISSION } from './operations.js';
import { requireRanked } from './reads.js';
import { markThreads } from './surface-page.js';
import { createSurfaceRules, type Omission } from './surface-rules.js';
import type { Explanation, explainInput } from './types.js';

/** Ids looked through for the reposts above one: beyond them a repost counts as not collapsed. */
const MAX_WALK = 2000;
const STEP = 200;
const NOTHING_LEFT_OUT = Object.freeze({ reposts: true, mediaOnly: false });

/** Omissions of a home without options; the others cannot come out of it. */
const asReason = (omission: Omission): Explanation['reason'] =>
  omission === 'reposts_left_out' || omission === 'without_media' || omission === 'not_recommended'
    ? 'not_followed'
    : omission;

/** The id right above: a listing strictly below it begins with `id`. */
const above = (id: Id): Id => (BigInt(id) + 1n).toString();

/**
 * Whether the home lists the post, and whether another repost of its original stands above it. The walk begins at the top only
 * for reposts: for everything else the answer does not depend on what is above.
 */
async function place(deps: FeedReadDeps, userId: Id, post: HydratedPost) {
  const own = await deps.home.read(userId, above(post.id), 1);
  const { from } = own;
  if (own.ids[0] !== post.id) return { listed: false, collapsed: false, from };
  if (post.repostOfId === null || deps.options.collapseWindow === 0)
    return { listed: true, collapsed: false, from };
  const collapse = createCollapse(deps.options.collapseWindow, null);
  const omits = createSurfaceRules('home', own.reader, NOTHING_LEFT_OUT);
  let before: Id | null = null;
  for (let walked = 0; walked < MAX_WALK; walked += STEP) {
    const { ids, reader } = await deps.home.read(userId, before, STEP);
    const items = await markThreads(
      deps,
      userId,
      reader,
      await deps.readers.postViews.views(userId, ids, { follows: true }),
    );
    for (const item of items) {
      if (item === null || item.post.repostOfId === null || omits(item) !== null) continue;
      const shown = collapse.admit(item.post.repostOfId);
      if (item.post.id === post.id) return { listed: true, collapsed: !shown, from };
    }
    before = ids.at(-1) ?? null;
    if (before === null || ids.length < STEP) break;
  }
  return { listed: true, collapsed: false, from };
}

/** Whose home is asked about, and whether the answer may name rules. */
async function resolveReader(
  deps: FeedReadDeps,
  actor: Actor,
  input: z.output<typeof explainInput>,
): Promise<{ readonly userId: Id; readonly staff: boolean }> {
  const self = viewerOf(actor);
  if (input.userId === undefined || input.userId === self) {
    const staff = actor.kind === 'staff' && actor.permissions.has(FEED_PERMISSION);
    return { userId: accountOf(actor), staff };
  }
  requirePermission(actor, FEED_PERMISSION);
  const { userId, postId } = input;
  await deps.unitOfWork.transact(({ audit }) =>
    audit.append({
      actor,
      action: 'feed.explain',
      subject: { kind: 'account', id: userId },
      details: { postId },
    }),
  );
  return { userId, staff: true };
}

/**
 * Why a post is in a home feed, or why it is not. To a reader a post he may not see looks like one that does not exist; staff
 * with `feed.verify` are told the rule, also about other readers, and that lands in the audit log.
 *
 * @throws actor.unauthenticated; actor.missing_permission (forbidden) for somebody else's home; algorithm.unknown (validation)
 */
export async function explain(
  deps: FeedReadDeps,
  actor: Actor,
  input: z.output<typeof explainInput>,
): Promise<Explanation> {
  const ranked = input.algorithm === undefined ? undefined : requireRanked(deps);
  const { userId, staff } = await resolveReader(deps, actor, input);
  const postId = (await deps.readers.posts.aliases([input.postId])).get(input.postId) ?? input.postId;
  const placed = await explainHome(deps, { userId, staff, postId });
  if (!ranked || placed.reason === 'not_visible') return placed;
  return { ...placed, ranking: await ranked.explain(userId, postId, input.algorithm) };
}

/** Why a post is in a home in the order of time, or why it is not. */
async function explainHome(
  deps: FeedReadDeps,
  { userId, staff, postId }: { readonly userId: Id; readonly staff: boolean; readonly postId: Id },
): Promise<Explanation> {
  const [view] = await deps.readers.postViews.views(userId, [postId], { follows: true });
  const answer = (
    shown: boolean,
    reason: Explanation['reason'],
    about: { readonly rule?: string | null; readonly from?: Explanation['from'] } = {},
  ): Explanation => ({
    shown,
    reason,
    rule: staff ? (about.rule ?? null) : null,
    from: staff ? (about.from ?? null) : null,
  });

  if (!view) {
    const facts = staff ? (await deps.readers.facts.posts(userId, [postId])).get(postId) : undefined;
    return answer(false, 'not_visible', { rule: facts ? hiddenBy(facts, deps.now()) : 'exists' });
  }

  const reader = await deps.truth.reader(userId, { before: null, limit: 0, now: deps.now() });
  const [item] = await markThreads(deps, userId, reader, [view]);
  const omission = item ? createSurfaceRules('home', reader, NOTHING_LEFT_OUT)(item) : null;
  if (omission !== null) return answer(false, asReason(omission));
  const { listed, collapsed, from } = await place(deps, userId, view);
  if (!listed) return answer(false, 'not_delivered', { from });
  if (collapsed) return answer(false, 'collapsed', { from });
  const { self, follows } = view.relation;
  return answer(true, self ? 'own_post' : follows ? 'followed_author' : 'followed_hashtag', { from });
}
