import { reviewContent } from '../access/index.js';
import { type Actor, accountOf, systemActor } from '../kernel/actor.js';
import { conflict, isSocialError, notFound, type SocialError } from '../kernel/errors.js';
import { type Id, timeOfId } from '../kernel/ids.js';
import {
  findMentionCandidates,
  mentionedIn,
  mentionPairs,
  readText,
  resolveMentions,
} from '../text-entities/index.js';
import { formattingOf, gateSubject, type Prepared } from './content.js';
import { findQuoted, type Passed, requireFuture, requireShareable, settle } from './create.js';
import { readAgain } from './read-again.js';
import { cancelPublication, enqueuePublication, type ScheduledJob } from './schedule-job.js';
import { isUnpublished, nextStatus } from './status.js';
import type { Post } from './types.js';
import {
  change,
  changedMeanwhile,
  eventOf,
  lockOwn,
  type PostUnit,
  type PostWriteDeps,
  requireActiveAccount,
  requireOwn,
} from './unit.js';

/** What the stored content of a draft amounts to, as if it were written now. */
async function preparedOf(deps: PostWriteDeps, post: Post): Promise<Prepared> {
  const { type, text, media, link, contentWarning, language } = post;
  const poll = type === 'poll' ? await deps.readers.polls.find(post.id) : null;
  return {
    content: { type, text, media, link, contentWarning, language },
    reading: readText(text, formattingOf(post.entities)),
    poll: poll && { ...poll, options: poll.options.map((option) => option.text) },
  };
}

/** Publishes a locked draft under a new id, or holds it there. */
async function publishLocked(
  deps: PostWriteDeps,
  stores: PostUnit,
  actor: Actor,
  draft: Post,
  prepared: Prepared,
  verdict: Passed,
): Promise<Post> {
  const { runtime, canonicalHandle } = deps;
  const now = runtime.clock.now();
  const status = nextStatus(draft.status, verdict.decision === 'hold' ? 'hold' : 'publish');
  if (draft.expiresAt !== null && draft.expiresAt <= now)
    throw conflict('post.expired', 'this post has expired before it was published');
  if (draft.quoteOfId !== null) await requireShareable(stores, draft.authorId, draft.quoteOfId, now);
  await cancelPublication(stores.jobs, draft);
  // It takes its place among the posts now, so it gets the id of now.
  const id = runtime.ids.next();
  await stores.posts.rename(draft.id, id);
  const candidates = await findMentionCandidates(stores.accounts, canonicalHandle, prepared.reading);
  const entities = await resolveMentions(stores.facts, draft.authorId, prepared.reading, candidates);
  const post = await change(
    stores,
    { ...draft, id },
    {
      status,
      entities,
      label: verdict.decision === 'blur' ? verdict.label : null,
      scheduledAt: null,
      publishedAt: status === 'published' ? timeOfId(id) : null,
    },
  );
  await stores.posts.setMentions(id, mentionedIn(entities));
  const deltas = await settle(stores, deps, actor, post, verdict);
  if (deltas.length > 0) await stores.counters.add(deltas);
  return post;
}

/** Locks, in the order of all use cases, what publishing a draft rests on. */
async function lockForPublication(
  deps: PostWriteDeps,
  stores: PostUnit,
  draft: Post,
  prepared: Prepared,
): Promise<void> {
  const candidates = await findMentionCandidates(stores.accounts, deps.canonicalHandle, prepared.reading);
  const quoted = draft.quoteOfId === null ? null : await findQuoted(stores, draft.quoteOfId);
  await stores.locks.pairShared([
    ...mentionPairs(draft.authorId, candidates),
    ...(quoted ? [[draft.authorId, quoted.authorId] as const] : []),
  ]);
  await stores.locks.accounts([draft.authorId]);
  await stores.locks.posts([draft.id, ...(quoted ? [quoted.id] : [])]);
}

/**
 * Publishes one's own draft or scheduled post now. The content gate decides about it as about a new post.
 *
 * @returns the id it is published under; the draft's id stays an alias of it
 * @throws post.not_found, post.not_yours, post.illegal_move (conflict) for what is published already,
 * post.not_shareable, post.expired, content.rejected
 */
export async function publishDraft(
  deps: PostWriteDeps,
  actor: Actor,
  { postId }: { readonly postId: Id },
): Promise<{ readonly postId: Id }> {
  const authorId = accountOf(actor);
  return readAgain(async () => {
    const draft = await deps.readers.posts.find(postId);
    if (!draft || draft.authorId !== authorId || !isUnpublished(draft.status)) {
      await deps.unitOfWork.transact(async (stores) => {
        const post = await requireOwn(stores, draft, authorId, deps.runtime.clock.now());
        nextStatus(post.status, 'publish');
      });
      throw notFound('post');
    }
    const prepared = await preparedOf(deps, draft);
    const verdict = await reviewContent(deps.gate, gateSubject(authorId, prepared, draft.id));
    return deps.unitOfWork.transact(async (stores) => {
      await lockForPublication(deps, stores, draft, prepared);
      const locked = await lockOwn(stores, authorId, draft.id, deps.runtime.clock.now());
      if (locked.revision !== draft.revision) throw changedMeanwhile();
      const post = await publishLocked(deps, stores, actor, locked, prepared, verdict);
      return { postId: post.id };
    });
  });
}

