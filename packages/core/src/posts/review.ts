import type { CounterDelta } from '../counters/store.js';
import { requireOutranks } from '../identity/roles.js';
import { type Actor, viewerOf } from '../kernel/actor.js';
import { conflict, notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import { place, withdraw } from './placing.js';
import { nextStatus, type PostMove } from './status.js';
import type { Post } from './types.js';
import { change, eventOf, type PostUnit, type PostWriteDeps } from './unit.js';

type Deps = Pick<PostWriteDeps, 'unitOfWork' | 'runtime' | 'roles'>;

/** What staff decided about a post. */
export interface Decision {
  readonly postId: Id;
  /** The revision it was decided about. */
  readonly revision?: number | undefined;
}

type StaffMove = Extract<PostMove, 'release' | 'flag' | 'restore'>;

/** Locks a post and the two accounts of a staff decision, and checks that the one may decide about the other. */
async function lockForStaff(deps: Deps, stores: PostUnit, actor: Actor, postId: Id): Promise<Post> {
  const staffId = viewerOf(actor);
  const seen = await stores.posts.find(postId);
  if (!seen) throw notFound('post');
  const involved = [...new Set([seen.authorId, ...(staffId === null ? [] : [staffId])])];
  await stores.locks.accounts(involved);
  await stores.locks.posts([seen.id]);
  const accounts = await stores.accounts.byIds(involved);
  requireOutranks(
    deps.roles,
    actor,
    staffId === null ? undefined : accounts.get(staffId),
    accounts.get(seen.authorId),
  );
  const post = await stores.posts.find(seen.id);
  if (!post || post.status === 'deleted') throw notFound('post');
  return post;
}

async function decide(
  deps: Deps,
  actor: Actor,
  move: StaffMove,
  decision: Decision,
  reason: string | null,
): Promise<{ readonly postId: Id; readonly changed: boolean }> {
  return deps.unitOfWork.transact(async (stores) => {
    const now = deps.runtime.clock.now();
    const post = await lockForStaff(deps, stores, actor, decision.postId);
    if (move === 'flag' && post.status === 'flagged') return { postId: post.id, changed: false };
    const status = nextStatus(post.status, move);
    if (decision.revision !== undefined && decision.revision !== post.revision)
      throw conflict(
        'post.stale_revision',
        `this post is at revision ${post.revision}: look at it again before deciding`,
      );
    const first = status === 'published' && post.publishedAt === null;
    const moved = await change(stores, post, { status, ...(first ? { publishedAt: now } : {}) });
    if (move === 'flag')
      await stores.outbox.append({
        type: 'post.flagged',
        actor,
        payload: { ...eventOf(post), reason: reason ?? '' },
      });
    else
      await stores.outbox.append({
        type: move === 'release' ? 'post.released' : 'post.restored',
        actor,
        payload: eventOf(post),
      });
    let deltas: readonly CounterDelta[] = [];
    if (status === 'published') deltas = await place(stores, actor, moved, now, first);
    else if (post.status === 'published') deltas = await withdraw(stores, moved);
    if (deltas.length > 0) await stores.counters.add(deltas);
    await stores.audit.append({
      actor,
      action: `posts.${move}`,
      subject: { kind: 'post', id: post.id },
      details: {
        from: post.status,
        to: status,
        revision: post.revision,
        ...(reason === null ? {} : { reason }),
      },
    });
    return { postId: post.id, changed: true };
  });
}

/**
 * Lets a post through that was held by the content gate.
 * @throws post.not_found, post.illegal_move (conflict) unless it is under review, post.stale_revision (conflict) when it was
 * edited since, account.outranked (forbidden) for one's own post and those of an equal or higher rank
 */
export const releasePost = (deps: Deps, actor: Actor, input: Decision & { readonly revision: number }) =>
  decide(deps, actor, 'release', input, null);

/**
 * Takes a post down and keeps it for appeal: from the next read on only its author sees it, as removed.
 * @returns `changed: false` when it was down already
 * @throws as {@link releasePost}; a revision is compared when it is given
 */
export const flagPost = (deps: Deps, actor: Actor, input: Decision & { readonly reason: string }) =>
  decide(deps, actor, 'flag', input, input.reason);

/**
 * Reverses a takedown: the post is where it was.
 * @throws as {@link releasePost}
 */
export const restorePost = (deps: Deps, actor: Actor, input: Decision & { readonly revision: number }) =>
  decide(deps, actor, 'restore', input, null);
