import {
  canShare,
  type GateVerdict,
  referenceOf,
  requireVisible,
  restrictByGate,
  reviewContent,
} from '../access/index.js';
import type { CounterDelta } from '../counters/store.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { conflict, forbidden, invalid, notFound } from '../kernel/errors.js';
import { once } from '../kernel/idempotency.js';
import { type Id, timeOfId } from '../kernel/ids.js';
import { findMentionCandidates, mentionedIn, mentionPairs, resolveMentions } from '../text-entities/index.js';
import { gateSubject, type Prepared, prepareContent } from './content.js';
import type { CreateInput } from './input.js';
import { place } from './placing.js';
import { restrictedPost } from './review.js';
import { enqueuePublication } from './schedule-job.js';
import { nextStatus } from './status.js';
import { MAX_SCHEDULE_AHEAD_MS, MAX_UNPUBLISHED, type Post } from './types.js';
import { eventOf, type PostUnit, type PostWriteDeps, requireActiveAccount } from './unit.js';

/** What the gate may say to a post that goes on. */
export type Passed = Exclude<GateVerdict, { decision: 'reject' }>;

/** @throws post.publish_at_invalid (validation) unless the instant lies ahead, within reach */
export function requireFuture(publishAt: number, now: number): void {
  if (publishAt > now && publishAt <= now + MAX_SCHEDULE_AHEAD_MS) return;
  throw invalid('post.publish_at_invalid', 'a post is scheduled for a time ahead, at most 400 days', [
    { path: 'publishAt', message: 'must lie ahead, at most 400 days' },
  ]);
}

function checkTimes(input: CreateInput, now: number): void {
  if (input.draft && input.publishAt !== undefined)
    throw invalid('post.draft_or_scheduled', 'a post is a draft or scheduled, not both', [
      { path: 'publishAt', message: 'must be left out for a draft' },
    ]);
  if (input.publishAt !== undefined) requireFuture(input.publishAt, now);
  if (input.expiresAt !== undefined && input.expiresAt <= (input.publishAt ?? now))
    throw invalid('post.expires_at_invalid', 'a post expires after it is published', [
      { path: 'expiresAt', message: 'must lie behind the publication' },
    ]);
}

/** Where a quoted post stands: of a plain repost, the original. */
export async function findQuoted(stores: Pick<PostUnit, 'posts'>, postId: Id): Promise<Post> {
  const asked = await stores.posts.find(postId);
  const meant = asked?.repostOfId ? await stores.posts.find(asked.repostOfId) : asked;
  if (!meant) throw notFound('post');
  return meant;
}

/** @throws post.not_found unless the account sees the post, by the id it has or the one it had as a draft */
async function requireSeen(
  stores: Pick<PostUnit, 'facts' | 'posts'>,
  accountId: Id,
  postId: Id,
  now: number,
): Promise<void> {
  const id = (await stores.posts.find(postId))?.id ?? postId;
  requireVisible((await stores.facts.posts(accountId, [id])).get(id), now, 'post');
}

/** @throws post.not_found unless the author sees it, post.not_shareable (forbidden) */
export async function requireShareable(
  stores: Pick<PostUnit, 'facts'>,
  actorId: Id,
  postId: Id,
  now: number,
): Promise<void> {
  const facts = (await stores.facts.posts(actorId, [postId])).get(postId);
  requireVisible(facts, now, 'post');
  if (!canShare(facts, now))
    throw forbidden('post.not_shareable', 'only public posts of public accounts can be shared');
}

/** Writes everything that follows from a post having become published or held for the first time. */
export async function settle(
  stores: PostUnit,
  { runtime }: Pick<PostWriteDeps, 'runtime'>,
  actor: Actor,
  post: Post,
  verdict: Passed,
): Promise<CounterDelta[]> {
  await restrictByGate(stores, runtime, restrictedPost(post), verdict);
  if (post.status === 'published')
    return place(stores, actor, post, runtime.clock.now(), true, referenceOf(verdict));
  if (verdict.decision === 'hold')
    await stores.outbox.append({
      type: 'post.held',
      actor,
      payload: {
        ...eventOf(post),
        revision: post.revision,
        reasons: verdict.reasons,
        ...referenceOf(verdict),
      },
    });
  return [];
}

const labelOf = (verdict: Passed): string | null => (verdict.decision === 'blur' ? verdict.label : null);

/** The state a post of the author's choice takes, once the gate has spoken. */
const statusFor = (input: CreateInput, verdict: Passed): Post['status'] =>
  input.draft
    ? 'draft'
    : nextStatus(
        'draft',
        input.publishAt !== undefined ? 'schedule' : verdict.decision === 'hold' ? 'hold' : 'publish',
      );