/**
 * Schedules one's own draft, or moves the time of a scheduled post.
 * @throws post.not_found, post.not_yours, post.illegal_move (conflict), post.publish_at_invalid (validation),
 * content.rejected (forbidden): the gate looks now, so that the author is there to hear it, and again at publication
 */
export async function schedulePost(
  deps: PostWriteDeps,
  actor: Actor,
  { postId, publishAt }: { readonly postId: Id; readonly publishAt: number },
): Promise<{ readonly postId: Id }> {
  const authorId = accountOf(actor);
  requireFuture(publishAt, deps.runtime.clock.now());
  return readAgain(async () => {
    const seen = await deps.readers.posts.find(postId);
    if (seen?.authorId === authorId && isUnpublished(seen.status))
      await reviewContent(deps.gate, gateSubject(authorId, await preparedOf(deps, seen), seen.id));
    return deps.unitOfWork.transact(async (stores) => {
      const now = deps.runtime.clock.now();
      const post = await lockOwn(stores, authorId, postId, now);
      const status = nextStatus(post.status, 'schedule');
      if (seen && post.revision !== seen.revision) throw changedMeanwhile();
      if (post.expiresAt !== null && post.expiresAt <= publishAt)
        throw conflict('post.expired', 'this post expires before it would be published');
      await cancelPublication(stores.jobs, post);
      await enqueuePublication(stores.jobs, await change(stores, post, { status, scheduledAt: publishAt }));
      return { postId: post.id };
    });
  });
}

/**
 * Makes a scheduled post a draft again.
 * @throws post.not_found, post.not_yours, post.illegal_move (conflict)
 */
export const unschedulePost = (
  deps: PostWriteDeps,
  actor: Actor,
  { postId }: { readonly postId: Id },
): Promise<{ readonly postId: Id }> => {
  const authorId = accountOf(actor);
  return deps.unitOfWork.transact(async (stores) => {
    const post = await lockOwn(stores, authorId, postId, deps.runtime.clock.now());
    const status = nextStatus(post.status, 'unschedule');
    await cancelPublication(stores.jobs, post);
    await change(stores, post, { status, scheduledAt: null });
    return { postId: post.id };
  });
};

const scheduler = systemActor('scheduler');

const isDue = (post: Post | null, job: ScheduledJob): post is Post =>
  post?.status === 'scheduled' && post.scheduledAt === job.at;

/**
 * Publishes a scheduled post whose time has come. Idempotent: a post that was published, moved or deleted meanwhile is left
 * alone. One that may not be published any more (rejected, its author suspended, what it quotes gone) becomes a draft
 * again and `post.schedule_failed` says why.
 */
export async function publishScheduled(deps: PostWriteDeps, job: ScheduledJob): Promise<void> {
  const draft = await deps.readers.posts.find(job.postId);
  if (!isDue(draft, job)) return;
  try {
    const prepared = await preparedOf(deps, draft);
    const verdict = await reviewContent(deps.gate, gateSubject(draft.authorId, prepared, draft.id));
    await deps.unitOfWork.transact(async (stores) => {
      await lockForPublication(deps, stores, draft, prepared);
      const locked = await stores.posts.find(draft.id);
      if (!isDue(locked, job)) return;
      await requireActiveAccount(stores.facts, locked.authorId);
      if (locked.revision !== draft.revision) throw changedMeanwhile();
      await publishLocked(deps, stores, scheduler, locked, prepared, verdict);
    });
  } catch (error) {
    if (!isSocialError(error) || error.retryable || error.category === 'internal') throw error;
    await giveUp(deps, draft, job, error);
  }
}

const giveUp = (deps: PostWriteDeps, draft: Post, job: ScheduledJob, error: SocialError): Promise<void> =>
  deps.unitOfWork.transact(async (stores) => {
    await stores.locks.accounts([draft.authorId]);
    await stores.locks.posts([draft.id]);
    const post = await stores.posts.find(draft.id);
    if (!isDue(post, job)) return;
    await change(stores, post, { status: nextStatus(post.status, 'unschedule'), scheduledAt: null });
    await stores.outbox.append({
      type: 'post.schedule_failed',
      actor: scheduler,
      payload: { ...eventOf(post), code: error.code },
    });
  });
