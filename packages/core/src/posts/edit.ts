import { isDeepStrictEqual } from 'node:util';
import {
  contentGateActor,
  endMeasures,
  isOfGate,
  labelOf,
  type Measure,
  referenceOf,
  restrictByGate,
  reviewContent,
} from '../access/index.js';
import type { CounterDelta } from '../counters/store.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { conflict, notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import {
  findMentionCandidates,
  type MentionCandidates,
  mentionedIn,
  mentionPairs,
  resolveMentions,
  type TextEntity,
} from '../text-entities/index.js';
import { formattingOf, gateSubject, type Prepared, prepareContent } from './content.js';
import { type Passed, writePoll } from './create.js';
import type { EditInput, PollInput } from './input.js';
import { listHashtags, withdraw } from './placing.js';
import { readAgain } from './read-again.js';
import { restrictedPost, subjectOfPost } from './review.js';
import { isUnpublished, nextStatus } from './status.js';
import type { Post } from './types.js';
import {
  change,
  changedMeanwhile,
  eventOf,
  lockOwn,
  type PostUnit,
  type PostWriteDeps,
  requireOwn,
} from './unit.js';

/** @throws post.not_editable (conflict), post.stale_revision (conflict) */
function requireEditable(post: Post, input: EditInput): void {
  if (post.repostOfId !== null) throw conflict('post.not_editable', 'a repost has nothing to edit');
  if (post.status === 'flagged')
    throw conflict('post.not_editable', 'this post was taken down by moderation');
  if (input.poll !== undefined && !isUnpublished(post.status))
    throw conflict('post.not_editable', 'a poll stays as it was published');
  if (input.revision !== undefined && input.revision !== post.revision)
    throw conflict('post.stale_revision', `this post is at revision ${post.revision} already`);
}

const storedPoll = async (deps: PostWriteDeps, post: Post): Promise<PollInput | null> => {
  const poll = post.type === 'poll' ? await deps.readers.polls.find(post.id) : null;
  return (
    poll && {
      options: poll.options.map(({ text }) => text),
      multiple: poll.multiple,
      durationMs: poll.durationMs,
    }
  );
};

const pick = <T>(given: T | undefined, stored: T): T => (given === undefined ? stored : given);

/** The content of a post with an edit laid over it. */
async function merge(deps: PostWriteDeps, post: Post, input: EditInput): Promise<Prepared> {
  return prepareContent(deps, post.authorId, {
    text: input.text ?? post.text,
    // Ranges belong to their text: new text without ranges has none.
    formatting: input.formatting ?? (input.text === undefined ? formattingOf(post.entities) : []),
    media: input.media ?? post.media,
    link: pick(input.link, post.link),
    poll: pick(input.poll, await storedPoll(deps, post)),
    contentWarning: pick(input.contentWarning, post.contentWarning),
    language: pick(input.language, post.language),
    quotes: post.quoteOfId !== null,
  });
}

/** By value: a database hands objects back with their keys in an order of its own. */
const sameContent = (post: Post, content: Prepared['content'], entities: readonly TextEntity[]): boolean =>
  isDeepStrictEqual(
    [post.type, post.text, post.entities, post.media, post.link, post.contentWarning, post.language],
    [
      content.type,
      content.text,
      entities,
      content.media,
      content.link,
      content.contentWarning,
      content.language,
    ],
  );

/** Keeps the version that others could read. What was never published leaves no trace. */
async function keepVersion(stores: PostUnit, post: Post): Promise<void> {
  const { text, entities, media, link, contentWarning, revision } = post;
  await stores.posts.addRevision({
    postId: post.id,
    revision,
    text,
    entities,
    media,
    link,
    contentWarning,
    writtenAt: post.editedAt ?? post.publishedAt ?? 0,
  });
}

/**
 * Takes back the gate's warnings of what the post said before.
 * @returns the measures that hold on
 */
async function endGateLabels(
  { runtime }: Pick<PostWriteDeps, 'runtime'>,
  stores: PostUnit,
  post: Post,
): Promise<readonly Measure[]> {
  const holding = await stores.measures.active(subjectOfPost(post));
  const old = holding.filter((measure) => measure.kind === 'blur' && isOfGate(measure));
  await endMeasures(stores, runtime, contentGateActor, old, 'replaced');
  return holding.filter((measure) => !old.includes(measure));
}

