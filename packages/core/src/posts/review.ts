import { createHash } from 'node:crypto';
import {
  endMeasures,
  holding,
  type Measure,
  type RestrictionKind,
  type Ruling,
  restrict,
  type SubjectRef,
  staffGrounds,
} from '../access/index.js';
import type { CounterDelta } from '../counters/store.js';
import { requireOutranks } from '../identity/roles.js';
import { type Actor, viewerOf } from '../kernel/actor.js';
import { conflict, notFound } from '../kernel/errors.js';
import { type Id, timeOfId } from '../kernel/ids.js';
import { place, withdraw } from './placing.js';
import { nextStatus, type PostMove } from './status.js';
import type { Post } from './types.js';
import { change, eventOf, type PostUnit, type PostWriteDeps } from './unit.js';

type Deps = Pick<PostWriteDeps, 'unitOfWork' | 'runtime' | 'roles'>;
type Moving = Pick<PostWriteDeps, 'runtime'>;

/** What staff decided about a post. */
export interface Decision {
  readonly postId: Id;
  /** The revision it was decided about. */
  readonly revision?: number | undefined;
}

/** The moves of staff. */
export type StaffMove = Extract<PostMove, 'release' | 'flag' | 'restore'>;

/** A post as a subject of moderation. */
export const subjectOfPost = (post: Pick<Post, 'id'>): SubjectRef => ({ kind: 'post', id: post.id });

/** What is put on record of a post that is restricted. */
export const restrictedPost = (post: Post) => ({
  subject: subjectOfPost(post),
  authorId: post.authorId,
  revision: post.revision,
  contentAt: timeOfId(post.id),
  language: post.language,
});

/** SHA-256 of what a post says, hex. */
export const contentHashOfPost = ({ type, text, media, link, contentWarning }: Post): string =>
  createHash('sha256')
    .update(JSON.stringify([type, text, media, link?.url ?? null, contentWarning]))
    .digest('hex');

/**
 * Locks a post and the two accounts of a decision about it; null for what does not exist or is deleted. Who wrote a post
 * never changes, so that it can be read before the locks.
 */
export async function lockForDecision(stores: PostUnit, actor: Actor, postId: Id): Promise<Post | null> {
  const staffId = viewerOf(actor);
  const seen = await stores.posts.find(postId);
  if (!seen) return null;
  await stores.locks.accounts([...new Set([seen.authorId, ...(staffId === null ? [] : [staffId])])]);
  await stores.locks.posts([seen.id]);
  const post = await stores.posts.find(seen.id);
  return post && post.status !== 'deleted' ? post : null;
}

/** The post, if the actor may decide about it; behind {@link lockForDecision}. @throws post.not_found, account.outranked */
export async function requireDecidable(
  { roles }: Pick<Deps, 'roles'>,
  stores: PostUnit,
  actor: Actor,
  post: Post | null,
): Promise<Post> {
  if (!post) throw notFound('post');
  const staffId = viewerOf(actor);
  const involved = [...new Set([post.authorId, ...(staffId === null ? [] : [staffId])])];
  const accounts = await stores.accounts.byIds(involved);
  requireOutranks(
    roles,
    actor,
    staffId === null ? undefined : accounts.get(staffId),
    accounts.get(post.authorId),
  );
  return post;
}

/**
 * Moves a locked post by a decision: state, events, where it is found, counters. Says nothing about why: that is the
 * measure's.
 * @throws post.illegal_move (conflict)
 */
export async function movePost(
  { runtime }: Moving,
  stores: PostUnit,
  actor: Actor,
  post: Post,
  move: StaffMove,
  reason: string,
): Promise<Post> {
  const now = runtime.clock.now();
  const status = nextStatus(post.status, move);
  const first = status === 'published' && post.publishedAt === null;
  const moved = await change(stores, post, { status, ...(first ? { publishedAt: now } : {}) });
  if (move === 'flag')
    await stores.outbox.append({ type: 'post.flagged', actor, payload: { ...eventOf(post), reason } });
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
  return moved;
}

/** Takes a locked post down and says why: the measure, and the end of what held it before. */
export async function takeDown(
  deps: Moving,
  stores: PostUnit,
  actor: Actor,
  post: Post,
  ruling: Ruling,
): Promise<Measure> {
  if (post.status !== 'flagged')
    await movePost(deps, stores, actor, post, 'flag', ruling.grounds.explanation);
  await endMeasures(
    stores,
    deps.runtime,
    actor,
    await holding(stores, subjectOfPost(post), ['hold']),
    'replaced',
  );
  return restrict(stores, deps.runtime, actor, restrictedPost(post), ruling);
}

const ENDS: Readonly<Record<StaffMove, RestrictionKind>> = {
  release: 'hold',
  flag: 'hold',
  restore: 'remove',
};

async function decide(
  deps: Deps,
  actor: Actor,
  move: StaffMove,
  decision: Decision,
  reason: string | null,
): Promise<{ readonly postId: Id; readonly changed: boolean }> {
  return deps.unitOfWork.transact(async (stores) => {
    const locked = await lockForDecision(stores, actor, decision.postId);
    const post = await requireDecidable(deps, stores, actor, locked);
    if (move === 'flag' && post.status === 'flagged') return { postId: post.id, changed: false };
    const status = nextStatus(post.status, move);
    if (decision.revision !== undefined && decision.revision !== post.revision)
      throw conflict(
        'post.stale_revision',
        `this post is at revision ${post.revision}: look at it again before deciding`,
      );
    if (move === 'flag')
      await takeDown(deps, stores, actor, post, { kind: 'remove', grounds: staffGrounds(reason ?? '') });
    else {
      await movePost(deps, stores, actor, post, move, '');
      const ended = await holding(stores, subjectOfPost(post), [ENDS[move]]);
      await endMeasures(stores, deps.runtime, actor, ended, 'reversed');
    }
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
 * Takes a post down and keeps it for appeal: from the next read on only its author sees it, as removed. Its statement of
 * reasons is written with it.
 * @returns `changed: false` when it was down already
 * @throws as {@link releasePost}; a revision is compared when it is given
 */
export const flagPost = (deps: Deps, actor: Actor, input: Decision & { readonly reason: string }) =>
  decide(deps, actor, 'flag', input, input.reason);

/**
 * Reverses a takedown, whatever decisions it rests on: the post is where it was.
 * @throws as {@link releasePost}
 */
export const restorePost = (deps: Deps, actor: Actor, input: Decision & { readonly revision: number }) =>
  decide(deps, actor, 'restore', input, null);