/**
 * Writes a post: published at once, a draft, or scheduled.
 *
 * @returns the id of the post; with an idempotency key always that of the first call
 * @throws post.* and text.* (validation), post.not_found for a quoted post the author cannot see, post.not_shareable
 * (forbidden), post.too_many_drafts (conflict), content.rejected (forbidden), account.inactive (forbidden)
 */
export async function createPost(
  deps: PostWriteDeps,
  actor: Actor,
  input: CreateInput,
): Promise<{ readonly postId: Id }> {
  const { unitOfWork, runtime, gate, canonicalHandle } = deps;
  const authorId = accountOf(actor);
  checkTimes(input, runtime.clock.now());
  const prepared = await prepareContent(deps, authorId, {
    text: input.text,
    formatting: input.formatting,
    media: input.media,
    link: input.link ?? null,
    poll: input.poll ?? null,
    contentWarning: input.contentWarning ?? null,
    language: input.language ?? null,
    quotes: input.quoteOfId !== undefined,
    type: input.type,
  });
  // Nobody but its author sees a draft; it is reviewed when it is published.
  const verdict: Passed = input.draft
    ? { decision: 'allow' }
    : await reviewContent(gate, gateSubject(authorId, prepared));

  return unitOfWork.transact((stores) => {
    const now = runtime.clock.now();
    const call = { store: stores.idempotency, actorId: authorId, operation: 'posts.create', input, now };
    return once(call, async () => {
      const quoted = input.quoteOfId === undefined ? null : await findQuoted(stores, input.quoteOfId);
      const candidates = await findMentionCandidates(stores.accounts, canonicalHandle, prepared.reading);
      await stores.locks.pairShared([
        ...mentionPairs(authorId, candidates),
        ...(quoted ? [[authorId, quoted.authorId] as const] : []),
      ]);
      await stores.locks.accounts([authorId]);
      if (quoted) await stores.locks.posts([quoted.id]);
      await requireActiveAccount(stores.facts, authorId);
      if (quoted && input.quoteOfId !== undefined) {
        // Through a repost one quotes what it shows, and only a repost one sees says what that is.
        await requireSeen(stores, authorId, input.quoteOfId, now);
        await requireShareable(stores, authorId, quoted.id, now);
      }

      const status = statusFor(input, verdict);
      if (status === 'draft' || status === 'scheduled') await requireRoom(stores, authorId);
      const id = runtime.ids.next();
      const post: Post = {
        id,
        authorId,
        status,
        ...prepared.content,
        entities: await resolveMentions(stores.facts, authorId, prepared.reading, candidates),
        visibility: input.visibility,
        commentPolicy: input.commentPolicy,
        label: labelOf(verdict),
        demoted: false,
        repostOfId: null,
        quoteOfId: quoted?.id ?? null,
        expiresAt: input.expiresAt ?? null,
        scheduledAt: input.publishAt ?? null,
        publishedAt: status === 'published' ? timeOfId(id) : null,
        editedAt: null,
        deletedAt: null,
        revision: 1,
      };
      await stores.posts.insert(post);
      await stores.posts.setMentions(post.id, mentionedIn(post.entities));
      await writePoll(stores, post.id, prepared);
      if (status === 'scheduled') await enqueuePublication(stores.jobs, post);
      await stores.outbox.append({
        type: 'post.created',
        actor,
        payload: { ...eventOf(post), status: post.status },
      });
      const deltas = status === 'scheduled' ? [] : await settle(stores, deps, actor, post, verdict);
      if (deltas.length > 0) await stores.counters.add(deltas);
      return { postId: post.id };
    });
  });
}

/** @throws post.too_many_drafts (conflict) */
export async function requireRoom(stores: Pick<PostUnit, 'posts'>, authorId: Id): Promise<void> {
  if ((await stores.posts.countUnpublished(authorId)) >= MAX_UNPUBLISHED)
    throw conflict('post.too_many_drafts', `an account keeps at most ${MAX_UNPUBLISHED} drafts`);
}

/** Writes the poll of an unpublished post, in place of the one it may have. */
export async function writePoll(stores: PostUnit, postId: Id, { poll }: Prepared): Promise<void> {
  if (poll === null) return;
  await stores.polls.put({
    postId,
    multiple: poll.multiple,
    durationMs: poll.durationMs,
    expiresAt: null,
    voterCount: 0,
    options: poll.options.map((text, position) => ({ position, text, voteCount: 0 })),
  });
}