async function editLocked(
  deps: PostWriteDeps,
  stores: PostUnit,
  actor: Actor,
  post: Post,
  edit: { readonly prepared: Prepared; readonly verdict: Passed; readonly candidates: MentionCandidates },
  input: EditInput,
): Promise<void> {
  const { prepared, verdict, candidates } = edit;
  const now = deps.runtime.clock.now();
  const { content } = prepared;
  const entities = await resolveMentions(stores.facts, post.authorId, prepared.reading, candidates);
  const unpublished = isUnpublished(post.status);
  if (unpublished && input.poll !== undefined) {
    if (prepared.poll === null) await stores.polls.remove(post.id);
    else await writePoll(stores, post.id, prepared);
  }
  if (sameContent(post, content, entities) && input.poll === undefined) return;

  const wasPublished = post.status === 'published';
  if (wasPublished) await keepVersion(stores, post);
  const held = wasPublished && verdict.decision === 'hold';
  const kept = unpublished ? [] : await endGateLabels(deps, stores, post);
  const edited = await change(stores, post, {
    ...content,
    entities,
    label: verdict.decision === 'blur' ? verdict.label : labelOf(kept),
    status: held ? nextStatus(post.status, 'hold') : post.status,
    ...(wasPublished ? { editedAt: now } : {}),
  });
  await stores.posts.setMentions(post.id, mentionedIn(entities));
  const deltas: CounterDelta[] = held
    ? await withdraw(stores, edited)
    : wasPublished
      ? await listHashtags(stores, edited)
      : [];
  if (deltas.length > 0) await stores.counters.add(deltas);
  if (unpublished) return;
  if (verdict.decision === 'blur' || held)
    await restrictByGate(stores, deps.runtime, restrictedPost(edited), verdict);
  await stores.outbox.append({
    type: 'post.edited',
    actor,
    payload: { ...eventOf(edited), revision: edited.revision, ...referenceOf(verdict) },
  });
  // Whoever looks at what is under review has to know that there is something newer to look at.
  if (edited.status === 'under_review')
    await stores.outbox.append({
      type: 'post.held',
      actor,
      payload: {
        ...eventOf(edited),
        revision: edited.revision,
        reasons: verdict.decision === 'hold' ? verdict.reasons : [],
        ...referenceOf(verdict),
      },
    });
}

/**
 * Changes the content of one's own post. A published version that is replaced stays in the history. What the gate wants to
 * be looked at goes under review, and what is under review stays there: an edit does not replace the look.
 *
 * @returns the post's id; an edit that changes nothing writes nothing
 * @throws post.not_found, post.not_yours (forbidden), post.not_editable, post.stale_revision (conflict),
 * post.changed_meanwhile (conflict, retryable), content.rejected (forbidden), post.* and text.* (validation)
 */
export async function editPost(
  deps: PostWriteDeps,
  actor: Actor,
  input: EditInput,
): Promise<{ readonly postId: Id }> {
  const authorId = accountOf(actor);
  const { unitOfWork, runtime } = deps;
  return readAgain(async () => {
    const seen = await deps.readers.posts.find(input.postId);
    if (!seen || seen.authorId !== authorId || seen.status === 'deleted') {
      await unitOfWork.transact((stores) => requireOwn(stores, seen, authorId, runtime.clock.now()));
      throw notFound('post');
    }
    requireEditable(seen, input);
    const prepared = await merge(deps, seen, input);
    const verdict: Passed =
      seen.status === 'draft'
        ? { decision: 'allow' }
        : await reviewContent(deps.gate, gateSubject(authorId, prepared, seen.id));
    return unitOfWork.transact(async (stores) => {
      const candidates = await findMentionCandidates(stores.accounts, deps.canonicalHandle, prepared.reading);
      await stores.locks.pairShared(mentionPairs(authorId, candidates));
      const post = await lockOwn(stores, authorId, seen.id, runtime.clock.now());
      if (post.revision !== seen.revision) throw changedMeanwhile();
      await editLocked(deps, stores, actor, post, { prepared, verdict, candidates }, input);
      return { postId: post.id };
    });
  });
}
